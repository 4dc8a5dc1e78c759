"""Who am I: what a key stands for, and how far it reaches."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from starlette.responses import Response

from ticketing.domain.instants import to_text
from ticketing.domain.policy import Action
from ticketing.domain.principal import Principal
from ticketing.domain.query import MAX_LIMIT
from ticketing.domain.remark import INLINE_BYTES
from ticketing.domain.ticket import MAX_LABEL_LENGTH, MAX_WATCHERS
from ticketing.errors import Busy, Unauthenticated
from ticketing.store import idempotency, items, keys
from ticketing.store.attributes import Item
from tickets_api.answers import answer
from tickets_api.dependencies import InServices, may
from tickets_api.documenting import documented, shape
from tickets_api.edge import MAX_BODY_BYTES
from tickets_api.schemas.me import Me

router = APIRouter(prefix="/v1/me", tags=["Organisation"])

LIMITS: Final = {
    "page_size": MAX_LIMIT,
    "body_bytes": MAX_BODY_BYTES,
    "remark_bytes_in_thread": INLINE_BYTES,
    "watchers": MAX_WATCHERS,
    "label_characters": MAX_LABEL_LENGTH,
    "idempotency_key_hours": int(idempotency.KEPT.total_seconds()) // 3600,
}


@router.get("", summary="Who am I, and what may I do", responses={200: shape(Me), **documented(Busy)})
async def read_me(caller: Annotated[Principal, Depends(may(Action.ME_READ))], services: InServices) -> Response:
    organisation_id = caller.organisation_id
    key_key, organisation_key = keys.api_key_key(caller.key_id), keys.organisation_key(organisation_id)
    member_key = None if caller.actor.is_key else keys.member_key(organisation_id, caller.actor.id)
    # All of it was read a moment ago to let the caller in.
    found = services.reads.get_many([key_key, organisation_key, *([member_key] if member_key else [])])
    if key_key not in found or organisation_key not in found:
        raise Unauthenticated
    return answer(
        {
            "type": "key" if caller.actor.is_key else "member",
            "organisation": _organisation(found[organisation_key]),
            "member": _member(found[member_key]) if member_key in found else None,
            "key": _key(found[key_key]),
            "role": caller.role.value,
            "scopes": sorted(scope.value for scope in caller.scopes),
            "limits": {
                **LIMITS,
                "requests_per_second": services.limits().per_second,
                "requests_at_one_instant": services.limits().burst,
                "bulk_tickets_per_second": services.bulk_limits().per_second,
                "bulk_tickets_at_one_instant": services.bulk_limits().burst,
            },
        }
    )


def _organisation(item: Item) -> dict[str, Any]:
    organisation = items.organisation_from(item)
    return {"id": organisation.id, "name": organisation.name, "plan": organisation.plan.value}


def _member(item: Item) -> dict[str, Any]:
    member = items.member_from(item)
    return {"id": member.id, "name": member.name, "email": member.email, "role": member.role.value}


def _key(item: Item) -> dict[str, Any]:
    key = items.api_key_from(item)
    return {"id": key.id, "name": key.name, "expires_at": to_text(key.expires_at) if key.expires_at else None}
