"""Bulk actions that are done while their caller waits: by one transaction, or by a few (`bulk_protocol` has the table).

Here it is decided which of its tickets each transaction carries. What stops one leaves nothing behind: it has failed
by its own record, and its marks are taken off. If not even that can be done, its lease ends after seconds, and whoever
meets a mark takes it off.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ticketing.domain import bulk_audience
from ticketing.domain import bulk_plan as rules
from ticketing.domain.bulk import Bulk, Phase, Shares, Step, shares
from ticketing.domain.ticket import Change, Ticket
from ticketing.errors import Busy
from ticketing.store import bulk_protocol, bulks
from ticketing.store.bulk_protocol import IN_REQUEST, RECORDS, SIZES, Pending, Sizes, leased_until
from ticketing.store.marks import Mark
from ticketing.store.table import CompanionRefused, OutcomeUnknown, Table, TransactionRefused
from ticketing.store.ticket_writes import writes_of
from ticketing.store.writes import Write


def carry_out(
    table: Table, bulk: Bulk, found: Mapping[str, Ticket], companions: Sequence[Write], sizes: Sizes = SIZES
) -> bool:
    """Change every ticket of the plan, or none; `found` are they as they were judged.

    False if it is committed, and what is left to apply is somebody else's: of whoever meets a mark, or the janitor's,
    who comes within minutes. Raises TransactionRefused if one of them is not as it was found, CompanionRefused, Busy,
    OutcomeUnknown.
    """
    steps = bulk.plan.steps if bulk.plan is not None else ()
    committed = replace(bulk, phase=Phase.COMMITTED, committed_at=bulk.asked_at)
    changes = {step.ticket_id: rules.apply(committed, found[step.ticket_id], step.target) for step in steps}
    audience = bulk_audience.of(change.ticket for change in changes.values())
    writing = _Writing(table, replace(bulk, audience=audience), found, changes, companions)
    parts = writing.shares(steps, sizes)
    if parts.before:
        writing.prepare_and_commit(parts)
    else:
        writing.commit_at_once(parts)
    marked = [step for some in (*parts.before, parts.marked) for step in some]
    try:
        if marked:
            bulk_protocol.finish(table, committed, marked, sizes, [writing.pending(step) for step in marked])
    except Busy:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Writing:
    """A bulk action on tickets that were `found`, and what `changes` come of it.

    Its steps are shared out: some are marked before the transaction that commits, some by it, and some done by it.
    """

    table: Table
    bulk: Bulk
    found: Mapping[str, Ticket]
    changes: Mapping[str, Change]
    companions: Sequence[Write]

    def shares(self, steps: tuple[Step, ...], sizes: Sizes) -> Shares:
        """One transaction, if it has room for what each ticket takes at least; else several."""
        living = len(bulk_protocol.alive(self.bulk, self._chats(steps)))
        room = sizes.writes - RECORDS
        if len(steps) + living <= room:
            return shares(steps, room - living)
        return shares(steps, room, before=sizes.writes - 1, more=min(living, 1))

    def commit_at_once(self, parts: Shares) -> None:
        """Raises TransactionRefused, CompanionRefused, Busy, OutcomeUnknown."""
        asked_at = self.bulk.asked_at
        bulk = replace(self.bulk, phase=Phase.COMMITTED, committed_at=asked_at)
        if not parts.marked:
            bulk = replace(bulk, phase=Phase.DONE, finished_at=asked_at)
        chats = self._chats([*parts.marked, *parts.changed])
        try:
            bulk_protocol.commit_at_once(self.table, bulk, parts.marked, chats, self._changed(parts), self.companions)
        except OutcomeUnknown:
            if not self._is_written():
                raise

    def prepare_and_commit(self, parts: Shares) -> None:
        """Raises TransactionRefused, CompanionRefused, Busy, OutcomeUnknown."""
        until = leased_until(self.table.now(), IN_REQUEST)
        bulk = replace(self.bulk, phase=Phase.PREPARING, leased_until=until, attempt_ends_at=until)
        prepared: list[str] = []
        chats = self._chats([*parts.marked, *parts.changed])
        try:
            for nth, some in enumerate(parts.before):
                prepared += [step.ticket_id for step in some]
                bulk_protocol.prepare(self.table, bulk, some, self._chats(some), until if nth else None)
            bulk_protocol.commit(
                self.table, bulk, bulk.asked_at, parts.marked, chats, self._changed(parts), self.companions
            )
        except (TransactionRefused, CompanionRefused, Busy) as stopped:
            phase = bulk_protocol.withdraw(self.table, bulk)
            if phase is not None and phase.is_committed:
                return  # although it seems that it was stopped
            if phase is Phase.ABORTED:
                bulk_protocol.clear(self.table, bulk, prepared)
            if isinstance(stopped, OutcomeUnknown):
                raise Busy from None  # now it is known: it was not
            raise

    def pending(self, step: Step) -> Pending:
        """A ticket once its mark was put."""
        id_ = step.ticket_id
        return Pending(self.found[id_], Mark.of_step(self.bulk, step), self.changes[id_])

    def _changed(self, parts: Shares) -> list[Write]:
        ids = [step.ticket_id for step in parts.changed]
        return [write for id_ in ids for write in writes_of(self.found[id_], self.changes[id_])]

    def _chats(self, steps: Sequence[Step]) -> list[str]:
        return [self.found[step.ticket_id].chat_id for step in steps]

    def _is_written(self) -> bool:
        """The id is ours alone, so its record tells of this very write."""
        try:
            return bulks.get(self.table, self.bulk.id) is not None
        except Busy:
            return False
