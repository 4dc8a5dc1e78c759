"""Who was mailed about a ticket, and what became of it."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from ticketing.domain.policy import Action
from ticketing.domain.principal import Principal
from ticketing.errors import Busy, InvalidCursor, PlanRequired, TicketNotFound, ValidationFailed, WrongOrganisation
from ticketing.store import items, keys, notifications, tickets
from ticketing.store.notifications import Notification
from tickets_api.answers import answer
from tickets_api.dependencies import InServices, may
from tickets_api.documenting import documented, shape
from tickets_api.schemas.notifications import Notifications
from tickets_api.schemas.threads import PageOf
from tickets_api.services import Services

router = APIRouter(prefix="/v1/tickets/{ticket_id}/notifications", tags=["Remarks and history"])

_CURSOR = "notifications"
_GUEST = "guest"

Reader = Annotated[Principal, Depends(may(Action.TICKET_READ))]


@router.get(
    "",
    summary="Read who was mailed about a ticket, the newest change first",
    responses={
        200: shape(Notifications),
        **documented(InvalidCursor, WrongOrganisation, PlanRequired, TicketNotFound, ValidationFailed, Busy),
    },
)
async def read_notifications(
    ticket_id: str, query: Annotated[PageOf, Query()], caller: Reader, services: InServices
) -> Response:
    organisation_id = caller.organisation_id
    tickets.get_visible(services.table, organisation_id, ticket_id)
    signer, purpose = services.signer(), f"{_CURSOR} {ticket_id}"
    before = str(signer.open(purpose, organisation_id, query.cursor)) if query.cursor else None
    found, has_more = notifications.of_ticket(services.table, ticket_id, before=before, limit=query.limit)
    names = _names(services, organisation_id, found)
    return answer(
        {
            "data": [_shown(one, names) for one in found],
            "next_cursor": signer.seal(purpose, organisation_id, found[-1].position) if has_more else None,
            "has_more": has_more,
        }
    )


def _names(services: Services, organisation_id: str, found: Sequence[Notification]) -> dict[str, str]:
    wanted = {keys.member_key(organisation_id, one.recipient_id) for one in found if one.recipient_id != _GUEST}
    members = map(items.member_from, services.reads.get_many(wanted).values())
    return {member.id: member.name for member in members}


def _shown(one: Notification, names: dict[str, str]) -> dict[str, Any]:
    is_guest = one.recipient_id == _GUEST
    return {
        "version": one.version,
        "recipient": {
            "type": "guest" if is_guest else "member",
            "id": None if is_guest else one.recipient_id,
            "name": None if is_guest else names.get(one.recipient_id, one.recipient_id),
        },
        "about": one.template,
        "state": "queued" if one.state.is_queued else one.state.value,
        "at": one.at,
        **{f"{name}_at": at for name, at in one.times.items()},
    }
