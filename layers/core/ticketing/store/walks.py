"""Ways through an organisation's tickets in the order of a sort, a piece at a time.

| sort                  | the way                                                                                  |
|-----------------------|------------------------------------------------------------------------------------------|
| created_at            | `by_created`, whose rows hold all that filters need; the created range is a key condition |
| updated_at            | `by_updated` for the ids, then the tickets themselves, read consistently                 |
| priority              | `by_created` once for each wanted priority                                               |
| created_at, one chat  | the chat's links, then the tickets, both read consistently                               |
| another, some chats   | all links of the chats, if they are few; then the tickets, put into order here           |

A way tells after each piece how far it has come, so that a list can go on exactly there.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ticketing.domain.instants import to_text
from ticketing.domain.query import PRIORITY_RANKS, Position, TicketQuery, position
from ticketing.domain.ticket import Ticket
from ticketing.store import items, keys, tickets
from ticketing.store.attributes import Item
from ticketing.store.table import MAX_BATCH_READS, QueryPage, Table

PROMISED_S = 5.0
"""An answer comes within so many seconds, unless a step takes far longer than all before it."""
MAX_SECONDS = 4.5
MAX_ROWS = 20_000
"""What one request may read before it answers with what it has. The other half second is for the names in it."""

_MOST_OF_A_TICKET = 4
"""Its row of an index and its own, and with words those of its chat and its text: with fewer left, the next may be too
much.
"""
_OF_WORDS = 2
"""The last two of them."""

_ROWS_A_QUERY = 2_000
"""Rows of `by_created` measure some 500 bytes, and a query answers with 1 MB at most (DynamoDB API reference)."""
_FIRST_ROWS_OF_A_FILTER = 100
_OVERREAD = 4
MAX_GATHERED_LINKS = 1_000
"""Ten batches of tickets; chats with more are looked for by the index."""
_MAX_GATHERED_CHATS = 10
_LOWEST, _HIGHEST = " ", "~"


class Budget:
    """What is left to read. `clock` counts seconds.

    Each question whether it is spent ends a step. It is spent when what is left would not do for another one like the
    longest so far: a step that has begun is never broken off.
    """

    def __init__(self, clock: Callable[[], float], *, seconds: float = MAX_SECONDS, rows: int = MAX_ROWS) -> None:
        self._clock = clock
        self._stepped_at = clock()
        self._ends_at = self._stepped_at + seconds
        self._longest = 0.0
        self._rows = rows
        self.scanned = 0

    @property
    def is_spent(self) -> bool:
        return self.is_late or self.left < _MOST_OF_A_TICKET

    @property
    def is_late(self) -> bool:
        """Whether the time will be over, whatever rows are left."""
        now = self._clock()
        self._longest = max(self._longest, now - self._stepped_at)
        self._stepped_at = now
        return now + self._longest >= self._ends_at

    @property
    def is_enough(self) -> bool:
        """Whether no other query is to be made."""
        return self.is_spent

    def step(self) -> "Budget":
        """What is left, for one query alone: whoever does something after each adds up what was scanned."""
        return _Step(self._clock, seconds=self._ends_at - self._clock(), rows=self._rows - self.scanned)

    def part(self, share: float = 1.0) -> "Budget":
        """What is left, or a share of its time, for steps of another kind, of which the ones so far say nothing."""
        return Budget(self._clock, seconds=(self._ends_at - self._clock()) * share, rows=self._rows - self.scanned)

    @property
    def left(self) -> int:
        return max(0, self._rows - self.scanned)

    def cut(self, rows: int) -> int:
        """At most what is left, yet two: the row that the last page ended with, and one to go on to."""
        return max(2, min(rows, self.left))


class _Step(Budget):
    @property
    def is_enough(self) -> bool:
        return self.scanned > 0


@dataclass(frozen=True, slots=True)
class Asked:
    """`wanted` is how many tickets a page still takes, one more than it shows; `after` where it begins."""

    table: Table
    organisation_id: str
    query: TicketQuery
    after: Position | None
    wanted: int
    budget: Budget


type Met = tuple[Position, Ticket]


@dataclass(frozen=True, slots=True)
class Piece:
    """Tickets met on the way, wanted or not, each with the place where it was met, which it may have left since.

    They are in the order of the way. Everything up to `until` has been seen, None if nothing is left.
    """

    met: Sequence[Met]
    until: Position | None


type Way = Iterator[Piece]


def by_created(asked: Asked, after: Position | None) -> Way:
    """By `by_created`, in either direction."""
    return _walk(asked, after, _query_created, lambda rows: list(map(items.ticket_from, rows)), _sizes(asked))


def by_updated(asked: Asked) -> Way:
    """By `by_updated`, which holds ids only. A ticket may have changed since and stand elsewhere by now."""
    return _walk(asked, asked.after, _query_updated, lambda rows: _read(asked, rows), _batches(asked), of_each=2)


def by_link(asked: Asked, chat_id: str) -> Way:
    """By one chat's links, in either direction of creation."""

    def query(asked: Asked, first: str, last: str, limit: int) -> QueryPage:
        partition = keys.chat_partition(asked.organisation_id, chat_id)
        page = asked.table.query(
            partition,
            first=keys.chat_link_sort_key(first),
            last=keys.chat_link_sort_key(last),
            limit=limit,
            is_newest_first=asked.query.sort.is_descending,
        )
        return QueryPage([_link(item) for item in page.items], page.has_more)

    return _walk(asked, asked.after, query, lambda rows: _read(asked, rows), _batches(asked), of_each=2)


def by_priority(asked: Asked) -> Way:
    """One pass for each wanted priority; `until` of a finished pass is a place between two priorities."""
    is_descending = asked.query.sort.is_descending
    after = asked.after
    wanted = [one for one in PRIORITY_RANKS if asked.query.priorities is None or one in asked.query.priorities]
    in_order = sorted(wanted, key=PRIORITY_RANKS.__getitem__, reverse=is_descending)
    for priority in in_order:
        rank = PRIORITY_RANKS[priority]
        end = Position(f"{rank}#{'' if is_descending else _HIGHEST}", "")
        if after is not None and not end.is_beyond(after, asked.query.sort):
            continue
        begun = after is not None and after.sort_value.startswith(f"{rank}#")
        start = Position(after.sort_value.partition("#")[2], after.ticket_id) if after and begun else None
        for piece in by_created(asked, start):
            met = [(_ranked(rank, place), one) for place, one in piece.met if one.priority is priority]
            is_over = piece.until is None and priority is in_order[-1]
            yield Piece(met, None if is_over else _ranked(rank, piece.until) if piece.until else end)
    yield Piece([], None)


def _ranked(rank: str, place: Position) -> Position:
    return Position(f"{rank}#{place.sort_value}", place.ticket_id)


def gathered(asked: Asked) -> Sequence[Met] | None:
    """All tickets of the chats asked for, in order, read consistently; None if there are too many of them."""
    chats = asked.query.chats or frozenset()
    if len(chats) > _MAX_GATHERED_CHATS:
        return None
    links: list[Item] = []
    for chat_id in sorted(chats):
        page = asked.table.query(
            keys.chat_partition(asked.organisation_id, chat_id),
            first=keys.chat_link_sort_key(_LOWEST),
            last=keys.chat_link_sort_key(_HIGHEST),
            limit=MAX_GATHERED_LINKS + 1 - len(links),
        )
        links += [_link(item) for item in page.items]
        asked.budget.scanned += len(page.items)
        if page.has_more or len(links) > MAX_GATHERED_LINKS:
            return None
    sort = asked.query.sort
    found = ((position(sort, one), one) for one in _read(asked, links))
    return sorted(found, key=lambda met: met[0], reverse=sort.is_descending)


type _Query = Callable[[Asked, str, str, int], QueryPage]


def _walk(
    asked: Asked,
    after: Position | None,
    query: _Query,
    read: Callable[[Sequence[Item]], Sequence[Ticket]],
    sizes: Iterator[int],
    *,
    of_each: int = 1,
) -> Way:
    """Query by query, each from the last row of the one before, which is read again and left out.

    Each row must hold its sort key under the name `keys.LISTED_AT` or `keys.CHANGED_AT`; `of_each` are read, itself and
    perhaps its ticket.
    """
    last_seen = f"{after.sort_value}#{after.ticket_id}" if after else None
    while True:
        first, last = _between(asked, last_seen)
        if first > last:
            break
        page = query(asked, first, last, asked.budget.cut(_share(asked, next(sizes), of_each)))
        rows = [row for row in page.items if _sort_key(row) != last_seen]
        asked.budget.scanned += len(rows)
        if not page.has_more or not rows:
            yield Piece(_met(rows, read(rows)), None)
            return
        last_seen = _sort_key(rows[-1])
        yield Piece(_met(rows, read(rows)), _place(rows[-1]))
    yield Piece([], None)


def _met(rows: Sequence[Item], found: Sequence[Ticket]) -> list[Met]:
    """The tickets of rows, some of which may be gone, in the order of the rows."""
    by_id = {one.id: one for one in found}
    placed = ((_place(row), by_id.get(keys.ticket_id_of(row["pk"]))) for row in rows)
    return [(place, one) for place, one in placed if one is not None]


def _place(row: Item) -> Position:
    sort_value, _, ticket_id = _sort_key(row).partition("#")
    return Position(sort_value, ticket_id)


def _share(asked: Asked, rows: int, of_each: int) -> int:
    """None is walked by that the budget cannot decide."""
    cost = of_each + (_OF_WORDS if asked.query.words is not None else 0)
    return min(rows, asked.budget.left // cost)


def _between(asked: Asked, last_seen: str | None) -> tuple[str, str]:
    """The sort keys to look between, both included. A bare instant sorts before all keys that begin with it."""
    query, is_by_change = asked.query, asked.query.sort.field == "updated_at"
    first = to_text(query.created_from) if query.created_from and not is_by_change else _LOWEST
    last = to_text(query.created_to) if query.created_to and not is_by_change else _HIGHEST
    last = keys.LAST_CHANGE if is_by_change else last
    if last_seen is None:
        return first, last
    return (first, min(last, last_seen)) if query.sort.is_descending else (max(first, last_seen), last)


def _query_created(asked: Asked, first: str, last: str, limit: int) -> QueryPage:
    return _query_index(asked, (keys.BY_CREATED, keys.LISTED_AT), first, last, limit)


def _query_updated(asked: Asked, first: str, last: str, limit: int) -> QueryPage:
    return _query_index(asked, (keys.BY_UPDATED, keys.CHANGED_AT), first, last, limit)


def _query_index(asked: Asked, index: tuple[str, str], first: str, last: str, limit: int) -> QueryPage:
    return asked.table.query_index_between(
        index[0],
        hash_name=keys.ORGANISATION,
        hash_value=asked.organisation_id,
        range_name=index[1],
        first=first,
        last=last,
        limit=limit,
        is_newest_first=asked.query.sort.is_descending,
    )


def _sizes(asked: Asked) -> Iterator[int]:
    """How many rows to ask for: just a page's, or with filters more and more, since few may be wanted."""
    is_selective = asked.query.is_selective or asked.query.sort.field == "priority"
    again = 1 if asked.after is not None else 0
    size = max(_FIRST_ROWS_OF_A_FILTER, asked.wanted * _OVERREAD) if is_selective else asked.wanted + again
    if _is_in_a_thread(asked):
        yield again + 1
    while True:
        yield min(size, _ROWS_A_QUERY)
        size *= 2


def _batches(asked: Asked) -> Iterator[int]:
    """As many as one batch reads, beside the row that is read again. A full page of 100 may be the last one."""
    again = 1 if asked.after is not None else 0
    if _is_in_a_thread(asked):
        yield again + 1
    yield (MAX_BATCH_READS if asked.query.is_selective else min(asked.wanted, MAX_BATCH_READS)) + again
    while True:
        yield MAX_BATCH_READS + 1


def _is_in_a_thread(asked: Asked) -> bool:
    """Whether the ticket that comes next takes what there is to read."""
    return asked.after is not None and asked.after.bookmark is not None


def _read(asked: Asked, rows: Sequence[Item]) -> Sequence[Ticket]:
    if not rows:
        return []
    asked.budget.scanned += len(rows)
    return tickets.get_many(asked.table, asked.organisation_id, (keys.ticket_id_of(row["pk"]) for row in rows))


def _link(item: Item) -> Item:
    """A chat's link in the form of an index row."""
    listed_at = keys.listed_at_of_link(item["sk"])
    return {"pk": keys.ticket_key(listed_at.partition("#")[2]).pk, keys.LISTED_AT: listed_at}


def _sort_key(row: Item) -> str:
    return str(row[keys.LISTED_AT] if keys.LISTED_AT in row else row[keys.CHANGED_AT])
