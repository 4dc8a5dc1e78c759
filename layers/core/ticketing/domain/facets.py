"""How many tickets of a list there are of each status, category, priority, assignee and channel."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from ticketing.domain.query import UNASSIGNED
from ticketing.domain.ticket import Ticket


class LatestNames:
    """By id, the name that the ticket changed last carries.

    A workflow may give an id another name, or two channels' may: a ticket keeps the name that it was given.
    """

    def __init__(self) -> None:
        self._names: dict[str, tuple[datetime, str]] = {}

    def take(self, id_: str, name: str, at: datetime) -> None:
        self._names[id_] = max((at, name), self._names.get(id_, (at, name)))

    def __getitem__(self, id_: str) -> str:
        return self._names[id_][1]


class Facets:
    """The counts of tickets that are given one by one, in any order; each is counted once in each facet."""

    def __init__(self) -> None:
        self.total = 0
        self.statuses: Counter[str] = Counter()
        self.status_names = LatestNames()
        self.categories: Counter[str] = Counter()
        self.priorities: Counter[str] = Counter()
        self.assignees: Counter[str] = Counter()
        """By id; UNASSIGNED stands for nobody."""
        self.channels: Counter[str] = Counter()

    def take(self, ticket: Ticket) -> None:
        self.total += 1
        self.statuses[ticket.status.id] += 1
        self.status_names.take(ticket.status.id, ticket.status.name, ticket.updated_at)
        self.categories[ticket.status.category.value] += 1
        self.priorities[ticket.priority.value] += 1
        self.assignees[ticket.assignee or UNASSIGNED] += 1
        self.channels[ticket.channel_id] += 1


def ranked(counts: Counter[str]) -> Sequence[tuple[str, int]]:
    """The most frequent first, among equals by id."""
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))
