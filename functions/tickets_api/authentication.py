"""From the Authorization header to the caller. What is not proved by the key is not believed."""

from ticketing.domain import api_key
from ticketing.domain.api_key import ApiKey, PresentedKey
from ticketing.domain.directory import Member, Organisation, Role
from ticketing.domain.principal import Actor, Principal
from ticketing.errors import Unauthenticated
from ticketing.store import api_keys, items, keys
from tickets_api.services import Services

_NO_HASH = "0" * 64


def authenticate(services: Services, authorization: str | None, source: str) -> Principal:
    """The caller that a header proves; `source` is the address that it comes from.

    Raises Unauthenticated, always with the same words, and RateLimited after too many wrong keys.
    """
    if not authorization:
        raise Unauthenticated  # who forgot it is told so each time: that guesses nothing
    presented = _presented(authorization, services.settings.environment)
    if presented is None or not services.reads.knows(keys.api_key_key(presented.id)):
        services.wrong_keys.check(source, services.monotonic())
    try:
        return _proved(services, presented)
    except Unauthenticated:
        services.wrong_keys.check(source, services.monotonic())
        services.wrong_keys.note(source, services.monotonic())
        raise


def _proved(services: Services, presented: PresentedKey | None) -> Principal:
    if presented is None:
        raise Unauthenticated
    key = api_keys.find(services.reads, presented.id)
    # An unknown id is compared too, so that time does not tell it from a wrong secret.
    stored_hash = key.secret_hash if key else _NO_HASH
    is_right = api_key.matches(presented.secret, stored_hash, services.signing.generations())
    if key is None or not is_right or not key.is_live(services.now()):
        raise Unauthenticated
    return _principal(services, key)


def _presented(authorization: str, environment: str) -> PresentedKey | None:
    scheme, _, text = authorization.partition(" ")
    presented = api_key.parse(text.strip()) if scheme.lower() == "bearer" else None
    return presented if presented and presented.environment == environment else None


def _principal(services: Services, key: ApiKey) -> Principal:
    organisation_key = keys.organisation_key(key.organisation_id)
    member_key = keys.member_key(key.organisation_id, key.member_id) if key.member_id else None
    found = services.reads.get_many([organisation_key, member_key] if member_key else [organisation_key])
    if organisation_key not in found:
        raise Unauthenticated
    organisation = items.organisation_from(found[organisation_key])
    if member_key is None:
        return _caller(key, organisation, Actor.key(key.name), key.role)
    if member_key not in found:
        raise Unauthenticated
    member: Member = items.member_from(found[member_key])
    if not member.is_active:
        raise Unauthenticated
    return _caller(key, organisation, Actor(member.id), min(key.role, member.role, key=lambda role: role.rank))


def _caller(key: ApiKey, organisation: Organisation, actor: Actor, role: Role) -> Principal:
    """A key acts with its own scopes, as far as the role that is left to it may hold them."""
    return Principal(
        organisation_id=organisation.id,
        actor=actor,
        role=role,
        scopes=api_key.scopes_within(role, key.scopes),
        plan=organisation.plan,
        key_id=key.id,
    )
