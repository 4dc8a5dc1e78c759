"""No more mail about a ticket, by one click: a page for people, and one POST for mail programs (RFC 8058).

Opening the page changes nothing: mail programs and scanners open links that nobody clicked.
"""

from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from ticketing.domain import ticket as rules
from ticketing.domain import unsubscribing
from ticketing.domain.events import Source
from ticketing.domain.principal import Actor
from ticketing.domain.ticket import Occasion, Ticket
from ticketing.domain.unsubscribing import Unsubscription
from ticketing.errors import Busy, TicketNotFound, VersionConflict, WrongOrganisation
from ticketing.store import tickets
from tickets_api.dependencies import InServices
from tickets_api.services import Services

router = APIRouter(prefix="/v1/unsubscribe/{token}", include_in_schema=False)

_PAGE: Final = Path(__file__).parent.parent / "pages" / "unsubscribe.html"
_SECURITY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_BUTTON: Final = '<form method="post"><button type="submit">Stop these mails</button></form>'
_ATTEMPTS: Final = 5


@router.get("")
async def ask_to_unsubscribe(token: str, services: InServices) -> Response:
    wanted = unsubscribing.opened(services.signer(), token)
    ticket = _watched(services, wanted)
    if ticket is None:
        return _done()
    words = f"You will not be mailed about ticket #{ticket.number} any more because you watch it."
    return _page("Stop mail about this ticket?", words, _BUTTON)


@router.post("")
async def unsubscribe(token: str, request: Request, services: InServices) -> Response:
    wanted = unsubscribing.opened(services.signer(), token)
    for _ in range(_ATTEMPTS):
        ticket = _watched(services, wanted)
        if ticket is None:
            return _done()
        on = Occasion(Actor(wanted.member_id), services.now(), Source.SYSTEM, request.state.request_id)
        change = rules.change(ticket, rules.unwatch(ticket, wanted.member_id), workflow=None, on=on)
        try:
            if change is not None:
                tickets.save(services.table, ticket, change)
        except VersionConflict:
            continue  # somebody was faster: their change stays
        return _done()
    raise Busy


def _watched(services: Services, wanted: Unsubscription) -> Ticket | None:
    """The ticket, if it is there and still watched."""
    try:
        ticket = tickets.get_visible(services.table, wanted.organisation_id, wanted.ticket_id)
    except (TicketNotFound, WrongOrganisation):
        return None
    return ticket if wanted.member_id in ticket.watchers else None


def _done() -> Response:
    words = "You do not watch this ticket any more. Whoever has it, or created it, is told of it as before."
    return _page("No more mails", words, "")


def _page(title: str, words: str, form: str) -> Response:
    text = _template().substitute(title=escape(title), words=escape(words), form=form)
    return Response(text, headers={"Content-Security-Policy": _SECURITY}, media_type="text/html")


@cache
def _template() -> Template:
    return Template(_PAGE.read_text("utf-8"))
