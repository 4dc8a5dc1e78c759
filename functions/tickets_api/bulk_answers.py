"""How a bulk action is shown: what became of it, and what became of each of its tickets."""

from collections.abc import Mapping
from typing import Any, Final

from ticketing import names
from ticketing.domain import bulk_plan as rules
from ticketing.domain.bulk import Blocker, Bulk, BulkAction, LeftOut, Phase, Plan, Row, Selected, Step, Unchanged
from ticketing.domain.instants import to_text
from ticketing.domain.ticket import Occasion, Ticket
from tickets_api.services import Services

_STATES: Final = {
    Phase.QUEUED: "queued",
    Phase.PREPARING: "running",
    Phase.ABORTED: "running",
    Phase.COMMITTED: "running",
    Phase.DONE: "done",
    Phase.BLOCKED: "blocked",
    Phase.FAILED: "failed",
}


def bulk(services: Services, bulk: Bulk) -> dict[str, Any]:
    actor = names.of_actors(services.reads, bulk.organisation_id, [bulk.actor])[bulk.actor.id]
    is_committed = bulk.phase.is_committed
    return {
        "id": bulk.id,
        "action": bulk.action.kind.value,
        "state": _STATES[bulk.phase],
        "total": bulk.total,
        "done": bulk.done,
        "changed": bulk.counts.changed if is_committed else 0,
        "unchanged": bulk.counts.unchanged if is_committed else 0,
        "left_out": bulk.counts.left_out,
        "blocked": bulk.counts.blocked,
        "failure": bulk.failure,
        "undo_until": _instant(bulk.undo_until),
        "undo_of": bulk.undo_of,
        "actor": actor,
        "created_at": to_text(bulk.asked_at),
        "committed_at": _instant(bulk.committed_at),
        "finished_at": _instant(bulk.finished_at),
    }


def ticket(bulk: Bulk, row: Row) -> dict[str, Any]:
    """What became of one ticket."""
    shown: dict[str, Any] = {"ticket_id": row.ticket_id, "result": _result(bulk, row), "version": None, "blocker": None}
    if isinstance(row, Step) and bulk.phase.is_committed:
        shown["version"] = row.version + 1
    if isinstance(row, Blocker):
        shown["blocker"] = blocker(row)
    return shown


def _result(bulk: Bulk, row: Row) -> str:
    match row:
        case Blocker():
            return "blocked"
        case LeftOut():
            return "left_out"
        case Unchanged() if bulk.phase.is_committed:
            return "unchanged"
        case Step() if bulk.phase.is_committed:
            return "changed"
        case Selected() | Step() | Unchanged():
            return "not_changed" if bulk.phase.is_over else "pending"


def blocker(blocker: Blocker) -> Mapping[str, Any]:
    allowed = {"allowed": list(blocker.allowed)} if blocker.allowed is not None else {}
    return {"ticket_id": blocker.ticket_id, "code": blocker.code, "detail": blocker.detail, **allowed}


def foreseen(action: BulkAction, plan: Plan, found: Mapping[str, Ticket], on: Occasion) -> dict[str, Any]:
    """What a plan would do, field by field."""
    return {
        "would_change": [
            {"ticket_id": step.ticket_id, "changes": _changes(action, found[step.ticket_id], step, on)}
            for step in plan.steps
        ],
        "unchanged": plan.counts.unchanged,
        "left_out": plan.counts.left_out,
        "blockers": [blocker(one) for one in plan.blockers],
    }


def _changes(action: BulkAction, ticket: Ticket, step: Step, on: Occasion) -> list[dict[str, Any]]:
    event = rules.changes_of(action, ticket, step, on).event
    return [{"field": one.field, "from": one.before, "to": one.after} for one in event.changes]


def _instant(at: Any) -> str | None:
    return to_text(at) if at is not None else None
