"""A table whose indexes lag, for as long and in whatever order a test likes."""

from collections.abc import Iterable
from typing import Any

from tests.fakes.memory_table import MemoryTable
from ticketing.store import keys
from ticketing.store.attributes import Item
from ticketing.store.keys import Key
from ticketing.store.table import QueryPage, Table
from ticketing.store.writes import Write


class LaggingIndex(Table):
    """Reads and writes go to a real table; its indexes show each ticket as it was when it last caught up."""

    def __init__(self, table: Table) -> None:
        self._behind = table
        self.now = table.now
        self._indexed = MemoryTable()
        self.calls = 0
        self.rows = 0
        """Of the answers to queries, and the items that were asked for together."""

    def catch_up(self, *ticket_ids: str) -> None:
        """Let the indexes learn these tickets as they are now, with what is noted of them, and no others."""
        wanted = [key_of(ticket_id) for ticket_id in ticket_ids for key_of in (keys.ticket_key, keys.late_note_key)]
        found = self._behind.get_many(wanted)
        for key in wanted:
            if key in found:
                self._indexed.put(key, found[key])
            else:
                self._indexed.remove(key)

    def query_index_between(self, index: str, **asked: Any) -> QueryPage:
        return self._counted(self._indexed.query_index_between(index, **asked))

    def query(self, partition: str, **asked: Any) -> QueryPage:
        return self._counted(self._behind.query(partition, **asked))

    def _counted(self, page: QueryPage) -> QueryPage:
        self.calls += 1
        self.rows += len(page.items)
        return page

    def get(self, key: Key) -> Item | None:
        self.calls += 1
        return self._behind.get(key)

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Item]:
        wanted = list(keys)
        self.calls += 1
        self.rows += len(wanted)
        return self._behind.get_many(wanted)

    def write(self, write: Write, *, tells_found: bool = False) -> None:
        self._behind.write(write, tells_found=tells_found)

    def transact(self, writes: Any, companions: Any = ()) -> None:
        self._behind.transact(writes, companions)

    def pause(self, attempt: int) -> None:
        self._behind.pause(attempt)

    def add(self, key: Key, attribute: str, amount: int) -> int:
        return self._behind.add(key, attribute, amount)
