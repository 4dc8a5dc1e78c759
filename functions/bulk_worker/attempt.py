"""One attempt to mark all tickets of a bulk action: the transaction that marks the last ones commits it.

A ticket that was changed since it was looked at is judged again, and marked in one transaction with what it was judged
to be. A twin of this worker, which works at the same attempt, finds that and follows it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import batched
from typing import Final

from bulk_worker import planning
from ticketing.domain.bulk import Blocker, Bulk, Kind, LeftOut, Phase, Row, Step, Unchanged, batches
from ticketing.domain.bulk_plan import Judge
from ticketing.domain.ticket import Ticket, check_restorable
from ticketing.errors import Busy, RestoreExpired
from ticketing.store import bulk_protocol, bulk_records, bulks, items, keys, marks, settling
from ticketing.store.attributes import Item
from ticketing.store.bulk_protocol import BY_WORKER, Sizes, leased_until
from ticketing.store.table import Table, TransactionRefused
from ticketing.store.writes import Write, check

_ROUNDS: Final = 4
"""A ticket is looked at again three times."""
_MOST_WRITES_JUDGED: Final = 3
"""Of a ticket that was judged again: what it was judged to be, its mark, the check that its chat lives.

Of one that is spared: what it was judged to be, and the check that it is not as it was planned.
"""


class _Over(Exception):
    """Somebody has decided the fate of this attempt: the record tells what it is."""


class Attempt:
    def __init__(self, table: Table, bulk: Bulk, judge: Judge, sizes: Sizes) -> None:
        self._table = table
        self._bulk = bulk
        self._judge = judge
        self._sizes = sizes
        self._judged = bulk.judged
        self._each = 2 if bulk.action.kind is Kind.RESTORE else 1
        self._steps: Sequence[Step] = ()

    def run(self, steps: tuple[Step, ...]) -> Bulk | None:
        """The bulk action as it was committed; None if it was not: the record tells what became of it.

        Raises AssigneeNotMember, Busy.
        """
        one_record = (self._sizes.writes - 1) // self._each
        *first, last = batches(steps, one_record, one_record)
        self._steps = steps
        try:
            for some in first:
                self._mark(some, commits=False)
            committed_at = self._mark(last, commits=True)
        except _Over:
            return None
        return replace(self._bulk, phase=Phase.COMMITTED, committed_at=committed_at, judged=self._judged)

    def _mark(self, steps: Sequence[Step], *, commits: bool) -> datetime:
        """When it was done."""
        for _ in range(_ROUNDS):
            now = self._table.now()
            self._check_time(now)
            try:
                self._write(steps, now, commits=commits)
            except TransactionRefused as refused:
                _check(refused)
            else:
                return now
            steps = self._looked_at_again(steps)
            if not steps and not commits:
                return now
        raise Busy

    def _check_time(self, now: datetime) -> None:
        """Raises _Over once it takes too long: the next attempt judges all tickets by what they are then."""
        if self._bulk.attempt_ends_at is not None and now >= self._bulk.attempt_ends_at:
            bulk_protocol.abort(self._table, self._bulk)
            raise _Over

    def _write(self, steps: Sequence[Step], now: datetime, *, commits: bool) -> None:
        chats = self._chats(steps)
        if commits:
            bulk_protocol.commit(self._table, self._bulk, now, steps, chats)
        else:
            bulk_protocol.prepare(self._table, self._bulk, steps, chats, self._leased_until(now))

    def _leased_until(self, now: datetime) -> datetime:
        return leased_until(now, BY_WORKER, self._bulk.attempt_ends_at)

    def _chats(self, steps: Sequence[Step]) -> list[str]:
        """Those to which tickets come back. Raises _Over if it is too late for one of the tickets."""
        if self._bulk.action.kind is not Kind.RESTORE:
            return []
        found = self._table.get_many(keys.ticket_key(step.ticket_id) for step in steps)
        tickets = [items.ticket_from(item) for item in found.values()]
        # The plan may be hours old, and what is purged loses its history before it goes: it waits for an hour.
        if expired := _expired(tickets, self._table.now()):
            self._block(expired)
        return [ticket.chat_id for ticket in tickets]

    def _looked_at_again(self, steps: Sequence[Step]) -> list[Step]:
        """What is still to be marked as it was planned. What has changed since is marked here, as it is judged now."""
        found = settling.get_many(self._table, [keys.ticket_key(step.ticket_id) for step in steps])
        left = [step for step in steps if not self._is_marked(found.get(keys.ticket_key(step.ticket_id)))]
        same = [step for step in left if self._is_as_planned(step, found.get(keys.ticket_key(step.ticket_id)))]
        return [*same, *self._judged_again(self._not_judged_again([step for step in left if step not in same]))]

    def _not_judged_again(self, steps: Sequence[Step]) -> list[Step]:
        """By nobody in this attempt."""
        known = self._table.get_many(keys.bulk_judged_key(self._bulk.id, step.ticket_id) for step in steps)
        self._judged += len(known)
        judged = {item["sk"] for item in known.values() if item["attempt"] == self._bulk.attempt}
        return [step for step in steps if keys.bulk_judged_key(self._bulk.id, step.ticket_id).sk not in judged]

    def _is_marked(self, item: Item | None) -> bool:
        """By a twin, or by this worker, whose answer was lost."""
        mark = marks.of(item) if item is not None else None
        return mark is not None and mark.is_of(self._bulk)

    def _is_as_planned(self, step: Step, item: Item | None) -> bool:
        if item is None or item["version"] != step.version:
            return False
        mark = marks.of(item)
        return (mark is None or mark.bulk_id == self._bulk.id) and self._bulk.action.kind is not Kind.RESTORE

    def _judged_again(self, steps: Sequence[Step]) -> list[Step]:
        """Those that changed once more in the meantime. Raises _Over if one of them may not be changed any more."""
        if not steps:
            return []
        rows = planning.judged(self._table, self._bulk, [step.selected for step in steps], self._judge)
        blockers = [row for row in rows if isinstance(row, Blocker)]
        if blockers:
            self._block(blockers)
        by_id = {step.ticket_id: step for step in steps}
        left: list[Step] = []
        for some in batched(rows, (self._sizes.writes - 1) // _MOST_WRITES_JUDGED, strict=False):
            if not self._write_judged(some, by_id):
                left += [by_id[row.ticket_id] for row in some]
        return left

    def _write_judged(self, rows: Sequence[Row], planned: Mapping[str, Step]) -> bool:
        steps = [row for row in rows if isinstance(row, Step)]
        kinds = [type(row) for row in rows]
        until = self._leased_until(self._table.now())
        counted = {"unchanged": kinds.count(Unchanged), "left_out": kinds.count(LeftOut), "judged": len(rows)}
        record = bulk_records.hold(self._bulk, until, **counted)
        judged = [bulks.judged_write(self._bulk, row) for row in rows]
        # A twin marks a ticket that is as it was planned, and asks for no judgement: so it is spared by nobody.
        spared = [_is_not_as_planned(planned[row.ticket_id]) for row in rows if not isinstance(row, Step)]
        marked = bulk_protocol.marking(self._bulk, steps, self._chats(steps))
        try:
            self._table.transact([record, *judged, *spared, *marked])
        except TransactionRefused as refused:
            _check(refused)
            return False
        self._judged += len(rows)
        return True

    def _block(self, blockers: Sequence[Blocker]) -> None:
        """PREPARING → BLOCKED. Raises _Over."""
        told = [*blockers, *self._others(blockers)]
        judged = {"blocked": len(told), "judged": self._bulk.judged + len(told)}
        record = bulk_records.end(self._bulk, Phase.BLOCKED, self._table.now(), **judged)
        page = max(self._sizes.page, -(-len(told) // (self._sizes.writes - 1)))
        try:
            self._table.transact([record, *bulks.blocked_writes(self._bulk, told, page)])
        except TransactionRefused:
            raise _Over from None
        raise _Over

    def _others(self, blockers: Sequence[Blocker]) -> list[Blocker]:
        """What else keeps it from being done: a refusal tells of every ticket."""
        known = {one.ticket_id for one in blockers}
        rest = [step for step in self._steps if step.ticket_id not in known]
        others: list[Blocker] = []
        for some in batched(rest, planning.LOOKED_AT, strict=False):
            found = settling.get_many(self._table, [keys.ticket_key(step.ticket_id) for step in some])
            left = [step for step in some if not self._is_marked(found.get(keys.ticket_key(step.ticket_id)))]
            changed = [one for one in left if not self._is_as_planned(one, found.get(keys.ticket_key(one.ticket_id)))]
            selected = [step.selected for step in self._not_judged_again(changed)]
            rows = planning.judged(self._table, self._bulk, selected, self._judge)
            others += [row for row in rows if isinstance(row, Blocker)]
        return others


def _expired(tickets: Sequence[Ticket], now: datetime) -> list[Blocker]:
    """Those that may be restored no more."""
    blockers: list[Blocker] = []
    for ticket in tickets:
        try:
            check_restorable(ticket, now)
        except RestoreExpired as expired:
            blockers.append(Blocker.of(ticket.id, expired))
    return blockers


def _is_not_as_planned(step: Step) -> Write:
    return check(
        keys.ticket_key(step.ticket_id),
        "attribute_not_exists(pk) OR version <> :planned",
        values={":planned": step.version},
    )


def _check(refused: TransactionRefused) -> None:
    """Raises _Over if the record was not as this attempt wants it."""
    if 0 in refused.failed:
        raise _Over from None
