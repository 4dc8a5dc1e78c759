"""Bulk actions: one change for many tickets, decided for each of them before any is touched.

A plan has a step for each ticket that will change, and a blocker for each that may not. One blocker is enough: then
nothing changes at all. A step holds all that the change needs, so that it does not matter who applies it, or when.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from ticketing.domain import ticket as rules
from ticketing.domain import workflow as workflows
from ticketing.domain.events import Source
from ticketing.domain.principal import Actor
from ticketing.domain.ticket import Change, Occasion, Priority, Ticket
from ticketing.domain.workflow import Status, StatusCategory, Workflow
from ticketing.errors import (
    ChangedSince,
    InvalidStatusTransition,
    TicketingError,
    TicketNotFound,
    UndoExpired,
    VersionConflict,
    WorkflowMissing,
)

UNDO_FOR = timedelta(minutes=10)
KEPT = timedelta(days=30)
"""So long a bulk action can be asked about; the janitor removes it then."""

FINISHED_AFTER = timedelta(minutes=1)
"""When the janitor looks after one that was committed and did not come to its end."""


class Kind(StrEnum):
    ASSIGN = "assign"
    STATUS = "status"
    PRIORITY = "priority"
    DELETE = "delete"
    RESTORE = "restore"


@dataclass(frozen=True, slots=True)
class ToCategory:
    """The first status of a category, in the order of the ticket's own workflow, that may follow its present one."""

    category: StatusCategory


type Value = str | Priority | ToCategory | None
type Target = str | Priority | Status | None
"""What a field is set to: an assignee or nobody, a priority, a status; None for what is deleted or restored."""


@dataclass(frozen=True, slots=True)
class BulkAction:
    """What is done to each ticket.

    | kind            | value                                        |
    |-----------------|----------------------------------------------|
    | assign          | the id of a member or team; None for nobody  |
    | status          | a status id, or ToCategory                   |
    | priority        | a priority                                   |
    | delete, restore | None                                         |
    """

    kind: Kind
    value: Value = None

    @property
    def needs_workflow(self) -> bool:
        return self.kind is Kind.STATUS

    @property
    def finds_deleted(self) -> bool:
        return self.kind is Kind.RESTORE


@dataclass(frozen=True, slots=True)
class Step:
    """What will be done to one ticket, at the version that it was decided on; `previous` is what an undo sets."""

    ticket_id: str
    version: int
    target: Target
    previous: Target


@dataclass(frozen=True, slots=True)
class Blocker:
    """Why a ticket may not be changed: `code` and `detail` of the error that it would be alone."""

    ticket_id: str
    code: str
    detail: str
    allowed: tuple[str, ...] | None = None

    @classmethod
    def of(cls, ticket_id: str, error: TicketingError) -> "Blocker":
        allowed = error.extra.get("allowed")
        return cls(ticket_id, error.code, error.detail, tuple(allowed) if allowed is not None else None)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a bulk action would do. `unchanged` are tickets that are as they should be already."""

    steps: tuple[Step, ...]
    blockers: tuple[Blocker, ...]
    unchanged: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bulk:
    """A bulk action that was carried out: what it was, who did it and when, and what came of it.

    `left_out` tickets met the filter when it was asked, and not any more when they were looked at. `undo_of` is the
    bulk action that this one undid.
    """

    id: str
    organisation_id: str
    action: BulkAction
    steps: tuple[Step, ...]
    unchanged: tuple[str, ...]
    left_out: int
    actor: Actor
    source: Source
    request_id: str
    committed_at: datetime
    undo_of: str | None = None
    is_applied: bool = True
    """Whether every ticket shows it; if not, whoever reads one sees to it."""

    @property
    def total(self) -> int:
        return len(self.steps) + len(self.unchanged)

    @property
    def undo_until(self) -> datetime | None:
        """When it can be undone no more; None for what was an undo itself."""
        return self.committed_at + UNDO_FOR if self.undo_of is None else None

    @property
    def ticket_ids(self) -> tuple[str, ...]:
        return (*(step.ticket_id for step in self.steps), *self.unchanged)

    @property
    def occasion(self) -> Occasion:
        """Who changes each ticket, and when: at the commit, whoever applies it later."""
        return Occasion(self.actor, self.committed_at, self.source, self.request_id)


type Place = Callable[[Ticket], Workflow | None]
"""The workflow of a ticket's channel. Raises TicketNotFound, ChatDeleted for a ticket whose chat is gone."""


def plan(
    action: BulkAction,
    ticket_ids: Sequence[str],
    found: Mapping[str, Ticket],
    place: Place,
    expected_versions: Mapping[str, int],
    now: datetime,
) -> Plan:
    """Decide for each ticket, in the order of `ticket_ids`; one that is not `found` is a blocker.

    `found` are tickets of the caller's organisation, deleted ones too.
    """
    steps: list[Step] = []
    blockers: list[Blocker] = []
    unchanged: list[str] = []
    for id_ in ticket_ids:
        try:
            step = _step(action, found.get(id_), place, expected_versions.get(id_), now)
        except TicketingError as error:
            blockers.append(Blocker.of(id_, error))
            continue
        if step is None:
            unchanged.append(id_)
        else:
            steps.append(step)
    return Plan(tuple(steps), tuple(blockers), tuple(unchanged))


def check_undo(bulk: Bulk, now: datetime) -> None:
    """Raises UndoExpired ten minutes after a bulk action, and for one that was an undo itself."""
    if bulk.undo_until is None or now >= bulk.undo_until:
        raise UndoExpired


def undoing(bulk: Bulk) -> BulkAction:
    """What undoes a bulk action: the plan turned round."""
    turned = {Kind.DELETE: Kind.RESTORE, Kind.RESTORE: Kind.DELETE}
    return BulkAction(turned.get(bulk.action.kind, bulk.action.kind))


def plan_undo(bulk: Bulk, found: Mapping[str, Ticket], place: Place, now: datetime) -> Plan:
    """Set each ticket back to what it was, whatever else was changed of it meanwhile.

    Blocked where what the bulk action set was changed since, and by a status that the workflow has no more; how a
    status may follow another one is not asked.
    """
    action = undoing(bulk)
    steps: list[Step] = []
    blockers: list[Blocker] = []
    for done in bulk.steps:
        try:
            steps.append(_step_back(action, done, found.get(done.ticket_id), place, now))
        except TicketingError as error:
            blockers.append(Blocker.of(done.ticket_id, error))
    return Plan(tuple(steps), tuple(blockers), ())


def apply(bulk: Bulk, ticket: Ticket, step: Step) -> Change:
    """The change of one ticket: all that it says comes from the bulk action, its step and the ticket.

    Raises ValueError if the step changes nothing, which no plan has.
    """
    change = _change(bulk.action.kind, ticket, step.target, bulk.occasion)
    if change is None:
        message = "a step of a plan changes its ticket"
        raise ValueError(message)
    return replace(change, event=replace(change.event, bulk_id=bulk.id))


def changes_of(action: BulkAction, ticket: Ticket, step: Step, on: Occasion) -> Change:
    """The change that a step would make, for who asks first. Raises ValueError like `apply`."""
    return apply(Bulk("", ticket.organisation_id, action, (), (), 0, on.actor, on.source, "", on.now), ticket, step)


def _step(
    action: BulkAction, ticket: Ticket | None, place: Place, expected_version: int | None, now: datetime
) -> Step | None:
    """None if the ticket is as it should be. Raises what blocks it."""
    if ticket is None or (ticket.deleted_at is not None and not action.finds_deleted):
        raise TicketNotFound
    workflow = place(ticket)
    if expected_version is not None and expected_version != ticket.version:
        raise VersionConflict(ticket.version)
    target, previous = _target(action, ticket, workflow), _previous(action.kind, ticket)
    on = Occasion(ticket.creator, now, ticket.source, "")
    if _change(action.kind, ticket, target, on) is None:
        return None
    return Step(ticket.id, ticket.version, target, previous)


def _step_back(action: BulkAction, done: Step, ticket: Ticket | None, place: Place, now: datetime) -> Step:
    """Raises TicketNotFound, ChangedSince, InvalidStatusTransition, and what `place` raises."""
    is_restoring = action.kind is Kind.RESTORE
    if ticket is None or (ticket.deleted_at is not None and action.kind not in {Kind.DELETE, Kind.RESTORE}):
        raise TicketNotFound
    if action.kind in {Kind.DELETE, Kind.RESTORE}:
        is_as_left = (ticket.deleted_at is not None) is is_restoring
    else:
        is_as_left = _id(_previous(action.kind, ticket)) == _id(done.target)
    if not is_as_left:
        raise ChangedSince
    workflow = place(ticket)
    target = done.previous
    if isinstance(target, Status):
        target = _still_there(workflow, ticket, target)
    _change(action.kind, ticket, target, Occasion(ticket.creator, now, ticket.source, ""))
    return Step(ticket.id, ticket.version, target, done.target)


def _id(target: Target) -> Target:
    return target.id if isinstance(target, Status) else target


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


def _previous(kind: Kind, ticket: Ticket) -> Target:
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
    """None if it changes nothing. Raises RestoreExpired."""
    match kind:
        case Kind.ASSIGN:
            return rules.overwrite(ticket, on=on, assignee=None if target is None else str(target))
        case Kind.STATUS if isinstance(target, Status):
            return rules.overwrite(ticket, on=on, status=target)
        case Kind.PRIORITY if isinstance(target, Priority):
            return rules.overwrite(ticket, on=on, priority=target)
        case Kind.DELETE:
            return rules.delete(ticket, on=on)
        case Kind.RESTORE:
            return rules.restore(ticket, on=on)
        case _:
            message = f"{kind} does not take {type(target).__name__}"
            raise TypeError(message)
