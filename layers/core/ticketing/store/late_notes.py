"""Notes of changes that a search index could not be given, so that lists look for them, whatever has changed since.

A note stands in `by_updated` before every change: who walks back from the last one meets it, though thousands came
after what it is about. There is one a ticket, of the newest version that is missing and the oldest change that was.
Whether it still is, the index says itself: a note of a version that it shows means nothing, and is only in the way.

| it is            | when                                                                                        |
|------------------|---------------------------------------------------------------------------------------------|
| written          | before the ticket waits in the retry queue, or is set aside because the index refuses it    |
| written again    | another change of the ticket is missing as well                                             |
| settled          | searches show its version, and nobody noted a later one meanwhile; or the ticket is gone    |
| removed          | a day later by time to live, or with its ticket                                             |

Nothing is deleted here: the indexer has no right to.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ticketing.domain.instants import from_text
from ticketing.errors import Busy
from ticketing.store import keys
from ticketing.store.attributes import Item
from ticketing.store.table import ConditionNotMet, QueryPage, Table
from ticketing.store.writes import update

KEPT: Final = timedelta(days=1)
_ATTEMPTS: Final = 4


@dataclass(frozen=True, slots=True)
class LateNote:
    """A search index lacks this version of a ticket, and changes of it `since` then."""

    organisation_id: str
    ticket_id: str
    version: int
    since: datetime

    def with_other(self, other: "LateNote") -> "LateNote":
        """One note of both, which are of one ticket."""
        version, since = max(self.version, other.version), min(self.since, other.since)
        return LateNote(self.organisation_id, self.ticket_id, version, since)


def one_each(notes: Iterable[LateNote]) -> Sequence[LateNote]:
    """One note of each ticket."""
    by_ticket: dict[str, LateNote] = {}
    for one in notes:
        known = by_ticket.get(one.ticket_id)
        by_ticket[one.ticket_id] = known.with_other(one) if known is not None else one
    return list(by_ticket.values())


def write(table: Table, note: LateNote) -> None:
    """Note it, beside what is noted of the ticket already. Raises Busy."""
    seen: LateNote | None = None
    for attempt in range(_ATTEMPTS):
        try:
            _put(table, note.with_other(seen) if seen is not None else note, seen)
        except ConditionNotMet as refused:
            seen = _of_item(refused.found)
            if seen is not None and seen.with_other(note) == seen:
                return
            table.pause(attempt)
        else:
            return
    raise Busy


def settle(table: Table, note: LateNote, now: datetime) -> bool:
    """Take a note away; False if somebody has noted another change since. Raises Busy."""
    changes = f"SET {keys.EXPIRES_AT} = :soon REMOVE {keys.CHANGED_AT}"
    soon = {":soon": int((now + KEPT).timestamp())}
    try:
        table.write(
            update(
                keys.late_note_key(note.ticket_id),
                changes,
                condition=_AS_SEEN,
                names=_VERSION,
                values=_seen(note) | soon,
            )
        )
    except ConditionNotMet:
        return False
    return True


def of_tickets(table: Table, ticket_ids: Iterable[str]) -> Sequence[LateNote]:
    """What is noted of these tickets. Raises Busy."""
    found = table.get_many(map(keys.late_note_key, ticket_ids))
    return [note for item in found.values() if (note := _of_item(item)) is not None]


def of_organisation(table: Table, organisation_id: str, *, after: str | None, limit: int) -> QueryPage:
    """Rows of its notes, the oldest first, behind a `changed_at`; `of_row` reads them. Raises Busy."""
    first, last = keys.late_range()
    return table.query_index_between(
        keys.BY_UPDATED,
        hash_name=keys.ORGANISATION,
        hash_value=organisation_id,
        range_name=keys.CHANGED_AT,
        first=f"{after} " if after is not None else first,
        last=last,
        limit=limit,
        is_newest_first=False,
    )


def of_row(row: Item) -> LateNote:
    """The note of a row of `by_updated`."""
    since, _ = keys.of_changed_at(row[keys.CHANGED_AT])
    return LateNote(row[keys.ORGANISATION], keys.ticket_id_of(row["pk"]), int(row["version"]), from_text(since))


_VERSION: Final = {"#version": "version"}
_AS_SEEN: Final = f"#version = :seen_version AND {keys.CHANGED_AT} = :seen_since"


def _put(table: Table, note: LateNote, seen: LateNote | None) -> None:
    """Write it in the place of what was seen, None for nothing that counts. Raises ConditionNotMet, Busy."""
    changes = (
        f"SET {keys.ORGANISATION} = :org, #version = :version, {keys.CHANGED_AT} = :since REMOVE {keys.EXPIRES_AT}"
    )
    nothing = f"attribute_not_exists({keys.CHANGED_AT})"
    values = {
        ":org": note.organisation_id,
        ":version": note.version,
        ":since": keys.late_since(note.since, note.ticket_id),
    }
    table.write(
        update(
            keys.late_note_key(note.ticket_id),
            changes,
            condition=_AS_SEEN if seen is not None else nothing,
            names=_VERSION,
            values=values | (_seen(seen) if seen is not None else {}),
        ),
        tells_found=True,
    )


def _seen(note: LateNote) -> dict[str, object]:
    return {":seen_version": note.version, ":seen_since": keys.late_since(note.since, note.ticket_id)}


def _of_item(item: Item | None) -> LateNote | None:
    """The note of an item, None if it is settled."""
    return of_row(item) if item is not None and keys.CHANGED_AT in item else None
