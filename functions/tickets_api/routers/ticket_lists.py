"""Lists of tickets: an organisation's, by any filter, and a chat's."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from ticketing.domain.ids import is_caller_id
from ticketing.domain.policy import Action
from ticketing.domain.principal import Principal
from ticketing.domain.query import Position, Sort, TicketQuery, check_kept, fingerprint
from ticketing.errors import (
    Busy,
    CursorExpired,
    FieldError,
    InvalidCursor,
    NotFound,
    PayloadTooLarge,
    PlanRequired,
    UnsupportedMediaType,
    ValidationFailed,
)
from ticketing.store import directory, teams
from tickets_api import finding
from tickets_api.answers import answer
from tickets_api.dependencies import InServices, may
from tickets_api.documenting import documented, shape
from tickets_api.finding import Asked
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
    responses={
        200: shape(TicketList),
        **documented(InvalidCursor, PlanRequired, CursorExpired, ValidationFailed, Busy),
    },
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
        **documented(
            InvalidCursor, PlanRequired, CursorExpired, PayloadTooLarge, UnsupportedMediaType, ValidationFailed, Busy
        ),
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
    """A page. A cursor is bound to the organisation and to all that was asked for but the size of a page.

    That of a list by relevance says so: one that began in another order goes on in that.
    """
    organisation_id, signer = caller.organisation_id, services.signer()
    purpose = f"tickets {fingerprint(query)}"
    after: Position | None = None
    if paging.cursor:
        place = signer.open(purpose, organisation_id, paging.cursor)
        if query.sort is Sort.RELEVANCE:
            in_order = place[-1] == Sort.RELEVANCE
            query, place = (query, place[:-1]) if in_order else (replace(query, sort=Sort.NEWEST), place)
        after = Position.of_plain(place)
    own = seen.ticket_ids(services.table)
    found = finding.answer(services, Asked(organisation_id, query, after, paging.limit, own, with_facets))
    goes_on = found.after and found.after.to_plain()
    if goes_on and found.sort is Sort.RELEVANCE:
        goes_on.append(found.sort.value)
    return answer(
        {
            "data": found.rows,
            "next_cursor": signer.seal(purpose, organisation_id, goes_on) if goes_on else None,
            "has_more": found.after is not None,
            **found.totals,
            "freshness": found.freshness,
        }
    )
