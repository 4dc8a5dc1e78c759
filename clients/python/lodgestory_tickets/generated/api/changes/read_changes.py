from typing import Any

import httpx

from ...models.change_list import ChangeList
from ...types import UNSET, Unset


def request(
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
        "url": "/v1/changes",
        "params": params,
    }

    return _kwargs


def answer(response: httpx.Response) -> ChangeList:
    response_200 = ChangeList.from_dict(response.json())

    return response_200
