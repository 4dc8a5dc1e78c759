"""The first thing that a worker does: look at every ticket of a bulk action, and write down what becomes of each."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import batched
from typing import Final

from ticketing.domain import bulk_plan as rules
from ticketing.domain.bulk import MOST, Blocker, Bulk, Phase, Plan, Row, Selected
from ticketing.domain.bulk_plan import Judge
from ticketing.domain.query import MAX_LIMIT
from ticketing.errors import BulkInProgress, EmptySelection, NotFound, TicketingError, ValidationFailed
from ticketing.store import bulk_records, bulks, finder, tickets
from ticketing.store.bulk_protocol import BY_WORKER, Sizes, leased_until
from ticketing.store.bulks import Shared
from ticketing.store.objects import Objects
from ticketing.store.table import Table, TransactionRefused
from ticketing.store.walks import Budget

_ROUNDS: Final = 6
"""A bulk action of up to 100 tickets is at them for a fraction of a second; with the pauses, these are three."""


LOOKED_AT: Final = 1_000
"""Tickets that are looked at together, so that chats which several of them share are read once."""


def judge_of(table: Table, bulk: Bulk, now: datetime, sizes: Sizes) -> Judge:
    """How this bulk action decides for a ticket. Raises NotFound if it undoes one that is no more."""
    if bulk.undo_of is None:
        return rules.judging(bulk.action, now, bulk.search.query if bulk.search is not None else None)
    undone = bulks.get(table, bulk.undo_of)
    if undone is None:
        raise NotFound
    steps = {step.ticket_id: step for step in bulks.plan_of(table, undone, sizes.page).steps}
    return rules.judging_undo(undone, steps, now, partial(tickets.events_since, table))


def begin(
    table: Table, bulk: Bulk, sizes: Sizes, clock: Callable[[], float], objects: Objects | None = None
) -> tuple[Bulk, Plan] | None:
    """Turn a queued bulk action into one whose tickets are being marked, or into what it ends as.

    What it is then, and its plan, if they were written: two workers may plan at the same time. `clock` counts seconds;
    `objects` hold long remarks, which the words of a filter may be in. Raises Busy.
    """
    now = table.now()
    try:
        selected = _selected(table, bulk, sizes, clock, objects)
        plan = _planned(table, bulk, selected, judge_of(table, bulk, now, sizes))
    except TicketingError as error:
        if error.status >= 500:
            raise
        code = error.errors[0].code if error.errors else error.code
        _write(table, bulk, Phase.FAILED, Plan(()), sizes, code)
        return None
    phase = _after(plan)
    failure = EmptySelection.code if phase is Phase.FAILED else None
    begun = _write(table, bulk, phase, plan, sizes, failure)
    return (begun, plan) if begun is not None else None


def _after(plan: Plan) -> Phase:
    """What a bulk action turns into by its plan."""
    if plan.blockers:
        return Phase.BLOCKED
    if plan.steps:
        return Phase.PREPARING
    return Phase.DONE if plan.counts.unchanged else Phase.FAILED


def _write(table: Table, bulk: Bulk, phase: Phase, plan: Plan, sizes: Sizes, failure: str | None) -> Bulk | None:
    """The phase and the plan, in one transaction; None and nothing if somebody else was faster."""
    now, counts = table.now(), plan.counts
    selected = len(plan.rows) or bulk.selected
    begun = replace(bulk, phase=phase, counts=counts, selected=selected)
    if phase is Phase.PREPARING:
        ends_at = now + timedelta(seconds=BY_WORKER.most_s)
        begun = replace(begun, leased_until=leased_until(now, BY_WORKER, ends_at), attempt_ends_at=ends_at)
        record = bulk_records.begin(bulk, begun)
    else:
        record = bulk_records.end_planned(bulk, phase, now, counts, selected, failure)
    try:
        table.transact([record, *bulks.page_writes(bulk, plan.rows, sizes.page)])
    except TransactionRefused:
        return None
    return begun


def _selected(
    table: Table, bulk: Bulk, sizes: Sizes, clock: Callable[[], float], objects: Objects | None
) -> list[Selected]:
    """The tickets that were named or found, and those that were still to be found. Raises ValidationFailed."""
    known = [Selected(row.ticket_id, _expected(row)) for row in bulks.plan_of(table, bulk, sizes.page).rows]
    for one in _still_to_find(table, bulk, clock, objects):
        known.append(one)
        if len(known) > MOST:
            raise ValidationFailed.of("filter", f"It finds more than {MOST} tickets", "too_many")
    # The first one of a ticket that was found twice knows the version that is expected.
    return list({one.ticket_id: one for one in reversed(known)}.values())[::-1]


def _still_to_find(table: Table, bulk: Bulk, clock: Callable[[], float], objects: Objects | None) -> Iterator[Selected]:
    """What the request had no time to look for."""
    search = bulk.search
    if search is None or search.after is None:
        return
    for page in finder.pages(
        table,
        bulk.organisation_id,
        search.query,
        after=search.after,
        limit=MAX_LIMIT,
        budget=lambda: Budget(clock),
        seen=search.seen,
        objects=objects,
    ):
        yield from (Selected(ticket.id, search.expected.get(ticket.id)) for ticket in page.tickets)


def _expected(row: Row) -> int | None:
    return row.expected_version if isinstance(row, Selected) else None


def _planned(table: Table, bulk: Bulk, selected: Sequence[Selected], judge: Judge) -> Plan:
    shared: Shared = {}
    parts = batched(selected, LOOKED_AT, strict=False)
    return Plan(tuple(row for some in parts for row in judged(table, bulk, some, judge, shared)))


def judged(
    table: Table, bulk: Bulk, selected: Sequence[Selected], judge: Judge, shared: Shared | None = None
) -> list[Row]:
    """What becomes of each of these tickets; another bulk action that is at one of them is waited for, for a while.

    `shared` as in `bulks.look`. Raises AssigneeNotMember, Busy.
    """
    rows: dict[str, Row] = {}
    waiting = list(selected)
    for attempt in range(_ROUNDS):
        ids = [one.ticket_id for one in waiting]
        around = bulks.look(table, bulk.organisation_id, bulk.action, ids, asking=bulk.id, shared=shared)
        rows |= {row.ticket_id: row for row in rules.plan(waiting, around.found, judge, around.place).rows}
        waiting = [one for one in waiting if is_held_up(rows[one.ticket_id])]
        if not waiting:
            break
        table.pause(attempt)
    return [rows[one.ticket_id] for one in selected]


def is_held_up(row: Row) -> bool:
    """Whether a bulk action was at the ticket, perhaps this very one by its twin."""
    return isinstance(row, Blocker) and row.code == BulkInProgress.code
