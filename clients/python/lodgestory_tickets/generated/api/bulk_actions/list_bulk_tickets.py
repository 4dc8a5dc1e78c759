from typing import Any
from urllib.parse import quote

import httpx

from ...models.bulk_tickets import BulkTickets
from ...types import UNSET, Unset


def request(
    bulk_id: str,
    *,
    limit: int | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["limit"] = limit

    json_cursor: None | str | Unset
    if isinstance(cursor, Unset):
        json_cursor = UNSET
    else:
        json_cursor = cursor
    params["cursor"] = json_cursor

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/bulk/{bulk_id}/tickets".format(
            bulk_id=quote(str(bulk_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def answer(response: httpx.Response) -> BulkTickets:
    response_200 = BulkTickets.from_dict(response.json())

    return response_200
