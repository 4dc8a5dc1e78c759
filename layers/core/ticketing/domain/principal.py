"""Who is calling, and who therefore acts."""

from dataclasses import dataclass
from enum import StrEnum

from ticketing.domain.directory import Plan, Role


class Scope(StrEnum):
    """What a key was made for; the role says what its holder may do at most."""

    TICKETS_READ = "tickets:read"
    TICKETS_WRITE = "tickets:write"
    TICKETS_BULK = "tickets:bulk"
    ADMIN = "admin"


SCOPES_OF_ROLE: dict[Role, frozenset[Scope]] = {
    Role.USER: frozenset({Scope.TICKETS_READ, Scope.TICKETS_WRITE, Scope.TICKETS_BULK}),
    Role.ADMIN: frozenset(Scope),
    Role.OWNER: frozenset(Scope),
}
"""The scopes that a key of a role may hold at most."""

KEY_ACTOR_PREFIX = "key:"
SYSTEM_ACTOR = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it, as history shows it: a member, or a key that no member is bound to (`key:<name>`)."""

    id: str

    @classmethod
    def key(cls, name: str) -> "Actor":
        return cls(f"{KEY_ACTOR_PREFIX}{name}")

    @classmethod
    def system(cls) -> "Actor":
        """What happens by itself, such as the deletion of a deleted chat's tickets."""
        return cls(SYSTEM_ACTOR)

    @property
    def is_system(self) -> bool:
        return self.id == SYSTEM_ACTOR

    @property
    def is_key(self) -> bool:
        return self.id.startswith(KEY_ACTOR_PREFIX)

    @property
    def key_name(self) -> str:
        return self.id.removeprefix(KEY_ACTOR_PREFIX)


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller of a request: what was proved by its key, never what it says of itself."""

    organisation_id: str
    actor: Actor
    role: Role
    scopes: frozenset[Scope]
    plan: Plan
    key_id: str
