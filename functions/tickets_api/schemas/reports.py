"""Reports: what they are asked for, and how they answer."""

from typing import Annotated, Literal

from pydantic import Field

from ticketing.domain.resolution import By
from tickets_api.schemas.fields import Body, Shape
from tickets_api.schemas.ticket_lists import (
    Assignees,
    Channels,
    CreatedFrom,
    CreatedTo,
    Creators,
    Issues,
    Priorities,
    SubIssues,
    TicketFilters,
    Zone,
)


class _ReportFilters(Body):
    """The filters of lists, but for those that the report itself sets."""

    priority: Priorities
    assignee: Assignees
    creator: Creators
    channel: Channels
    issue: Issues
    sub_issue: SubIssues
    created_from: CreatedFrom = None
    created_to: CreatedTo = None
    tz: Zone = "UTC"


_FILTERS = set(_ReportFilters.model_fields)


class ReadUnresolved(_ReportFilters):
    """Which unresolved tickets; without a filter all of them."""

    cursor: Annotated[str, Field(min_length=1, max_length=2000)] | None = None

    def filters(self) -> TicketFilters:
        """Those that are asked for, the oldest first."""
        given = self.model_dump(include=_FILTERS, exclude_unset=True)
        return TicketFilters(status_category=["unresolved"], sort="created_at", **given)


class ReadResolution(_ReportFilters):
    """Which resolved tickets, by when they were created: without a range, in the last 30 days."""

    by: Annotated[Literal["channel", "issue", "assignee"] | None, Field(description="Without it: by all three")] = None

    def filters(self) -> TicketFilters:
        """Those that are asked for, the newest first."""
        given = self.model_dump(include=_FILTERS, exclude_unset=True)
        return TicketFilters(status_category=["resolved", "closed"], **given)

    @property
    def dimensions(self) -> list[By]:
        return [By(self.by)] if self.by else list(By)


class AgeCount(Shape):
    """How many tickets are `from_days` old or older, and younger than `to_days`; days of 24 hours."""

    from_days: int
    to_days: int | None
    count: int


class OldestTicket(Shape):
    id: str
    number: int
    created_at: str


class AssigneeBacklog(Shape):
    """What one assignee has; `id` is `unassigned` for what nobody has."""

    id: str
    name: str
    count: int
    by_age: list[AgeCount]
    oldest: OldestTicket


class UnresolvedReport(Shape):
    """Unresolved tickets by age and assignee, who has the most first; ages are those at `as_of`.

    `relation` is `eq` if this answer counts them all. If it is `gte`, this is one of several parts, the oldest tickets
    first: add up the counts of all parts, from the first one to the one without `has_more`, and they are exact.
    `as_of` is the same in all of them. `scanned` rows were read.
    """

    as_of: str
    total: int
    relation: Literal["eq", "gte"]
    by_age: list[AgeCount]
    oldest: OldestTicket | None
    by_assignee: list[AssigneeBacklog]
    next_cursor: str | None
    has_more: bool
    scanned: int


class TimesTaken(Shape):
    """How long tickets took; null if there is none. Nine of ten took `p90_seconds` or less."""

    count: int
    median_seconds: float | None
    p90_seconds: float | None
    mean_seconds: float | None


class TimesOfGroup(TimesTaken):
    id: str
    name: str


class ResolutionReport(Shape):
    """How long tickets took from `created_at` to `resolved_at`, of those created in the range that are resolved.

    The figures are exact for what was read: everything in the range if `relation` is `eq`. If it is `gte`, the budget
    was spent before: only the tickets created at `read_from` or later were read, and there are at least so many. Ask
    for shorter ranges then. `created_to` is null for now. A group that was not asked for is left out.
    """

    created_from: str
    created_to: str | None
    relation: Literal["eq", "gte"]
    read_from: str
    all: TimesTaken
    by_channel: list[TimesOfGroup] | None = None
    by_issue: list[TimesOfGroup] | None = None
    by_assignee: list[TimesOfGroup] | None = None
    scanned: int
