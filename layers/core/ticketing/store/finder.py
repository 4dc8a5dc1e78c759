"""Lists of tickets from the table's indexes."""

from ticketing.domain.query import Position, TicketPage
from ticketing.store import items, keys
from ticketing.store.table import Table


def newest(table: Table, organisation_id: str, *, after: Position | None, limit: int) -> TicketPage:
    """A page of an organisation's tickets, the last created first, beyond the row that the caller saw last."""
    before = f"{after.sort_value}#{after.ticket_id}" if after else None
    page = table.query_index(
        keys.BY_CREATED,
        hash_name=keys.ORGANISATION,
        hash_value=organisation_id,
        range_name=keys.LISTED_AT,
        before=before,
        limit=limit + 1,  # one more than is shown tells whether there are more
    )
    tickets = [items.ticket_from(item) for item in page.items[:limit]]
    has_more = len(page.items) > limit
    after_last = _position(page.items[limit - 1][keys.LISTED_AT]) if has_more else None
    return TicketPage(tickets, after_last, scanned=len(page.items))


def _position(listed_at: str) -> Position:
    created_at, _, ticket_id = listed_at.partition("#")
    return Position(created_at, ticket_id)
