from typing import Any
from urllib.parse import quote

import httpx

from ...models.deleted_chat import DeletedChat
from ...types import UNSET, Unset


def request(
    chat_id: str,
    *,
    idempotency_key: str | Unset = UNSET,
    if_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    if not isinstance(if_match, Unset):
        headers["If-Match"] = if_match

    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/v1/chats/{chat_id}".format(
            chat_id=quote(str(chat_id), safe=""),
        ),
    }

    _kwargs["headers"] = headers
    return _kwargs


def answer(response: httpx.Response) -> DeletedChat:
    response_200 = DeletedChat.from_dict(response.json())

    return response_200
