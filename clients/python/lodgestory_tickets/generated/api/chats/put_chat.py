from typing import Any
from urllib.parse import quote

import httpx

from ...models.chat_out import ChatOut
from ...models.put_chat import PutChat
from ...types import UNSET, Unset


def request(
    chat_id: str,
    *,
    body: PutChat,
    if_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_match, Unset):
        headers["If-Match"] = if_match

    _kwargs: dict[str, Any] = {
        "method": "put",
        "url": "/v1/chats/{chat_id}".format(
            chat_id=quote(str(chat_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    _kwargs["headers"] = headers
    return _kwargs


def answer(response: httpx.Response) -> ChatOut:
    response_200 = ChatOut.from_dict(response.json())

    return response_200
