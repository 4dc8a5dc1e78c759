"""Exports: a filtered list of any length as a file, which is written after the answer."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Final

from aws_lambda_powertools import Logger
from fastapi import APIRouter, Depends
from starlette.responses import Response

from ticketing import faults
from ticketing.domain import ids
from ticketing.domain.export import KEPT, Export, Format, State
from ticketing.domain.instants import to_text
from ticketing.domain.policy import Action
from ticketing.domain.principal import Principal
from ticketing.domain.query import Sort
from ticketing.errors import (
    Busy,
    IdempotencyMismatch,
    NotFound,
    PayloadTooLarge,
    PlanRequired,
    UnsupportedMediaType,
    ValidationFailed,
)
from ticketing.store import exports, keys
from ticketing.store.table import ConditionNotMet
from tickets_api.answers import answer
from tickets_api.dependencies import InServices, may
from tickets_api.documenting import documented, shape
from tickets_api.once import InOnce
from tickets_api.routers.ticket_lists import query_of_filter
from tickets_api.schemas.exports import ExportOut, MakeExport
from tickets_api.schemas.ticket_lists import TicketFilters
from tickets_api.seen import InSeen
from tickets_api.services import Services

router = APIRouter(prefix="/v1/exports", tags=["Reports"])

_LINK_S: Final = 15 * 60
_SORTS: Final = frozenset({Sort.NEWEST, Sort.OLDEST})
"""Only in the order of creation no ticket changes its place while the others are read."""

_log = Logger()

Exporter = Annotated[Principal, Depends(may(Action.EXPORT))]


@router.post(
    "",
    summary="Have a filtered list of any length written into a file",
    status_code=202,
    responses={
        202: shape(ExportOut),
        **documented(PlanRequired, PayloadTooLarge, UnsupportedMediaType, IdempotencyMismatch, ValidationFailed, Busy),
    },
)
async def make_export(body: MakeExport, caller: Exporter, services: InServices, once: InOnce, seen: InSeen) -> Response:
    query = query_of_filter(services, caller, body.filter or TicketFilters.model_validate({}))
    if query.sort not in _SORTS:
        raise ValidationFailed.of("filter.sort", "An export is in the order of creation: -created_at, created_at")
    own = seen.ticket_ids(services.table)

    def attempt() -> Response:
        now = services.now()
        export = Export(
            id=ids.export_id(services.random_bytes(ids.RANDOM_BYTES)),
            organisation_id=caller.organisation_id,
            format=Format(body.format),
            query=query,
            zone=body.tz,
            seen=own,
            asked_at=now,
            touched_at=now,
        )
        response = answer(_shown(services, export, now), 202, {"Location": f"/v1/exports/{export.id}"})
        exports.create(services.table, export, once.writes(response))
        _send(services, export)
        return response

    return once.answer(attempt)


@router.get(
    "/{export_id}",
    summary="Read how far an export is, and where its file is",
    responses={200: shape(ExportOut), **documented(PlanRequired, NotFound, Busy)},
)
async def read_export(export_id: str, caller: Exporter, services: InServices) -> Response:
    found, now = exports.find(services.table, caller.organisation_id, export_id), services.now()
    if found.is_silent(now):
        found = _sent_again(services, found)
    return answer(_shown(services, found, now))


def _sent_again(services: Services, export: Export) -> Export:
    """Whoever waits for an export asks again and again, so nobody else has to look for messages that were lost."""
    try:
        touched = exports.write(services.table, export)
    except ConditionNotMet:
        return export  # somebody is at it
    _send(services, touched)
    return touched


def _send(services: Services, export: Export) -> None:
    try:
        services.exports().send({"export_id": export.id})
    except Exception as error:  # noqa: BLE001 (it is written down, and sent again when somebody asks for it)
        _log.error("export not sent", extra={"export_id": export.id, **faults.describe(error)})


def _shown(services: Services, export: Export, now: datetime) -> dict[str, Any]:
    state = export.state_at(now)
    expires_at = export.asked_at + KEPT
    link_ends_at = min(now + timedelta(seconds=_LINK_S), expires_at)
    is_there = state is State.DONE
    return {
        "id": export.id,
        "format": export.format.value,
        "tz": export.zone,
        "state": state.value,
        "rows": export.rows,
        "bytes": export.size,
        "url": _link(services, export, link_ends_at - now) if is_there else None,
        "url_expires_at": to_text(link_ends_at) if is_there else None,
        "failure": export.failure_at(now),
        "created_at": to_text(export.asked_at),
        "finished_at": to_text(export.finished_at) if export.finished_at else None,
        "expires_at": to_text(expires_at),
    }


def _link(services: Services, export: Export, lasting: timedelta) -> str:
    suffix = export.format.value
    # Those that were done before records named their files have this one.
    name = export.file or keys.export_name(export.organisation_id, export.id, suffix)
    seconds = max(1, int(lasting.total_seconds()))
    return services.files().link(name, seconds=seconds, file_name=f"tickets-{export.asked_at.date()}.{suffix}")
