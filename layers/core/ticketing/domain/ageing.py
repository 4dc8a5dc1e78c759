"""The report on unresolved tickets: how old they are, and who has them."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ticketing.domain.query import UNASSIGNED
from ticketing.domain.ticket import Ticket

AGES: tuple[tuple[int, int | None], ...] = ((0, 1), (1, 3), (3, 7), (7, 30), (30, None))
"""In days of 24 hours: from, included, and to, not included. Every ticket is of one of these."""

_STARTS = [timedelta(days=start) for start, _ in AGES[1:]]


def age_group(created_at: datetime, now: datetime) -> int:
    """The place in AGES; what was created since `now` is of the youngest."""
    return bisect_right(_STARTS, now - created_at)


@dataclass(slots=True)
class Backlog:
    """So many tickets, as many of each of AGES, and the oldest; `assignee` is UNASSIGNED for what nobody has."""

    assignee: str
    count: int = 0
    ages: list[int] = field(default_factory=lambda: [0] * len(AGES))
    oldest: Ticket | None = None

    def take(self, ticket: Ticket, group: int) -> None:
        self.count += 1
        self.ages[group] += 1
        if self.oldest is None or _age_key(ticket) < _age_key(self.oldest):
            self.oldest = ticket


class AgeingReport:
    """Unresolved tickets that are given one by one, in any order, with their ages at one instant."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.all = Backlog("")
        self._of_each: dict[str, Backlog] = {}

    def take(self, ticket: Ticket) -> None:
        assignee, group = ticket.assignee or UNASSIGNED, age_group(ticket.created_at, self.now)
        self.all.take(ticket, group)
        self._of_each.setdefault(assignee, Backlog(assignee)).take(ticket, group)

    @property
    def of_each(self) -> Sequence[Backlog]:
        """Who has the most comes first, among equals by id."""
        return sorted(self._of_each.values(), key=lambda one: (-one.count, one.assignee))


def _age_key(ticket: Ticket) -> tuple[datetime, str]:
    return ticket.created_at, ticket.id
