from typing import Any

import httpx

from ...models.channel_list import ChannelList
from ...models.list_channels_active import ListChannelsActive
from ...types import UNSET, Unset


def request(
    *,
    limit: int | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    active: ListChannelsActive | Unset = UNSET,
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
        "url": "/v1/channels",
        "params": params,
    }

    return _kwargs


def answer(response: httpx.Response) -> ChannelList:
    response_200 = ChannelList.from_dict(response.json())

    return response_200
