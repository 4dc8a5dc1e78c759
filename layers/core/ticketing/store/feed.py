"""The changes feed: per organisation, every (ticket, version) in the order in which it was appended.

Invariant: the entries of an organisation are numbered without a gap, and `HEAD` names the last. An append writes
its entries and moves `HEAD` in one transaction, on condition that `HEAD` is what it read; so nothing can appear
behind a position that a reader has passed, and no clock is involved. The stream delivers at least once, so a change
may stand here twice: readers keep the highest version of a ticket. An entry is a signal only, that a ticket is to be
looked at: whether it was changed, deleted, or is shown otherwise with its chat, is seen then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ticketing.errors import Busy, CursorExpired
from ticketing.store import keys
from ticketing.store.attributes import Item
from ticketing.store.keys import Key
from ticketing.store.table import MAX_TRANSACTION_WRITES, QueryPage, Table, TransactionRefused
from ticketing.store.writes import Write, put_new, update

KEPT = timedelta(days=30)
ENTRIES_A_TRANSACTION = MAX_TRANSACTION_WRITES - 1
_ATTEMPTS = 10
_LONGEST_PAUSE = 4
"""Attempts from this one on pause alike, 0.4 s on average: ten take 3 s, and an invocation has 60."""


@dataclass(frozen=True, slots=True)
class FeedEntry:
    ticket_id: str
    version: int


@dataclass(frozen=True, slots=True)
class FeedPage:
    """`position` is that of the last entry read; reading on from it gives what came later."""

    entries: Sequence[FeedEntry]
    position: int
    has_more: bool


def append(table: Table, organisation_id: str, entries: Sequence[FeedEntry], now: datetime) -> None:
    """Add entries at the end, in their order. Raises Busy when others keep being faster."""
    for start in range(0, len(entries), ENTRIES_A_TRANSACTION):
        _append_some(table, organisation_id, entries[start : start + ENTRIES_A_TRANSACTION], now)


def head(table: Table, organisation_id: str) -> int:
    """The position of the newest entry, 0 if there is none."""
    item = table.get(keys.feed_head_key(organisation_id))
    return int(item["position"]) if item else 0


def read(table: Table, organisation_id: str, *, after: int | None, limit: int, now: datetime) -> FeedPage:
    """Entries after a position, or from the oldest kept one.

    Raises CursorExpired if some after it are no longer kept, or if it is beyond the end: then the table was brought
    back from a backup, and other entries will stand at the positions that the reader has passed.
    """
    # Before the entries: what is appended in between is then among them, or beyond the position that is given back.
    last = head(table, organisation_id)
    page = _page(table, organisation_id, after or 0, limit)
    if after is None and page.items and not _kept(page, now):
        after_expired = _last_expired(table, organisation_id, _position(page.items[-1]), last, now)
        page = _page(table, organisation_id, after_expired, limit)
    kept = _kept(page, now)
    if after is not None and (after > last or not _is_whole(page, kept, after, last)):
        raise CursorExpired
    nothing_new = after if after is not None else last
    position = _position(page.items[-1]) if page.items else nothing_new
    return FeedPage([_entry(item) for item in kept], position, has_more=page.has_more)


def _page(table: Table, organisation_id: str, after: int, limit: int) -> QueryPage:
    return table.query(
        keys.feed_partition(organisation_id),
        first=keys.feed_entry_key(organisation_id, after + 1).sk,
        last=keys.LAST_FEED_ENTRY,
        limit=limit,
    )


def _kept(page: QueryPage, now: datetime) -> list[Item]:
    """The engine removes what has expired when it gets to it, which may be days later, and in any order."""
    return [item for item in page.items if _is_kept(item, now)]


def _is_kept(item: Item, now: datetime) -> bool:
    return bool(item[keys.EXPIRES_AT] > now.timestamp())


def _is_whole(page: QueryPage, kept: Sequence[Item], after: int, last: int) -> bool:
    """Whether nothing between a position and the page's end has expired, be it removed or not."""
    if not page.items:
        return after == last
    return len(kept) == len(page.items) and _position(kept[-1]) == after + len(kept)


def _last_expired(table: Table, organisation_id: str, expired: int, last: int, now: datetime) -> int:
    """The position of the newest entry that has expired, found by halves: there may be days of them."""
    kept = last + 1
    while kept - expired > 1:
        middle = (expired + kept) // 2
        item = table.get(keys.feed_entry_key(organisation_id, middle))
        if item is not None and _is_kept(item, now):
            kept = middle
        else:
            expired = middle
    return expired


def _append_some(table: Table, organisation_id: str, entries: Sequence[FeedEntry], now: datetime) -> None:
    for attempt in range(_ATTEMPTS):
        last = head(table, organisation_id)
        try:
            table.transact(
                [
                    _move_head(organisation_id, last, last + len(entries)),
                    *(
                        _entry_write(organisation_id, last + index, entry, now)
                        for index, entry in enumerate(entries, start=1)
                    ),
                ]
            )
        except TransactionRefused:
            table.pause(min(attempt, _LONGEST_PAUSE))
        else:
            return
    raise Busy


def _move_head(organisation_id: str, before: int, after: int) -> Write:
    return update(
        keys.feed_head_key(organisation_id),
        "SET #position = :after, #org = :org",
        condition="attribute_not_exists(pk)" if before == 0 else "#position = :before",
        names={"#position": "position", "#org": keys.ORGANISATION},
        values={":after": after, ":org": organisation_id} | ({":before": before} if before else {}),
    )


def _entry_write(organisation_id: str, position: int, entry: FeedEntry, now: datetime) -> Write:
    return put_new(
        keys.feed_entry_key(organisation_id, position),
        {
            "ticket": entry.ticket_id,
            "version": entry.version,
            keys.EXPIRES_AT: int((now + KEPT).timestamp()),
        },
    )


def _entry(item: Item) -> FeedEntry:
    return FeedEntry(item["ticket"], item["version"])


def _position(item: Item) -> int:
    return int(Key(item["pk"], item["sk"]).sk)
