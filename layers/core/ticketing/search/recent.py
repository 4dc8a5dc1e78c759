"""Everybody's recent changes that the index has not got yet, by the table's index of changes.

It is walked from the last change back, until everything was found indexed for a whole minute of changes, or for 300 one
after the other, which many writers make in less. Before all changes it shows the notes of what the index could not be
given (`ticketing.store.late_notes`), however long ago that was. So what is still late behind the end of a walk is
what a writer of the index has in its hands at this moment, while others have written 300 changes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ticketing.domain.instants import from_text
from ticketing.store import keys
from ticketing.store.attributes import Item
from ticketing.store.table import Table

ENOUGH: Final = timedelta(minutes=1)
A_STEP: Final = 300
"""Changes of one query and one search: 40 KB of keys and versions."""
MAX_LATE: Final = 300
"""More tickets than three reads bring are better looked for in the table at once."""
_MAX_WALKED: Final = 5 * A_STEP


class Behind(Exception):
    """The index lacks so much, of tickets, of documents or of a thread, that the table is the better one to ask."""


@dataclass(frozen=True, slots=True)
class _Change:
    ticket_id: str
    version: int
    at: datetime
    is_note: bool


class Recent:
    """A walk, a step at a time: `ids` are those of the step, of which `judge` is given what the index shows.

    `late` are the tickets whose last change the index lacks, and since when; of those in `unknown` it shows nothing.
    """

    def __init__(self, table: Table, organisation_id: str) -> None:
        self.late: dict[str, datetime] = {}
        self.unknown: set[str] = set()
        self.walked = 0
        self._table = table
        self._organisation_id = organisation_id
        self._run: tuple[datetime, int] | None = None
        self._last: str | None = None
        self._step()

    @property
    def ids(self) -> Sequence[str]:
        return [one.ticket_id for one in self._changes]

    def judge(self, versions: Mapping[str, int]) -> bool:
        """Whether the walk is over, now that these versions of the step's tickets are known to be visible.

        Raises Behind.
        """
        enough = [self._is_enough(one, versions.get(one.ticket_id)) for one in self._changes]
        if len(self.late) > MAX_LATE:
            raise Behind
        if any(enough) or not self._has_more:
            return True
        if self.walked >= _MAX_WALKED:
            raise Behind
        self._step()
        return False

    def _is_enough(self, change: _Change, shown: int | None) -> bool:
        """Whether the walk may end after this change. What is late behind it in this step counts all the same."""
        if shown is None or shown < change.version:
            self.late[change.ticket_id] = min(change.at, self.late.get(change.ticket_id, change.at))
            self._run = None
            if shown is None:
                self.unknown.add(change.ticket_id)
            return False
        if change.is_note:
            return False
        since, count = self._run or (change.at, 0)
        self._run = since, count + 1
        return since - change.at >= ENOUGH or count + 1 >= A_STEP

    def _step(self) -> None:
        page = self._table.query_index_between(
            keys.BY_UPDATED,
            hash_name=keys.ORGANISATION,
            hash_value=self._organisation_id,
            range_name=keys.CHANGED_AT,
            first=" ",
            last=self._last or "~",
            limit=A_STEP + (1 if self._last else 0),
            is_newest_first=True,
        )
        rows = [row for row in page.items if row[keys.CHANGED_AT] != self._last]
        self._changes = list(map(_change, rows))
        self._has_more = page.has_more and bool(rows)
        self._last = str(rows[-1][keys.CHANGED_AT]) if rows else self._last
        self.walked += len(rows)


def _change(row: Item) -> _Change:
    at, is_note = keys.of_changed_at(row[keys.CHANGED_AT])
    return _Change(keys.ticket_id_of(row["pk"]), int(row["version"]), from_text(at), is_note)
