"""Ticket workflows."""

from typing import Annotated

from pydantic import Field

from ticketing.domain.workflow import DEFAULT_STATUSES, Issue, Label, Status, StatusCategory, Workflow
from tickets_api.schemas.fields import Body, CallerId, LabelText, Shape, Version
from tickets_api.schemas.tickets import StatusOut

_Targets = Annotated[list[CallerId], Field(max_length=50)]


class PutSubIssue(Body):
    id: CallerId
    label: LabelText


class PutIssue(Body):
    """An issue; `follow_up` marks those that the pending follow-ups report lists."""

    id: CallerId
    label: LabelText
    follow_up: bool = False
    sub_issues: Annotated[list[PutSubIssue], Field(default_factory=list, max_length=50)]

    def to_domain(self) -> Issue:
        return Issue(self.id, self.label, tuple(Label(sub.id, sub.label) for sub in self.sub_issues), self.follow_up)


class PutStatus(Body):
    id: CallerId
    name: LabelText
    category: Annotated[StatusCategory, Field(strict=False)]


class PutWorkflow(Body):
    """A channel's ticket workflow.

    Without `statuses`: Open, In progress, Resolved, Closed. The first status is the initial one unless `initial`
    names another. Without `transitions` every move is allowed; with them, only those named.
    """

    issues: Annotated[list[PutIssue], Field(min_length=1, max_length=50)]
    statuses: Annotated[list[PutStatus], Field(min_length=1, max_length=50)] | None = None
    initial: CallerId | None = None
    transitions: Annotated[dict[CallerId, _Targets], Field(max_length=50)] | None = None
    source_version: Version | None = None

    def to_domain(self, channel_id: str) -> Workflow:
        statuses = self.statuses and tuple(Status(one.id, one.name, one.category) for one in self.statuses)
        return Workflow(
            channel_id=channel_id,
            issues=tuple(issue.to_domain() for issue in self.issues),
            statuses=statuses or DEFAULT_STATUSES,
            initial=self.initial,
            transitions={source: tuple(dict.fromkeys(targets)) for source, targets in self.transitions.items()}
            if self.transitions is not None
            else None,
            source_version=self.source_version,
        )


class SubIssueOut(Shape):
    id: str
    label: str


class IssueOut(Shape):
    id: str
    label: str
    follow_up: bool
    sub_issues: list[SubIssueOut]


class WorkflowOut(Shape):
    issues: list[IssueOut]
    statuses: list[StatusOut]
    initial: str
    transitions: dict[str, list[str]] | None
    source_version: int | None
    version: int
