from typing import Any
from urllib.parse import quote

import httpx

from ...models.bulk_out import BulkOut
from ...types import UNSET, Unset


def request(
    bulk_id: str,
    *,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/bulk/{bulk_id}/undo".format(
            bulk_id=quote(str(bulk_id), safe=""),
        ),
    }

    _kwargs["headers"] = headers
    return _kwargs


def answer(response: httpx.Response) -> BulkOut:
    response_200 = BulkOut.from_dict(response.json())

    return response_200
