"""The history of a ticket: who changed what, when, through what."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from ticketing.domain.events import Event
from ticketing.domain.instants import to_text
from ticketing.domain.policy import Action
from ticketing.domain.principal import Principal
from ticketing.errors import Busy, InvalidCursor, PlanRequired, TicketNotFound, ValidationFailed, WrongOrganisation
from ticketing.store import keys, tickets
from tickets_api import names, version_pages
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

    def show(found: Sequence[Event]) -> list[dict[str, Any]]:
        actors = names.of_actors(services.reads, organisation_id, {event.actor for event in found})
        return [_shown(event, actors[event.actor.id]) for event in found]

    return version_pages.page(
        services,
        organisation_id,
        f"{_CURSOR} {ticket_id}",
        query,
        start=keys.LAST_VERSION,
        read=lambda before, limit: tickets.history(services.table, ticket_id, before=before, limit=limit),
        show=show,
    )


def _shown(event: Event, actor: dict[str, str]) -> dict[str, Any]:
    return {
        "version": event.version,
        "kind": event.kind.value,
        "at": to_text(event.at),
        "actor": actor,
        "source": event.source.value,
        "request_id": event.request_id,
        "bulk_id": event.bulk_id,
        "cause": event.cause,
        "guest_ack_due": event.guest_ack_due,
        "changes": [{"field": one.field, "from": one.before, "to": one.after} for one in event.changes],
    }
