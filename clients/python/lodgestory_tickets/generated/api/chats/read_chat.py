from typing import Any
from urllib.parse import quote

import httpx

from ...models.chat_out import ChatOut
from ...types import UNSET, Unset


def request(
    chat_id: str,
    *,
    if_none_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_none_match, Unset):
        headers["If-None-Match"] = if_none_match

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/chats/{chat_id}".format(
            chat_id=quote(str(chat_id), safe=""),
        ),
    }

    _kwargs["headers"] = headers
    return _kwargs


def answer(response: httpx.Response) -> ChatOut:
    response_200 = ChatOut.from_dict(response.json())

    return response_200
