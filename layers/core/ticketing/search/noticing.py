"""What searches show by now of what was noted as late: then the notes are settled.

It is asked of a search, by the way that lists take: what was written is not visible yet, and what was refused never is.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import batched
from typing import Any, Final

from ticketing.search import indexes
from ticketing.search.tenant import Tenant, versions_of
from ticketing.store import keys, late_notes
from ticketing.store.late_notes import LateNote
from ticketing.store.table import Table

_AT_ONCE: Final = 300
_PATIENCE_S: Final = 10.0


def settle(table: Table, client: Any, index: str, notes: Sequence[LateNote], now: datetime) -> int:
    """Settle those of the notes whose versions are found, once searches show all that was written; how many.

    `index` is the one that is searched. Raises SearchUnavailable, Busy.
    """
    if not notes:
        return 0
    indexes.refresh(client, index)
    by_organisation: defaultdict[str, list[LateNote]] = defaultdict(list)
    for one in notes:
        by_organisation[one.organisation_id].append(one)
    return sum(
        _settle(table, Tenant(client, id_, index=index, seconds=_PATIENCE_S), own, now)
        for id_, own in by_organisation.items()
    )


def settle_all(table: Table, client: Any, index: str, organisation_id: str, now: datetime) -> int:
    """The same of all of an organisation's notes: whoever should have settled them may have had no time."""
    return sum(settle(table, client, index, some, now) for some in _all(table, organisation_id))


def _settle(table: Table, tenant: Tenant, notes: Sequence[LateNote], now: datetime) -> int:
    settled = 0
    for some in batched(notes, _AT_ONCE, strict=False):
        (answer,) = tenant.ask(versions_of([one.ticket_id for one in some]))
        shown = {one.id: one.version for one in answer.found}
        gone = _gone(table, [one.ticket_id for one in some if one.ticket_id not in shown])
        over = [one for one in some if one.ticket_id in gone or shown.get(one.ticket_id, 0) >= one.version]
        settled += sum(late_notes.settle(table, one, now) for one in over)
    return settled


def _gone(table: Table, ticket_ids: Sequence[str]) -> set[str]:
    """Those that were purged, of which nothing is shown: somebody told of them late, by a batch that was kept."""
    there = table.get_many(map(keys.ticket_key, ticket_ids))
    return {id_ for id_ in ticket_ids if keys.ticket_key(id_) not in there}


def _all(table: Table, organisation_id: str) -> Iterator[Sequence[LateNote]]:
    after, has_more = None, True
    while has_more:
        page = late_notes.of_organisation(table, organisation_id, after=after, limit=_AT_ONCE)
        yield [late_notes.of_row(row) for row in page.items]
        has_more = page.has_more and bool(page.items)
        after = str(page.items[-1][keys.CHANGED_AT]) if page.items else after
