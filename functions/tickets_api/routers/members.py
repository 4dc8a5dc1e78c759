"""Members, whom Team Members owns and tells us of."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from ticketing.domain import preferences
from ticketing.domain.directory import Member, after_put, check_role_change, deactivated
from ticketing.domain.policy import Action
from ticketing.domain.principal import Principal
from ticketing.errors import (
    Busy,
    Forbidden,
    IdempotencyMismatch,
    InvalidCursor,
    LastOwner,
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
from tickets_api.schemas.fields import MemberId
from tickets_api.schemas.members import MemberList, MemberOut, PutMember
from tickets_api.schemas.paging import ListDirectory

router = APIRouter(prefix="/v1/members", tags=["Members and teams"])

Reader = Annotated[Principal, Depends(may(Action.MEMBER_READ))]
Writer = Annotated[Principal, Depends(may(Action.MEMBER_WRITE))]


def _shown(member: Member) -> dict[str, Any]:
    return {
        "id": member.id,
        "name": member.name,
        "email": member.email,
        "role": member.role.value,
        "active": member.is_active,
        "preferences": {name: getattr(member.preferences, name) for name in preferences.NAMES},
        "source_version": member.source_version,
        "version": member.version,
    }


MEMBERS = Noun("members", directory.MEMBERS, directory.put_member, _shown)


@router.get(
    "",
    summary="List members by id",
    responses={200: shape(MemberList), **documented(InvalidCursor, Forbidden, ValidationFailed, Busy)},
)
async def list_members(query: Annotated[ListDirectory, Query()], caller: Reader, services: InServices) -> Response:
    return directory_pages.page(services, caller.organisation_id, MEMBERS, query, lambda member: member.is_active)


@router.get(
    "/{member_id}",
    summary="Read a member",
    responses={200: shape(MemberOut), **documented(Forbidden, NotFound, ValidationFailed, Busy)},
)
async def read_member(member_id: MemberId, _caller: Reader, keeping: InKeeping) -> Response:
    return keeping.read(MEMBERS, member_id)


@router.put(
    "/{member_id}",
    summary="Make a member known, or tell of a change",
    responses={
        200: shape(MemberOut),
        201: shape(MemberOut),
        **documented(
            Forbidden, LastOwner, VersionConflict, PayloadTooLarge, UnsupportedMediaType, ValidationFailed, Busy
        ),
    },
)
async def put_member(member_id: MemberId, body: PutMember, caller: Writer, keeping: InKeeping) -> Response:
    def decide(before: Member | None) -> Member:
        check_role_change(caller.role, before.role if before else None, body.role)
        return after_put(before, body.to_domain(member_id, before))

    return keeping.put(MEMBERS, member_id, decide)


@router.delete(
    "/{member_id}",
    summary="Deactivate a member: their tickets and their name stay",
    responses={
        200: shape(MemberOut),
        **documented(Forbidden, NotFound, LastOwner, VersionConflict, IdempotencyMismatch, ValidationFailed, Busy),
    },
)
async def deactivate_member(member_id: MemberId, caller: Writer, keeping: InKeeping) -> Response:
    def decide(before: Member) -> Member:
        check_role_change(caller.role, before.role, before.role)
        return deactivated(before)

    return keeping.change(MEMBERS, member_id, decide)
