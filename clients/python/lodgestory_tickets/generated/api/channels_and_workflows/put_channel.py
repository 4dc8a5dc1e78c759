from typing import Any
from urllib.parse import quote

import httpx

from ...models.channel_out import ChannelOut
from ...models.put_channel import PutChannel
from ...types import UNSET, Unset


def request(
    channel_id: str,
    *,
    body: PutChannel,
    if_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_match, Unset):
        headers["If-Match"] = if_match

    _kwargs: dict[str, Any] = {
        "method": "put",
        "url": "/v1/channels/{channel_id}".format(
            channel_id=quote(str(channel_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    _kwargs["headers"] = headers
    return _kwargs


def answer(response: httpx.Response) -> ChannelOut:
    response_200 = ChannelOut.from_dict(response.json())

    return response_200
