"""How a bulk action changes all of its tickets or none, with transactions of at most 100 writes.

| so many tickets | prepare and commit                                                                | then       |
|-----------------|-----------------------------------------------------------------------------------|------------|
| up to 49        | one transaction: the record, and each ticket with its event                       | nothing    |
| up to 98        | one transaction: the record, committed; as many tickets with their events as it   | apply      |
|                 | has room for, and a mark on each other one                                        |            |
| up to 100       | a transaction marks 51 or fewer; one commits, and changes the others              | apply      |
| more            | a transaction for every 99: a mark on each ticket; the last one commits, too      | apply      |

    prepare   mark each ticket, at the version that its step was decided on, if it carries nobody's mark, as long as the
              record says that this attempt goes on
    commit    the record turns from PREPARING to COMMITTED: now all tickets are changed, or will be; nothing stops it
    apply     change each ticket that carries the mark of the committed attempt, and take the mark off
    settle    whoever meets a mark does by the record what it stands for

| the record says                          | the mark of its present attempt | one of an earlier attempt |
|------------------------------------------|---------------------------------|---------------------------|
| committed, done                          | apply                           | release                   |
| preparing, and the lease lasts           | leave: it is not committed      | release                   |
| preparing, and the lease is over         | abort the attempt, then release | release                   |
| queued, aborted, blocked, failed, no record | release                      | release                   |

All that a change says comes from the record, the mark and the ticket, so it does not matter who applies it: the
request, the worker, a reader, a writer or the janitor. A clock that is wrong can abort an attempt too early, never
split one.

A ticket that is restored takes one check more, that its chat lives.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import batched
from typing import Final

from ticketing.domain import bulk_plan as rules
from ticketing.domain.bulk import Bulk, Kind, Lease, Phase, Step
from ticketing.domain.bulk_audience import Audience
from ticketing.domain.ticket import Change, Ticket
from ticketing.errors import Busy
from ticketing.store import bulk_records, directory, items, keys, marks
from ticketing.store.attributes import Item
from ticketing.store.bulk_items import audience_item, bulk_from
from ticketing.store.keys import Key
from ticketing.store.marks import MARK, Mark
from ticketing.store.table import ConditionNotMet, OutcomeUnknown, Table, TransactionRefused
from ticketing.store.ticket_writes import writes_of
from ticketing.store.writes import Write

_ROUNDS: Final = 2
"""So often are tickets applied together; then they are settled, each by itself if need be."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many writes go into one transaction, tickets that are applied in one or read at once, rows of a page."""

    writes: int = 100
    applied: int = 50
    read: int = 100
    page: int = 1_000


SIZES: Final = Sizes()
RECORDS: Final = 2
"""The bulk action's own, and that of the answer."""
IN_REQUEST: Final = Lease(s=15, most_s=15)
BY_WORKER: Final = Lease(s=60, most_s=120)


def prepare(
    table: Table, bulk: Bulk, steps: Sequence[Step], chat_ids: Iterable[str], leased_until: datetime | None
) -> None:
    """Mark tickets of these chats, as long as the attempt goes on; its lease is renewed.

    `leased_until` is None for the first ones of a bulk action whose record is not written yet: it comes with them.
    Raises TransactionRefused, Busy, OutcomeUnknown.
    """
    record = bulk_records.hold(bulk, leased_until) if leased_until is not None else bulk_records.create(bulk)
    table.transact([record, *marking(bulk, steps, chat_ids)])


def marking(bulk: Bulk, steps: Sequence[Step], chat_ids: Iterable[str]) -> list[Write]:
    """What a transaction writes that marks tickets of these chats."""
    return [*alive(bulk, chat_ids), *(marks.put(bulk, step) for step in steps)]


def alive(bulk: Bulk, chat_ids: Iterable[str]) -> list[Write]:
    """What belongs into a transaction that restores tickets, or marks them: a chat to which one comes back lives."""
    if bulk.action.kind is not Kind.RESTORE:
        return []
    return [directory.alive(bulk.organisation_id, chat_id) for chat_id in dict.fromkeys(chat_ids)]


def commit(
    table: Table,
    bulk: Bulk,
    at: datetime,
    steps: Sequence[Step],
    chat_ids: Iterable[str],
    changes: Sequence[Write] = (),
    companions: Sequence[Write] = (),
) -> None:
    """Mark the last tickets, make the first `changes` at once, and with them decide it for all.

    Raises TransactionRefused, CompanionRefused, Busy, OutcomeUnknown.
    """
    table.transact([bulk_records.commit(bulk, at), *marking(bulk, steps, chat_ids), *changes], companions)


def commit_at_once(
    table: Table,
    bulk: Bulk,
    steps: Sequence[Step],
    chat_ids: Iterable[str],
    changes: Sequence[Write],
    companions: Sequence[Write],
) -> None:
    """What is neither written down nor marked yet, by one transaction. Raises as `commit` does."""
    table.transact([bulk_records.create(bulk), *marking(bulk, steps, chat_ids), *changes], companions)


def leased_until(now: datetime, lease: Lease, ends_at: datetime | None = None) -> datetime:
    """The end of a lease that is taken or renewed now; never beyond that of the attempt."""
    until = now + timedelta(seconds=lease.s)
    return until if ends_at is None else min(until, ends_at)


@dataclass(frozen=True, slots=True)
class Pending:
    """A ticket whose change is committed, and not applied yet: as it is, with its mark, and the change."""

    ticket: Ticket
    mark: Mark
    change: Change


def pending(bulk: Bulk, found: Iterable[Item]) -> list[Pending]:
    """Those of the tickets that carry the mark of the committed attempt."""
    known = ((item, marks.of(item)) for item in found)
    marked = [(items.ticket_from(item), mark) for item, mark in known if mark is not None and mark.is_of(bulk)]
    return [Pending(ticket, mark, rules.apply(bulk, ticket, mark.target_for(bulk))) for ticket, mark in marked]


def apply(table: Table, some: Sequence[Pending], *, record: Write | None = None) -> bool:
    """Change tickets in one transaction; False if it was refused: one of them is changed already.

    `record` is what the bulk action's own record tells of it.
    """
    writes: list[Write] = [record] if record is not None else []
    for one in some:
        writes += writes_of(one.ticket, one.change, marked_by=one.mark)
    try:
        table.transact(writes)
    except (TransactionRefused, OutcomeUnknown):
        return False  # whoever reads the tickets again sees what is left to do
    return True


def settle(table: Table, marked: Sequence[Item], sizes: Sizes = SIZES) -> set[Key]:
    """Do to each of these tickets what its mark stands for; somebody else may be faster.

    The keys of those that were left as they are: nobody knows yet what becomes of them. Raises Busy.
    """
    records = table.get_many(keys.bulk_key(item[MARK]["bulk"]) for item in marked)
    bulks = {bulk.id: bulk for bulk in map(bulk_from, records.values())}
    of_bulk: dict[str, list[Item]] = defaultdict(list)
    for item in marked:
        of_bulk[item[MARK]["bulk"]].append(item)
    left: set[Key] = set()
    for bulk_id, some in of_bulk.items():
        left |= _settle(table, bulks.get(bulk_id), some, sizes)
    return left


def _settle(table: Table, bulk: Bulk | None, marked: Sequence[Item], sizes: Sizes) -> set[Key]:
    """Tickets that carry marks of one bulk action."""
    present = [item for item in marked if bulk is not None and (mark := marks.of(item)) and mark.is_of(bulk)]
    if bulk is not None and present:
        if bulk.is_held(table.now()):
            release(table, [item for item in marked if item not in present])
            return {_key(item) for item in present}
        if bulk.phase.is_committed:
            release(table, [item for item in marked if item not in present])
            for some in batched(pending(bulk, present), sizes.applied, strict=False):
                _apply_each(table, some)
            return set()
        if bulk.phase is Phase.PREPARING and not abort(table, bulk):
            return set()  # it went on in this very moment: who asked looks again
    release(table, marked)
    return set()


def _apply_each(table: Table, some: Sequence[Pending]) -> None:
    """All in one, or each by itself, so that one which somebody else has applied does not keep the others waiting."""
    if not apply(table, some) and len(some) > 1:
        for one in some:
            apply(table, [one])


def abort(table: Table, bulk: Bulk) -> bool:
    """End an attempt that nobody holds any more; False if somebody else decided its fate."""
    try:
        table.write(bulk_records.abort(bulk))
    except ConditionNotMet:
        return False
    return True


def release(table: Table, marked: Sequence[Item]) -> bool:
    """Take marks off that stand for nothing; False if nobody knows of one whether it is gone. Raises Busy."""
    are_gone = True
    for some in batched(marked, SIZES.writes, strict=False):
        writes = [marks.release(_key(item), mark) for item in some if (mark := marks.of(item)) is not None]
        try:
            table.transact(writes)
        except (TransactionRefused, OutcomeUnknown):
            for write in writes:
                are_gone = _release_one(table, write) and are_gone
    return are_gone


def _release_one(table: Table, write: Write) -> bool:
    try:
        table.write(write)
    except ConditionNotMet:
        return True
    except OutcomeUnknown:
        return False
    return True


def release_all(table: Table, bulk: Bulk, ticket_ids: Sequence[str]) -> None:
    """Take the marks of this attempt, which is over, and of those before it off the tickets; all are gone then.

    What was read of a bulk action may be old: marks of a later attempt stay. Raises Busy.
    """
    for some in batched(ticket_ids, SIZES.writes, strict=False):
        found = table.get_many(keys.ticket_key(id_) for id_ in some)
        own = [item for item in found.values() if (mark := marks.of(item)) and mark.is_until(bulk)]
        if own and not release(table, own):
            raise Busy


def release_left(table: Table, bulk: Bulk, ticket_ids: Sequence[str]) -> bool:
    """Take off what one that came to nothing has left, and note that nothing is; False if it is gone. Raises Busy."""
    release_all(table, bulk, ticket_ids)
    try:
        table.write(bulk_records.is_clear(bulk))
    except ConditionNotMet:
        return False
    return True


def withdraw(table: Table, bulk: Bulk) -> Phase | None:
    """End an attempt that was stopped; what became of it: it cannot be committed from now on, or it was.

    None if it was not even written down; should that still arrive, nobody commits it, and its lease ends. Without an
    answer no mark may be taken off: of a commit that was refused, an earlier try may still be on its way. Raises
    OutcomeUnknown if nobody can tell.
    """
    try:
        if abort(table, bulk):
            return Phase.ABORTED
        item = table.get(keys.bulk_key(bulk.id))
    except Busy:
        raise OutcomeUnknown from None
    return bulk_from(item).phase if item is not None else None


def clear(table: Table, bulk: Bulk, ticket_ids: Sequence[str]) -> None:
    """Take the marks of a withdrawn attempt off, and only then say that nothing is left.

    Until then the janitor comes back to it; and whoever meets a mark takes it off.
    """
    aborted = replace(bulk, phase=Phase.ABORTED)
    try:
        release_all(table, aborted, ticket_ids)
        table.write(bulk_records.interrupted(aborted, table.now()))
    except (ConditionNotMet, Busy):
        return


def finish(
    table: Table, bulk: Bulk, steps: Sequence[Step], sizes: Sizes = SIZES, known: Sequence[Pending] = ()
) -> None:
    """Apply what is still marked, and note that nothing is; `known` are the tickets if they were marked just now.

    Raises Busy.
    """
    at_hand = {one.ticket.id: one for one in known}
    some: Sequence[Pending] = ()
    for part in batched(steps, sizes.applied, strict=False):
        apply_pending(table, bulk, some)
        wanted = [keys.ticket_key(step.ticket_id) for step in part]
        some = [at_hand[step.ticket_id] for step in part] if known else pending(bulk, table.get_many(wanted).values())
    if not apply_and_end(table, bulk, some, sizes):
        apply_pending(table, bulk, some)
        note_done(table, bulk)


def apply_and_end(
    table: Table, bulk: Bulk, some: Sequence[Pending], sizes: Sizes, audience: Audience | None = None
) -> bool:
    """The last tickets and the end of it in one transaction, if there is room; False if it did not come to that.

    `audience` as in `note_done`.
    """
    if not some or 2 * len(some) >= sizes.writes:
        return False
    return apply(table, some, record=_end(table, bulk, audience))


def apply_pending(table: Table, bulk: Bulk, some: Sequence[Pending], *, counts: int | None = None) -> int:
    """Apply those of the tickets that are still to be changed, whoever else is at it; how many were changed here.

    The progress that the record tells of grows by them and by `counts`, if that is given. Raises Busy.
    """
    wanted = [keys.ticket_key(one.ticket.id) for one in some]
    found: Sequence[Item] = ()
    for _ in range(_ROUNDS):
        if not some:
            return 0
        if apply(table, some, record=_count(bulk, counts, len(some))):
            return len(some)
        found = list(table.get_many(wanted).values())
        some = pending(bulk, found)
    settle(table, [item for item in found if MARK in item and item[MARK]["bulk"] == bulk.id])
    if any(MARK in item and item[MARK]["bulk"] == bulk.id for item in table.get_many(wanted).values()):
        raise Busy
    return 0


def _count(bulk: Bulk, counts: int | None, more: int) -> Write | None:
    return bulk_records.count(bulk, counts + more) if counts is not None else None


def note_done(table: Table, bulk: Bulk, audience: Audience | None = None) -> None:
    """Every ticket was changed itself; `audience` is told by who has met them all, if the record does not have it."""
    try:
        table.write(_end(table, bulk, audience))
    except ConditionNotMet:
        return


def _end(table: Table, bulk: Bulk, audience: Audience | None) -> Write:
    more = {"audience": audience_item(audience)} if audience is not None else {}
    return bulk_records.end(bulk, Phase.DONE, table.now(), **more)


def _key(item: Item) -> Key:
    return Key(item["pk"], item["sk"])
