"""Tickets: create, read, change, list."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from ticketing.domain import ids
from ticketing.domain import ticket as rules
from ticketing.domain.directory import Chat
from ticketing.domain.events import Source
from ticketing.domain.policy import Action
from ticketing.domain.principal import Principal
from ticketing.domain.ticket import Change, Ticket
from ticketing.errors import (
    AssigneeNotMember,
    Busy,
    ChatDeleted,
    ChatNotFound,
    ExternalIdTaken,
    IdempotencyMismatch,
    InvalidIssue,
    InvalidStatusTransition,
    IssueRequired,
    PayloadTooLarge,
    PlanRequired,
    RestoreExpired,
    TicketNotFound,
    UnsupportedMediaType,
    ValidationFailed,
    VersionConflict,
    WorkflowMissing,
    WrongOrganisation,
)
from ticketing.store import surroundings, tickets
from tickets_api.changing import InChanging
from tickets_api.dependencies import InServices, On, may
from tickets_api.documenting import documented, shape
from tickets_api.etags import InPreconditions
from tickets_api.schemas.tickets import ChangeTicket, CreateTicket, DeletedTicket, TicketOut

router = APIRouter(prefix="/v1/tickets", tags=["Tickets"])

Creator = Annotated[Principal, Depends(may(Action.TICKET_CREATE))]
Reader = Annotated[Principal, Depends(may(Action.TICKET_READ))]
Updater = Annotated[Principal, Depends(may(Action.TICKET_UPDATE))]
Deleter = Annotated[Principal, Depends(may(Action.TICKET_DELETE))]


@router.post(
    "",
    summary="Create a ticket on a chat",
    status_code=201,
    responses={
        201: shape(TicketOut),
        **documented(
            PlanRequired,
            WorkflowMissing,
            PayloadTooLarge,
            UnsupportedMediaType,
            IssueRequired,
            InvalidIssue,
            AssigneeNotMember,
            ChatNotFound,
            ChatDeleted,
            ExternalIdTaken,
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

    def decide() -> tuple[Change, Chat]:
        place = surroundings.of_new_ticket(services.table, organisation_id, body.chat_id, new)
        change = rules.create(
            new,
            ticket_id=ids.ticket_id(services.random_bytes(ids.RANDOM_BYTES)),
            number=tickets.next_number(services.table, organisation_id),
            organisation_id=organisation_id,
            chat=place.chat,
            workflow=place.workflow,
            on=replace(on, source=Source(body.source)),
        )
        return change, place.chat

    return changing.create(decide)


@router.get(
    "/{ticket_id}",
    summary="Read a ticket",
    responses={200: shape(TicketOut), **documented(WrongOrganisation, PlanRequired, TicketNotFound, Busy)},
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
        200: shape(TicketOut),
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

    return changing.apply(ticket_id, decide, adds_remark=patch.remark is not None)


@router.delete(
    "/{ticket_id}",
    summary="Delete a ticket; for 30 days it can be restored",
    responses={
        200: shape(DeletedTicket),
        **documented(WrongOrganisation, PlanRequired, TicketNotFound, VersionConflict, IdempotencyMismatch, Busy),
    },
)
async def delete_ticket(ticket_id: str, caller: Deleter, on: On, changing: InChanging) -> Response:
    return changing.apply(ticket_id, lambda ticket: rules.delete(ticket, on=on))


@router.post(
    "/{ticket_id}/restore",
    summary="Bring a deleted ticket back as it was",
    responses={
        200: shape(TicketOut),
        **documented(
            WrongOrganisation,
            PlanRequired,
            TicketNotFound,
            ChatDeleted,
            RestoreExpired,
            VersionConflict,
            IdempotencyMismatch,
            Busy,
        ),
    },
)
async def restore_ticket(ticket_id: str, caller: Deleter, on: On, changing: InChanging) -> Response:
    return changing.apply(ticket_id, lambda ticket: rules.restore(ticket, on=on), is_deleted=True)
