"""Lists of tickets: an organisation's, by any filter, and a chat's."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from ticketing import presenting
from ticketing.domain.ids import is_caller_id
from ticketing.domain.instants import to_text
from ticketing.domain.policy import Action
from ticketing.domain.principal import Principal
from ticketing.domain.query import Position, TicketPage, TicketQuery, check_kept, fingerprint
from ticketing.errors import (
    Busy,
    FieldError,
    InvalidCursor,
    NotFound,
    PayloadTooLarge,
    PlanRequired,
    UnsupportedMediaType,
    ValidationFailed,
)
from ticketing.store import directory, facets, finder, teams
from ticketing.store.walks import Budget
from tickets_api import facet_answers
from tickets_api.answers import answer
from tickets_api.dependencies import InServices, may
from tickets_api.documenting import documented, shape
from tickets_api.schemas.ticket_lists import ListChatTickets, ListTickets, SearchTickets, TicketFilters, TicketList
from tickets_api.seen import InSeen, Seen
from tickets_api.services import Services

router = APIRouter(prefix="/v1", tags=["Tickets"])

Reader = Annotated[Principal, Depends(may(Action.TICKET_READ))]


async def _none_given(request: Request) -> None:
    """Refuse parameters beside a body that is the whole query."""
    if request.query_params:
        names = sorted(request.query_params)
        raise ValidationFailed(errors=[FieldError(name, "unknown_field", "Put this into the body") for name in names])


@router.get(
    "/tickets",
    summary="List tickets by filters, in any order",
    responses={200: shape(TicketList), **documented(InvalidCursor, PlanRequired, ValidationFailed, Busy)},
)
async def list_tickets(
    asked: Annotated[ListTickets, Query()], caller: Reader, services: InServices, seen: InSeen
) -> Response:
    return _answer(services, caller, query_of(services, caller, asked), asked, seen, with_facets=asked.facets)


@router.post(
    "/tickets/search",
    summary="List tickets by filters in a body, which may outgrow a URL",
    dependencies=[Depends(_none_given)],
    responses={
        200: shape(TicketList),
        **documented(InvalidCursor, PlanRequired, PayloadTooLarge, UnsupportedMediaType, ValidationFailed, Busy),
    },
)
async def search_tickets(asked: SearchTickets, caller: Reader, services: InServices, seen: InSeen) -> Response:
    return _answer(services, caller, query_of(services, caller, asked), asked, seen, with_facets=asked.facets)


@router.get(
    "/chats/{chat_id}/tickets",
    summary="List a chat's tickets, the newest first",
    responses={
        200: shape(TicketList),
        **documented(InvalidCursor, PlanRequired, NotFound, ValidationFailed, Busy),
    },
)
async def list_chat_tickets(
    chat_id: str, asked: Annotated[ListChatTickets, Query()], caller: Reader, services: InServices, seen: InSeen
) -> Response:
    known = is_caller_id(chat_id) and directory.get_live_chat(services.table, caller.organisation_id, chat_id)
    if not known:
        raise NotFound
    return _answer(services, caller, TicketQuery(chats=frozenset({chat_id})), asked, seen)


def query_of(services: Services, caller: Principal, asked: TicketFilters) -> TicketQuery:
    """The query, as this caller means it. Raises ValidationFailed."""
    member_id = None if caller.actor.is_key else caller.actor.id
    return asked.to_domain(
        member_id, lambda member: teams.ids_of_member(services.table, caller.organisation_id, member)
    )


def query_of_filter(services: Services, caller: Principal, asked: TicketFilters) -> TicketQuery:
    """The query of a body's `filter`, which is kept to be asked later. Raises ValidationFailed."""
    try:
        query = query_of(services, caller, asked)
    except ValidationFailed as refused:
        raise refused.within("filter") from None
    check_kept(query)
    return query


type _Paging = ListTickets | SearchTickets | ListChatTickets


def _answer(
    services: Services,
    caller: Principal,
    query: TicketQuery,
    paging: _Paging,
    seen: Seen,
    *,
    with_facets: bool = False,
) -> Response:
    """A page. A cursor is bound to the organisation and to all that was asked for but the size of a page."""
    organisation_id, signer = caller.organisation_id, services.signer()
    purpose = f"tickets {fingerprint(query)}"
    after = Position(*signer.open(purpose, organisation_id, paging.cursor)) if paging.cursor else None
    asked_at = to_text(services.now())
    budget, own = Budget(services.monotonic), seen.ticket_ids(services.table)
    page = finder.find(
        services.table,
        organisation_id,
        query,
        after=after,
        limit=paging.limit,
        budget=budget,
        seen=own,
        objects=services.objects,
    )
    rows, visible = presenting.rows(services.reads, organisation_id, page)
    counted = (
        facets.count(services.table, organisation_id, query, page, budget=budget, seen=own, objects=services.objects)
        if with_facets
        else None
    )
    goes_on = page.after and [page.after.sort_value, page.after.ticket_id]
    return answer(
        {
            "data": rows,
            "next_cursor": signer.seal(purpose, organisation_id, goes_on) if goes_on else None,
            "has_more": page.after is not None,
            **(facet_answers.shown(services.reads, organisation_id, counted) if counted else _total(page, visible)),
            "freshness": {
                "source": "table",
                "indexed_through": asked_at if page.is_current else None,
                "scanned": page.scanned,
            },
        }
    )


def _total(page: TicketPage, visible: int) -> dict[str, Any]:
    """The size of the list, on its first page: exact if everything was met, and nothing of it is hidden."""
    if not page.is_first:
        return {}
    is_exact = page.is_all and visible == len(page.tickets) + len(page.beyond)
    return {"total": visible, "total_relation": "eq" if is_exact else "gte"}
