"""Bulk actions that are done while their caller waits: by one transaction, or by a few (`bulk_protocol` has the table).

What stops one leaves nothing behind: it has failed by its own record, and its marks are taken off. If not even that can
be done, its lease ends after seconds, and whoever meets a mark takes it off.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from ticketing.domain import bulk_audience
from ticketing.domain import bulk_plan as rules
from ticketing.domain.bulk import Bulk, Phase, Shares, Step, shares
from ticketing.domain.ticket import Change, Ticket
from ticketing.errors import Busy
from ticketing.store import bulk_records, items, keys, marks
from ticketing.store.attributes import Item
from ticketing.store.bulk_items import bulk_from
from ticketing.store.bulk_protocol import IN_REQUEST, RECORDS, SIZES, Sizes, alive, finish, leased_until, release_all
from ticketing.store.marks import MARK
from ticketing.store.table import CompanionRefused, ConditionNotMet, OutcomeUnknown, Table, TransactionRefused
from ticketing.store.ticket_writes import writes_of
from ticketing.store.writes import Write


def carry_out(
    table: Table, bulk: Bulk, found: Mapping[str, Ticket], companions: Sequence[Write], sizes: Sizes = SIZES
) -> None:
    """Change every ticket of the plan, or none; `found` are they as they were judged.

    Raises TransactionRefused if one of them is not as it was found, CompanionRefused, Busy, OutcomeUnknown.
    """
    steps = bulk.plan.steps if bulk.plan is not None else ()
    committed = replace(bulk, phase=Phase.COMMITTED, committed_at=bulk.asked_at)
    changes = {step.ticket_id: rules.apply(committed, found[step.ticket_id], step.target) for step in steps}
    audience = bulk_audience.of(change.ticket for change in changes.values())
    bulk, committed = replace(bulk, audience=audience), replace(committed, audience=audience)
    writing = _Writing(bulk, found, changes)
    parts = writing.shares(steps, sizes)
    marked = [step for some in (*parts.before, parts.marked) for step in some]
    if parts.before:
        _Intent(table, bulk, writing).prepare_and_commit(parts, companions)
    else:
        done = replace(committed, phase=Phase.DONE, finished_at=bulk.asked_at)
        _decide(table, committed if marked else done, writing.last(parts), companions)
    try:
        if marked:
            finish(table, committed, marked, sizes, [_marked(committed, found, step) for step in marked])
    except Busy:
        return  # it is committed: whoever meets a mark goes on, and the janitor comes in a minute


@dataclass(frozen=True, slots=True)
class _Writing:
    """What the transactions of a bulk action write to tickets that were `found`, and what `changes` come of it."""

    bulk: Bulk
    found: Mapping[str, Ticket]
    changes: Mapping[str, Change]

    def shares(self, steps: tuple[Step, ...], sizes: Sizes) -> Shares:
        """One transaction, if it has room for what each ticket takes at least; else several."""
        room, living = sizes.writes - RECORDS, len(self.alive(steps))
        if len(steps) + living <= room:
            return shares(steps, room - living)
        return shares(steps, room, before=sizes.writes - 1, more=min(living, 1))

    def alive(self, steps: Sequence[Step]) -> list[Write]:
        return alive(self.bulk, (self.found[step.ticket_id].chat_id for step in steps))

    def marks(self, steps: Sequence[Step]) -> list[Write]:
        return [*self.alive(steps), *(marks.put(self.bulk, step) for step in steps)]

    def last(self, parts: Shares) -> list[Write]:
        """Of the transaction that commits."""
        ids = [step.ticket_id for step in parts.changed]
        changed = [write for id_ in ids for write in writes_of(self.found[id_], self.changes[id_])]
        living = self.alive([*parts.marked, *parts.changed])
        return [*living, *(marks.put(self.bulk, step) for step in parts.marked), *changed]


def _decide(table: Table, bulk: Bulk, writes: Sequence[Write], companions: Sequence[Write]) -> None:
    try:
        table.transact([bulk_records.create(bulk), *writes], companions)
    except OutcomeUnknown as unknown:
        # The id is ours alone, so its record tells of this very write.
        if _record(table, bulk, unknown) is None:
            raise


class _Intent:
    """More than one transaction can mark: the first ones mark some, the last one commits with the others."""

    def __init__(self, table: Table, bulk: Bulk, writing: _Writing) -> None:
        until = leased_until(table.now(), IN_REQUEST)
        self._bulk = replace(bulk, phase=Phase.PREPARING, leased_until=until, attempt_ends_at=until)
        self._table = table
        self._writing = writing

    def prepare_and_commit(self, parts: Shares, companions: Sequence[Write]) -> None:
        """Raises TransactionRefused, CompanionRefused, Busy, OutcomeUnknown."""
        prepared: list[str] = []
        try:
            for nth, some in enumerate(parts.before):
                prepared += [step.ticket_id for step in some]
                record = self._goes_on() if nth else bulk_records.create(self._bulk)
                self._table.transact([record, *self._writing.marks(some)])
            commit = bulk_records.commit(self._bulk, self._bulk.asked_at)
            self._table.transact([commit, *self._writing.last(parts)], companions)
        except (TransactionRefused, CompanionRefused, Busy) as stopped:
            match self._ended():
                case Phase.ABORTED:
                    self._clear(prepared)
                case Phase.COMMITTED | Phase.DONE:
                    return
                case _:
                    pass
            if isinstance(stopped, OutcomeUnknown):
                raise Busy from None  # now it is known: it was not
            raise

    def _goes_on(self) -> Write:
        until = self._bulk.leased_until or self._bulk.asked_at + timedelta(seconds=IN_REQUEST.s)
        return bulk_records.hold(self._bulk, until)

    def _ended(self) -> Phase | None:
        """What became of it: it cannot be committed from now on, or it was, although it seems that it was stopped.

        None if it was not even written down; should that still arrive, nobody commits it, and its lease ends. Without
        an answer no mark may be taken off: of a commit that was refused, an earlier try may still be on its way. Raises
        OutcomeUnknown if nobody can tell.
        """
        try:
            self._table.write(bulk_records.abort(self._bulk))
        except ConditionNotMet:
            item = _record(self._table, self._bulk, OutcomeUnknown())
            return bulk_from(item).phase if item is not None else None
        except Busy:
            raise OutcomeUnknown from None
        return Phase.ABORTED

    def _clear(self, ticket_ids: Sequence[str]) -> None:
        """Take the marks off, and only then say that nothing is left: until then the janitor comes back to it."""
        aborted = replace(self._bulk, phase=Phase.ABORTED)
        try:
            release_all(self._table, aborted, ticket_ids)
            self._table.write(bulk_records.end(aborted, Phase.FAILED, self._table.now(), failure="interrupted"))
        except (ConditionNotMet, Busy):
            return  # whoever meets a mark takes it off


def _marked(bulk: Bulk, found: Mapping[str, Ticket], step: Step) -> Item:
    """A ticket as it is once its mark was put."""
    mark = marks.Mark.of_step(bulk, step)
    key = keys.ticket_key(step.ticket_id)
    return items.ticket_item(found[step.ticket_id]) | key._asdict() | {MARK: mark.item}


def _record(table: Table, bulk: Bulk, unknown: Exception) -> Item | None:
    """Raises `unknown` if it cannot be read."""
    try:
        return table.get(keys.bulk_key(bulk.id))
    except Busy:
        raise unknown from None
