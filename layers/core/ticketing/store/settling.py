"""Reading tickets that bulk actions have marked: what was committed shows, what was not does not.

Marks that stand for something, or for nothing any more, are settled on the way (`bulk_protocol`). A ticket that a bulk
action is only preparing to change is read as it is, with its mark: whoever wants to change it is refused by it.
"""

from collections.abc import Iterable

from ticketing.errors import Busy
from ticketing.store.attributes import Item
from ticketing.store.bulk_protocol import settle
from ticketing.store.keys import Key
from ticketing.store.marks import MARK
from ticketing.store.table import Table

_ROUNDS = 3


def get(table: Table, key: Key) -> Item | None:
    """A ticket's item. Raises Busy."""
    item = table.get(key)
    return item if item is None or MARK not in item else settled(table, {key: item}).get(key)


def get_many(table: Table, wanted: Iterable[Key]) -> dict[Key, Item]:
    """Items that exist. Raises Busy."""
    return settled(table, table.get_many(wanted))


def settled(table: Table, found: dict[Key, Item]) -> dict[Key, Item]:
    """The same items, after every mark among them was settled that could be. Raises Busy."""
    left: set[Key] = set()
    for attempt in range(_ROUNDS):
        marked = {key: item for key, item in found.items() if MARK in item and key not in left}
        if not marked:
            return found
        if attempt > 0:
            table.pause(attempt)
        left |= settle(table, list(marked.values()))
        again = [key for key in marked if key not in left]
        found = {key: item for key, item in found.items() if key not in again} | table.get_many(again)
    if any(MARK in item for key, item in found.items() if key not in left):
        raise Busy
    return found
