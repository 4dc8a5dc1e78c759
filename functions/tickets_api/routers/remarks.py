"""The remark thread of a ticket."""

import re
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from ticketing import threads
from ticketing.domain import ticket as rules
from ticketing.domain.policy import Action
from ticketing.domain.principal import Principal
from ticketing.domain.remark import Remark
from ticketing.domain.ticket import Change
from ticketing.errors import (
    Busy,
    IdempotencyMismatch,
    InvalidCursor,
    NotFound,
    PayloadTooLarge,
    PlanRequired,
    TicketNotFound,
    UnsupportedMediaType,
    ValidationFailed,
    VersionConflict,
    WrongOrganisation,
)
from ticketing.store import long_remarks, tickets
from tickets_api import version_pages
from tickets_api.answers import answer
from tickets_api.changing import InChanging
from tickets_api.dependencies import InServices, On, may
from tickets_api.documenting import documented, shape
from tickets_api.schemas.threads import PageOf, PostRemark, RemarkList, RemarkOut
from tickets_api.services import Services

router = APIRouter(prefix="/v1/tickets/{ticket_id}/remarks", tags=["Remarks and history"])

_CURSOR = "remarks"
_ID = re.compile(r"rmk_([1-9]\d{0,8})")

Reader = Annotated[Principal, Depends(may(Action.TICKET_READ))]
Updater = Annotated[Principal, Depends(may(Action.TICKET_UPDATE))]


@router.post(
    "",
    summary="Add a remark",
    status_code=201,
    responses={
        201: shape(RemarkOut),
        **documented(
            WrongOrganisation,
            PlanRequired,
            TicketNotFound,
            VersionConflict,
            PayloadTooLarge,
            UnsupportedMediaType,
            IdempotencyMismatch,
            ValidationFailed,
            Busy,
        ),
    },
)
async def add_remark(
    ticket_id: str, body: PostRemark, caller: Updater, services: InServices, on: On, changing: InChanging
) -> Response:
    def show(change: Change) -> Response:
        assert change.remark is not None  # noqa: S101 (the change is a remark)
        (shown,) = _shown(services, caller.organisation_id, ticket_id, [change.remark])
        return answer(shown, 201, {"Location": f"remarks/{shown['id']}"})

    return changing.apply(
        ticket_id, lambda ticket: rules.add_remark(ticket, body.text, on=on), show=show, adds_remark=True
    )


@router.get(
    "",
    summary="Read the thread, the oldest remark first",
    responses={
        200: shape(RemarkList),
        **documented(InvalidCursor, WrongOrganisation, PlanRequired, TicketNotFound, ValidationFailed, Busy),
    },
)
async def list_remarks(
    ticket_id: str, query: Annotated[PageOf, Query()], caller: Reader, services: InServices
) -> Response:
    organisation_id = caller.organisation_id
    tickets.get_visible(services.table, organisation_id, ticket_id)
    return version_pages.page(
        services,
        organisation_id,
        f"{_CURSOR} {ticket_id}",
        query,
        start=0,
        read=lambda after, limit: tickets.remarks(services.table, ticket_id, after=after, limit=limit),
        show=lambda found: _shown(services, organisation_id, ticket_id, found),
    )


@router.get(
    "/{remark_id}",
    summary="Read one remark, however long",
    responses={
        200: shape(RemarkOut),
        **documented(WrongOrganisation, PlanRequired, TicketNotFound, NotFound, Busy),
    },
)
async def read_remark(ticket_id: str, remark_id: str, caller: Reader, services: InServices) -> Response:
    tickets.get_visible(services.table, caller.organisation_id, ticket_id)
    match = _ID.fullmatch(remark_id)
    found = tickets.remark(services.table, ticket_id, int(match[1])) if match else None
    if found is None:
        raise NotFound
    whole = long_remarks.whole(services.objects, found)
    return answer(_shown(services, caller.organisation_id, ticket_id, [whole])[0])


def _shown(services: Services, organisation_id: str, ticket_id: str, found: Sequence[Remark]) -> list[dict[str, Any]]:
    return threads.remarks(services.reads, organisation_id, ticket_id, found)
