"""Channels, which Home owns and tells us of."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from ticketing.domain.directory import Channel, after_put, deactivated
from ticketing.domain.policy import Action
from ticketing.domain.principal import Principal
from ticketing.errors import (
    Busy,
    ChannelInUse,
    Forbidden,
    IdempotencyMismatch,
    InvalidCursor,
    NotFound,
    PayloadTooLarge,
    UnsupportedMediaType,
    ValidationFailed,
    VersionConflict,
)
from ticketing.store import directory
from tickets_api import directory_pages
from tickets_api.dependencies import InServices, may
from tickets_api.documenting import documented, shape
from tickets_api.keeping import InKeeping, Noun
from tickets_api.schemas.channels import ChannelList, ChannelOut, PutChannel
from tickets_api.schemas.fields import CallerId
from tickets_api.schemas.paging import ListDirectory

router = APIRouter(prefix="/v1/channels", tags=["Channels and workflows"])

Reader = Annotated[Principal, Depends(may(Action.CHANNEL_READ))]
Writer = Annotated[Principal, Depends(may(Action.CHANNEL_WRITE))]


def _shown(channel: Channel) -> dict[str, Any]:
    return {
        "id": channel.id,
        "name": channel.name,
        "type": channel.type.value,
        "active": channel.is_active,
        "source_version": channel.source_version,
        "version": channel.version,
    }


CHANNELS = Noun("channels", directory.CHANNELS, directory.put_channel, _shown)


@router.get(
    "",
    summary="List channels by id",
    responses={200: shape(ChannelList), **documented(InvalidCursor, Forbidden, ValidationFailed, Busy)},
)
async def list_channels(query: Annotated[ListDirectory, Query()], caller: Reader, services: InServices) -> Response:
    return directory_pages.page(services, caller.organisation_id, CHANNELS, query, lambda channel: channel.is_active)


@router.get(
    "/{channel_id}",
    summary="Read a channel",
    responses={200: shape(ChannelOut), **documented(Forbidden, NotFound, ValidationFailed, Busy)},
)
async def read_channel(channel_id: CallerId, _caller: Reader, keeping: InKeeping) -> Response:
    return keeping.read(CHANNELS, channel_id)


@router.put(
    "/{channel_id}",
    summary="Make a channel known, or rename it",
    responses={
        200: shape(ChannelOut),
        201: shape(ChannelOut),
        **documented(Forbidden, VersionConflict, PayloadTooLarge, UnsupportedMediaType, ValidationFailed, Busy),
    },
)
async def put_channel(channel_id: CallerId, body: PutChannel, _caller: Writer, keeping: InKeeping) -> Response:
    return keeping.put(CHANNELS, channel_id, lambda before: after_put(before, body.to_domain(channel_id)))


@router.delete(
    "/{channel_id}",
    summary="Deactivate a channel that has no chats: its tickets and its name stay",
    responses={
        200: shape(ChannelOut),
        **documented(Forbidden, NotFound, ChannelInUse, VersionConflict, IdempotencyMismatch, ValidationFailed, Busy),
    },
)
async def deactivate_channel(channel_id: CallerId, _caller: Writer, keeping: InKeeping) -> Response:
    return keeping.change(CHANNELS, channel_id, deactivated)
