"""The caller's own organisation. It exists, and has a plan, by the admin command line only."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from ticketing.domain.directory import Organisation, organisation_after_patch
from ticketing.domain.instants import to_text
from ticketing.domain.policy import Action
from ticketing.domain.principal import Principal
from ticketing.errors import (
    Busy,
    Forbidden,
    IdempotencyMismatch,
    PayloadTooLarge,
    UnsupportedMediaType,
    ValidationFailed,
    VersionConflict,
)
from ticketing.store import directory
from tickets_api.dependencies import may
from tickets_api.documenting import documented, shape
from tickets_api.keeping import InKeeping, Noun
from tickets_api.schemas.organisation import OrganisationOut, PatchOrganisation

router = APIRouter(prefix="/v1/organisation", tags=["Organisation"])

Reader = Annotated[Principal, Depends(may(Action.ORGANISATION_READ))]
Writer = Annotated[Principal, Depends(may(Action.ORGANISATION_WRITE))]


def _shown(organisation: Organisation) -> dict[str, Any]:
    settings = organisation.settings
    weekly = settings.weekly_list
    return {
        "id": organisation.id,
        "name": organisation.name,
        "plan": organisation.plan.value,
        "created_at": to_text(organisation.created_at),
        "guest_mail": settings.guest_mail,
        "weekly_list": {"day": weekly.day.value, "hour": weekly.hour, "zone": weekly.zone} if weekly else None,
        "retention_days": settings.retention_days,
        "version": organisation.version,
    }


ORGANISATIONS = Noun("organisations", directory.ORGANISATIONS, directory.put_organisation, _shown)


@router.get(
    "",
    summary="Read the organisation and its settings",
    responses={200: shape(OrganisationOut), **documented(Forbidden, Busy)},
)
async def read_organisation(caller: Reader, keeping: InKeeping) -> Response:
    return keeping.read(ORGANISATIONS, caller.organisation_id)


@router.patch(
    "",
    summary="Change settings of the organisation; they have no effect yet",
    responses={
        200: shape(OrganisationOut),
        **documented(
            Forbidden,
            VersionConflict,
            PayloadTooLarge,
            UnsupportedMediaType,
            IdempotencyMismatch,
            ValidationFailed,
            Busy,
        ),
    },
)
async def change_organisation(body: PatchOrganisation, caller: Writer, keeping: InKeeping) -> Response:
    patch = body.to_domain()
    return keeping.change(ORGANISATIONS, caller.organisation_id, lambda before: organisation_after_patch(before, patch))
