"""Watchers one by one, so that two people who add or remove one each lose nothing."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from ticketing.domain import ticket as rules
from ticketing.domain.policy import Action
from ticketing.domain.principal import Principal
from ticketing.domain.ticket import Change, Occasion, Patch, Ticket
from ticketing.errors import (
    Busy,
    IdempotencyMismatch,
    PlanRequired,
    TicketNotFound,
    ValidationFailed,
    VersionConflict,
    WrongOrganisation,
)
from ticketing.store import surroundings
from tickets_api.changing import Changing, InChanging
from tickets_api.dependencies import InServices, On, may
from tickets_api.documenting import documented, shape
from tickets_api.schemas.fields import MemberId
from tickets_api.schemas.tickets import TicketOut
from tickets_api.services import Services

router = APIRouter(prefix="/v1/tickets/{ticket_id}/watchers", tags=["Tickets"])

Updater = Annotated[Principal, Depends(may(Action.TICKET_UPDATE))]

_ERRORS = documented(
    WrongOrganisation, PlanRequired, TicketNotFound, VersionConflict, IdempotencyMismatch, ValidationFailed, Busy
)


@router.put("/{member_id}", summary="Let a member watch a ticket", responses={200: shape(TicketOut), **_ERRORS})
async def add_watcher(
    ticket_id: str, member_id: MemberId, caller: Updater, services: InServices, on: On, changing: InChanging
) -> Response:
    return _patched(services, changing, ticket_id, lambda ticket: rules.watch(ticket, member_id), on)


@router.delete("/{member_id}", summary="Let a member watch no more", responses={200: shape(TicketOut), **_ERRORS})
async def remove_watcher(
    ticket_id: str, member_id: MemberId, caller: Updater, services: InServices, on: On, changing: InChanging
) -> Response:
    return _patched(services, changing, ticket_id, lambda ticket: rules.unwatch(ticket, member_id), on)


def _patched(
    services: Services, changing: Changing, ticket_id: str, patch_of: Callable[[Ticket], Patch], on: Occasion
) -> Response:
    def decide(ticket: Ticket) -> Change | None:
        patch = patch_of(ticket)
        surroundings.of_patch(services.table, ticket.organisation_id, ticket, patch)
        return rules.change(ticket, patch, workflow=None, on=on)

    return changing.apply(ticket_id, decide)
