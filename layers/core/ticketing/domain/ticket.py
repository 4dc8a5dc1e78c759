"""A ticket and what may happen to it. Each function returns a new value or raises; nothing saves itself."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, StrEnum
from typing import Any, Final

from ticketing.domain import workflow as workflows
from ticketing.domain.directory import Chat
from ticketing.domain.events import Event, EventKind, FieldChange, Source
from ticketing.domain.principal import Actor
from ticketing.domain.remark import Remark, preview
from ticketing.domain.workflow import Label, Status, Workflow
from ticketing.errors import RestoreExpired, ValidationFailed

RESTORABLE_FOR = timedelta(days=30)
PURGED_AFTER = RESTORABLE_FOR + timedelta(hours=1)
"""An hour between the last moment of a restore and the purge is more than any two clocks differ."""

MAX_WATCHERS = 20
MAX_LABEL_LENGTH = 60
MAX_EXTERNAL_ID_LENGTH = 64
"""Caps that keep the largest ticket item under 3 KB and a common one under 1 KB."""


class Priority(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A structured work item tied to a chat. `assignee` is a member or team id; `creator` an actor."""

    id: str
    organisation_id: str
    number: int
    chat_id: str
    channel_id: str
    issue: Label
    sub_issue: Label | None
    priority: Priority
    status: Status
    assignee: str | None
    creator: Actor
    watchers: tuple[str, ...]
    remark_preview: str
    remark_count: int
    media_count: int
    source: Source
    external_id: str | None
    version: int
    created_at: datetime
    updated_at: datetime
    resolved_at: datetime | None = None
    deleted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What one write does: the ticket as it will be, the event that tells of it, a remark if one was added."""

    ticket: Ticket
    event: Event
    remark: Remark | None = None


@dataclass(frozen=True, slots=True)
class Occasion:
    """Who changes something, when, and through what: the same for everything that one request or bulk action does."""

    actor: Actor
    now: datetime
    source: Source
    request_id: str
    bulk_id: str | None = None


class Unchanged(Enum):
    """The value of a patch's field that the patch does not have; None is a value of its own."""

    UNCHANGED = "unchanged"


UNCHANGED: Final = Unchanged.UNCHANGED


@dataclass(frozen=True, slots=True)
class Patch:
    """What a caller wants changed; ids, not names. A remark is appended, everything else is replaced."""

    status: str | Unchanged = UNCHANGED
    priority: Priority | Unchanged = UNCHANGED
    assignee: str | Unchanged | None = UNCHANGED
    issue: str | Unchanged = UNCHANGED
    sub_issue: str | Unchanged | None = UNCHANGED
    watchers: Sequence[str] | Unchanged = UNCHANGED
    remark: str | None = None


@dataclass(frozen=True, slots=True)
class NewTicket:
    """What a caller says of a ticket to be created; ids, not names."""

    issue: str
    sub_issue: str | None = None
    priority: Priority = Priority.MEDIUM
    assignee: str | None = None
    watchers: Sequence[str] = ()
    remarks: str | None = None
    external_id: str | None = None


def create(
    new: NewTicket, *, ticket_id: str, number: int, organisation_id: str, chat: Chat, workflow: Workflow, on: Occasion
) -> Change:
    """A new ticket at version 1, in the workflow's initial status. Raises InvalidIssue."""
    issue, sub_issue = workflows.pick_issue(workflow, new.issue, new.sub_issue)
    status = workflows.initial_status(workflow)
    ticket = Ticket(
        id=ticket_id,
        organisation_id=organisation_id,
        number=number,
        chat_id=chat.id,
        channel_id=chat.channel_id,
        issue=issue,
        sub_issue=sub_issue,
        priority=new.priority,
        status=status,
        assignee=new.assignee,
        creator=on.actor,
        watchers=tuple(dict.fromkeys(new.watchers)),
        remark_preview=preview(new.remarks) if new.remarks else "",
        remark_count=1 if new.remarks else 0,
        media_count=0,
        source=on.source,
        external_id=new.external_id,
        version=1,
        created_at=on.now,
        updated_at=on.now,
        resolved_at=on.now if status.category.is_resolved else None,
    )
    remark = Remark(1, new.remarks, on.actor, on.now) if new.remarks else None
    event = _event(ticket, EventKind.CREATED, _first_values(ticket), on)
    is_due = event.may_be_mailed and chat.guest.mail_address is None
    return Change(ticket, replace(event, guest_ack_due=is_due), remark)


def change(ticket: Ticket, patch: Patch, *, workflow: Workflow | None, on: Occasion) -> Change | None:
    """Apply a patch, all of it or nothing; None if it changes nothing, and then nothing is to be written.

    `workflow` is needed when `needs_workflow` says so.

    | field              | rule                                                                                   |
    |--------------------|----------------------------------------------------------------------------------------|
    | status             | where the workflow leads; InvalidStatusTransition lists the allowed targets            |
    | issue              | one of the workflow; the sub-issue is cleared unless the patch gives one; InvalidIssue |
    | sub_issue          | one of the issue's; None clears it                                                     |
    | priority, assignee | as given; None unassigns                                                               |
    | watchers           | the whole list as given                                                                |
    | remark             | appended to the thread                                                                 |
    """
    status = (
        workflows.move(_needed(workflow), ticket.status, patch.status)
        if patch.status is not UNCHANGED and patch.status != ticket.status.id
        else ticket.status
    )
    issue, sub_issue = _filed(ticket, patch, workflow)
    changed = replace(
        ticket,
        status=status,
        issue=issue,
        sub_issue=sub_issue,
        priority=ticket.priority if patch.priority is UNCHANGED else patch.priority,
        assignee=ticket.assignee if patch.assignee is UNCHANGED else patch.assignee,
        watchers=ticket.watchers if patch.watchers is UNCHANGED else tuple(dict.fromkeys(patch.watchers)),
    )
    return _changed(ticket, _with_resolution(changed, on), patch.remark, on)


def needs_workflow(ticket: Ticket, patch: Patch) -> bool:
    """Whether the channel's workflow has a say in a patch; in what stays as it is, or is cleared, it has none."""
    return patch.status not in {UNCHANGED, ticket.status.id} or _is_filed_anew(ticket, patch)


def change_status(ticket: Ticket, target: str, *, workflow: Workflow, on: Occasion) -> Change | None:
    """Move a ticket to another status. Raises InvalidStatusTransition."""
    return change(ticket, Patch(status=target), workflow=workflow, on=on)


def overwrite(
    ticket: Ticket,
    *,
    on: Occasion,
    status: Status | Unchanged = UNCHANGED,
    priority: Priority | Unchanged = UNCHANGED,
    assignee: str | Unchanged | None = UNCHANGED,
    resolved_at: datetime | None = None,
) -> Change | None:
    """Set what was decided before, without asking a workflow; None if the ticket is like that already.

    `resolved_at` is for a ticket that comes back into a status that counts as done: since when it did.
    """
    changed = replace(
        ticket,
        resolved_at=ticket.resolved_at if resolved_at is None else resolved_at,
        status=ticket.status if status is UNCHANGED else status,
        priority=ticket.priority if priority is UNCHANGED else priority,
        assignee=ticket.assignee if assignee is UNCHANGED else assignee,
    )
    return _changed(ticket, _with_resolution(changed, on), None, on)


def add_remark(ticket: Ticket, text: str, *, on: Occasion) -> Change:
    """Append a remark to the thread: a change like any other, which history tells by the remark's version."""
    return _with_remark(ticket, ticket, text, (), on)


def delete(ticket: Ticket, *, on: Occasion, cause: str | None = None) -> Change:
    """Hide a ticket from every read; for 30 days it can be restored. `cause` is why, if nobody asked for it."""
    deleted = replace(ticket, version=ticket.version + 1, updated_at=_later(ticket, on), deleted_at=on.now)
    return Change(deleted, replace(_event(deleted, EventKind.DELETED, (), on), cause=cause))


def restore(ticket: Ticket, *, on: Occasion) -> Change | None:
    """Bring a deleted ticket back as it was; None if it was not deleted. Raises RestoreExpired after 30 days."""
    check_restorable(ticket, on.now)
    return bring_back(ticket, on=on)


def check_restorable(ticket: Ticket, now: datetime) -> None:
    """Raises RestoreExpired 30 days after a ticket was deleted."""
    if ticket.deleted_at is not None and now >= ticket.deleted_at + RESTORABLE_FOR:
        raise RestoreExpired


def bring_back(ticket: Ticket, *, on: Occasion) -> Change | None:
    """Restore what was found restorable before; None if it was not deleted."""
    if ticket.deleted_at is None:
        return None
    restored = replace(ticket, version=ticket.version + 1, updated_at=_later(ticket, on), deleted_at=None)
    return Change(restored, _event(restored, EventKind.RESTORED, (), on))


def watch(ticket: Ticket, member: str) -> Patch:
    """The patch that adds one watcher and loses nobody. Raises ValidationFailed at the 21st."""
    if member in ticket.watchers:
        return Patch()
    if len(ticket.watchers) >= MAX_WATCHERS:
        raise ValidationFailed.of("watchers", f"A ticket has at most {MAX_WATCHERS} watchers", "too_many")
    return Patch(watchers=(*ticket.watchers, member))


def unwatch(ticket: Ticket, member: str) -> Patch:
    """The patch that removes one watcher and nobody else."""
    return Patch(watchers=tuple(one for one in ticket.watchers if one != member))


def _later(ticket: Ticket, on: Occasion) -> datetime:
    """The time of a write: now, but never before the last one, whatever a clock says."""
    return max(on.now, ticket.updated_at)


def _with_resolution(ticket: Ticket, on: Occasion) -> Ticket:
    """When it was resolved is kept as long as it counts as done."""
    resolved_at = (ticket.resolved_at or on.now) if ticket.status.category.is_resolved else None
    return ticket if resolved_at == ticket.resolved_at else replace(ticket, resolved_at=resolved_at)


def _changed(before: Ticket, after: Ticket, remark: str | None, on: Occasion) -> Change | None:
    """The change from one state to the other, told field by field, with the remark that came along."""
    changes = tuple(
        FieldChange(field, value, new[field])
        for new in [_values(after)]
        for field, value in _values(before).items()
        if value != new[field]
    )
    if remark is not None:
        return _with_remark(before, after, remark, changes, on)
    if not changes:
        return None
    newer = replace(after, version=before.version + 1, updated_at=_later(before, on))
    return Change(newer, _event(newer, EventKind.CHANGED, changes, on))


def _with_remark(before: Ticket, after: Ticket, text: str, changes: tuple[FieldChange, ...], on: Occasion) -> Change:
    version = before.version + 1
    newer = replace(
        after,
        version=version,
        updated_at=_later(before, on),
        remark_preview=preview(text),
        remark_count=before.remark_count + 1,
    )
    event = _event(newer, EventKind.CHANGED, (*changes, FieldChange("remark", None, version)), on)
    return Change(newer, event, Remark(version, text, on.actor, on.now))


def _filed(ticket: Ticket, patch: Patch, workflow: Workflow | None) -> tuple[Label, Label | None]:
    """The issue and sub-issue after a patch; what is not patched stays, whether the workflow still has it or not."""
    if _is_filed_anew(ticket, patch):
        return workflows.pick_issue(_needed(workflow), *_wanted_labels(ticket, patch))
    is_cleared = patch.issue is UNCHANGED and patch.sub_issue is None
    return ticket.issue, None if is_cleared else ticket.sub_issue


def _is_filed_anew(ticket: Ticket, patch: Patch) -> bool:
    if patch.issue is UNCHANGED and patch.sub_issue in {UNCHANGED, None}:
        return False
    return _wanted_labels(ticket, patch) != (ticket.issue.id, ticket.sub_issue.id if ticket.sub_issue else None)


def _wanted_labels(ticket: Ticket, patch: Patch) -> tuple[str, str | None]:
    issue = ticket.issue.id if patch.issue is UNCHANGED else patch.issue
    return issue, None if patch.sub_issue is UNCHANGED else patch.sub_issue


def _needed(workflow: Workflow | None) -> Workflow:
    if workflow is None:
        message = "this patch cannot be judged without the channel's workflow"
        raise ValueError(message)
    return workflow


def status_value(status: Status) -> dict[str, Any]:
    """A status as history tells it: whole, since the workflow may forget it."""
    return {"id": status.id, "name": status.name, "category": status.category.value}


def label_value(label: Label | None) -> dict[str, Any] | None:
    """An issue or sub-issue as history tells it."""
    return {"id": label.id, "label": label.label} if label else None


def _values(ticket: Ticket) -> dict[str, Any]:
    """What history tells of a ticket, as JSON values."""
    return {
        "status": status_value(ticket.status),
        "priority": ticket.priority.value,
        "issue": label_value(ticket.issue),
        "sub_issue": label_value(ticket.sub_issue),
        "assignee": ticket.assignee,
        "watchers": list(ticket.watchers) or None,
    }


def _first_values(ticket: Ticket) -> tuple[FieldChange, ...]:
    values = _values(ticket) | {"remark": ticket.version if ticket.remark_count else None}
    return tuple(FieldChange(field, None, value) for field, value in values.items() if value is not None)


def _event(ticket: Ticket, kind: EventKind, changes: tuple[FieldChange, ...], on: Occasion) -> Event:
    return Event(
        ticket_id=ticket.id,
        organisation_id=ticket.organisation_id,
        version=ticket.version,
        kind=kind,
        at=on.now,
        actor=on.actor,
        source=on.source,
        request_id=on.request_id,
        changes=changes,
        bulk_id=on.bulk_id,
        assignee=ticket.assignee,
    )
