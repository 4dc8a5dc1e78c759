from typing import Any

import httpx

from ...models.export_out import ExportOut
from ...models.make_export import MakeExport
from ...types import UNSET, Unset


def request(
    *,
    body: MakeExport,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/exports",
    }

    _kwargs["json"] = body.to_dict()

    _kwargs["headers"] = headers
    return _kwargs


def answer(response: httpx.Response) -> ExportOut:
    response_202 = ExportOut.from_dict(response.json())

    return response_202
