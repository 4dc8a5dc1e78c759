"""The history of a ticket: who changed what, when, through what."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from ticketing import threads
from ticketing.domain.policy import Action
from ticketing.domain.principal import Principal
from ticketing.errors import Busy, InvalidCursor, PlanRequired, TicketNotFound, ValidationFailed, WrongOrganisation
from ticketing.store import keys, tickets
from tickets_api import version_pages
from tickets_api.dependencies import InServices, may
from tickets_api.documenting import documented, shape
from tickets_api.schemas.threads import History, PageOf

router = APIRouter(prefix="/v1/tickets/{ticket_id}/history", tags=["Remarks and history"])

_CURSOR = "history"

Reader = Annotated[Principal, Depends(may(Action.TICKET_READ))]


@router.get(
    "",
    summary="Read what happened to a ticket, the newest first",
    responses={
        200: shape(History),
        **documented(InvalidCursor, WrongOrganisation, PlanRequired, TicketNotFound, ValidationFailed, Busy),
    },
)
async def read_history(
    ticket_id: str, query: Annotated[PageOf, Query()], caller: Reader, services: InServices
) -> Response:
    organisation_id = caller.organisation_id
    tickets.get_visible(services.table, organisation_id, ticket_id)

    return version_pages.page(
        services,
        organisation_id,
        f"{_CURSOR} {ticket_id}",
        query,
        start=keys.LAST_VERSION,
        read=lambda before, limit: tickets.history(services.table, ticket_id, before=before, limit=limit),
        show=lambda found: threads.history(services.reads, organisation_id, found),
    )
