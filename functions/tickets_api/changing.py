"""One change of one ticket, answered: what every route that changes a ticket shares.

Preconditions are checked on the version that is read, the answer's record goes into the change's own transaction, and
when somebody was faster all of it starts again from the read.
"""

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import Response

from ticketing.domain.principal import Principal
from ticketing.domain.ticket import Change, Ticket
from ticketing.store import tickets
from ticketing.store.table import Write
from tickets_api import presenting
from tickets_api.answers import answer
from tickets_api.etags import InPreconditions, Preconditions
from tickets_api.once import InOnce, Once
from tickets_api.services import Services

type Decide = Callable[[Ticket], Change | None]


class Changing:
    """The means of a route that changes tickets of its caller's organisation."""

    def __init__(self, services: Services, organisation_id: str, once: Once, preconditions: Preconditions) -> None:
        self._services = services
        self._organisation_id = organisation_id
        self._once = once
        self._preconditions = preconditions

    def create(self, decide: Callable[[], Change]) -> Response:
        """Store the ticket that is decided on and answer 201 with it."""

        def attempt() -> Response:
            change = decide()
            response = self.shown(change.ticket, 201)
            response.headers["Location"] = f"tickets/{change.ticket.id}"
            tickets.add(self._services.table, self._organisation_id, change, lambda _: self._once.writes(response))
            return response

        return self._once.answer(attempt)

    def apply(
        self,
        ticket_id: str,
        decide: Decide,
        *,
        show: Callable[[Change], Response] | None = None,
        is_deleted: bool = False,
    ) -> Response:
        """Change a ticket as decided and answer with it, or as `show` says.

        `is_deleted` finds a deleted ticket too, for who brings it back.
        """
        return self._once.answer(lambda: self._attempt(ticket_id, decide, show, is_deleted=is_deleted))

    def shown(self, ticket: Ticket, status: int = 200) -> Response:
        """A ticket as an answer, with its ETag."""
        shown = presenting.ticket(self._services.reads, self._organisation_id, ticket)
        return answer(shown.body, status, {"ETag": self._preconditions.tag(ticket.version, shown.chat_version)})

    def _attempt(
        self, ticket_id: str, decide: Decide, show: Callable[[Change], Response] | None, *, is_deleted: bool
    ) -> Response:
        responses: dict[int, Response] = {}

        def checked(ticket: Ticket) -> Change | None:
            self._preconditions.check(ticket.version)
            return decide(ticket)

        def companions(change: Change) -> Sequence[Write]:
            responses[change.ticket.version] = response = show(change) if show else self.shown(change.ticket)
            return self._once.writes(response)

        ticket = tickets.change(
            self._services.table, self._organisation_id, ticket_id, checked, companions, is_deleted=is_deleted
        )
        return responses.get(ticket.version) or self.shown(ticket)


async def _changing(request: Request, once: InOnce, preconditions: InPreconditions) -> Changing:
    services: Services = request.app.state.services
    principal: Principal = request.state.principal
    return Changing(services, principal.organisation_id, once, preconditions)


InChanging = Annotated[Changing, Depends(_changing)]
