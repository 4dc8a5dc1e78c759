"""Bulk actions: one change for many tickets, all or nothing; what became of one; and its undo."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from ticketing.domain import bulk as nouns
from ticketing.domain import bulk_plan as rules
from ticketing.domain.bulk import Blocker, Bulk
from ticketing.domain.policy import Action
from ticketing.domain.principal import Principal
from ticketing.errors import (
    AssigneeNotMember,
    BulkBlocked,
    BulkInProgress,
    Busy,
    EmptySelection,
    IdempotencyInFlight,
    IdempotencyMismatch,
    InvalidCursor,
    NotFound,
    PayloadTooLarge,
    PlanRequired,
    UndoExpired,
    UnsupportedMediaType,
    ValidationFailed,
)
from ticketing.store import bulks, tickets
from tickets_api import bulk_answers, bulk_selections
from tickets_api.answers import answer
from tickets_api.bulk_actions import InBulks
from tickets_api.bulk_selections import Selection
from tickets_api.dependencies import InServices, may
from tickets_api.documenting import documented, shape
from tickets_api.routers.ticket_lists import query_of_filter
from tickets_api.schemas.bulk import BulkOut, BulkTickets, DoBulk, DryRun, ReadBulkTickets
from tickets_api.seen import InSeen
from tickets_api.services import Services

router = APIRouter(prefix="/v1", tags=["Bulk actions"])

Doer = Annotated[Principal, Depends(may(Action.TICKET_BULK))]
Reader = Annotated[Principal, Depends(may(Action.TICKET_READ))]


@router.post(
    "/tickets/bulk",
    summary="Change many tickets at once: all of them, or none",
    responses={
        200: shape(BulkOut, DryRun),
        202: shape(BulkOut),
        **documented(
            PlanRequired,
            BulkBlocked,
            IdempotencyInFlight,
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
async def do_bulk(body: DoBulk, caller: Doer, services: InServices, doing: InBulks, seen: InSeen) -> Response:
    action, expected = body.to_domain(), body.expected_versions
    query = query_of_filter(services, caller, body.filter) if body.filter is not None else None
    judge = rules.judging(action, services.now(), query)

    def select() -> Selection:
        if query is None:
            return bulk_selections.named(action, body.ids, expected, judge)
        return bulk_selections.found(services, caller.organisation_id, action, query, expected, judge, seen)

    return doing.foresee(select) if body.dry_run else doing.do(select)


@router.get(
    "/bulk/{bulk_id}",
    summary="Read what became of a bulk action, or how far it is",
    responses={200: shape(BulkOut), **documented(PlanRequired, NotFound, Busy)},
)
async def read_bulk(bulk_id: str, caller: Reader, services: InServices) -> Response:
    return answer(bulk_answers.bulk(services, _found(services, caller, bulk_id)))


@router.get(
    "/bulk/{bulk_id}/tickets",
    summary="List what a bulk action did to each ticket, or what keeps it from doing it",
    responses={
        200: shape(BulkTickets),
        **documented(InvalidCursor, PlanRequired, NotFound, ValidationFailed, Busy),
    },
)
async def list_bulk_tickets(
    bulk_id: str, asked: Annotated[ReadBulkTickets, Query()], caller: Reader, services: InServices
) -> Response:
    bulk = _found(services, caller, bulk_id)
    signer, purpose = services.signer(), f"tickets of bulk {bulk_id}"
    plan = bulks.plan_of(services.table, bulk, services.bulk_sizes.page)
    # What keeps it from being done comes first: nobody should have to look for it among ten thousand. But who has begun
    # before it was blocked goes on in the order of before.
    start, are_blockers_first = 0, bool(plan.blockers)
    if asked.cursor:
        start, are_blockers_first = signer.open(purpose, caller.organisation_id, asked.cursor)
    rows = sorted(plan.rows, key=lambda row: are_blockers_first and not isinstance(row, Blocker))
    end = start + asked.limit
    has_more = end < len(rows)
    cursor = signer.seal(purpose, caller.organisation_id, [end, are_blockers_first]) if has_more else None
    shown = [bulk_answers.ticket(bulk, row) for row in rows[start:end]]
    return answer({"data": shown, "next_cursor": cursor, "has_more": has_more})


@router.post(
    "/bulk/{bulk_id}/undo",
    summary="Undo a bulk action within ten minutes: for all of its tickets, or for none",
    responses={
        200: shape(BulkOut),
        202: shape(BulkOut),
        **documented(
            PlanRequired,
            NotFound,
            BulkBlocked,
            BulkInProgress,
            IdempotencyInFlight,
            UndoExpired,
            IdempotencyMismatch,
            Busy,
        ),
    },
)
async def undo_bulk(bulk_id: str, caller: Doer, services: InServices, doing: InBulks) -> Response:
    bulk = _found(services, caller, bulk_id)
    steps = bulks.plan_of(services.table, bulk, services.bulk_sizes.page).steps
    since = partial(tickets.events_since, services.table)
    judge = rules.judging_undo(bulk, {step.ticket_id: step for step in steps}, services.now(), since)

    def select() -> Selection:
        # Asked here, so that a request that comes again has its answer, however late.
        nouns.check_undo(bulk, services.now())
        return bulk_selections.undoing(nouns.undoing(bulk), steps, judge, bulk.id)

    return doing.do(select)


def _found(services: Services, caller: Principal, bulk_id: str) -> Bulk:
    found = bulks.find(services.table, caller.organisation_id, bulk_id)
    if found is None:
        raise NotFound
    return found
