"""The report on resolved tickets: how long they took, from `created_at` to `resolved_at` as it stands on the ticket.

That is when its status became resolved or closed; one that is closed afterwards keeps it. A reopened ticket has none,
until it is resolved again.
"""

from array import array
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ticketing.domain.facets import LatestNames
from ticketing.domain.query import UNASSIGNED
from ticketing.domain.ticket import Ticket

DEFAULT_PERIOD = timedelta(days=30)

_MS = timedelta(milliseconds=1)


class By(StrEnum):
    CHANNEL = "channel"
    ISSUE = "issue"
    ASSIGNEE = "assignee"


_KEYS: dict[By, Callable[[Ticket], str]] = {
    By.CHANNEL: lambda ticket: ticket.channel_id,
    By.ISSUE: lambda ticket: ticket.issue.id,
    By.ASSIGNEE: lambda ticket: ticket.assignee or UNASSIGNED,
}


@dataclass(frozen=True, slots=True)
class Figures:
    """Of some tickets; times in seconds, None if there is no ticket.

    The median of an even number is the middle of the two in the middle. Nine of ten took `p90` or less: it is the
    smallest time of which that is true, one that a ticket really took.
    """

    count: int
    median: float | None
    p90: float | None
    mean: float | None


class Durations:
    """Times in whole milliseconds, eight bytes each."""

    def __init__(self) -> None:
        self._taken = array("q")

    def take(self, duration: timedelta) -> None:
        # Clocks of two servers may differ by more than a ticket took.
        self._taken.append(max(duration, timedelta(0)) // _MS)

    def __len__(self) -> int:
        return len(self._taken)

    def figures(self) -> Figures:
        count = len(self._taken)
        if not count:
            return Figures(0, None, None, None)
        in_order = sorted(self._taken)
        middle = in_order[(count - 1) // 2] + in_order[count // 2]
        return Figures(
            count,
            median=middle / 2000,
            p90=in_order[-(-9 * count // 10) - 1] / 1000,
            mean=round(sum(in_order) / count / 1000, 3),
        )


class ResolutionReport:
    """Resolved tickets that are given one by one, in any order; one that is not resolved is left out."""

    def __init__(self, by: Collection[By]) -> None:
        self.all = Durations()
        self.issue_names = LatestNames()
        self._of_each: dict[By, dict[str, Durations]] = {one: {} for one in by}

    def take(self, ticket: Ticket) -> None:
        if ticket.resolved_at is None:
            return
        took = ticket.resolved_at - ticket.created_at
        self.all.take(took)
        self.issue_names.take(ticket.issue.id, ticket.issue.label, ticket.updated_at)
        for by, groups in self._of_each.items():
            groups.setdefault(_KEYS[by](ticket), Durations()).take(took)

    def of_each(self, by: By) -> Sequence[tuple[str, Durations]]:
        """By id; most tickets first, among equals by id."""
        return sorted(self._of_each[by].items(), key=lambda one: (-len(one[1]), one[0]))


def period(start: datetime | None, end: datetime | None, now: datetime) -> tuple[datetime, datetime | None]:
    """When the tickets were created: without a start, in the 30 days before the end, or before now if that is first."""
    return start or min(end or now, now) - DEFAULT_PERIOD, end
