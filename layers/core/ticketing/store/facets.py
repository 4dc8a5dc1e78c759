"""The counts of a whole list beside one page of it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from ticketing.domain.facets import Facets
from ticketing.domain.query import Position, Sort, TicketPage, TicketQuery
from ticketing.domain.ticket import Ticket
from ticketing.store import living
from ticketing.store.objects import Objects
from ticketing.store.table import Table
from ticketing.store.walks import Budget


@dataclass(frozen=True, slots=True)
class Counted:
    """`is_exact` if everything was counted; else there are at least so many of each.

    `scanned` counts the rows that were read, the page's among them.
    """

    facets: Facets
    is_exact: bool
    scanned: int


def count(
    table: Table,
    organisation_id: str,
    query: TicketQuery,
    page: TicketPage,
    *,
    budget: Budget,
    seen: Collection[str] = (),
    objects: Objects | None = None,
) -> Counted:
    """Count what the query asks for, with what the page has left of the budget. What the page met is always counted.

    `seen` are ids of tickets that must be as they are now; `objects` hold the long remarks, which words may be in.
    """
    counting = _Counting()
    counting.take(living.of_living_chats(table, organisation_id, [*page.tickets, *page.beyond]))
    is_exact = page.is_first and page.after is None
    if not is_exact and not budget.is_spent:
        in_order, start = _beyond(query, page)
        for stretch in living.walk(
            table, organisation_id, in_order, after=start, budget=budget, seen=seen, objects=objects
        ):
            counting.take(stretch.tickets)
            is_exact = stretch.until is None
    return Counted(counting.facets, is_exact, budget.scanned)


class _Counting:
    """Each ticket once, however often it is met."""

    def __init__(self) -> None:
        self.facets = Facets()
        self._ids: set[str] = set()

    def take(self, found: Iterable[Ticket]) -> None:
        for one in found:
            if one.id not in self._ids:
                self._ids.add(one.id)
                self.facets.take(one)


def _beyond(query: TicketQuery, page: TicketPage) -> tuple[TicketQuery, Position | None]:
    """What is still to be counted, in an order in which no ticket changes its place: the cheapest one, too."""
    if page.is_first and query.sort.field == "created_at":
        return query, page.after
    return replace(query, sort=Sort.NEWEST), None
