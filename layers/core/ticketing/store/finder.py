"""The finder that needs nothing but the table: lists of tickets by its indexes and by the chats' links.

A page is refilled until it is full or the request's budget is spent; then it comes back short, even empty, with
the place to go on from, so that nothing is capped. Among tickets that do not change meanwhile, pages neither skip
nor repeat one.

An index may lag. What the caller has written itself (`seen`) is therefore read from the table, and stands where it
belongs by `matches` and `position`, whatever the index says of it.
"""

from collections.abc import Collection, Iterable

from ticketing.domain.query import Position, TicketPage, TicketQuery, matches, position
from ticketing.domain.ticket import Ticket
from ticketing.store import tickets, walks
from ticketing.store.table import MAX_BATCH_READS, Table
from ticketing.store.walks import Asked, Budget, Piece, Way

_COUNTED = MAX_BATCH_READS
"""A ticket counts if its chat lives; with those of the page, one batch reads the chats of so many."""


def find(
    table: Table,
    organisation_id: str,
    query: TicketQuery,
    *,
    after: Position | None,
    limit: int,
    budget: Budget,
    seen: Collection[str] = (),
) -> TicketPage:
    """A page of what a query asks for, beyond the place where the caller's last page ended.

    `seen` are the ids of tickets that must be as they are now.
    """
    asked = Asked(table, organisation_id, query, after, limit + 1, budget)
    collected = _Collected(asked, limit, seen)
    way, is_current = _way(asked)
    for piece in way:
        collected.take(piece)
        if collected.is_done:
            break
    return collected.page(is_current=is_current)


def _way(asked: Asked) -> tuple[Way, bool]:
    """The way through the tickets, and whether it asks no index."""
    chats, field = asked.query.chats, asked.query.sort.field
    if chats is not None and len(chats) == 1 and field == "created_at":
        return walks.by_link(asked, min(chats)), True
    if chats is not None and (found := walks.gathered(asked)) is not None:
        return iter([Piece(found, None)]), True
    if field == "updated_at":
        return walks.by_updated(asked), False
    if field == "priority":
        return walks.by_priority(asked), False
    return walks.by_created(asked, asked.after), False


class _Collected:
    """The tickets of a page so far. A ticket counts where it stands now, not where an index met it."""

    def __init__(self, asked: Asked, limit: int, seen: Collection[str]) -> None:
        self._asked = asked
        self._limit = limit
        self._seen = frozenset(seen)
        self._found: dict[str, Ticket] = {}
        self._until = asked.after
        self._is_end = False
        if self._seen:
            self._keep(tickets.get_many(asked.table, asked.organisation_id, self._seen))

    def take(self, piece: Piece) -> None:
        self._keep(one for one in piece.tickets if one.id not in self._seen)
        self._is_end = piece.until is None
        self._until = piece.until or self._until

    @property
    def is_done(self) -> bool:
        return self._is_end or self._asked.budget.is_spent or len(self._within()) >= self._limit

    def page(self, *, is_current: bool) -> TicketPage:
        within = self._within()
        shown = within[: self._limit]
        after = self._until if not self._is_end else None
        if len(within) > self._limit:
            after = position(self._asked.query.sort, shown[-1])
        is_first = self._asked.after is None
        return TicketPage(
            shown,
            after,
            self._asked.budget.scanned,
            beyond=within[self._limit : _COUNTED] if is_first else (),
            is_first=is_first,
            is_all=is_first and self._is_end and len(within) <= _COUNTED,
            is_current=is_current,
        )

    def _keep(self, found: Iterable[Ticket]) -> None:
        for one in found:
            known = self._found.get(one.id)
            if known is not None and known.version >= one.version:
                continue
            self._found.pop(one.id, None)
            if matches(self._asked.query, one):
                self._found[one.id] = one

    def _within(self) -> list[Ticket]:
        """Those between the last page's end and the place up to which everything has been seen, in order."""
        sort = self._asked.query.sort
        placed = sorted(((position(sort, one), one) for one in self._found.values()), reverse=sort.is_descending)
        return [one for place, one in placed if self._is_in_range(place)]

    def _is_in_range(self, place: Position) -> bool:
        asked = self._asked
        is_new = asked.after is None or place.is_beyond(asked.after, asked.query.sort)
        if self._is_end:
            return is_new
        return is_new and self._until is not None and not place.is_beyond(self._until, asked.query.sort)
