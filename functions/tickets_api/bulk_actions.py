"""One bulk action, answered: found or named tickets are planned, and all of them change in one transaction.

When a ticket was changed by somebody between the plan and the transaction, all of it is planned again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import Depends, Request
from starlette.responses import Response

from ticketing.domain import bulk as rules
from ticketing.domain import ids
from ticketing.domain.bulk import Blocker, Bulk, BulkAction, Kind, Plan
from ticketing.domain.instants import to_text
from ticketing.domain.principal import Principal
from ticketing.domain.query import MAX_LIMIT, TicketQuery, matches
from ticketing.domain.ticket import Occasion, Ticket
from ticketing.errors import BulkBlocked, Busy, EmptySelection, FieldError, ValidationFailed
from ticketing.store import bulk_protocol, bulks, finder
from ticketing.store.bulks import Surroundings
from ticketing.store.table import TransactionRefused
from ticketing.store.walks import Budget
from tickets_api import names
from tickets_api.answers import answer
from tickets_api.bulk_tokens import BulkTokens
from tickets_api.dependencies import On
from tickets_api.once import InOnce, Once
from tickets_api.seen import InSeen, Seen
from tickets_api.services import Services

_ATTEMPTS: Final = 3


@dataclass(frozen=True, slots=True)
class Selection:
    """The tickets that an action is for, looked at; `left_out` of them met the filter no more."""

    ticket_ids: tuple[str, ...]
    around: Surroundings
    left_out: int = 0


type Select = Callable[[], Selection]
type Decide = Callable[[Selection], Plan]


class Bulks:
    """The means of a route that changes many tickets of its caller's organisation."""

    def __init__(self, services: Services, organisation_id: str, on: Occasion, once: Once, seen: Seen) -> None:
        self._services = services
        self._organisation_id = organisation_id
        self._on = on
        self._once = once
        self._seen = seen
        self._tokens = BulkTokens(services, organisation_id)

    def named(self, action: BulkAction, ticket_ids: Sequence[str]) -> Selection:
        """Raises ValidationFailed if they are too many."""
        _check_size(action, "ids", len(ticket_ids))
        return Selection(tuple(ticket_ids), bulks.look(self._services.table, self._organisation_id, action, ticket_ids))

    def found(self, action: BulkAction, query: TicketQuery) -> Selection:
        """What the filter finds, each looked at again. Raises EmptySelection, ValidationFailed if it is too much."""
        wanted = self._find(action, query)
        around = bulks.look(self._services.table, self._organisation_id, action, wanted)
        kept = tuple(id_ for id_ in wanted if _is_met(query, around, id_))
        if not kept:
            raise EmptySelection(errors=[FieldError("filter", EmptySelection.code, "It finds no ticket")])
        return Selection(kept, around, len(wanted) - len(kept))

    def do(self, action: BulkAction, select: Select, decide: Decide, *, undo_of: str | None = None) -> Response:
        """Change every ticket of the selection, or none, and answer with the bulk action."""
        response = self._once.answer(
            lambda: self._tokens.paying(lambda: self._attempts(action, select, decide, undo_of))
        )
        return self._seen.after_bulk(response)

    def foresee(self, action: BulkAction, select: Select, decide: Decide) -> Response:
        """What `do` would answer, with nothing changed."""
        selection = select()
        plan = decide(selection)
        would_change = [
            {
                "ticket_id": step.ticket_id,
                "changes": _told(action, selection.around.found[step.ticket_id], step, self._on),
            }
            for step in plan.steps
        ]
        return answer(
            {
                "would_change": would_change,
                "unchanged": len(plan.unchanged),
                "left_out": selection.left_out,
                "blockers": [_blocker(one) for one in plan.blockers],
            }
        )

    def shown(self, bulk: Bulk) -> Response:
        actor = names.of_actors(self._services.reads, self._organisation_id, [bulk.actor])[bulk.actor.id]
        undo_until = bulk.undo_until
        return answer(
            {
                "id": bulk.id,
                "action": bulk.action.kind.value,
                "state": "done",
                "total": bulk.total,
                "done": bulk.total,
                "changed": len(bulk.steps),
                "unchanged": len(bulk.unchanged),
                "left_out": bulk.left_out,
                "undo_until": to_text(undo_until) if undo_until else None,
                "undo_of": bulk.undo_of,
                "actor": actor,
                "created_at": to_text(bulk.committed_at),
            }
        )

    def _attempts(self, action: BulkAction, select: Select, decide: Decide, undo_of: str | None) -> Response:
        for attempt in range(_ATTEMPTS):
            self._once.decides_again()
            selection = select()
            plan = decide(selection)
            if plan.blockers:
                raise BulkBlocked([_blocker(one) for one in plan.blockers])
            bulk = self._bulk(action, selection, plan, undo_of)
            self._tokens.take(bulk.total)
            response = self.shown(bulk)
            try:
                self._carry_out(bulk, selection, response)
            except TransactionRefused:
                self._services.table.pause(attempt)
                continue
            return response
        raise Busy

    def _carry_out(self, bulk: Bulk, selection: Selection, response: Response) -> None:
        services = self._services
        companions = self._once.writes(response)
        bulk_protocol.carry_out(services.table, bulk, selection.around.found, companions, services.bulk_sizes)

    def _bulk(self, action: BulkAction, selection: Selection, plan: Plan, undo_of: str | None) -> Bulk:
        return Bulk(
            id=ids.bulk_id(self._services.random_bytes(ids.RANDOM_BYTES)),
            organisation_id=self._organisation_id,
            action=action,
            steps=plan.steps,
            unchanged=plan.unchanged,
            left_out=selection.left_out,
            actor=self._on.actor,
            source=self._on.source,
            request_id=self._on.request_id,
            committed_at=self._on.now,
            undo_of=undo_of,
        )

    def _find(self, action: BulkAction, query: TicketQuery) -> list[str]:
        table, budget = self._services.table, Budget(self._services.monotonic)
        seen = self._seen.ticket_ids(table)
        wanted: list[str] = []
        after = None
        while True:
            page = finder.find(
                table, self._organisation_id, query, after=after, limit=MAX_LIMIT, budget=budget, seen=seen
            )
            wanted += [one.id for one in page.tickets]
            _check_size(action, "filter", len(wanted))
            if page.after is None:
                return wanted
            if budget.is_spent:
                raise Busy("The filter took too long to read through. Nothing was changed; make it narrower")
            after = page.after


def _check_size(action: BulkAction, field: str, size: int) -> None:
    most = bulk_protocol.MARKED_RESTORED if action.kind in {Kind.DELETE, Kind.RESTORE} else bulk_protocol.MARKED
    if size > most:
        raise ValidationFailed.of(field, f"To {action.kind} takes at most {most} tickets at once", "too_many")


def _is_met(query: TicketQuery, around: Surroundings, ticket_id: str) -> bool:
    ticket = around.found.get(ticket_id)
    return ticket is not None and matches(query, ticket) and around.is_visible(ticket)


def _told(action: BulkAction, ticket: Ticket, step: rules.Step, on: Occasion) -> list[dict[str, Any]]:
    event = rules.changes_of(action, ticket, step, on).event
    return [{"field": one.field, "from": one.before, "to": one.after} for one in event.changes]


def _blocker(blocker: Blocker) -> Mapping[str, Any]:
    allowed = {"allowed": list(blocker.allowed)} if blocker.allowed is not None else {}
    return {"ticket_id": blocker.ticket_id, "code": blocker.code, "detail": blocker.detail, **allowed}


async def _bulks(request: Request, on: On, once: InOnce, seen: InSeen) -> Bulks:
    services: Services = request.app.state.services
    principal: Principal = request.state.principal
    return Bulks(services, principal.organisation_id, on, once, seen)


InBulks = Annotated[Bulks, Depends(_bulks)]
