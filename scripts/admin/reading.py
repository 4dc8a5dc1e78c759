"""Whole partitions: what an administrator may wait for, and a request never would."""

from collections.abc import Iterator

from ticketing.store.attributes import Item
from ticketing.store.table import Table

_PAGE = 1000
_LOWEST = " "
"""Sorts before every character of our keys, so `<key> ` is the place just behind that key."""


def whole_partition(table: Table, partition: str) -> Iterator[Item]:
    """Every item of a partition in the order of its sort keys, however many pages that takes."""
    first = _LOWEST
    while True:
        page = table.query(partition, first=first, limit=_PAGE)
        yield from page.items
        if not page.has_more or not page.items:
            return
        first = str(page.items[-1]["sk"]) + _LOWEST


def kind_of(sort_key: str) -> str:
    """The first word of a sort key, which says what kind of item it is."""
    return sort_key.partition("#")[0]
