"""A list of tickets: where it goes on, and what one page is."""

from collections.abc import Sequence
from dataclasses import dataclass

from ticketing.domain.ticket import Ticket

DEFAULT_LIMIT = 25
MAX_LIMIT = 100
"""The product page: 100 tickets per page in the API."""


@dataclass(frozen=True, slots=True)
class Position:
    """The last row that a caller has seen: its sort value and its id, and nothing of the store that found it."""

    sort_value: str
    ticket_id: str


@dataclass(frozen=True, slots=True)
class TicketPage:
    """`after` is where the next page begins, None on the last; `scanned` counts the rows that were read."""

    tickets: Sequence[Ticket]
    after: Position | None
    scanned: int
