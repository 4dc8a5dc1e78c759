"""Tickets: create, read, change, list."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from ticketing.domain import ids
from ticketing.domain import ticket as rules
from ticketing.domain.policy import Action
from ticketing.domain.principal import Principal
from ticketing.domain.query import Position
from ticketing.domain.ticket import Change, Ticket
from ticketing.errors import (
    AssigneeNotMember,
    Busy,
    ChatNotFound,
    IdempotencyMismatch,
    InvalidCursor,
    InvalidIssue,
    InvalidStatusTransition,
    IssueRequired,
    PayloadTooLarge,
    PlanRequired,
    TicketNotFound,
    UnsupportedMediaType,
    ValidationFailed,
    VersionConflict,
    WorkflowMissing,
    WrongOrganisation,
)
from ticketing.store import finder, surroundings, tickets
from tickets_api import presenting
from tickets_api.answers import answer
from tickets_api.changing import InChanging
from tickets_api.dependencies import InServices, On, may
from tickets_api.etags import InPreconditions
from tickets_api.problems import documented
from tickets_api.schemas.tickets import ChangeTicket, CreateTicket, ListTickets, TicketList, TicketOut

router = APIRouter(prefix="/v1/tickets", tags=["Tickets"])

_CURSOR = "tickets by -created_at"

Creator = Annotated[Principal, Depends(may(Action.TICKET_CREATE))]
Reader = Annotated[Principal, Depends(may(Action.TICKET_READ))]
Updater = Annotated[Principal, Depends(may(Action.TICKET_UPDATE))]


@router.post(
    "",
    summary="Create a ticket on a chat",
    status_code=201,
    responses={
        201: {"model": TicketOut},
        **documented(
            PlanRequired,
            WorkflowMissing,
            PayloadTooLarge,
            UnsupportedMediaType,
            IssueRequired,
            InvalidIssue,
            AssigneeNotMember,
            ChatNotFound,
            IdempotencyMismatch,
            ValidationFailed,
            Busy,
        ),
    },
)
async def create_ticket(
    body: CreateTicket, caller: Creator, services: InServices, on: On, changing: InChanging
) -> Response:
    organisation_id, new = caller.organisation_id, body.to_domain()

    def decide() -> Change:
        place = surroundings.of_new_ticket(services.table, organisation_id, body.chat_id, new)
        return rules.create(
            new,
            ticket_id=ids.ticket_id(services.random_bytes(ids.RANDOM_BYTES)),
            number=tickets.next_number(services.table, organisation_id),
            organisation_id=organisation_id,
            chat=place.chat,
            workflow=place.workflow,
            on=on,
        )

    return changing.create(decide)


@router.get(
    "",
    summary="List tickets, the newest first",
    responses={200: {"model": TicketList}, **documented(InvalidCursor, PlanRequired, ValidationFailed, Busy)},
)
async def list_tickets(query: Annotated[ListTickets, Query()], caller: Reader, services: InServices) -> Response:
    organisation_id, signer = caller.organisation_id, services.signer()
    after = Position(*signer.open(_CURSOR, organisation_id, query.cursor)) if query.cursor else None
    page = finder.newest(services.table, organisation_id, after=after, limit=query.limit)
    next_position = page.after and (page.after.sort_value, page.after.ticket_id)
    return answer(
        {
            "data": presenting.rows(services.reads, organisation_id, page.tickets),
            "next_cursor": signer.seal(_CURSOR, organisation_id, next_position) if next_position else None,
            "has_more": page.after is not None,
            "freshness": {"source": "table", "scanned": page.scanned},
        }
    )


@router.get(
    "/{ticket_id}",
    summary="Read a ticket",
    responses={200: {"model": TicketOut}, **documented(WrongOrganisation, PlanRequired, TicketNotFound, Busy)},
)
async def read_ticket(
    ticket_id: str, caller: Reader, services: InServices, changing: InChanging, preconditions: InPreconditions
) -> Response:
    found = tickets.get(services.table, caller.organisation_id, ticket_id)
    return preconditions.unchanged(changing.shown(found))


@router.patch(
    "/{ticket_id}",
    summary="Change a ticket, several fields and a remark at once",
    responses={
        200: {"model": TicketOut},
        **documented(
            WrongOrganisation,
            PlanRequired,
            TicketNotFound,
            InvalidStatusTransition,
            WorkflowMissing,
            PayloadTooLarge,
            UnsupportedMediaType,
            InvalidIssue,
            AssigneeNotMember,
            IdempotencyMismatch,
            VersionConflict,
            ValidationFailed,
            Busy,
        ),
    },
)
async def change_ticket(
    ticket_id: str, body: ChangeTicket, caller: Updater, services: InServices, on: On, changing: InChanging
) -> Response:
    patch = body.to_domain()

    def decide(ticket: Ticket) -> Change | None:
        workflow = surroundings.of_patch(services.table, caller.organisation_id, ticket, patch)
        return rules.change(ticket, patch, workflow=workflow, on=on)

    return changing.apply(ticket_id, decide)
