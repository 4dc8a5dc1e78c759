"""API keys: `lsk_<environment>_<key id>_<secret>_<checksum>`.

The id is looked up; of the secret only a peppered hash is stored, which is enough because the secret is random
and long. The checksum lets a scanner, or us, refuse a mistyped key without a look-up.
"""

import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from zlib import crc32

from ticketing.domain.directory import Member, Role
from ticketing.domain.ids import letters
from ticketing.domain.principal import SCOPES_OF_ROLE, Principal, Scope
from ticketing.errors import Forbidden, ValidationFailed

KEY_ID_BYTES = 10
SECRET_BYTES = 25
"""200 random bits: nobody guesses it, so a slow password hash would buy nothing."""

LONGEST_LIFE = timedelta(days=3650)

_FORM = re.compile(r"lsk_([a-z]{1,16})_([a-z2-7]{16})_([a-z2-7]{40})_([0-9a-f]{8})", re.ASCII)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is stored; whoever holds it acts as its member, or as `key:<name>` if it has none."""

    id: str
    organisation_id: str
    name: str
    role: Role
    scopes: frozenset[Scope]
    member_id: str | None
    secret_hash: str
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None

    def is_live(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


@dataclass(frozen=True, slots=True)
class PresentedKey:
    """The parts of a well-formed key that a caller sent."""

    environment: str
    id: str
    secret: str


def mint(environment: str, id_bytes: bytes, secret_bytes: bytes) -> tuple[str, PresentedKey]:
    """A new key's text, which is shown once, and its parts."""
    if (len(id_bytes), len(secret_bytes)) != (KEY_ID_BYTES, SECRET_BYTES):
        message = f"{KEY_ID_BYTES} and {SECRET_BYTES} random bytes are needed"
        raise ValueError(message)
    presented = PresentedKey(environment, letters(id_bytes), letters(secret_bytes))
    body = f"lsk_{environment}_{presented.id}_{presented.secret}"
    return f"{body}_{_checksum(body)}", presented


def parse(text: str) -> PresentedKey | None:
    """The parts of a key, or None if it is not one or was mistyped."""
    match = _FORM.fullmatch(text)
    if match is None:
        return None
    environment, key_id, secret, checksum = match.groups()
    if _checksum(text.rpartition("_")[0]) != checksum:
        return None
    return PresentedKey(environment, key_id, secret)


def hash_secret(secret: str, pepper: bytes) -> str:
    """What is stored of a secret."""
    return hmac.new(pepper, b"api-key:" + secret.encode("ascii"), sha256).hexdigest()


def matches(secret: str, stored_hash: str, peppers: Iterable[bytes]) -> bool:
    """Whether the secret is the stored one. Every living pepper is tried, so that time tells nothing."""
    return any([hmac.compare_digest(hash_secret(secret, pepper), stored_hash) for pepper in peppers])  # noqa: C419


def check_scopes(role: Role, scopes: Iterable[Scope]) -> frozenset[Scope]:
    """The scopes of a new key, if its role may hold them. Raises Forbidden."""
    wanted = frozenset(scopes)
    if beyond := wanted - SCOPES_OF_ROLE[role]:
        raise Forbidden(f"A key of role {role} may not hold {', '.join(sorted(beyond))}")
    return wanted


def check_creation(creator: Principal, role: Role, scopes: Iterable[Scope], holder: Member | None) -> frozenset[Scope]:
    """The scopes of a key that somebody makes for somebody: none of it above their own, or above the holder's.

    | of the new key           | at most                                               |
    |--------------------------|-------------------------------------------------------|
    | role                     | the creator's, and its holder's                       |
    | scopes                   | what the role may hold, and what the creator holds    |
    | holder                   | an active member whose role is not above the creator's |

    Raises Forbidden, or ValidationFailed if the holder is no active member or may not hold that role.
    """
    if role.rank > creator.role.rank:
        raise Forbidden(f"A key of role {creator.role} makes no key of role {role}")
    wanted = check_scopes(role, scopes)
    if beyond := wanted - creator.scopes:
        raise Forbidden(f"A key gives no scope that it does not hold itself: {', '.join(sorted(beyond))}")
    if holder is None:
        return wanted
    if holder.role.rank > creator.role.rank:
        raise Forbidden(f"A key of role {creator.role} makes no key for a member with the role {holder.role}")
    if role.rank > holder.role.rank:
        raise ValidationFailed.of("role", f"Its member has the role {holder.role}", "above_member")
    return wanted


def check_expiry(expires_at: datetime, now: datetime) -> None:
    """A key that expires does so in the future, and not after ten years. Raises ValidationFailed."""
    if not timedelta(0) < expires_at - now <= LONGEST_LIFE:
        raise ValidationFailed.of("expires_at", "Within the next ten years", "out_of_range")


def check_revocation(actor: Role, key: ApiKey) -> None:
    """Nobody ends a key of a role above their own. Raises Forbidden."""
    if key.role.rank > actor.rank:
        raise Forbidden(f"A key of role {actor} ends no key of role {key.role}")


def scopes_within(role: Role, scopes: frozenset[Scope]) -> frozenset[Scope]:
    """Those of a key's scopes that a role may hold: a member who lost a role takes their keys along."""
    return scopes & SCOPES_OF_ROLE[role]


def _checksum(body: str) -> str:
    return f"{crc32(body.encode('ascii')):08x}"
