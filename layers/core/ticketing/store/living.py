"""All tickets that a query asks for, as far as a request's budget goes, to be counted and not to be shown.

A ticket of a deleted chat is in no list and counts nowhere, though the janitor may not have come to it yet.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from ticketing.domain.query import Position, TicketQuery
from ticketing.domain.ticket import Ticket
from ticketing.store import finder, keys
from ticketing.store.objects import Objects
from ticketing.store.table import Table
from ticketing.store.walks import MAX_ROWS, Budget


@dataclass(frozen=True, slots=True)
class Stretch:
    """What one query of a walk found. Everything up to `until` has been looked at, None if nothing is left."""

    tickets: Sequence[Ticket]
    until: Position | None


def walk(
    table: Table,
    organisation_id: str,
    query: TicketQuery,
    *,
    after: Position | None,
    budget: Budget,
    seen: Collection[str] = (),
    objects: Objects | None = None,
) -> Iterator[Stretch]:
    """The tickets in the query's order, beyond `after`: query by query, so that no more than one's are held.

    It ends at the end, or after the first query with which the budget is spent. `seen` are ids of tickets that must be
    as they are now; `objects` hold the long remarks, which words may be in. Only in an order of creation does no ticket
    change its place meanwhile, to be met twice or never.
    """
    for page in finder.pages(
        table, organisation_id, query, after=after, limit=MAX_ROWS, budget=budget.step, seen=seen, objects=objects
    ):
        budget.scanned += page.scanned
        yield Stretch(of_living_chats(table, organisation_id, page.tickets), page.after)
        if budget.is_spent:
            return


def of_living_chats(table: Table, organisation_id: str, found: Collection[Ticket]) -> Sequence[Ticket]:
    """Those whose chats live, by a consistent read of a small item of each chat; 100 chats a call."""
    alive = {one.chat_id: keys.chat_alive_key(organisation_id, one.chat_id) for one in found}
    items_of = table.get_many(alive.values())
    living = {id_ for id_, key in alive.items() if key in items_of and "deleted_at" not in items_of[key]}
    return [one for one in found if one.chat_id in living]
