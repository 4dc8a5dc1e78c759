"""Items that may be up to 60 seconds old: keys, organisations, and the names of members, teams and channels.

Everything else is read consistently each time. The age is part of the contract: a revoked key stops working, and
a renamed member is renamed everywhere, within 60 seconds.
"""

import time
from collections.abc import Callable, Iterable

from ticketing.store.attributes import Item
from ticketing.store.keys import Key
from ticketing.store.table import Table

MAX_AGE_S = 60
_MAX_ITEMS = 10_000


class CachedReads:
    """A function keeps one of these as long as it stays warm."""

    def __init__(self, table: Table, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._table = table
        self._clock = clock
        self._kept: dict[Key, tuple[float, Item]] = {}

    def get(self, key: Key) -> Item | None:
        return self.get_many([key]).get(key)

    def get_many(self, cached: Iterable[Key], *, fresh: Iterable[Key] = ()) -> dict[Key, Item]:
        """The items that exist; those of `fresh` are read now, together with what is not kept or too old."""
        now = self._clock()
        wanted, fresh_keys = set(cached), set(fresh)
        known = {
            key: kept[1]
            for key in wanted - fresh_keys
            if (kept := self._kept.get(key)) is not None and now - kept[0] < MAX_AGE_S
        }
        missing = (wanted | fresh_keys) - known.keys()
        read = self._table.get_many(missing) if missing else {}
        if len(self._kept) > _MAX_ITEMS:
            self._kept.clear()
        self._kept |= {key: (now, item) for key, item in read.items() if key in wanted}
        return known | read

    def knows(self, key: Key) -> bool:
        """Whether reading this one would ask nobody."""
        kept = self._kept.get(key)
        return kept is not None and self._clock() - kept[0] < MAX_AGE_S

    def forget(self, key: Key) -> None:
        """Read this one anew next time; for what this very function has just written."""
        self._kept.pop(key, None)
