"""When a key was used last: good to know before it is revoked, and worth next to nothing.

At most one write a minute for each key, after the answer was made. A function remembers what it noted, and the
write's condition keeps the others from noting the same minute.
"""

from datetime import datetime, timedelta

from ticketing.errors import Busy
from ticketing.store import api_keys
from ticketing.store.table import Table

_EVERY = timedelta(minutes=1)
_MOST = 10_000


class KeyUses:
    """A function keeps one of these as long as it stays warm."""

    def __init__(self) -> None:
        self._noted: dict[str, datetime] = {}

    def note(self, table: Table, key_id: str, now: datetime) -> None:
        """Note a use, unless the last one was noted within the minute. Never raises for a busy table."""
        last = self._noted.get(key_id)
        if last is not None and now - last < _EVERY:
            return
        if len(self._noted) >= _MOST:
            self._noted.clear()
        self._noted[key_id] = now
        try:
            api_keys.note_use(table, key_id, now, unless_after=now - _EVERY)
        except Busy:
            return
