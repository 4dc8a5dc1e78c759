"""A channel's ticket workflow: its issues, its statuses, and which status may follow which."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ticketing.errors import FieldError, InvalidIssue, InvalidStatusTransition, ValidationFailed


class StatusCategory(StrEnum):
    """What a status means whatever it is called; filters, mails and bulk actions across channels rest on it."""

    OPEN = "open"
    ACTIVE = "active"
    WAITING = "waiting"
    RESOLVED = "resolved"
    CLOSED = "closed"

    @property
    def is_resolved(self) -> bool:
        """Whether a ticket in this category counts as done: resolved or closed."""
        return self in (StatusCategory.RESOLVED, StatusCategory.CLOSED)


@dataclass(frozen=True, slots=True)
class Label:
    """An issue or sub-issue as a ticket keeps it, so that editing the workflow never changes the ticket."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Status:
    id: str
    name: str
    category: StatusCategory


@dataclass(frozen=True, slots=True)
class Issue:
    id: str
    label: str
    sub_issues: tuple[Label, ...] = ()
    is_follow_up: bool = False


@dataclass(frozen=True, slots=True)
class Workflow:
    """`transitions` maps a status id to those that may follow; None allows every move."""

    channel_id: str
    issues: tuple[Issue, ...]
    statuses: tuple[Status, ...]
    initial: str | None = None
    transitions: Mapping[str, tuple[str, ...]] | None = None
    version: int = 1
    updated_at: datetime | None = None
    is_active: bool = True
    source_version: int | None = None


DEFAULT_STATUSES = (
    Status("open", "Open", StatusCategory.OPEN),
    Status("in_progress", "In progress", StatusCategory.ACTIVE),
    Status("resolved", "Resolved", StatusCategory.RESOLVED),
    Status("closed", "Closed", StatusCategory.CLOSED),
)
"""The product page's typical statuses, for a workflow that names none."""


MAX_LABELS = 800
"""Issues and sub-issues of one workflow: with 60 characters each, in any script, it stays under DynamoDB's 400 KB."""


def check(workflow: Workflow) -> None:
    """Refuse a workflow that contradicts itself; every mistake is listed. Raises ValidationFailed."""
    if sum(1 + len(issue.sub_issues) for issue in workflow.issues) > MAX_LABELS:
        raise ValidationFailed.of("issues", f"A workflow has at most {MAX_LABELS} issues and sub-issues", "too_many")
    status_ids = [status.id for status in workflow.statuses]
    errors = [
        *_repeated("statuses", status_ids),
        *_repeated("issues", [issue.id for issue in workflow.issues]),
        *(
            error
            for index, issue in enumerate(workflow.issues)
            for error in _repeated(f"issues[{index}].sub_issues", [sub.id for sub in issue.sub_issues])
        ),
        *_unknown_statuses(workflow, frozenset(status_ids)),
    ]
    if errors:
        raise ValidationFailed(errors=errors)


def initial_status(workflow: Workflow) -> Status:
    """Where a new ticket starts: the status that the workflow names, else its first."""
    return next((status for status in workflow.statuses if status.id == workflow.initial), workflow.statuses[0])


def allowed_next(workflow: Workflow, current: str) -> tuple[str, ...]:
    """Ids of the statuses that may follow `current`, in the workflow's order.

    | the workflow                         | may follow                |
    |--------------------------------------|---------------------------|
    | names no transitions                 | every other status        |
    | names transitions                    | what it names for this one|
    | no longer has the ticket's status    | every status it has       |
    """
    known = tuple(status.id for status in workflow.statuses)
    if current not in known:
        return known
    if workflow.transitions is None:
        return tuple(status for status in known if status != current)
    named = workflow.transitions.get(current, ())
    return tuple(status for status in known if status in named and status != current)


def move(workflow: Workflow, current: Status, target: str) -> Status:
    """The status that a ticket gets when it moves to `target`; to where it is, it may always "move".

    Raises InvalidStatusTransition, which lists the allowed ones.
    """
    if target == current.id:
        return current
    allowed = allowed_next(workflow, current.id)
    if target not in allowed:
        raise InvalidStatusTransition(allowed)
    return next(status for status in workflow.statuses if status.id == target)


def pick_issue(workflow: Workflow, issue_id: str, sub_issue_id: str | None) -> tuple[Label, Label | None]:
    """The issue and sub-issue as the ticket keeps them. Raises InvalidIssue with the field that is wrong."""
    issue = next((issue for issue in workflow.issues if issue.id == issue_id), None)
    if issue is None:
        raise InvalidIssue("issue")
    if sub_issue_id is None:
        return Label(issue.id, issue.label), None
    sub_issue = next((sub for sub in issue.sub_issues if sub.id == sub_issue_id), None)
    if sub_issue is None:
        raise InvalidIssue("sub_issue")
    return Label(issue.id, issue.label), sub_issue


def _repeated(field: str, ids: Iterable[str]) -> list[FieldError]:
    return [
        FieldError(field, "repeated_id", f"The id {id_} is used more than once")
        for id_, count in Counter(ids).items()
        if count > 1
    ]


def _unknown_statuses(workflow: Workflow, known: frozenset[str]) -> list[FieldError]:
    named = [("initial", workflow.initial)] if workflow.initial is not None else []
    for source, targets in (workflow.transitions or {}).items():
        named += [(f"transitions.{source}", status) for status in (source, *targets)]
    return [
        FieldError(field, "unknown_status", f"The workflow has no status {status}")
        for field, status in dict.fromkeys(named)
        if status not in known
    ]
