"""A table in memory, as far as finders read it; tests/integration/test_table_contract.py holds it to the real one."""

from collections.abc import Iterable
from typing import Any

from tests.builders import NOW
from ticketing.store import keys, late_notes
from ticketing.store.attributes import Item
from ticketing.store.keys import Key
from ticketing.store.late_notes import LateNote
from ticketing.store.table import QueryPage, Table


class MemoryTable(Table):
    """Items by key. An index is computed when it is asked, from the items that carry its sort key."""

    def __init__(self) -> None:
        self.items: dict[Key, Item] = {}
        self.now = lambda: NOW

    def put(self, key: Key, item: Item) -> None:
        self.items[key] = {**key._asdict(), **item}

    def remove(self, key: Key) -> None:
        self.items.pop(key, None)

    def note(self, late: LateNote) -> None:
        """What `late_notes.write` does, in one step."""
        key = keys.late_note_key(late.ticket_id)
        known = self.items.get(key)
        one = late.with_other(late_notes.of_row(known)) if known is not None else late
        at = {keys.CHANGED_AT: keys.late_since(one.since, one.ticket_id)}
        self.put(key, {keys.ORGANISATION: one.organisation_id, "version": one.version, **at})

    def put_all(self, items: Iterable[tuple[Key, Item]]) -> None:
        for key, item in items:
            self.put(key, item)

    def get(self, key: Key) -> Item | None:
        return self.items.get(key)

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Item]:
        return {key: self.items[key] for key in keys if key in self.items}

    def query(
        self, partition: str, *, first: str = " ", last: str = "~", limit: int, is_newest_first: bool = False
    ) -> QueryPage:
        found = [item for key, item in self.items.items() if key.pk == partition]
        return _page(found, "sk", first, last, limit, is_newest_first=is_newest_first)

    def query_index_between(self, index: str, **asked: Any) -> QueryPage:
        name, value = asked["hash_name"], asked["hash_value"]
        found = [item for item in self.items.values() if item.get(name) == value and asked["range_name"] in item]
        page = _page(
            found,
            asked["range_name"],
            asked["first"],
            asked["last"],
            asked["limit"],
            is_newest_first=asked["is_newest_first"],
        )
        if index == keys.BY_CREATED:
            return page
        carried = ("pk", "sk", name, asked["range_name"], "version")
        return QueryPage([{one: item[one] for one in carried} for item in page.items], page.has_more)


def _page(found: list[Item], name: str, first: str, last: str, limit: int, *, is_newest_first: bool) -> QueryPage:
    """Like the engine: a page that is full says that there is more, whether there is or not."""
    assert first <= last, "the engine refuses a range that ends before it begins"
    between = [item for item in found if first <= item[name] <= last]
    ordered = sorted(between, key=lambda item: str(item[name]), reverse=is_newest_first)
    return QueryPage(ordered[:limit], has_more=len(ordered) >= limit)
