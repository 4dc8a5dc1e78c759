"""Bulk actions: one change for many tickets, all or nothing; what became of one; and its undo."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from ticketing.domain import bulk as rules
from ticketing.domain.bulk import Bulk, Plan
from ticketing.domain.policy import Action
from ticketing.domain.principal import Principal
from ticketing.errors import (
    AssigneeNotMember,
    BulkBlocked,
    Busy,
    EmptySelection,
    IdempotencyMismatch,
    InvalidCursor,
    NotFound,
    PayloadTooLarge,
    PlanRequired,
    UndoExpired,
    UnsupportedMediaType,
    ValidationFailed,
)
from ticketing.store import bulks
from tickets_api.answers import answer
from tickets_api.bulk_actions import InBulks, Selection
from tickets_api.dependencies import InServices, may
from tickets_api.documenting import documented, shape
from tickets_api.routers.ticket_lists import query_of
from tickets_api.schemas.bulk import BulkOut, BulkTickets, DoBulk, DryRun, ReadBulkTickets
from tickets_api.services import Services

router = APIRouter(prefix="/v1", tags=["Bulk actions"])

Doer = Annotated[Principal, Depends(may(Action.TICKET_BULK))]
Reader = Annotated[Principal, Depends(may(Action.TICKET_READ))]


@router.post(
    "/tickets/bulk",
    summary="Change many tickets at once: all of them, or none",
    responses={
        200: shape(BulkOut, DryRun),
        **documented(
            PlanRequired,
            BulkBlocked,
            PayloadTooLarge,
            UnsupportedMediaType,
            AssigneeNotMember,
            EmptySelection,
            IdempotencyMismatch,
            ValidationFailed,
            Busy,
        ),
    },
)
async def do_bulk(body: DoBulk, caller: Doer, services: InServices, doing: InBulks) -> Response:
    action = body.to_domain()
    query = query_of(services, caller, body.filter) if body.filter is not None else None

    def select() -> Selection:
        return doing.found(action, query) if query is not None else doing.named(action, body.ids)

    def decide(selection: Selection) -> Plan:
        around = selection.around
        return rules.plan(
            action, selection.ticket_ids, around.found, around.place, body.expected_versions, services.now()
        )

    return doing.foresee(action, select, decide) if body.dry_run else doing.do(action, select, decide)


@router.get(
    "/bulk/{bulk_id}",
    summary="Read what became of a bulk action",
    responses={200: shape(BulkOut), **documented(PlanRequired, NotFound, Busy)},
)
async def read_bulk(bulk_id: str, caller: Reader, services: InServices, doing: InBulks) -> Response:
    return doing.shown(_found(services, caller, bulk_id))


@router.get(
    "/bulk/{bulk_id}/tickets",
    summary="List what a bulk action did to each ticket",
    responses={
        200: shape(BulkTickets),
        **documented(InvalidCursor, PlanRequired, NotFound, ValidationFailed, Busy),
    },
)
async def list_bulk_tickets(
    bulk_id: str, asked: Annotated[ReadBulkTickets, Query()], caller: Reader, services: InServices
) -> Response:
    bulk = _found(services, caller, bulk_id)
    signer, purpose = services.signer(), f"bulk {bulk_id}"
    start = int(signer.open(purpose, caller.organisation_id, asked.cursor)) if asked.cursor else 0
    rows = _rows(bulk)
    end = start + asked.limit
    has_more = end < len(rows)
    cursor = signer.seal(purpose, caller.organisation_id, end) if has_more else None
    return answer({"data": rows[start:end], "next_cursor": cursor, "has_more": has_more})


@router.post(
    "/bulk/{bulk_id}/undo",
    summary="Undo a bulk action within ten minutes: for all of its tickets, or for none",
    responses={
        200: shape(BulkOut),
        **documented(PlanRequired, NotFound, BulkBlocked, UndoExpired, IdempotencyMismatch, Busy),
    },
)
async def undo_bulk(bulk_id: str, caller: Doer, services: InServices, doing: InBulks) -> Response:
    bulk = _found(services, caller, bulk_id)
    rules.check_undo(bulk, services.now())
    action = rules.undoing(bulk)
    ticket_ids = [step.ticket_id for step in bulk.steps]
    return doing.do(
        action,
        lambda: doing.named(action, ticket_ids),
        lambda selection: rules.plan_undo(bulk, selection.around.found, selection.around.place, services.now()),
        undo_of=bulk.id,
    )


def _found(services: Services, caller: Principal, bulk_id: str) -> Bulk:
    found = bulks.find(services.table, caller.organisation_id, bulk_id)
    if found is None:
        raise NotFound
    return found


def _rows(bulk: Bulk) -> list[dict[str, Any]]:
    changed = [{"ticket_id": step.ticket_id, "result": "changed", "version": step.version + 1} for step in bulk.steps]
    return changed + [{"ticket_id": id_, "result": "unchanged", "version": None} for id_ in bulk.unchanged]
