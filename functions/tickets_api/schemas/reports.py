"""Reports: what they are asked for, and how they answer."""

from typing import Annotated, Any, Literal

from pydantic import Field

from ticketing.domain.resolution import By
from tickets_api.schemas.fields import Body, CallerId, Shape
from tickets_api.schemas.ticket_lists import MAX_VALUES, AssigneeFilter, CreatorFilter, SubIssueFilter, TicketFilters

_Time = Annotated[str, Field(max_length=64, examples=["2026-03-01", "2026-03-01T22:10:05Z"])]


def _values(description: str) -> Any:
    return Field(default_factory=list, min_length=1, max_length=MAX_VALUES, description=description)


class _ReportFilters(Body):
    """The filters of lists, but for those that the report itself sets."""

    priority: Annotated[list[Literal["low", "medium", "high"]], _values("Priorities")]
    assignee: Annotated[list[AssigneeFilter], _values("Members, teams, `unassigned`, `me`, `my_teams`")]
    creator: Annotated[list[CreatorFilter], _values("Who created it; `me`")]
    channel: Annotated[list[CallerId], _values("Ids of channels")]
    issue: Annotated[list[CallerId], _values("Ids of issues")]
    sub_issue: Annotated[list[SubIssueFilter], _values("Sub-issues, each as `issue/sub_issue`")]
    created_from: Annotated[_Time | None, Field(description="A date in `tz`, from its start; or an instant")] = None
    created_to: Annotated[_Time | None, Field(description="A date in `tz`, to its end; or an instant before which")] = (
        None
    )
    tz: Annotated[str, Field(max_length=100, description="The IANA zone of dates", examples=["Europe/Zurich"])] = "UTC"


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
