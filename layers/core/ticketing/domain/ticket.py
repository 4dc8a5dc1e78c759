"""A ticket and what may happen to it. Each function returns a new value or raises; nothing saves itself."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from ticketing.domain import workflow as workflows
from ticketing.domain.directory import Chat
from ticketing.domain.events import Event, EventKind, FieldChange, Source
from ticketing.domain.principal import Actor
from ticketing.domain.remark import Remark, preview
from ticketing.domain.workflow import Label, Status, Workflow

MAX_WATCHERS = 20
MAX_LABEL_LENGTH = 60
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
    """Who changes something, when, and through what: the same for everything that one request does."""

    actor: Actor
    now: datetime
    source: Source
    request_id: str


@dataclass(frozen=True, slots=True)
class NewTicket:
    """What a caller says of a ticket to be created; ids, not names."""

    issue: str
    sub_issue: str | None = None
    priority: Priority = Priority.MEDIUM
    assignee: str | None = None
    watchers: Sequence[str] = ()
    remarks: str | None = None


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
        external_id=None,
        version=1,
        created_at=on.now,
        updated_at=on.now,
        resolved_at=on.now if status.category.is_resolved else None,
    )
    remark = Remark(1, new.remarks, on.actor, on.now) if new.remarks else None
    return Change(ticket, _event(ticket, EventKind.CREATED, _first_values(ticket), on), remark)


def change_status(ticket: Ticket, target: str, *, workflow: Workflow, on: Occasion) -> Change | None:
    """Move a ticket to another status; None if it is there already, and then nothing is to be written.

    `resolved_at` is set when the ticket enters the categories resolved or closed, and cleared when it leaves them.
    Raises InvalidStatusTransition with the allowed targets.
    """
    status = workflows.move(workflow, ticket.status, target)
    if status.id == ticket.status.id:
        return None
    changed = replace(
        ticket,
        status=status,
        version=ticket.version + 1,
        updated_at=on.now,
        resolved_at=(ticket.resolved_at or on.now) if status.category.is_resolved else None,
    )
    changes = (FieldChange("status", status_value(ticket.status), status_value(status)),)
    return Change(changed, _event(changed, EventKind.CHANGED, changes, on))


def add_remark(ticket: Ticket, text: str, *, on: Occasion) -> Change:
    """Append a remark to the thread: a change like any other, which history tells by the remark's version."""
    version = ticket.version + 1
    changed = replace(
        ticket,
        version=version,
        updated_at=on.now,
        remark_preview=preview(text),
        remark_count=ticket.remark_count + 1,
    )
    event = _event(changed, EventKind.CHANGED, (FieldChange("remark", None, version),), on)
    return Change(changed, event, Remark(version, text, on.actor, on.now))


def status_value(status: Status) -> dict[str, Any]:
    """A status as history tells it: whole, since the workflow may forget it."""
    return {"id": status.id, "name": status.name, "category": status.category.value}


def label_value(label: Label | None) -> dict[str, Any] | None:
    """An issue or sub-issue as history tells it."""
    return {"id": label.id, "label": label.label} if label else None


def _first_values(ticket: Ticket) -> tuple[FieldChange, ...]:
    values: dict[str, Any] = {
        "status": status_value(ticket.status),
        "priority": ticket.priority.value,
        "issue": label_value(ticket.issue),
        "sub_issue": label_value(ticket.sub_issue),
        "assignee": ticket.assignee,
        "watchers": list(ticket.watchers) or None,
    }
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
    )
