"""API keys: made, shown once, listed without their secrets, revoked."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from ticketing.domain import api_key as rules
from ticketing.domain.api_key import ApiKey
from ticketing.domain.directory import Member
from ticketing.domain.instants import to_milliseconds, to_text
from ticketing.domain.policy import Action
from ticketing.domain.principal import Principal
from ticketing.errors import (
    Busy,
    Forbidden,
    IdempotencyMismatch,
    InvalidCursor,
    NotFound,
    PayloadTooLarge,
    UnsupportedMediaType,
    ValidationFailed,
)
from ticketing.store import api_keys, directory, keys
from ticketing.store.writes import Write
from tickets_api.answers import answer
from tickets_api.dependencies import InServices, may
from tickets_api.documenting import documented, shape
from tickets_api.once import InOnce
from tickets_api.schemas.api_keys import ApiKeyList, ApiKeyOut, CreateApiKey, CreatedApiKey
from tickets_api.schemas.fields import ApiKeyId
from tickets_api.schemas.paging import ListDirectory
from tickets_api.services import Services

router = APIRouter(prefix="/v1/api-keys", tags=["API keys"])

Manager = Annotated[Principal, Depends(may(Action.KEY_MANAGE))]


@router.post(
    "",
    summary="Make an API key; its secret is shown once",
    status_code=201,
    responses={
        201: shape(CreatedApiKey),
        **documented(Forbidden, PayloadTooLarge, UnsupportedMediaType, IdempotencyMismatch, ValidationFailed, Busy),
    },
)
async def create_api_key(body: CreateApiKey, caller: Manager, services: InServices, once: InOnce) -> Response:
    def attempt() -> Response:
        text, key = _mint(body, caller, services)
        shown = _shown(key, services)
        # The record of the answer is kept for a day, and must not hold what opens the door.
        record = once.writes(answer(shown | {"key": None}, 201))
        api_keys.add(services.table, key, record)
        return answer(shown | {"key": text}, 201)

    return once.answer(attempt)


@router.get(
    "",
    summary="List API keys, without their secrets",
    responses={200: shape(ApiKeyList), **documented(InvalidCursor, Forbidden, ValidationFailed, Busy)},
)
async def list_api_keys(query: Annotated[ListDirectory, Query()], caller: Manager, services: InServices) -> Response:
    organisation_id, signer, now = caller.organisation_id, services.signer(), services.now()
    purpose = f"api keys active={query.active}"
    after = str(signer.open(purpose, organisation_id, query.cursor)) if query.cursor else None
    page = api_keys.page(
        services.table,
        organisation_id,
        lambda key: query.wants(is_active=key.is_live(now)),
        after=after,
        limit=query.limit,
    )
    return answer(
        {
            "data": [_shown(key, services) for key in page.values],
            "next_cursor": signer.seal(purpose, organisation_id, page.after) if page.after is not None else None,
            "has_more": page.after is not None,
        }
    )


@router.delete(
    "/{key_id}",
    summary="Revoke an API key; it stops working everywhere within 60 seconds",
    responses={
        200: shape(ApiKeyOut),
        **documented(Forbidden, NotFound, IdempotencyMismatch, ValidationFailed, Busy),
    },
)
async def revoke_api_key(key_id: ApiKeyId, caller: Manager, services: InServices, once: InOnce) -> Response:
    def check(key: ApiKey) -> None:
        rules.check_revocation(caller.role, key)

    def answered(key: ApiKey) -> Sequence[Write]:
        return once.writes(answer(_shown(key, services)))

    def attempt() -> Response:
        revoked = api_keys.revoke(
            services.table, caller.organisation_id, key_id, services.now(), check=check, answered=answered
        )
        services.reads.forget(keys.api_key_key(key_id))
        return answer(_shown(revoked, services))

    return once.answer(attempt)


def _mint(body: CreateApiKey, caller: Principal, services: Services) -> tuple[str, ApiKey]:
    """A new key's text, and what is stored of it. Raises Forbidden, ValidationFailed."""
    now = services.now()
    if body.expires_at is not None:
        rules.check_expiry(body.expires_at, now)
    holder = _holder(body, caller, services)
    scopes = rules.check_creation(caller, body.role, body.scopes, holder)
    text, parts = rules.mint(
        services.settings.environment,
        services.random_bytes(rules.KEY_ID_BYTES),
        services.random_bytes(rules.SECRET_BYTES),
    )
    key = ApiKey(
        id=parts.id,
        organisation_id=caller.organisation_id,
        name=body.name,
        role=body.role,
        scopes=scopes,
        member_id=body.member_id,
        secret_hash=rules.hash_secret(parts.secret, services.signing.generations()[0]),
        created_at=now,
        expires_at=to_milliseconds(body.expires_at) if body.expires_at else None,
    )
    return text, key


def _holder(body: CreateApiKey, caller: Principal, services: Services) -> Member | None:
    """The member that the key is for. Raises ValidationFailed if they are none, or left."""
    if body.member_id is None:
        return None
    member = directory.get_member(services.table, caller.organisation_id, body.member_id)
    if member is None or not member.is_active:
        raise ValidationFailed.of("member_id", "Not an active member of the organisation", "not_member")
    return member


def _shown(key: ApiKey, services: Services) -> dict[str, Any]:
    """All of a key that may be shown: neither its secret nor the hash of it."""
    return {
        "id": key.id,
        "name": key.name,
        "role": key.role.value,
        "scopes": sorted(scope.value for scope in key.scopes),
        "member_id": key.member_id,
        "active": key.is_live(services.now()),
        "created_at": to_text(key.created_at),
        "expires_at": to_text(key.expires_at) if key.expires_at else None,
        "revoked_at": to_text(key.revoked_at) if key.revoked_at else None,
        "last_used_at": to_text(key.last_used_at) if key.last_used_at else None,
    }
