from typing import Any
from urllib.parse import quote

import httpx

from ...models.channel_out import ChannelOut
from ...types import UNSET, Unset


def request(
    channel_id: str,
    *,
    if_none_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_none_match, Unset):
        headers["If-None-Match"] = if_none_match

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/channels/{channel_id}".format(
            channel_id=quote(str(channel_id), safe=""),
        ),
    }

    _kwargs["headers"] = headers
    return _kwargs


def answer(response: httpx.Response) -> ChannelOut:
    response_200 = ChannelOut.from_dict(response.json())

    return response_200
