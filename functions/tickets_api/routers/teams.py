"""Teams, which Team Members owns and tells us of."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from ticketing.domain.directory import Team, after_put, check_team, deactivated
from ticketing.domain.policy import Action
from ticketing.domain.principal import Principal
from ticketing.errors import (
    Busy,
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
from tickets_api.schemas.fields import TeamId
from tickets_api.schemas.paging import ListDirectory
from tickets_api.schemas.teams import PutTeam, TeamList, TeamOut

router = APIRouter(prefix="/v1/teams", tags=["Members and teams"])

Reader = Annotated[Principal, Depends(may(Action.TEAM_READ))]
Writer = Annotated[Principal, Depends(may(Action.TEAM_WRITE))]


def _shown(team: Team) -> dict[str, Any]:
    return {
        "id": team.id,
        "name": team.name,
        "lead": team.lead,
        "members": list(team.members),
        "active": team.is_active,
        "source_version": team.source_version,
        "version": team.version,
    }


TEAMS = Noun("teams", directory.TEAMS, directory.put_team, _shown)


@router.get(
    "",
    summary="List teams by id",
    responses={200: shape(TeamList), **documented(InvalidCursor, Forbidden, ValidationFailed, Busy)},
)
async def list_teams(query: Annotated[ListDirectory, Query()], caller: Reader, services: InServices) -> Response:
    return directory_pages.page(services, caller.organisation_id, TEAMS, query, lambda team: team.is_active)


@router.get(
    "/{team_id}",
    summary="Read a team",
    responses={200: shape(TeamOut), **documented(Forbidden, NotFound, ValidationFailed, Busy)},
)
async def read_team(team_id: TeamId, _caller: Reader, keeping: InKeeping) -> Response:
    return keeping.read(TEAMS, team_id)


@router.put(
    "/{team_id}",
    summary="Make a team known, or tell of a change",
    responses={
        200: shape(TeamOut),
        201: shape(TeamOut),
        **documented(Forbidden, VersionConflict, PayloadTooLarge, UnsupportedMediaType, ValidationFailed, Busy),
    },
)
async def put_team(
    team_id: TeamId, body: PutTeam, caller: Writer, services: InServices, keeping: InKeeping
) -> Response:
    team = body.to_domain(team_id)
    check_team(team, directory.known_members(services.table, caller.organisation_id, [team.lead, *team.members]))
    return keeping.put(TEAMS, team_id, lambda before: after_put(before, team))


@router.delete(
    "/{team_id}",
    summary="Deactivate a team: its tickets and its name stay",
    responses={
        200: shape(TeamOut),
        **documented(Forbidden, NotFound, VersionConflict, IdempotencyMismatch, ValidationFailed, Busy),
    },
)
async def deactivate_team(team_id: TeamId, _caller: Writer, keeping: InKeeping) -> Response:
    return keeping.change(TEAMS, team_id, deactivated)
