"""Chats, which Home owns and tells us of."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from ticketing.domain.directory import Chat, chat_after_put
from ticketing.domain.instants import to_text
from ticketing.domain.policy import Action
from ticketing.domain.principal import Principal
from ticketing.errors import Busy, Forbidden, PayloadTooLarge, UnsupportedMediaType, ValidationFailed
from ticketing.store import directory
from tickets_api.answers import put_answer
from tickets_api.dependencies import InServices, On, may
from tickets_api.problems import documented
from tickets_api.schemas.directory import ChatOut, PutChat
from tickets_api.schemas.fields import CallerId

router = APIRouter(prefix="/v1/chats", tags=["Chats"])

Writer = Annotated[Principal, Depends(may(Action.CHAT_WRITE))]


@router.put(
    "/{chat_id}",
    summary="Make a chat known, or tell of its change",
    responses={
        200: {"model": ChatOut},
        201: {"model": ChatOut},
        **documented(Forbidden, PayloadTooLarge, UnsupportedMediaType, ValidationFailed, Busy),
    },
)
async def put_chat(chat_id: CallerId, body: PutChat, caller: Writer, services: InServices, on: On) -> Response:
    organisation_id = caller.organisation_id
    if directory.get_channel(services.table, organisation_id, body.channel_id) is None:
        raise ValidationFailed.of("channel_id", "There is no such channel", "unknown_channel")

    def decide(before: Chat | None) -> Chat:
        return chat_after_put(
            before,
            chat_id=chat_id,
            channel_id=body.channel_id,
            guest=body.guest.to_domain(),
            url=body.url,
            source_version=body.source_version,
            now=on.now,
        )

    stored = directory.put_chat(services.table, organisation_id, chat_id, decide)
    return put_answer(_shown(stored.value), is_new=stored.is_new)


def _shown(chat: Chat) -> dict[str, Any]:
    guest = chat.guest
    return {
        "id": chat.id,
        "channel_id": chat.channel_id,
        "guest": {
            "name": guest.name,
            "phone": guest.phone,
            "email": guest.email,
            "email_verified": guest.is_email_verified,
        },
        "url": chat.url,
        "source_version": chat.source_version,
        "version": chat.version,
        "created_at": to_text(chat.created_at),
        "updated_at": to_text(chat.updated_at),
    }
