"""The finder that needs nothing but the table: lists of tickets by its indexes and by the chats' links.

A page is refilled until it is full or the request's budget is spent; then it comes back short, even empty, with
the place to go on from, so that nothing is capped. Among tickets that do not change meanwhile, pages neither skip
nor repeat one.

Words are looked for in the texts of those tickets that meet the filters, in order; a spent budget ends a page between
any two of them, or within the thread of one, with a bookmark there.

An index may lag. What the caller has written itself (`seen`) is therefore read from the table, and stands where it
belongs by `matches` and `position`, whatever the index says of it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from ticketing.domain.hits import Hits
from ticketing.domain.query import Position, Sort, TicketPage, TicketQuery, beginning, meets_filters, position
from ticketing.domain.ticket import Ticket
from ticketing.domain.words import parse
from ticketing.store import tickets, walks
from ticketing.store.objects import Objects
from ticketing.store.table import MAX_BATCH_READS, Table
from ticketing.store.texts import LEAST_OF_A_THREAD, Texts
from ticketing.store.walks import Asked, Budget, Met, Piece, Way

_MOST_OF_A_STEP: Final = 5 + LEAST_OF_A_THREAD
"""With words: two rows of an index, a ticket, its chat, its text, and some of its thread."""
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
    objects: Objects | None = None,
) -> TicketPage:
    """A page of what a query asks for, beyond the place where the caller's last page ended.

    `seen` are the ids of tickets that must be as they are now; `objects` hold the long remarks, which words may be in.
    It does not know the best match: `relevance` comes as the last created. Raises Busy.
    """
    if query.sort is Sort.RELEVANCE:
        query = replace(query, sort=Sort.NEWEST)
    asked = Asked(table, organisation_id, query, after, limit + 1, budget)
    words = parse(query.words) if query.words is not None else None
    bookmark = after.bookmark if after is not None else None
    texts = Texts(table, objects, organisation_id, words, budget, bookmark=bookmark) if words is not None else None
    collected = _Collected(asked, limit, seen, texts)
    way, is_current = _way(asked)
    for piece in way:
        collected.take(piece)
        if collected.is_done:
            break
    return collected.page(is_current=is_current)


def pages(
    table: Table,
    organisation_id: str,
    query: TicketQuery,
    *,
    after: Position | None,
    limit: int,
    budget: Callable[[], Budget],
    seen: Collection[str] = (),
    objects: Objects | None = None,
) -> Iterator[TicketPage]:
    """Page after page, to the last one: as `find`, with the budget that is asked for before each of them.

    Whoever gives all of them the same one must stop when it is spent. Raises Busy.
    """
    is_end = False
    while not is_end:
        page = find(
            table, organisation_id, query, after=after, limit=limit, budget=budget(), seen=seen, objects=objects
        )
        after, is_end = page.after, page.after is None
        yield page


def whole(table: Table, organisation_id: str, query: TicketQuery, found: Sequence[Ticket]) -> list[Ticket]:
    """Tickets that were found, in that order, as the table has them now: an index holds no watchers.

    Those that meet the filters no more are left out.
    """
    read = {one.id: one for one in tickets.get_many(table, organisation_id, (one.id for one in found))}
    now = (read.get(one.id) for one in found)
    return [one for one in now if one is not None and meets_filters(query, one)]


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

    def __init__(self, asked: Asked, limit: int, seen: Collection[str], texts: Texts | None) -> None:
        self._asked = asked
        self._limit = limit
        self._seen = frozenset(seen)
        self._texts = texts
        self._found: dict[str, Ticket] = {}
        self._hits: dict[str, Hits] = {}
        self._until = asked.after
        self._is_end = self._is_cut = False
        self._own = tickets.get_many(asked.table, asked.organisation_id, self._seen) if self._seen else []
        if texts is None:
            self._keep_by_filters(self._own)

    def take(self, piece: Piece) -> None:
        """Add what is wanted of a piece; with words perhaps only of its beginning, up to where the page is done."""
        met = [(place, one) for place, one in piece.met if one.id not in self._seen]
        if self._texts is None:
            self._keep_by_filters(one for _, one in met)
        elif not self._take_by_words([*met, *self._own_up_to(piece.until)], self._texts):
            self._is_cut = True
            return
        self._is_end = piece.until is None
        self._until = piece.until or self._until

    def _own_up_to(self, until: Position | None) -> Sequence[Met]:
        """Those of the caller's own that stand in the piece that ends there: their threads are read in their turn."""
        sort, start = self._asked.query.sort, self._until
        placed = [(position(sort, one), one) for one in self._own]
        return [
            (place, one)
            for place, one in placed
            if (start is None or place.is_beyond(start, sort)) and (until is None or not place.is_beyond(until, sort))
        ]

    def _take_by_words(self, met: Sequence[Met], texts: Texts) -> bool:
        """Whether all of them were decided; if not, those up to the place that is kept."""
        met = [(place, one) for place, one in met if self._is_new(place)]
        met.sort(key=lambda one: one[0], reverse=self._asked.query.sort.is_descending)
        wanted = [at for at, (_, one) in enumerate(met) if meets_filters(self._asked.query, one)]
        start, size = 0, 1 if texts.bookmark is not None else self._asked.wanted
        while start < len(met):
            # Each may cost a row of its chat and one of its remarks, and the last one some of its thread.
            count = max(1, min(size, MAX_BATCH_READS, (self._asked.budget.left - LEAST_OF_A_THREAD) // 2))
            ahead = [at for at in wanted if at >= start][:count]
            end = ahead[-1] + 1 if len(ahead) == count else len(met)
            decided = self._keep_by_words([one for _, one in met[start:end]], texts)
            start += decided
            if decided:
                self._until = met[start - 1][0]
            if start < end or (start < len(met) and self._is_over):
                return False
            size = MAX_BATCH_READS
        return True

    @property
    def is_done(self) -> bool:
        budget = self._asked.budget
        is_short = self._texts is not None and budget.left < _MOST_OF_A_STEP
        return self._is_over or self._is_cut or is_short or budget.is_enough

    @property
    def _is_over(self) -> bool:
        return self._is_end or self._asked.budget.is_spent or len(self._within()) >= self._limit

    def page(self, *, is_current: bool) -> TicketPage:
        within = self._within()
        shown = within[: self._limit]
        after = (self._until or beginning(self._asked.query.sort)) if not self._is_end else None
        if len(within) > self._limit:
            after = position(self._asked.query.sort, shown[-1])
        if after is not None and self._texts is not None:
            after = replace(after, bookmark=self._texts.bookmark)
        is_first = self._asked.after is None
        return TicketPage(
            shown,
            after,
            self._asked.budget.scanned,
            beyond=within[self._limit : _COUNTED] if is_first else (),
            is_first=is_first,
            is_all=is_first and self._is_end and len(within) <= _COUNTED,
            is_current=is_current,
            hits={one.id: self._hits[one.id] for one in shown if one.id in self._hits},
        )

    def _keep_by_filters(self, found: Iterable[Ticket]) -> None:
        for one in found:
            self._keep(one, is_wanted=meets_filters(self._asked.query, one))

    def _keep_by_words(self, found: Sequence[Ticket], texts: Texts) -> int:
        """How many of them were decided, from the first on."""
        wanted = [one for one in found if meets_filters(self._asked.query, one)]
        verdicts = texts.decide(wanted)
        for at, one in enumerate(found):
            hits: Hits | None = None
            if meets_filters(self._asked.query, one):
                verdict = next(verdicts, None)
                if verdict is None:
                    return at
                hits = verdict[1]
            if self._keep(one, is_wanted=hits is not None) and hits is not None:
                self._hits[one.id] = hits
        return len(found)

    def _keep(self, one: Ticket, *, is_wanted: bool) -> bool:
        """False if a later version of it was met before."""
        known = self._found.get(one.id)
        if known is not None and known.version >= one.version:
            return False
        self._found.pop(one.id, None)
        if is_wanted:
            self._found[one.id] = one
        return True

    def _within(self) -> list[Ticket]:
        """Those between the last page's end and the place up to which everything has been seen, in order."""
        sort = self._asked.query.sort
        placed = sorted(((position(sort, one), one) for one in self._found.values()), reverse=sort.is_descending)
        return [one for place, one in placed if self._is_in_range(place)]

    def _is_in_range(self, place: Position) -> bool:
        if self._is_end:
            return self._is_new(place)
        sort = self._asked.query.sort
        return self._is_new(place) and self._until is not None and not place.is_beyond(self._until, sort)

    def _is_new(self, place: Position) -> bool:
        return self._asked.after is None or place.is_beyond(self._asked.after, self._asked.query.sort)
