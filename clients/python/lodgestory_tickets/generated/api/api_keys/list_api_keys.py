from typing import Any

import httpx

from ...models.api_key_list import ApiKeyList
from ...models.list_api_keys_active import ListApiKeysActive
from ...types import UNSET, Unset


def request(
    *,
    limit: int | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    active: ListApiKeysActive | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["limit"] = limit

    json_cursor: None | str | Unset
    if isinstance(cursor, Unset):
        json_cursor = UNSET
    else:
        json_cursor = cursor
    params["cursor"] = json_cursor

    json_active: str | Unset = UNSET
    if not isinstance(active, Unset):
        json_active = active

    params["active"] = json_active

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/api-keys",
        "params": params,
    }

    return _kwargs


def answer(response: httpx.Response) -> ApiKeyList:
    response_200 = ApiKeyList.from_dict(response.json())

    return response_200
