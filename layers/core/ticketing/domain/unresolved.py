"""What the weekly list says: the oldest unresolved tickets, who has how many, and follow-ups by themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ticketing.domain.ticket import Ticket

SHOWN = 200
"""The product: the first 200 rows, then a count and the link."""

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Share:
    """What somebody has: so many tickets, the oldest one created then. `assignee` None: what nobody has."""

    assignee: str | None
    count: int
    oldest: datetime


class Section:
    """The first rows that it is given, and how many there were."""

    def __init__(self) -> None:
        self.rows: list[Ticket] = []
        self.total = 0

    def take(self, ticket: Ticket) -> None:
        self.total += 1
        if len(self.rows) < SHOWN:
            self.rows.append(ticket)


class UnresolvedList:
    """An organisation's unresolved tickets, given one by one, the oldest first.

    It keeps only what is shown and counts the rest: there may be any number of them.
    """

    def __init__(self) -> None:
        self.others = Section()
        self.follow_ups = Section()
        self._shares: dict[str | None, Share] = {}

    def take(self, ticket: Ticket, *, is_follow_up: bool) -> None:
        (self.follow_ups if is_follow_up else self.others).take(ticket)
        before = self._shares.get(ticket.assignee)
        count, oldest = (before.count, before.oldest) if before else (0, ticket.created_at)
        self._shares[ticket.assignee] = Share(ticket.assignee, count + 1, min(oldest, ticket.created_at))

    @property
    def total(self) -> int:
        return self.others.total + self.follow_ups.total

    @property
    def shown(self) -> Sequence[Ticket]:
        return [*self.others.rows, *self.follow_ups.rows]

    @property
    def shares(self) -> Sequence[Share]:
        """Of follow-ups and others together: who has the most comes first, among equals who has the oldest."""
        return sorted(self._shares.values(), key=lambda one: (-one.count, one.oldest, one.assignee or ""))


def age(created_at: datetime, now: datetime) -> str:
    """How long ago, in whole days; in whole hours for what is younger than a day."""
    passed = max(now - created_at, timedelta(0))
    if passed < _HOUR:
        return "less than an hour"
    return _counted(passed // _DAY, "day") if passed >= _DAY else _counted(passed // _HOUR, "hour")


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
