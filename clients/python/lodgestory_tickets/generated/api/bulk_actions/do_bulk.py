from typing import Any

import httpx

from ...models.bulk_out import BulkOut
from ...models.do_bulk import DoBulk
from ...models.dry_run import DryRun
from ...types import UNSET, Unset


def request(
    *,
    body: DoBulk,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/tickets/bulk",
    }

    _kwargs["json"] = body.to_dict()

    _kwargs["headers"] = headers
    return _kwargs


def answer(response: httpx.Response) -> BulkOut | BulkOut | DryRun:
    def _parse_response_200(data: object) -> BulkOut | DryRun:
        try:
            if not isinstance(data, dict):
                raise TypeError()
            response_200_type_0 = BulkOut.from_dict(data)

            return response_200_type_0
        except (TypeError, ValueError, AttributeError, KeyError):
            pass
        if not isinstance(data, dict):
            raise TypeError()
        response_200_type_1 = DryRun.from_dict(data)

        return response_200_type_1

    response_200 = _parse_response_200(response.json())

    return response_200
