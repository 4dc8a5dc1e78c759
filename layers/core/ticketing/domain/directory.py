"""Who and where: organisations, members, teams, channels and chats, as other Lodgestory modules tell us of them.

They reach us by idempotent `PUT`; they are deactivated, never removed while something refers to them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from ticketing.errors import AssigneeNotMember, FieldError, Forbidden, ValidationFailed


class Role(StrEnum):
    """What a member or key may do at most; the order of the words is the order of power."""

    USER = "user"
    ADMIN = "admin"
    OWNER = "owner"

    @property
    def rank(self) -> int:
        return list(Role).index(self)


class Plan(StrEnum):
    """Tickets are part of every paid plan. Only the admin command line sets it."""

    PAID = "paid"
    UNPAID = "unpaid"


class ChannelType(StrEnum):
    WHATSAPP_OFFICIAL = "whatsapp_official"
    WHATSAPP_UNOFFICIAL = "whatsapp_unofficial"
    EMAIL = "email"
    WEB_CHAT = "web_chat"


@dataclass(frozen=True, slots=True)
class Organisation:
    id: str
    name: str
    plan: Plan
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Member:
    """A person of an organisation. The address never leaves towards the API's ticket answers."""

    id: str
    name: str
    email: str
    role: Role
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Team:
    id: str
    name: str
    lead: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Channel:
    id: str
    name: str
    type: ChannelType


@dataclass(frozen=True, slots=True)
class Guest:
    name: str
    phone: str | None = None
    email: str | None = None
    is_email_verified: bool = False


@dataclass(frozen=True, slots=True)
class Chat:
    """One guest on one channel. `version` grows with every stored change; `source_version` is its owner's."""

    id: str
    channel_id: str
    guest: Guest
    url: str | None
    source_version: int | None
    version: int
    created_at: datetime
    updated_at: datetime


def is_older_than(incoming: int | None, stored: int | None) -> bool:
    """Whether a chat that arrives is older than the one we have: then it changes nothing."""
    return incoming is not None and stored is not None and incoming < stored


def chat_after_put(
    before: Chat | None,
    *,
    chat_id: str,
    channel_id: str,
    guest: Guest,
    url: str | None,
    source_version: int | None,
    now: datetime,
) -> Chat:
    """What a `PUT` makes of a chat: itself when nothing differs or what arrives is older than what we have.

    Raises ValidationFailed if the chat would move to another channel: its tickets belong to this one.
    """
    if before is None:
        return Chat(chat_id, channel_id, guest, url, source_version, version=1, created_at=now, updated_at=now)
    if is_older_than(source_version, before.source_version):
        return before
    if channel_id != before.channel_id:
        raise ValidationFailed.of("channel_id", "A chat stays on its channel", "channel_fixed")
    # A PUT that names no version does not forget the one that later ones are compared with.
    newest = before.source_version if source_version is None else source_version
    after = replace(before, guest=guest, url=url, source_version=newest)
    return before if after == before else replace(after, version=before.version + 1, updated_at=now)


def check_people(assignee: str | None, watchers: Sequence[str], active: Collection[str]) -> None:
    """The assignee is an active member or a team, the watchers are active members; `active` are those known.

    Raises AssigneeNotMember, or ValidationFailed that names each watcher who is none.
    """
    if assignee is not None and assignee not in active:
        raise AssigneeNotMember
    errors = [
        FieldError(f"watchers[{index}]", "not_member", "A watcher must be a member of the organisation")
        for index, watcher in enumerate(watchers)
        if watcher not in active
    ]
    if errors:
        raise ValidationFailed(errors=errors)


def check_role_change(actor: Role, before: Role | None, after: Role) -> None:
    """Nobody gives a role above their own, and only an owner makes or changes an owner. Raises Forbidden."""
    if max(after.rank, before.rank if before else 0) > actor.rank:
        raise Forbidden("Only an owner may make or change an owner")


def check_team(team: Team, known_members: Collection[str]) -> None:
    """A team consists of members of the organisation, its lead among them or not. Raises ValidationFailed."""
    known = frozenset(known_members)
    errors = [FieldError("lead", "not_member", "The lead is not a member")] if team.lead not in known else []
    errors += [
        FieldError(f"members[{index}]", "not_member", "Not a member of the organisation")
        for index, member in enumerate(team.members)
        if member not in known
    ]
    if errors:
        raise ValidationFailed(errors=errors)
