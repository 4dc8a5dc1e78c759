"""Chats, which Home owns and tells us of."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from ticketing.domain.directory import Chat, chat_after_put, check_takes_new
from ticketing.domain.directory import delete_chat as delete_chat_rule
from ticketing.domain.instants import to_text
from ticketing.domain.policy import Action
from ticketing.domain.principal import Principal
from ticketing.errors import (
    Busy,
    ChannelInactive,
    ChatDeleted,
    Forbidden,
    IdempotencyMismatch,
    NotFound,
    PayloadTooLarge,
    UnsupportedMediaType,
    ValidationFailed,
    VersionConflict,
)
from ticketing.store import directory
from tickets_api.answers import answer
from tickets_api.dependencies import InServices, On, may
from tickets_api.documenting import documented, shape
from tickets_api.keeping import InKeeping, Noun
from tickets_api.schemas.chats import ChatOut, DeletedChat, PutChat
from tickets_api.schemas.fields import CallerId

router = APIRouter(prefix="/v1/chats", tags=["Chats"])

Reader = Annotated[Principal, Depends(may(Action.CHAT_READ))]
Writer = Annotated[Principal, Depends(may(Action.CHAT_WRITE))]
Deleter = Annotated[Principal, Depends(may(Action.CHAT_DELETE))]


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


CHATS = Noun("chats", directory.CHATS, directory.put_chat, _shown, lambda chat: chat.deleted_at is None)


@router.get(
    "/{chat_id}",
    summary="Read a chat",
    responses={200: shape(ChatOut), **documented(Forbidden, NotFound, ValidationFailed, Busy)},
)
async def read_chat(chat_id: CallerId, _caller: Reader, keeping: InKeeping) -> Response:
    return keeping.read(CHATS, chat_id)


@router.put(
    "/{chat_id}",
    summary="Make a chat known, or tell of its change",
    responses={
        200: shape(ChatOut),
        201: shape(ChatOut),
        **documented(
            Forbidden,
            ChannelInactive,
            ChatDeleted,
            VersionConflict,
            PayloadTooLarge,
            UnsupportedMediaType,
            ValidationFailed,
            Busy,
        ),
    },
)
async def put_chat(
    chat_id: CallerId, body: PutChat, caller: Writer, services: InServices, on: On, keeping: InKeeping
) -> Response:
    def decide(before: Chat | None) -> Chat:
        channel = directory.get_channel(services.table, caller.organisation_id, body.channel_id)
        if channel is None:
            raise ValidationFailed.of("channel_id", "There is no such channel", "unknown_channel")
        if before is None:
            check_takes_new(channel)
        return chat_after_put(
            before,
            chat_id=chat_id,
            channel_id=body.channel_id,
            guest=body.guest.to_domain(),
            url=body.url,
            source_version=body.source_version,
            now=on.now,
        )

    return keeping.put(CHATS, chat_id, decide)


@router.delete(
    "/{chat_id}",
    summary="Delete a chat and with it all of its tickets",
    responses={
        200: shape(DeletedChat),
        **documented(Forbidden, NotFound, VersionConflict, IdempotencyMismatch, ValidationFailed, Busy),
    },
)
async def delete_chat(chat_id: CallerId, _caller: Deleter, on: On, keeping: InKeeping) -> Response:
    def show(chat: Chat) -> Response:
        return answer({"id": chat.id, "version": chat.version, "deleted_at": to_text(chat.deleted_at or on.now)})

    return keeping.change(CHATS, chat_id, lambda chat: delete_chat_rule(chat, on.now), show=show)
