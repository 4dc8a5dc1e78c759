"""What the API can do, by the tag `chats`."""

from typing import cast

from ....sending import Answer, Sends
from ...models.chat_out import ChatOut
from ...models.deleted_chat import DeletedChat
from ...models.put_chat import PutChat
from ...types import UNSET, Unset
from . import delete_chat as _delete_chat
from . import put_chat as _put_chat
from . import read_chat as _read_chat


class Chats(Sends):
    def read_chat(
        self,
        chat_id: str,
        *,
        if_none_match: str | Unset = UNSET,
    ) -> Answer[ChatOut]:
        """Read a chat"""
        return self._send(
            _read_chat.request(
                chat_id=chat_id,
                if_none_match=if_none_match,
            ),
            _read_chat.answer,
        )

    def put_chat(
        self,
        chat_id: str,
        body: PutChat,
        *,
        if_match: str | Unset = UNSET,
    ) -> Answer[ChatOut]:
        """Make a chat known, or tell of its change"""
        return self._send(
            _put_chat.request(
                chat_id=chat_id,
                if_match=if_match,
                body=body,
            ),
            _put_chat.answer,
        )

    def delete_chat(
        self,
        chat_id: str,
        *,
        idempotency_key: str | Unset = UNSET,
        if_match: str | Unset = UNSET,
    ) -> Answer[DeletedChat]:
        """Delete a chat and with it all of its tickets"""
        return self._send(
            _delete_chat.request(
                chat_id=chat_id,
                idempotency_key=idempotency_key,
                if_match=if_match,
            ),
            _delete_chat.answer,
        )
