"""Which finder answers a list: the search index where there is one, the table where there is none or it is away.

Both tell the same tickets in the same order, and a cursor goes on in either; only a list by relevance needs the index
to its end. Whatever goes wrong with the index, the list is answered, and says by which of the two.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from ticketing import presenting
from ticketing.domain.instants import to_text
from ticketing.domain.query import Position, Sort, TicketPage, TicketQuery
from ticketing.errors import CursorExpired
from ticketing.store import facets, finder
from ticketing.store.walks import Budget
from tickets_api import facet_answers

if TYPE_CHECKING:
    from tickets_api.finding_by_index import Index
    from tickets_api.services import Services


_SHARE_OF_THE_INDEX: Final = 0.5
"""Of the time for an answer. The rest is for the table, if the index is away, or would have too long a thread read."""


class Search:
    """The way to the search index, kept for a warm function. A function that has no endpoint loads nothing of it."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint

    @cached_property
    def index(self) -> "Index":
        from tickets_api.finding_by_index import Index  # noqa: PLC0415 (its client takes time to load)

        return Index.at(self._endpoint)


@dataclass(frozen=True, slots=True)
class Asked:
    """`after` is a place in the order of `query`; `seen` are ids of tickets that must be as they are now."""

    organisation_id: str
    query: TicketQuery
    after: Position | None
    limit: int
    seen: Collection[str]
    with_facets: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """A page as JSON, and where the next one begins, in the order of `sort`."""

    rows: list[dict[str, Any]]
    after: Position | None
    sort: Sort
    totals: dict[str, Any]
    freshness: dict[str, Any]


def answer(services: "Services", asked: Asked) -> Answered:
    """A page of a list. Raises Busy, and CursorExpired in a list by relevance that cannot go on."""
    budget = Budget(services.monotonic)
    if services.search is not None and not _is_at_hand(asked.query) and not _is_in_a_thread(asked.after):
        for_index = budget.part(_SHARE_OF_THE_INDEX)
        answered = services.search.index.answer(services, asked, for_index)
        if answered is not None:
            return answered
        budget.scanned += for_index.scanned
    if asked.query.sort is Sort.RELEVANCE:
        if asked.after is not None:
            raise CursorExpired
        asked = replace(asked, query=replace(asked.query, sort=Sort.NEWEST))
    return _by_table(services, asked, budget.part())


def _is_at_hand(query: TicketQuery) -> bool:
    """Whether it is one chat's list, which the table knows without an index that could lag."""
    one_chat = query.chats is not None and len(query.chats) == 1
    return one_chat and query.words is None and query.sort.field == "created_at"


def _is_in_a_thread(after: Position | None) -> bool:
    """Whether the list goes on within a thread, which only the table's finder can."""
    return after is not None and after.bookmark is not None


def _by_table(services: "Services", asked: Asked, budget: Budget) -> Answered:
    asked_at = to_text(services.now())
    page = finder.find(
        services.table,
        asked.organisation_id,
        asked.query,
        after=asked.after,
        limit=asked.limit,
        budget=budget,
        seen=asked.seen,
        objects=services.objects,
    )
    rows, visible = presenting.rows(services.reads, asked.organisation_id, page)
    totals = _total(page, visible)
    if asked.with_facets:
        counted = facets.count(
            services.table,
            asked.organisation_id,
            asked.query,
            page,
            budget=budget,
            seen=asked.seen,
            objects=services.objects,
        )
        totals = facet_answers.shown(services.reads, asked.organisation_id, counted)
    through = asked_at if page.is_current else None
    told = freshness("table", through, page.scanned, asked.query)
    return Answered(rows, page.after, asked.query.sort, totals, told)


def _total(page: TicketPage, visible: int) -> dict[str, Any]:
    """The size of the list, on its first page: exact if everything was met, and nothing of it is hidden."""
    if not page.is_first:
        return {}
    is_exact = page.is_all and visible == len(page.tickets) + len(page.beyond)
    return {"total": visible, "total_relation": "eq" if is_exact else "gte"}


def freshness(source: str, through: str | None, scanned: int, query: TicketQuery) -> dict[str, Any]:
    """Where a list came from, as partners are told."""
    forgives = source == "index" and query.words is not None
    return {
        "source": source,
        "indexed_through": through,
        "scanned": scanned,
        "sort": query.sort.value,
        "typos": forgives,
    }
