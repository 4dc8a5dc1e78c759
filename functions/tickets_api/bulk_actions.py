"""One bulk action, answered: done while its caller waits, or put into the queue of the worker if it is too large.

When a ticket was changed by somebody between the plan and the transaction, all of it is planned again.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Final

from aws_lambda_powertools import Logger
from fastapi import Depends, Request
from starlette.responses import Response

from ticketing import faults
from ticketing.domain import bulk_plan as rules
from ticketing.domain import ids
from ticketing.domain.bulk import Bulk, Phase, Plan
from ticketing.domain.principal import Principal
from ticketing.domain.ticket import Occasion
from ticketing.errors import BulkBlocked, Busy, IdempotencyInFlight, ValidationFailed
from ticketing.store import bulk_guests, bulk_records, bulk_requests, bulks
from ticketing.store.bulks import Surroundings
from ticketing.store.table import OutcomeUnknown, TransactionRefused
from tickets_api import bulk_answers
from tickets_api.answers import answer
from tickets_api.bulk_selections import Selection
from tickets_api.bulk_tokens import BulkTokens
from tickets_api.dependencies import On
from tickets_api.once import InOnce, Once
from tickets_api.seen import InSeen, Seen
from tickets_api.services import Services

_ATTEMPTS: Final = 3
_MOST_FORESEEN_BYTES: Final = 3 * 1024 * 1024
"""An answer ends at 6 MB with its JSON in quotation marks once more (Lambda quotas), which adds up to a half."""
_log = Logger()

type Select = Callable[[], Selection]


class Bulks:
    """The means of a route that changes many tickets of its caller's organisation."""

    def __init__(self, services: Services, organisation_id: str, on: Occasion, once: Once, seen: Seen) -> None:
        self._services = services
        self._organisation_id = organisation_id
        self._on = on
        self._once = once
        self._seen = seen
        self._tokens = BulkTokens(services, organisation_id)

    def do(self, select: Select) -> Response:
        """Change every ticket of the selection, or none, now or soon; and answer with the bulk action."""
        response = self._once.answer(lambda: self._tokens.paying(lambda: self._answer(select)))
        return self._seen.after_bulk(response)

    def foresee(self, select: Select) -> Response:
        """What `do` would come to, with nothing changed. Raises ValidationFailed if it cannot be told in one answer."""
        selection = select()
        if not selection.is_complete:
            raise _too_much("The filter is not searched through in the time of a request: narrow it")
        if selection.is_large:
            self._tokens.take(len(selection.tickets))  # it reads as much as a thousand requests would
        plan, around = self._look(selection)
        selection.check_not_empty(plan)
        foreseen = answer(bulk_answers.foreseen(selection.action, plan, around.found, self._on))
        if len(foreseen.body) > _MOST_FORESEEN_BYTES:
            raise _too_much("What it would do is more than an answer holds: ask for fewer tickets")
        return foreseen

    def _answer(self, select: Select) -> Response:
        for attempt in range(_ATTEMPTS):
            self._once.decides_again()
            selection = select()
            if selection.is_large:
                return self._queue(selection)
            response = self._attempt(selection)
            if response is not None:
                return response
            self._services.table.pause(attempt)
        raise Busy

    def _attempt(self, selection: Selection) -> Response | None:
        """None if somebody was faster: it is to be planned again."""
        plan, around = self._look(selection)
        selection.check_not_empty(plan)
        if plan.blockers:
            self._check_twin(around)
            raise BulkBlocked([bulk_answers.blocker(one) for one in plan.blockers])
        bulk = replace(self._bulk(selection), plan=plan, counts=plan.counts)
        self._tokens.take(bulk.total)
        done = replace(bulk, phase=Phase.DONE, committed_at=bulk.asked_at, finished_at=bulk.asked_at)
        response = answer(bulk_answers.bulk(self._services, done))
        companions = self._once.writes(response)
        services = self._services
        try:
            is_applied = bulk_requests.carry_out(services.table, bulk, around.found, companions, services.bulk_sizes)
        except TransactionRefused:
            return None
        if is_applied:
            return response
        running = replace(done, phase=Phase.COMMITTED, finished_at=None)
        return answer(bulk_answers.bulk(services, running))

    def _look(self, selection: Selection) -> tuple[Plan, Surroundings]:
        wanted = [one.ticket_id for one in selection.tickets]
        around = bulks.look(self._services.table, self._organisation_id, selection.action, wanted)
        return rules.plan(selection.tickets, around.found, selection.judge, around.place), around

    def _check_twin(self, around: Surroundings) -> None:
        """Raises IdempotencyInFlight if it is this very request, come before, that is at one of the tickets."""
        own = self._once.id
        if own is not None and around.held:
            at_it = bulks.find_all(self._services.table, self._organisation_id, set(around.held.values()))
            if any(bulk.request == own for bulk in at_it):
                raise IdempotencyInFlight

    def _queue(self, selection: Selection) -> Response:
        """Write down what is to be done, and give it to the worker; what is not given is found by the janitor."""
        services = self._services
        bulks.check_assignee(services.table, self._organisation_id, selection.action)
        bulk = self._bulk(selection)
        self._tokens.take(bulk.total)
        response = answer(bulk_answers.bulk(services, bulk), 202, {"Location": f"/v1/bulk/{bulk.id}"})
        pages = bulks.page_writes(bulk, selection.tickets, services.bulk_sizes.page)
        try:
            undoing = [bulk_guests.wait_for(bulk, bulk.undo_of)] if bulk.undo_of is not None else []
            services.table.transact([bulk_records.create(bulk), *pages, *undoing], self._once.writes(response))
        except OutcomeUnknown as unknown:
            self._check_written(bulk, unknown)
        try:
            services.bulks.send({"bulk_id": bulk.id}, group=self._organisation_id, deduplication_id=bulk.id)
        except Exception as error:  # noqa: BLE001 (it is written down: nobody may be told that it is not)
            _log.error("bulk action not sent", extra={"bulk_id": bulk.id, **faults.describe(error)})
        return response

    def _check_written(self, bulk: Bulk, unknown: OutcomeUnknown) -> None:
        """The id is ours alone, so its record tells of this very write. Raises `unknown` if there is none."""
        try:
            is_written = bulks.get(self._services.table, bulk.id) is not None
        except Busy:
            is_written = False
        if not is_written:
            raise unknown from None

    def _bulk(self, selection: Selection) -> Bulk:
        return Bulk(
            id=ids.bulk_id(self._services.random_bytes(ids.RANDOM_BYTES)),
            organisation_id=self._organisation_id,
            action=selection.action,
            actor=self._on.actor,
            source=self._on.source,
            request_id=self._on.request_id,
            asked_at=self._services.now(),  # also what is planned again happens after what it was overtaken by
            selected=len(selection.tickets),
            phase=Phase.QUEUED,
            search=selection.search if selection.is_large else None,
            undo_of=selection.undo_of,
            request=self._once.id,
        )


def _too_much(what: str) -> ValidationFailed:
    return ValidationFailed.of("dry_run", what, "too_many")


async def _bulks(request: Request, on: On, once: InOnce, seen: InSeen) -> Bulks:
    services: Services = request.app.state.services
    principal: Principal = request.state.principal
    return Bulks(services, principal.organisation_id, on, once, seen)


InBulks = Annotated[Bulks, Depends(_bulks)]
