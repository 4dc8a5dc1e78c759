"""The finder by an index of words: which tickets a list has it learns from OpenSearch, what they are from the table.

An index lags, and never says by how much. So whatever may differ is taken out of its answer and placed by what the
table says of it: what the caller has written (`seen`), what anybody has (`ticketing.search.recent`), and each found
ticket that is no more what was indexed. The answer is then that of the table's finder, with typos forgiven, at any size
of the table.

| calls                                                            | of                                        |
|------------------------------------------------------------------|-------------------------------------------|
| 1                                                                | the last changes, by the table's index    |
| 1                                                                | whether the index shows them, and a page  |
| 2 per 300 changes before, if a minute of them was not indexed    | the same of those                         |
| 1 if it does not, or if a found ticket has changed meanwhile     | the page without those tickets            |
| 1 per 100 tickets                                                | the page, `seen` and what is late         |
| with words, 1 if only the guest may have one; 2 more per 100 late | chats, and first texts of remarks         |
| with facets, 1 if a status goes by several names                 | which of them is the latest               |
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ticketing.domain.hits import Field, Hits
from ticketing.domain.query import Position, Sort, TicketPage, TicketQuery, meets_filters, position
from ticketing.domain.search_document import MAX_SHOWN
from ticketing.domain.ticket import Ticket
from ticketing.domain.words import parse
from ticketing.search import counting, queries
from ticketing.search.recent import Behind, Recent
from ticketing.search.tenant import Answer, Found, Search, Tenant, versions_of
from ticketing.store import tickets
from ticketing.store.facets import Counted
from ticketing.store.objects import Objects
from ticketing.store.table import Table
from ticketing.store.texts import Texts
from ticketing.store.walks import Budget

ALLOWANCE: Final = timedelta(seconds=10)
"""For the lag of the table's own index, by which the last changes are found."""
_ROUNDS: Final = 4


@dataclass(frozen=True, slots=True)
class Listed:
    """A page; the size of the whole list, exact or at least that; and up to when every change is known."""

    page: TicketPage
    total: int
    is_exact: bool
    indexed_through: datetime
    counted: Counted | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is asked for. Tickets of `dead_chats` are in none; `seen` ones must be as they are now."""

    query: TicketQuery
    after: Position | None
    limit: int
    seen: Collection[str] = ()
    with_facets: bool = False
    dead_chats: Collection[str] = ()


def find(
    tenant: Tenant,
    table: Table,
    organisation_id: str,
    wanted: Wanted,
    *,
    budget: Budget,
    objects: Objects | None = None,
) -> Listed:
    """A page of what a query asks for, typos forgiven, beyond the place where the caller's last page ended.

    Raises SearchUnavailable, NotSayable, Behind: the table's finder answers then. Raises Busy.
    """
    return _Finding(tenant, table, organisation_id, wanted, budget, objects).listed()


class _Finding:
    def __init__(
        self,
        tenant: Tenant,
        table: Table,
        organisation_id: str,
        wanted: Wanted,
        budget: Budget,
        objects: Objects | None,
    ) -> None:
        self._tenant = tenant
        self._table = table
        self._organisation_id = organisation_id
        self._wanted = wanted
        self._query = wanted.query
        self._said = queries.asked(wanted.query)
        self._budget = budget
        self._rows: dict[str, Ticket | None] = {}
        self._words = parse(wanted.query.words) if wanted.query.words is not None else None
        is_rated = wanted.query.sort is Sort.RELEVANCE
        self._texts = (
            Texts(table, objects, organisation_id, self._words, budget, typos=True, is_rated=is_rated)
            if self._words is not None
            else None
        )

    def listed(self) -> Listed:
        now = self._table.now()
        apart = set(self._wanted.seen)
        recent = Recent(self._table, self._organisation_id)
        versions, answer = self._tenant.ask(versions_of(recent.ids), self._page(apart))
        is_old = False
        while not recent.judge({one.id: one.version for one in versions.found}):
            (versions,) = self._tenant.ask(versions_of(recent.ids))
            is_old = True  # what was found indexed since need not be in the answer
        is_old |= bool(recent.late.keys() - apart)
        apart |= recent.late.keys()
        if is_old:
            (answer,) = self._tenant.ask(self._page(apart))
        for _ in range(_ROUNDS):
            self._read([*apart, *(one.id for one in answer.found[: self._wanted.limit])])
            shown, moved = self._confirmed(answer.found[: self._wanted.limit])
            if not moved:
                through = min([now - ALLOWANCE, *self._late_since(recent)])
                self._budget.scanned += recent.walked
                return self._as_list(answer, shown, apart, through)
            apart |= moved
            (answer,) = self._tenant.ask(self._page(apart))
        raise Behind

    def _without(self, apart: Collection[str]) -> queries.Said:
        without = [queries.any_of("id", apart)] if apart else []
        if self._wanted.dead_chats:
            without.append(queries.any_of("chat", self._wanted.dead_chats))
        return {"bool": {"must": [self._said], "must_not": without}}

    def _page(self, apart: Collection[str]) -> Search:
        sort, after = self._query.sort, self._wanted.after
        return Search(
            self._without(apart),
            self._wanted.limit + 1,
            sort=queries.order(sort),
            after=queries.after(sort, after) if after is not None else None,
            counts=counting.counts(with_words=self._words is not None, with_facets=self._wanted.with_facets),
            with_shown=self._words is not None,
        )

    def _read(self, ids: Iterable[str]) -> None:
        unread = [id_ for id_ in dict.fromkeys(ids) if id_ not in self._rows]
        read = {one.id: one for one in tickets.get_many(self._table, self._organisation_id, unread)} if unread else {}
        self._rows |= {id_: read.get(id_) for id_ in unread}
        self._budget.scanned += len(unread)

    def _late_since(self, recent: Recent) -> Iterable[datetime]:
        """When what is late was changed. Of a ticket that is deleted, and that no document shows, nothing is late."""
        for id_, at in recent.late.items():
            if id_ not in recent.unknown or self._rows[id_] is not None:
                yield at

    # --- what the index has found -----------------------------------------------------------------------------------

    def _confirmed(self, found: Sequence[Found]) -> tuple[dict[str, Hits | None], set[str]]:
        """Those that are still what was indexed, with where their words are; and the others."""
        still: list[tuple[Found, Ticket]] = []
        for one in found:
            row = self._rows[one.id]
            if row is not None and row.version == one.version and meets_filters(self._query, row):
                still.append((one, row))
        hits = self._hits(still)
        shown = {one.id: hits.get(one.id) for one, _ in still if self._words is None or one.id in hits}
        return shown, {one.id for one in found} - shown.keys()

    def _hits(self, found: Sequence[tuple[Found, Ticket]]) -> Mapping[str, Hits]:
        """Where the words are, of tickets that have all of them: by what the search brought along, if that will do."""
        if self._texts is None or self._words is None:
            return {}
        hits = {row.id: _look(Hits(self._words, typos=True), one, row) for one, row in found}
        self._texts.look_at_guests([row for _, row in found if not hits[row.id].is_all], hits)
        left = [row for _, row in found if not hits[row.id].is_all]
        verdicts = {row.id: verdict for row, verdict in _decided(self._texts, left)}
        read = {id_: verdict for id_, verdict in verdicts.items() if verdict is not None}
        return {id_: one for id_, one in hits.items() if one.is_all} | read

    # --- what the table places --------------------------------------------------------------------------------------

    def _placed(self, apart: Iterable[str]) -> list[tuple[Position, Ticket, Hits | None]]:
        """All tickets that the index was not asked for and that are meant, wherever they stand."""
        rows = [row for id_ in sorted(apart) if (row := self._rows[id_]) is not None]
        meant = [one for one in rows if meets_filters(self._query, one) and one.chat_id not in self._wanted.dead_chats]
        if self._texts is None:
            return [(position(self._query.sort, one), one, None) for one in meant]
        decided = _decided(self._texts, meant)
        return [(position(self._query.sort, one, hits.points), one, hits) for one, hits in decided if hits is not None]

    # --- together ---------------------------------------------------------------------------------------------------

    def _as_list(
        self,
        answer: Answer,
        shown: Mapping[str, Hits | None],
        apart: Collection[str],
        through: datetime,
    ) -> Listed:
        placed = self._placed(apart)
        sort, limit, start = self._query.sort, self._wanted.limit, self._wanted.after
        used = answer.found[:limit]
        has_more = len(answer.found) > limit
        until = queries.place(sort, used[-1].sort) if has_more else None
        rows = [(queries.place(sort, one.sort), row, shown[one.id]) for one in used if (row := self._rows[one.id])]
        rows += [one for one in placed if _is_between(one[0], start, until, sort)]
        rows.sort(key=lambda one: one[0], reverse=sort.is_descending)
        page = rows[:limit]
        on_page = {one.id for _, one, _ in page}
        after = page[-1][0] if len(rows) > limit else until
        # What was cut is not among what is sure, and all of it was read only if all is on this page.
        cut = [row for one in used if one.is_cut and self._words is not None and (row := self._rows[one.id])]
        is_exact = answer.total == counting.total(answer) or (start is None and not has_more)
        total = counting.total(answer) + len(cut) + len(placed)
        counted = self._counted(answer, apart, [*cut, *(one for _, one, _ in placed)], is_exact=is_exact)
        listed = TicketPage(
            [one for _, one, _ in page],
            after,
            self._budget.scanned,
            beyond=[one for _, one, _ in placed if one.id not in on_page],
            is_first=start is None,
            is_all=start is None and after is None,
            hits={one.id: hits for _, one, hits in page if hits is not None},
        )
        return Listed(listed, total, is_exact, through, counted)

    def _counted(
        self, answer: Answer, apart: Collection[str], others: Sequence[Ticket], *, is_exact: bool
    ) -> Counted | None:
        if not self._wanted.with_facets:
            return None
        try:
            found = counting.found(answer)
        except counting.NotCounted:
            raise Behind from None
        if several := found.several(others):
            query, counts = counting.of_statuses(self._without(apart), several, with_words=self._words is not None)
            counting.take_names(found, *self._tenant.ask(Search(query, 0, counts=counts)))
        for one in others:
            found.facets.take(one)
        return Counted(found.facets, is_exact and found.is_whole, self._budget.scanned)


def _look(hits: Hits, found: Found, ticket: Ticket) -> Hits:
    hits.look_at_ticket(ticket)
    if len(found.shown) < MAX_SHOWN:
        hits.look(Field.REMARKS, found.shown)
    else:
        hits.look_at_beginning(found.shown)
    return hits


def _decided(texts: Texts, asked: Sequence[Ticket]) -> Sequence[tuple[Ticket, Hits | None]]:
    """Raises Behind if there is more to read than one request may: the table's finder can go on in a thread."""
    decided = list(texts.decide(asked))
    if len(decided) < len(asked):
        raise Behind
    return decided


def _is_between(place: Position, start: Position | None, until: Position | None, sort: Sort) -> bool:
    is_new = start is None or place.is_beyond(start, sort)
    return is_new and (until is None or not place.is_beyond(until, sort))
