"""Courses: what tickets go through, and how often, by the age of the ticket.

Each row is a sequence of statuses after the first one, with three weights: for a ticket of less than a day, of less
than ten days, and older; a last word restricts the row to one issue. A sequence must obey the transitions of its
workflow (a test walks every row).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

FRESH: Final = timedelta(days=1)
RECENT: Final = timedelta(days=10)


@dataclass(frozen=True, slots=True)
class Course:
    statuses: tuple[str, ...]
    fresh: float
    recent: float
    old: float
    only_for: str | None = None

    def weight(self, issue_id: str, age: timedelta) -> float:
        if self.only_for not in (None, issue_id):
            return 0
        if age < FRESH:
            return self.fresh
        return self.recent if age < RECENT else self.old


HOSPITALITY: Final[Sequence[Course]] = (
    Course((), 50, 12, 2),
    Course(("in_progress",), 30, 16, 2),
    Course(("waiting_on_vendor",), 4, 6, 1, "maintenance"),
    Course(("in_progress", "waiting_on_vendor"), 4, 10, 3, "maintenance"),
    Course(("in_progress", "open"), 2, 3, 1),
    Course(("resolved",), 5, 12, 14),
    Course(("in_progress", "resolved"), 4, 22, 30),
    Course(("in_progress", "resolved", "closed"), 1, 8, 25),
    Course(("in_progress", "waiting_on_vendor", "resolved"), 0, 5, 8, "maintenance"),
    Course(("in_progress", "waiting_on_vendor", "in_progress", "resolved", "closed"), 0, 3, 10, "maintenance"),
    Course(("in_progress", "resolved", "open", "in_progress", "resolved"), 0, 2, 5),
    Course(("in_progress", "resolved", "open"), 0, 2, 1),
    Course(("closed",), 1, 2, 3),
)

SUPPORT: Final[Sequence[Course]] = (
    Course((), 50, 12, 2),
    Course(("triaged",), 36, 30, 8),
    Course(("triaged", "new"), 2, 3, 1),
    Course(("fixed",), 4, 6, 6),
    Course(("triaged", "fixed"), 7, 26, 24),
    Course(("triaged", "fixed", "verified"), 1, 18, 45),
    Course(("fixed", "verified"), 1, 3, 6),
    Course(("triaged", "fixed", "triaged", "fixed", "verified"), 0, 3, 8),
    Course(("triaged", "fixed", "triaged"), 0, 3, 2),
    Course(("triaged", "fixed", "verified", "triaged"), 0, 1, 1),
)
