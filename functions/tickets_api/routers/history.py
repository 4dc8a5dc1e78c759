"""The history of a ticket: who changed what, when, through what."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from ticketing.domain.events import Event
from ticketing.domain.instants import to_text
from ticketing.domain.policy import Action
from ticketing.domain.principal import Principal
from ticketing.errors import Busy, InvalidCursor, PlanRequired, TicketNotFound, ValidationFailed, WrongOrganisation
from ticketing.store import keys, tickets
from tickets_api import presenting
from tickets_api.answers import answer
from tickets_api.dependencies import InServices, may
from tickets_api.problems import documented
from tickets_api.schemas.threads import History, PageOf

router = APIRouter(prefix="/v1/tickets/{ticket_id}/history", tags=["Remarks and history"])

_CURSOR = "history"

Reader = Annotated[Principal, Depends(may(Action.TICKET_READ))]


@router.get(
    "",
    summary="Read what happened to a ticket, the newest first",
    responses={
        200: {"model": History},
        **documented(InvalidCursor, WrongOrganisation, PlanRequired, TicketNotFound, ValidationFailed, Busy),
    },
)
async def read_history(
    ticket_id: str, query: Annotated[PageOf, Query()], caller: Reader, services: InServices
) -> Response:
    organisation_id, signer = caller.organisation_id, services.signer()
    purpose = f"{_CURSOR} {ticket_id}"
    tickets.get_visible(services.table, organisation_id, ticket_id)
    before = signer.open(purpose, organisation_id, query.cursor) if query.cursor else keys.LAST_VERSION
    found, has_more = tickets.history(services.table, ticket_id, before=before, limit=query.limit)
    next_cursor = signer.seal(purpose, organisation_id, found[-1].version) if has_more and found else None
    actors = presenting.actors(services.reads, organisation_id, {event.actor for event in found})
    shown = [_shown(event, actors[event.actor.id]) for event in found]
    return answer({"data": shown, "next_cursor": next_cursor, "has_more": next_cursor is not None})


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
        "changes": [{"field": one.field, "from": one.before, "to": one.after} for one in event.changes],
    }
