"""A filtered list of tickets as one CSV file, in one answer."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Final
from zoneinfo import ZoneInfo

import orjson
from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from ticketing import presenting
from ticketing.domain import csv_rows
from ticketing.domain.policy import Action
from ticketing.domain.principal import Principal
from ticketing.domain.query import Sort, TicketQuery, position
from ticketing.domain.ticket import Ticket
from ticketing.errors import Busy, PlanRequired, TooManyRows, ValidationFailed
from ticketing.store import finder
from ticketing.store.walks import Budget
from tickets_api.dependencies import InServices, may
from tickets_api.documenting import documented
from tickets_api.routers.ticket_lists import query_of
from tickets_api.schemas.ticket_lists import TicketFilters
from tickets_api.seen import InSeen, Seen
from tickets_api.services import Services

router = APIRouter(prefix="/v1/reports", tags=["Reports"])

MAX_ROWS: Final = 5_000
MAX_BYTES: Final = 5 * 1024 * 1024
"""A function's answer ends at 6 MB, with its text in JSON once more (Lambda quotas)."""
_SECONDS: Final = 15.0
"""Of the 28 that a request has: the names of guests are read besides, and the file is written."""
_PAGE: Final = MAX_ROWS + 1
"""No page is full before all rows of its query were looked at: what is left of them would be read again."""

Reader = Annotated[Principal, Depends(may(Action.TICKET_READ))]


class _Csv(Response):
    media_type = "text/csv"


_FILE = {
    "description": "The whole list: UTF-8 with a byte order mark, a line of names, then one ticket a line. Its times "
    "are those of `tz`, with their offsets; the names of their columns say which zone that is. Beginnings of "
    "formulas, and texts that look like numbers, have an apostrophe before them",
    "content": {"text/csv": {"schema": {"type": "string"}}},
}


@router.get(
    "/tickets.csv",
    summary="Read up to 5,000 tickets as CSV: exactly the filtered list",
    response_class=_Csv,
    responses={200: _FILE, **documented(PlanRequired, TooManyRows, ValidationFailed, Busy)},
)
async def read_tickets_csv(
    asked: Annotated[TicketFilters, Query()], caller: Reader, services: InServices, seen: InSeen
) -> Response:
    query, zone = query_of(services, caller, asked), ZoneInfo(asked.tz)
    found = _all(services, caller.organisation_id, query, seen)
    text = csv_rows.BOM + csv_rows.header(zone) + "".join(_lines(services, caller.organisation_id, found, zone))
    if len(orjson.dumps(text)) > MAX_BYTES:
        raise TooManyRows
    day = services.now().astimezone(zone).date()
    return _Csv(text, headers={"Content-Disposition": f'attachment; filename="tickets-{day}.csv"'})


def _all(services: Services, organisation_id: str, query: TicketQuery, seen: Seen) -> list[Ticket]:
    """Every ticket of the list, once, in its order. Raises TooManyRows.

    They are read in the order of creation: in another one, a ticket that changes meanwhile may change its place, and be
    met by nobody.
    """
    sort, query = query.sort, replace(query, sort=Sort.NEWEST)
    own, budget = seen.ticket_ids(services.table), Budget(services.monotonic, seconds=_SECONDS)
    found: dict[str, Ticket] = {}
    for page in finder.pages(
        services.table,
        organisation_id,
        query,
        after=None,
        limit=_PAGE,
        budget=budget.step,
        seen=own,
        objects=services.objects,
    ):
        budget.scanned += page.scanned
        for one in finder.whole(services.table, organisation_id, query, page.tickets):
            found.setdefault(one.id, one)
        if len(found) > MAX_ROWS or (page.after is not None and budget.is_spent):
            raise TooManyRows
    return sorted(found.values(), key=lambda one: position(sort, one), reverse=sort.is_descending)


def _lines(services: Services, organisation_id: str, found: list[Ticket], zone: ZoneInfo) -> Iterator[str]:
    shown = presenting.tickets_with_phones(services.reads, organisation_id, found)
    return (csv_rows.row(ticket, phone, zone) for ticket, phone in shown)
