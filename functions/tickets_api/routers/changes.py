"""The changes feed: everything that happened since a cursor."""

from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from ticketing import presenting
from ticketing.domain.policy import Action
from ticketing.domain.principal import Principal
from ticketing.errors import Busy, CursorExpired, InvalidCursor, PlanRequired, ValidationFailed
from ticketing.store import feed, tickets
from ticketing.store.feed import FeedEntry, FeedPage
from tickets_api.answers import answer
from tickets_api.dependencies import InServices, may
from tickets_api.documenting import documented, shape
from tickets_api.schemas.tickets import ChangeList, ReadChanges
from tickets_api.services import Services

router = APIRouter(prefix="/v1/changes", tags=["Changes"])

_CURSOR = "changes"
_NOW = "now"

Reader = Annotated[Principal, Depends(may(Action.CHANGES_READ))]


@router.get(
    "",
    summary="Read what changed since a cursor",
    responses={
        200: shape(ChangeList),
        **documented(InvalidCursor, PlanRequired, CursorExpired, ValidationFailed, Busy),
    },
)
async def read_changes(query: Annotated[ReadChanges, Query()], caller: Reader, services: InServices) -> Response:
    organisation_id = caller.organisation_id
    if query.cursor == _NOW:
        page = FeedPage([], feed.head(services.table, organisation_id), has_more=False)
    else:
        after = _opened(services, organisation_id, query.cursor) if query.cursor else None
        page = feed.read(services.table, organisation_id, after=after, limit=query.limit, now=services.now())
    return answer(
        {
            "data": _joined(services, organisation_id, page.entries),
            "next_cursor": _sealed(services, organisation_id, page.position),
            "has_more": page.has_more,
        }
    )


def _sealed(services: Services, organisation_id: str, position: int) -> str:
    return services.signer().seal(_CURSOR, organisation_id, [services.settings.data_epoch, position])


def _opened(services: Services, organisation_id: str, cursor: str) -> int:
    """The position of a cursor.

    Raises InvalidCursor, and CursorExpired for one from before the table was restored: positions went back then.
    """
    match services.signer().open(_CURSOR, organisation_id, cursor):
        case [epoch, int(position)] if epoch == services.settings.data_epoch:
            return position
        case _:
            raise CursorExpired


def _joined(services: Services, organisation_id: str, entries: Iterable[FeedEntry]) -> list[dict[str, Any]]:
    listed = list(entries)
    found = tickets.get_many(services.table, organisation_id, {entry.ticket_id for entry in listed})
    shown = {one["id"]: one for one in presenting.tickets(services.reads, organisation_id, found)}
    return [
        {
            "ticket_id": entry.ticket_id,
            "version": entry.version,
            "deleted": entry.ticket_id not in shown,
            "ticket": shown.get(entry.ticket_id),
        }
        for entry in listed
    ]
