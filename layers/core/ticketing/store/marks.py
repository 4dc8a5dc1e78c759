"""Marks: what a bulk action that was committed by them has still to do to a ticket, and how anybody does it.

A mark is put in the transaction that commits the bulk action, and goes with the change that it stands for. All that
the change says comes from the record and the ticket, so it does not matter who makes it: the request itself, a reader
or writer who meets the mark, or the janitor. So nobody sees a bulk action half done in tickets that are read by id.
"""

from collections.abc import Iterable, Sequence

from ticketing.domain import bulk as rules
from ticketing.domain.bulk import Bulk, Step
from ticketing.domain.ticket import Ticket
from ticketing.errors import Busy
from ticketing.store import items, keys
from ticketing.store.attributes import Item
from ticketing.store.bulk_items import bulk_from
from ticketing.store.keys import Key
from ticketing.store.table import ConditionNotMet, OutcomeUnknown, Table, TransactionRefused
from ticketing.store.ticket_writes import MARK, writes_of
from ticketing.store.writes import Write, update

_ATTEMPTS = 3


def put(bulk: Bulk, step: Step) -> Write:
    """Mark a ticket at the version that its step was decided on. No key of an index is touched."""
    return update(
        keys.ticket_key(step.ticket_id),
        "SET #mark = :mark",
        condition="version = :expected AND org = :org AND attribute_not_exists(#mark)",
        names={"#mark": MARK},
        values={":mark": {"bulk": bulk.id}, ":expected": step.version, ":org": bulk.organisation_id},
    )


def get(table: Table, key: Key) -> Item | None:
    """A ticket's item without any mark. Raises Busy."""
    item = table.get(key)
    return item if item is None or MARK not in item else settled(table, {key: item}).get(key)


def get_many(table: Table, wanted: Iterable[Key]) -> dict[Key, Item]:
    """Items that exist, those of tickets without any mark. Raises Busy."""
    return settled(table, table.get_many(wanted))


def settled(table: Table, found: dict[Key, Item]) -> dict[Key, Item]:
    """The same items, after every mark among them was settled. Raises Busy."""
    for attempt in range(_ATTEMPTS):
        marked = {key: item for key, item in found.items() if MARK in item}
        if not marked:
            return found
        if attempt > 0:
            table.pause(attempt)
        settle(table, list(marked.values()))
        found = {key: item for key, item in found.items() if key not in marked} | table.get_many(marked)
    raise Busy


def settle(table: Table, marked: Sequence[Item]) -> None:
    """Do to each of these tickets what its mark stands for; somebody else may be faster."""
    records = table.get_many(keys.bulk_key(item[MARK]["bulk"]) for item in marked)
    bulks = {bulk.id: bulk for bulk in map(bulk_from, records.values())}
    for item in marked:
        bulk = bulks.get(item[MARK]["bulk"])
        if bulk is None:
            _release(table, item)
        else:
            apply(table, bulk, [items.ticket_from(item)])


def apply(table: Table, bulk: Bulk, marked: Sequence[Ticket]) -> bool:
    """Change tickets that are marked, in one transaction; False if it was refused: one of them is changed already."""
    steps = {step.ticket_id: step for step in bulk.steps}
    changes = [(ticket, rules.apply(bulk, ticket, steps[ticket.id])) for ticket in marked]
    try:
        table.transact([write for change in changes for write in writes_of(*change, marked_by=bulk.id)])
    except (TransactionRefused, OutcomeUnknown):
        return False  # whoever reads the tickets again sees what is left to do
    return True


def _release(table: Table, item: Item) -> None:
    """A mark that no record explains was of a bulk action that changed nothing."""
    release = update(
        Key(item["pk"], item["sk"]),
        "REMOVE #mark",
        condition="#mark.#bulk = :bulk",
        names={"#mark": MARK, "#bulk": "bulk"},
        values={":bulk": item[MARK]["bulk"]},
    )
    try:
        table.write(release)
    except (ConditionNotMet, OutcomeUnknown):
        return
