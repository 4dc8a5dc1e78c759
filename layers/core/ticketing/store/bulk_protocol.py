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
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched
from typing import Final

from ticketing.domain import bulk_plan as rules
from ticketing.domain.bulk import Bulk, Kind, Lease, Phase, Step
from ticketing.domain.bulk_audience import Audience
from ticketing.domain.ticket import Ticket
from ticketing.errors import Busy
from ticketing.store import bulk_records, directory, items, keys, marks
from ticketing.store.attributes import Item
from ticketing.store.bulk_items import audience_item, bulk_from
from ticketing.store.keys import Key
from ticketing.store.marks import MARK
from ticketing.store.table import ConditionNotMet, OutcomeUnknown, Table, TransactionRefused
from ticketing.store.ticket_writes import writes_of
from ticketing.store.writes import Write

_ROUNDS: Final = 3


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


def alive(bulk: Bulk, chat_ids: Iterable[str]) -> list[Write]:
    """What belongs into a transaction that restores tickets, or marks them: a chat to which one comes back lives."""
    if bulk.action.kind is not Kind.RESTORE:
        return []
    return [directory.alive(bulk.organisation_id, chat_id) for chat_id in dict.fromkeys(chat_ids)]


def leased_until(now: datetime, lease: Lease, ends_at: datetime | None = None) -> datetime:
    """The end of a lease that is taken or renewed now; never beyond that of the attempt."""
    until = now + timedelta(seconds=lease.s)
    return until if ends_at is None else min(until, ends_at)


def apply(table: Table, bulk: Bulk, marked: Sequence[Item], *, record: Write | None = None) -> bool:
    """Change tickets that are marked, in one transaction; False if it was refused: one of them is changed already.

    `record` is what the bulk action's own record tells of it.
    """
    writes: list[Write] = [record] if record is not None else []
    for item in marked:
        ticket, mark = items.ticket_from(item), marks.of(item)
        if mark is not None:
            writes += writes_of(ticket, rules.apply(bulk, ticket, mark.target_for(bulk)), marked_by=mark)
    try:
        table.transact(writes)
    except (TransactionRefused, OutcomeUnknown):
        return False  # whoever reads the tickets again sees what is left to do
    return True


def changed(bulk: Bulk, item: Item) -> Ticket:
    """A ticket as a committed bulk action leaves it, whether it was applied to it yet or not."""
    ticket, mark = items.ticket_from(item), marks.of(item)
    return ticket if mark is None or not mark.is_of(bulk) else rules.apply(bulk, ticket, mark.target_for(bulk)).ticket


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
            for some in batched(present, sizes.applied, strict=False):
                _apply_each(table, bulk, some)
            return set()
        if bulk.phase is Phase.PREPARING and not abort(table, bulk):
            return set()  # it went on in this very moment: who asked looks again
    release(table, marked)
    return set()


def _apply_each(table: Table, bulk: Bulk, marked: Sequence[Item]) -> None:
    """All in one, or each by itself, so that one which somebody else has applied does not keep the others waiting."""
    if not apply(table, bulk, marked) and len(marked) > 1:
        for item in marked:
            apply(table, bulk, [item])


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


def finish(table: Table, bulk: Bulk, steps: Sequence[Step], sizes: Sizes = SIZES, known: Sequence[Item] = ()) -> None:
    """Apply what is still marked, and note that nothing is; `known` are the tickets if they were marked just now.

    Raises Busy.
    """
    at_hand = {_key(item): item for item in known}
    found: Sequence[Item] = ()
    for some in batched(steps, sizes.applied, strict=False):
        apply_marked(table, bulk, found)
        wanted = [keys.ticket_key(step.ticket_id) for step in some]
        found = [at_hand[key] for key in wanted] if known else list(table.get_many(wanted).values())
    if not apply_and_end(table, bulk, found, sizes):
        apply_marked(table, bulk, found)
        note_done(table, bulk)


def apply_and_end(
    table: Table, bulk: Bulk, found: Sequence[Item], sizes: Sizes, audience: Audience | None = None
) -> bool:
    """The last tickets and the end of it in one transaction, if there is room; False if it did not come to that.

    `audience` as in `note_done`.
    """
    marked = [item for item in found if (mark := marks.of(item)) is not None and mark.is_of(bulk)]
    if not marked or 2 * len(marked) >= sizes.writes:
        return False
    return apply(table, bulk, marked, record=_end(table, bulk, audience))


def apply_marked(table: Table, bulk: Bulk, found: Sequence[Item], *, counts: int | None = None) -> int:
    """Apply those of the tickets that still carry the mark, whoever else is at it; how many were changed here.

    The progress that the record tells of grows by them and by `counts`, if that is given. Raises Busy.
    """
    for attempt in range(_ROUNDS):
        marked = [item for item in found if (mark := marks.of(item)) is not None and mark.is_of(bulk)]
        if not marked:
            return 0
        if attempt == _ROUNDS - 1:
            settle(table, marked)
        elif apply(table, bulk, marked, record=_count(bulk, counts, len(marked))):
            return len(marked)
        found = list(table.get_many(_key(item) for item in marked).values())
    if any(MARK in item and item[MARK]["bulk"] == bulk.id for item in found):
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
