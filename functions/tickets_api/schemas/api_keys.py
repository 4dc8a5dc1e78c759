"""API keys, as they are asked for and answered. Nothing here can hold a hash."""

from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator, Field

from ticketing.domain.principal import Scope
from tickets_api.schemas.fields import Body, KeyName, MemberId, Shape
from tickets_api.schemas.members import RoleWord

_Scopes = Annotated[list[Annotated[Scope, Field(strict=False)]], Field(min_length=1, max_length=len(Scope))]


def _written_out(value: object) -> object:
    if not isinstance(value, str):
        message = "An instant is text, as RFC 3339 has it"
        raise ValueError(message)  # noqa: TRY004 (pydantic turns it into a refusal)
    return value


_Instant = Annotated[
    AwareDatetime, Field(strict=False, examples=["2027-01-01T00:00:00Z"]), BeforeValidator(_written_out)
]


class CreateApiKey(Body):
    """A key to be made. With `member_id` it acts as that member, else under its own name."""

    name: KeyName
    role: RoleWord
    scopes: _Scopes
    member_id: MemberId | None = None
    expires_at: _Instant | None = None


class ApiKeyOut(Shape):
    """A key without its secret. `last_used_at` is up to a minute late."""

    id: str
    name: str
    role: str
    scopes: list[str]
    member_id: str | None
    active: bool
    created_at: str
    expires_at: str | None
    revoked_at: str | None
    last_used_at: str | None


class CreatedApiKey(ApiKeyOut):
    """A key with its secret, shown this once. A request repeated by its `Idempotency-Key` gets null for it."""

    key: str | None


class ApiKeyList(Shape):
    """A page of keys; `next_cursor` leads to the next one while `has_more`."""

    data: list[ApiKeyOut]
    next_cursor: str | None
    has_more: bool
