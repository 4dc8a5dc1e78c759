"""Who and where: organisations, members, teams, channels and chats, as other Lodgestory modules tell us of them.

They reach us by idempotent `PUT`; they are deactivated, never removed while something refers to them.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from ticketing.domain import mail, preferences
from ticketing.domain.preferences import Preferences
from ticketing.domain.settings import DEFAULTS, Settings, after_patch
from ticketing.domain.workflow import Workflow
from ticketing.errors import AssigneeNotMember, ChannelInactive, ChatDeleted, FieldError, Forbidden, ValidationFailed


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
    settings: Settings = DEFAULTS
    version: int = 1


@dataclass(frozen=True, slots=True)
class Member:
    """A person of an organisation. The address never leaves towards the API's ticket answers."""

    id: str
    name: str
    email: str
    role: Role
    is_active: bool = True
    source_version: int | None = None
    version: int = 1
    preferences: Preferences = preferences.DEFAULTS

    @property
    def is_acting_owner(self) -> bool:
        return self.is_active and self.role is Role.OWNER


@dataclass(frozen=True, slots=True)
class Team:
    id: str
    name: str
    lead: str
    members: tuple[str, ...]
    is_active: bool = True
    source_version: int | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class Channel:
    id: str
    name: str
    type: ChannelType
    is_active: bool = True
    source_version: int | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class Guest:
    name: str
    phone: str | None = None
    email: str | None = None
    is_email_verified: bool = False

    @property
    def mail_address(self) -> str | None:
        """Where they can be mailed: only where it was verified on this chat that they read it."""
        return mail.mailable(self.email) if self.is_email_verified else None


@dataclass(frozen=True, slots=True)
class Chat:
    """One guest on one channel. `version` grows with every stored change; `source_version` is its owner's.

    A deleted chat stays as a tombstone without its guest: its id never lives again. `is_emptied` once its tickets
    are deleted too, which the janitor sees to.
    """

    id: str
    channel_id: str
    guest: Guest
    url: str | None
    source_version: int | None
    version: int
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None = None
    is_emptied: bool = False


def is_older_than(incoming: int | None, stored: int | None) -> bool:
    """Whether what arrives is older than what we have: then it changes nothing."""
    return incoming is not None and stored is not None and incoming < stored


def after_put[T: (Member, Team, Channel, Workflow)](before: T | None, wanted: T) -> T:
    """What a `PUT` makes of a member, team, channel or workflow.

    | before                                | after                                                       |
    |---------------------------------------|-------------------------------------------------------------|
    | nothing                               | `wanted`, at version 1                                      |
    | the same, or `wanted` is an older one | `before` itself: nothing is to be written                   |
    | another one, deactivated or not       | `wanted`, one version on; a known source version is kept    |
    """
    if before is None:
        return replace(wanted, version=1)
    if is_older_than(wanted.source_version, before.source_version):
        return before
    newest = before.source_version if wanted.source_version is None else wanted.source_version
    after = replace(wanted, source_version=newest, version=before.version)
    return before if after == before else replace(after, version=before.version + 1)


def deactivated[T: (Member, Team, Channel, Workflow)](before: T) -> T:
    """It stays for history and takes nothing new; itself if it was deactivated before."""
    return replace(before, is_active=False, version=before.version + 1) if before.is_active else before


def organisation_after_patch(before: Organisation, patch: Mapping[str, Any]) -> Organisation:
    """The organisation after a merge patch of its settings; itself if nothing changes. Raises ValidationFailed."""
    settings = after_patch(before.settings, patch)
    return before if settings == before.settings else replace(before, settings=settings, version=before.version + 1)


def check_takes_new(channel: Channel) -> None:
    """A deactivated channel takes no new chats and tickets. Raises ChannelInactive."""
    if not channel.is_active:
        raise ChannelInactive


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

    Raises ChatDeleted for a tombstone, and ValidationFailed if the chat would move to another channel: its tickets
    belong to this one.
    """
    if before is not None and before.deleted_at is not None:
        raise ChatDeleted
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


def delete_chat(chat: Chat, now: datetime) -> Chat:
    """The tombstone of a chat: from this moment on no read shows it or any of its tickets."""
    return replace(
        chat, guest=Guest(""), url=None, version=chat.version + 1, updated_at=max(now, chat.updated_at), deleted_at=now
    )


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
