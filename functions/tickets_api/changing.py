"""One change of one ticket, answered: what every route that changes a ticket shares.

Preconditions are checked on the version that is read, the answer's record goes into the change's own transaction, and
when somebody was faster all of it starts again from the read.
"""

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import Response

from ticketing import presenting
from ticketing.domain.directory import Chat
from ticketing.domain.principal import Principal
from ticketing.domain.ticket import Change, Ticket
from ticketing.errors import ChatDeleted, TicketingError
from ticketing.store import long_remarks, tickets
from ticketing.store.writes import Write
from tickets_api.answers import answer
from tickets_api.etags import InPreconditions, Preconditions
from tickets_api.once import InOnce, Once
from tickets_api.seen import InSeen, Seen
from tickets_api.services import Services

type Decide = Callable[[Ticket], Change | None]


class Changing:
    """The means of a route that changes tickets of its caller's organisation."""

    def __init__(
        self, services: Services, organisation_id: str, once: Once, preconditions: Preconditions, seen: Seen
    ) -> None:
        self._services = services
        self._organisation_id = organisation_id
        self._once = once
        self._preconditions = preconditions
        self._seen = seen

    def create(self, decide: Callable[[], tuple[Change, Chat]]) -> Response:
        """Store the ticket that is decided on, with the chat that it was decided for, and answer 201 with it."""

        def attempt() -> Response:
            decided, chat = decide()
            change = self._kept(decided)
            response = self.shown(change.ticket, 201, chat)
            response.headers["Location"] = f"tickets/{change.ticket.id}"
            tickets.add(self._services.table, self._organisation_id, change, lambda _: self._once.writes(response))
            return response

        return self._seen.after(self._once.answer(attempt))

    def apply(
        self,
        ticket_id: str,
        decide: Decide,
        *,
        show: Callable[[Change], Response] | None = None,
        is_deleted: bool = False,
        adds_remark: bool = False,
    ) -> Response:
        """Change a ticket as decided and answer with it, or as `show` says.

        `is_deleted` finds a deleted ticket too, for who brings it back; `adds_remark` is for who adds one.
        """
        response = self._once.answer(
            lambda: self._attempt(ticket_id, decide, show, is_deleted=is_deleted, adds_remark=adds_remark)
        )
        return self._seen.after(response, ticket_id)

    def shown(self, ticket: Ticket, status: int = 200, chat: Chat | None = None) -> Response:
        """A ticket as an answer, with its ETag. Raises Hidden (presenting), which is a TicketNotFound."""
        shown = presenting.ticket(self._services.reads, self._organisation_id, ticket, chat)
        return answer(shown.body, status, {"ETag": self._preconditions.tag(ticket.version, shown.chat_version)})

    def _kept(self, change: Change) -> Change:
        return long_remarks.kept(self._services.table, self._services.objects, change)

    def _shown_or_chat_deleted(self, ticket: Ticket) -> Response:
        """For a ticket that comes back: its chat is what keeps it away. Raises ChatDeleted."""
        try:
            return self.shown(ticket)
        except presenting.Hidden:
            raise ChatDeleted from None

    def _attempt(
        self,
        ticket_id: str,
        decide: Decide,
        show: Callable[[Change], Response] | None,
        *,
        is_deleted: bool,
        adds_remark: bool,
    ) -> Response:
        response: Response | None = None
        visible = self._shown_or_chat_deleted if is_deleted else self.shown

        def checked(ticket: Ticket) -> Change | None:
            nonlocal response
            response = None  # of an earlier decision, which was refused, nothing may be told
            self._once.decides_again()
            try:
                self._preconditions.check(ticket.version)
                decided = decide(ticket)
            except TicketingError:
                visible(ticket)  # of a ticket whose chat was deleted, nothing else that is wrong is told
                raise
            return self._kept(decided) if decided else None

        def companions(change: Change) -> Sequence[Write]:
            nonlocal response
            # Shown in any case: that is what refuses a ticket whose chat was deleted.
            shown = visible(change.ticket)
            response = show(change) if show else shown
            return self._once.writes(response)

        ticket = tickets.change(
            self._services.table,
            self._organisation_id,
            ticket_id,
            checked,
            companions,
            is_deleted=is_deleted,
            adds_remark=adds_remark,
        )
        return response or visible(ticket)


async def _changing(request: Request, once: InOnce, preconditions: InPreconditions, seen: InSeen) -> Changing:
    services: Services = request.app.state.services
    principal: Principal = request.state.principal
    return Changing(services, principal.organisation_id, once, preconditions, seen)


InChanging = Annotated[Changing, Depends(_changing)]
