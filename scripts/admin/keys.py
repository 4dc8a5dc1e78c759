"""API keys: made, shown once, revoked."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from scripts.admin import organisations
from scripts.admin.problem import Problem
from scripts.admin.stack import Stack
from ticketing.domain.api_key import KEY_ID_BYTES, SECRET_BYTES, ApiKey, check_scopes, hash_secret, mint
from ticketing.domain.directory import Member, Role
from ticketing.domain.instants import to_text
from ticketing.domain.principal import SCOPES_OF_ROLE, Scope
from ticketing.store import api_keys, directory, keys
from ticketing.store.table import ConditionNotMet
from ticketing.store.writes import update


@dataclass(frozen=True, slots=True)
class NewKey:
    """What is asked for; without scopes it is every one that the role may hold."""

    organisation_id: str
    name: str
    role: Role
    member_id: str | None = None
    scopes: Collection[Scope] = ()
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MadeKey:
    """`text` is the key itself; only its hash is stored, so nobody can show it again."""

    id: str
    text: str


def create(stack: Stack, new: NewKey, now: datetime) -> MadeKey:
    """A key for an organisation that is there and a member who may hold it. Raises Problem, Forbidden."""
    organisations.get(stack.table, new.organisation_id)
    if new.member_id is not None:
        _check_holder(directory.get_member(stack.table, new.organisation_id, new.member_id), new)
    return store(stack, new, now)


def store(stack: Stack, new: NewKey, now: datetime) -> MadeKey:
    """Make and store a key; whether its organisation and member are there is the caller's business."""
    scopes = check_scopes(new.role, new.scopes or SCOPES_OF_ROLE[new.role])
    text, parts = mint(stack.environment, secrets.token_bytes(KEY_ID_BYTES), secrets.token_bytes(SECRET_BYTES))
    key = ApiKey(
        id=parts.id,
        organisation_id=new.organisation_id,
        name=new.name,
        role=new.role,
        scopes=scopes,
        member_id=new.member_id,
        secret_hash=hash_secret(parts.secret, stack.pepper),
        created_at=now,
        expires_at=new.expires_at,
    )
    api_keys.add(stack.table, key)
    return MadeKey(key.id, text)


def revoke(stack: Stack, key_id: str, now: datetime) -> None:
    """End a key's life; it stops working everywhere within 60 seconds. Raises Problem if it is not there or ended."""
    write = update(
        keys.api_key_key(key_id),
        "SET revoked_at = :now",
        condition="attribute_exists(pk) AND attribute_not_exists(revoked_at)",
        values={":now": to_text(now)},
    )
    try:
        stack.table.write(write)
    except ConditionNotMet:
        raise Problem(f"There is no key {key_id}, or it was revoked before.") from None


def _check_holder(member: Member | None, new: NewKey) -> None:
    if member is None or not member.is_active:
        raise Problem(f"{new.member_id} is not an active member of {new.organisation_id}.")
    if new.role.rank > member.role.rank:
        raise Problem(f"{member.id} has the role {member.role}; their key cannot have the role {new.role}.")
