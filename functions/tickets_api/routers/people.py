"""Members and teams, which Team Members owns and tells us of."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from ticketing.domain.directory import Member, Team, check_role_change, check_team
from ticketing.domain.policy import Action
from ticketing.domain.principal import Principal
from ticketing.errors import (
    Busy,
    Forbidden,
    PayloadTooLarge,
    UnsupportedMediaType,
    ValidationFailed,
    VersionConflict,
)
from ticketing.store import directory, keys
from tickets_api.answers import put_answer
from tickets_api.dependencies import InServices, may
from tickets_api.problems import documented
from tickets_api.schemas.directory import MemberOut, PutMember, PutTeam, TeamOut
from tickets_api.schemas.fields import MemberId, TeamId

router = APIRouter(prefix="/v1", tags=["Members and teams"])

MemberWriter = Annotated[Principal, Depends(may(Action.MEMBER_WRITE))]
TeamWriter = Annotated[Principal, Depends(may(Action.TEAM_WRITE))]


@router.put(
    "/members/{member_id}",
    summary="Make a member known, or tell of a change",
    responses={
        200: {"model": MemberOut},
        201: {"model": MemberOut},
        **documented(Forbidden, VersionConflict, PayloadTooLarge, UnsupportedMediaType, ValidationFailed, Busy),
    },
)
async def put_member(member_id: MemberId, body: PutMember, caller: MemberWriter, services: InServices) -> Response:
    organisation_id = caller.organisation_id
    before = directory.get_member(services.table, organisation_id, member_id)
    check_role_change(caller.role, before.role if before else None, body.role)
    member = Member(member_id, body.name, body.email, body.role, body.active)
    directory.put_member(services.table, organisation_id, member, before)
    services.reads.forget(keys.member_key(organisation_id, member_id))
    return put_answer(body.model_dump(mode="json") | {"id": member_id}, is_new=before is None)


@router.put(
    "/teams/{team_id}",
    summary="Make a team known, or tell of a change",
    responses={
        200: {"model": TeamOut},
        201: {"model": TeamOut},
        **documented(Forbidden, PayloadTooLarge, UnsupportedMediaType, ValidationFailed, Busy),
    },
)
async def put_team(team_id: TeamId, body: PutTeam, caller: TeamWriter, services: InServices) -> Response:
    organisation_id = caller.organisation_id
    team = Team(team_id, body.name, body.lead, tuple(dict.fromkeys(body.members)))
    check_team(team, directory.known_members(services.table, organisation_id, [team.lead, *team.members]))
    stored = directory.put_team(services.table, organisation_id, team)
    services.reads.forget(keys.team_key(organisation_id, team_id))
    shown = {"id": team.id, "name": team.name, "lead": team.lead, "members": list(team.members)}
    return put_answer(shown, is_new=stored.is_new)
