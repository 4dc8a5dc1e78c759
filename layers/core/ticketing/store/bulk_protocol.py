"""How a bulk action changes all of its tickets or none, with transactions of at most 100 writes.

| so many tickets | the transaction that decides                 | then                                            |
|-----------------|----------------------------------------------|-------------------------------------------------|
| up to 49        | record, and each ticket with its event       | nothing is left to do                           |
| up to 98        | record, and a mark on each ticket: committed | each ticket is changed and loses its mark; done |

Each ticket is changed, or marked, only at the version that the plan rests on, and only without a mark of another bulk
action. One that is restored takes a check more: that its chat lives.

A bulk action that was committed is seen in every ticket at once by whoever reads one by id, since readers, writers and
the janitor settle a mark that they meet (`marks`). Lists show it as soon as a ticket was changed itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import batched
from typing import Final

from ticketing.domain import bulk as rules
from ticketing.domain.bulk import KEPT, Bulk, Kind, Step
from ticketing.domain.instants import to_text
from ticketing.domain.ticket import Ticket
from ticketing.errors import Busy
from ticketing.store import directory, items, keys, marks
from ticketing.store.bulk_items import bulk_from, bulk_item
from ticketing.store.keys import Key
from ticketing.store.table import ConditionNotMet, OutcomeUnknown, Table
from ticketing.store.ticket_writes import MARK, writes_of
from ticketing.store.writes import Write, delete, put_new, update


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many writes go into one transaction that decides, and how many tickets are changed in one afterwards."""

    writes: int = 100
    applied: int = 50


SIZES: Final = Sizes()
_RECORDS: Final = 2
"""The bulk action's own, and that of the answer."""
MARKED: Final = SIZES.writes - _RECORDS
MARKED_RESTORED: Final = MARKED // 2
"""Each in a chat of its own. No more are deleted either, so that it can be undone."""


def carry_out(
    table: Table, bulk: Bulk, found: Mapping[str, Ticket], companions: Sequence[Write], sizes: Sizes = SIZES
) -> None:
    """Change every ticket of the plan, or none.

    Raises TransactionRefused if one of them is not as it was found, CompanionRefused, Busy, OutcomeUnknown.
    """
    native = [write for step in bulk.steps for write in _change(bulk, step, found[step.ticket_id])]
    alive = _alive(bulk, found)
    if _RECORDS + len(alive) + len(native) <= sizes.writes:
        _decide(table, bulk, [*alive, *native], companions)
        return
    committed = replace(bulk, is_applied=False)
    _decide(table, committed, [*alive, *(marks.put(bulk, step) for step in bulk.steps)], companions)
    try:
        finish(table, committed, sizes, found)
    except Busy:
        return  # it is committed: whoever meets a mark goes on, and the janitor comes in a minute


def finish(table: Table, bulk: Bulk, sizes: Sizes = SIZES, found: Mapping[str, Ticket] | None = None) -> None:
    """Change the tickets that are still marked, and note that none is; `found` are they as they were marked.

    Raises Busy.
    """
    for some in batched(bulk.steps, sizes.applied, strict=False):
        marked = [found[step.ticket_id] for step in some] if found is not None else _marked(table, bulk, some)
        if marked and not marks.apply(table, bulk, marked):
            marks.get_many(table, [keys.ticket_key(step.ticket_id) for step in some])
    _note_applied(table, bulk)


def come_back(table: Table, key: Key, now: datetime) -> bool:
    """What the janitor does with a record that is due: finish what was not applied, remove what was kept long enough.

    It is removed only after a consistent look at its tickets found no mark of it: without the record nobody could
    tell what a mark stands for. False if there is nothing to do.
    """
    item = table.get(key)
    if item is None:
        return False
    bulk = bulk_from(item)
    if not bulk.is_applied:
        finish(table, bulk)
        return True
    if now < bulk.committed_at + KEPT:
        return False
    marks.get_many(table, [keys.ticket_key(step.ticket_id) for step in bulk.steps])
    return _remove(table, key)


def _change(bulk: Bulk, step: Step, ticket: Ticket) -> list[Write]:
    return writes_of(ticket, rules.apply(bulk, ticket, step))


def _alive(bulk: Bulk, found: Mapping[str, Ticket]) -> list[Write]:
    """A ticket comes back only to a chat that lives."""
    if bulk.action.kind is not Kind.RESTORE:
        return []
    chats = dict.fromkeys(found[step.ticket_id].chat_id for step in bulk.steps)
    return [directory.alive(bulk.organisation_id, chat_id) for chat_id in chats]


def _decide(table: Table, bulk: Bulk, writes: Sequence[Write], companions: Sequence[Write]) -> None:
    record = keys.bulk_key(bulk.id)
    try:
        table.transact([put_new(record, bulk_item(bulk)), *writes], companions)
    except OutcomeUnknown as unknown:
        if not _is_written(table, record, unknown):
            raise


def _is_written(table: Table, record: Key, unknown: OutcomeUnknown) -> bool:
    """The id is ours alone, so its record tells of this very write. Raises `unknown` if it cannot be read."""
    try:
        return table.get(record) is not None
    except Busy:
        raise unknown from None


def _marked(table: Table, bulk: Bulk, steps: Sequence[Step]) -> list[Ticket]:
    read = table.get_many(keys.ticket_key(step.ticket_id) for step in steps)
    return [items.ticket_from(item) for item in read.values() if item.get(MARK, {}).get("bulk") == bulk.id]


def _note_applied(table: Table, bulk: Bulk) -> None:
    note = update(
        keys.bulk_key(bulk.id),
        "SET applied = :yes, #due_at = :removed_at",
        condition="attribute_exists(pk)",
        names={"#due_at": keys.DUE_AT},
        values={":yes": True, ":removed_at": to_text(bulk.committed_at + KEPT)},
    )
    try:
        table.write(note)
    except ConditionNotMet:
        return


def _remove(table: Table, key: Key) -> bool:
    try:
        table.write(delete(key, condition="attribute_exists(pk)"))
    except ConditionNotMet:
        return False
    return True
