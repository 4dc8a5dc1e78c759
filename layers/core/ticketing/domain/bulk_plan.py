"""The plan of a bulk action: what becomes of each ticket, decided before any of them is touched.

One ticket that may not be changed is enough: then nothing changes at all. A step holds all that the change needs, so
that it does not matter who applies it, or when.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from ticketing.domain import ticket as rules
from ticketing.domain import workflow as workflows
from ticketing.domain.bulk import (
    Blocker,
    Bulk,
    BulkAction,
    Kind,
    LeftOut,
    Phase,
    Plan,
    Resolved,
    Row,
    Selected,
    Step,
    Target,
    ToCategory,
    Unchanged,
    status_of,
    undoing,
)
from ticketing.domain.events import Event, EventKind
from ticketing.domain.query import TicketQuery, meets_filters
from ticketing.domain.ticket import Change, Occasion, Priority, Ticket
from ticketing.domain.workflow import Status, StatusCategory, Workflow
from ticketing.errors import (
    ChangedSince,
    InvalidStatusTransition,
    TicketingError,
    TicketNotFound,
    VersionConflict,
    WorkflowMissing,
)

_FIELDS = {Kind.ASSIGN: "assignee", Kind.STATUS: "status", Kind.PRIORITY: "priority"}
"""What history calls the field that an action sets."""

type Place = Callable[[Ticket], Workflow | None]
"""The workflow of a ticket's channel.

Raises TicketNotFound, ChatDeleted for a ticket whose chat is gone, BulkInProgress for one that another one is at.
"""

type Since = Callable[[Ticket, int], Iterable[Event]]
"""What happened to a ticket behind a version."""

type Judge = Callable[[Selected, Ticket | None, Place], Row]
"""What becomes of a ticket, which is None if there is none. Raises what blocks it."""


def plan(selected: Iterable[Selected], found: Mapping[str, Ticket], judge: Judge, place: Place) -> Plan:
    """Decide for each ticket; one that is not `found` is a blocker, unless a filter asked for it.

    `found` are tickets of the caller's organisation, deleted ones too.
    """
    return Plan(tuple(_row(one, found.get(one.ticket_id), judge, place) for one in selected))


def judging(action: BulkAction, now: datetime, query: TicketQuery | None = None) -> Judge:
    """How an action decides for tickets that were named, or that a query found."""

    def judge(selected: Selected, ticket: Ticket | None, place: Place) -> Row:
        if query is not None and not _is_met(query, ticket, place):
            return LeftOut(selected.ticket_id)
        return _step(action, selected, ticket, place, now)

    return judge


def judging_undo(bulk: Bulk, steps: Mapping[str, Step], now: datetime, since: Since) -> Judge:
    """How an undo decides: each ticket is set back to what it was, whatever else was changed of it meanwhile.

    Blocked where what the bulk action set was changed since, also if it was set to the same again, and by a status that
    the workflow has no more; how a status may follow another one is not asked. `steps` are those of the bulk action, by
    ticket.
    """
    action = undoing(bulk)

    def judge(selected: Selected, ticket: Ticket | None, place: Place) -> Row:
        done = steps[selected.ticket_id]
        if ticket is None or (ticket.deleted_at is not None and action.kind not in {Kind.DELETE, Kind.RESTORE}):
            raise TicketNotFound
        if not _is_as_left(action.kind, done, ticket, since):
            raise ChangedSince
        return _step_back(action.kind, done, ticket, place, now)

    return judge


def apply(bulk: Bulk, ticket: Ticket, target: Target) -> Change:
    """The change of one ticket: all that it says comes from the bulk action, the target of its step and the ticket.

    Raises ValueError if the step changes nothing, which no plan has, or before the commit.
    """
    change = _change(bulk.action.kind, ticket, target, bulk.occasion)
    if change is None:
        message = "a step of a plan changes its ticket"
        raise ValueError(message)
    return change


def changes_of(action: BulkAction, ticket: Ticket, step: Step, on: Occasion) -> Change:
    """The change that a step would make, for who asks first. Raises ValueError like `apply`."""
    bulk = Bulk("", ticket.organisation_id, action, on.actor, on.source, "", on.now, 1, Phase.DONE, committed_at=on.now)
    return apply(bulk, ticket, step.target)


def _row(selected: Selected, ticket: Ticket | None, judge: Judge, place: Place) -> Row:
    try:
        return judge(selected, ticket, place)
    except TicketingError as error:
        return Blocker.of(selected.ticket_id, error)


def _is_met(query: TicketQuery, ticket: Ticket | None, place: Place) -> bool:
    """Its words are not looked for again: remarks only grow, and what was found a moment ago is meant.

    Raises BulkInProgress.
    """
    if ticket is None or not meets_filters(query, ticket):
        return False
    try:
        place(ticket)
    except TicketNotFound:
        return False
    return True


def _step(action: BulkAction, selected: Selected, ticket: Ticket | None, place: Place, now: datetime) -> Row:
    """Raises what blocks it."""
    if ticket is None or (ticket.deleted_at is not None and not action.finds_deleted):
        raise TicketNotFound
    workflow = place(ticket)
    if selected.expected_version is not None and selected.expected_version != ticket.version:
        raise VersionConflict(ticket.version)
    if action.kind is Kind.RESTORE:
        rules.check_restorable(ticket, now)
    target = _target(action, ticket, workflow)
    if _is_so(action.kind, ticket, target):
        return Unchanged(ticket.id)
    is_expected = selected.expected_version is not None
    return Step(ticket.id, ticket.version, target, _previous(action.kind, ticket), is_expected=is_expected)


def _is_as_left(kind: Kind, done: Step, ticket: Ticket, since: Since) -> bool:
    """Whether nobody has set since what a step has set, on a ticket that may have changed in other ways."""
    if kind in {Kind.DELETE, Kind.RESTORE}:
        is_so = (ticket.deleted_at is not None) is (kind is Kind.RESTORE)
    else:
        is_so = _id(_now(kind, ticket)) == _id(done.target)
    version = done.version + 1
    return is_so and (ticket.version == version or not any(_sets(kind, event) for event in since(ticket, version)))


def _sets(kind: Kind, event: Event) -> bool:
    if kind in {Kind.DELETE, Kind.RESTORE}:
        return event.kind in {EventKind.DELETED, EventKind.RESTORED}
    return any(change.field == _FIELDS[kind] for change in event.changes)


def _step_back(kind: Kind, done: Step, ticket: Ticket, place: Place, now: datetime) -> Step:
    """Raises InvalidStatusTransition, RestoreExpired, and what `place` raises."""
    workflow = place(ticket)
    target = done.previous
    if (status := status_of(target)) is not None:
        there = _still_there(workflow, ticket, status)
        target = Resolved(there, target.at) if isinstance(target, Resolved) else there
    if kind is Kind.RESTORE:
        rules.check_restorable(ticket, now)
    return Step(ticket.id, ticket.version, target, done.target)


def _id(target: Target) -> Target:
    status = status_of(target)
    return status.id if status is not None else target


def _still_there(workflow: Workflow | None, ticket: Ticket, status: Status) -> Status:
    known = _needed(workflow, ticket)
    found = next((one for one in known.statuses if one.id == status.id), None)
    if found is None:
        raise InvalidStatusTransition([one.id for one in known.statuses])
    return found


def _target(action: BulkAction, ticket: Ticket, workflow: Workflow | None) -> Target:
    """Raises InvalidStatusTransition, WorkflowMissing."""
    if action.kind is not Kind.STATUS:
        return action.value if not isinstance(action.value, ToCategory) else None
    if isinstance(action.value, ToCategory):
        return _first_of(action.value.category, ticket, workflow)
    wanted = str(action.value)
    if wanted == ticket.status.id:
        return ticket.status
    return workflows.move(_needed(workflow, ticket), ticket.status, wanted)


def _first_of(category: StatusCategory, ticket: Ticket, workflow: Workflow | None) -> Status:
    """A ticket that is in the category already stays where it is."""
    if ticket.status.category is category:
        return ticket.status
    known = _needed(workflow, ticket)
    allowed = workflows.allowed_next(known, ticket.status.id)
    found = next((one for one in known.statuses if one.category is category and one.id in allowed), None)
    if found is None:
        raise InvalidStatusTransition(allowed)
    return found


def _needed(workflow: Workflow | None, ticket: Ticket) -> Workflow:
    if workflow is None:
        raise WorkflowMissing(ticket.channel_id)
    return workflow


def _is_so(kind: Kind, ticket: Ticket, target: Target) -> bool:
    """Whether a ticket is as it would be made: `_change` has none for it."""
    match kind:
        case Kind.DELETE:
            return False
        case Kind.RESTORE:
            return ticket.deleted_at is None
        case _:
            return _now(kind, ticket) == target


def _previous(kind: Kind, ticket: Ticket) -> Target:
    """What an undo sets."""
    if kind is Kind.STATUS and ticket.resolved_at is not None:
        return Resolved(ticket.status, ticket.resolved_at)
    return _now(kind, ticket)


def _now(kind: Kind, ticket: Ticket) -> Target:
    match kind:
        case Kind.ASSIGN:
            return ticket.assignee
        case Kind.STATUS:
            return ticket.status
        case Kind.PRIORITY:
            return ticket.priority
        case Kind.DELETE | Kind.RESTORE:
            return None


def _change(kind: Kind, ticket: Ticket, target: Target, on: Occasion) -> Change | None:
    """None if it changes nothing."""
    match kind:
        case Kind.ASSIGN:
            return rules.overwrite(ticket, on=on, assignee=None if target is None else str(target))
        case Kind.STATUS if isinstance(target, Status):
            return rules.overwrite(ticket, on=on, status=target)
        case Kind.STATUS if isinstance(target, Resolved):
            return rules.overwrite(ticket, on=on, status=target.status, resolved_at=target.at)
        case Kind.PRIORITY if isinstance(target, Priority):
            return rules.overwrite(ticket, on=on, priority=target)
        case Kind.DELETE:
            return rules.delete(ticket, on=on)
        case Kind.RESTORE:
            return rules.bring_back(ticket, on=on)
        case _:
            message = f"{kind} does not take {type(target).__name__}"
            raise TypeError(message)
