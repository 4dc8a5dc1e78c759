"""The chats of an organisation: one guest on one channel each, the oldest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from scripts.demonstration import well_known
from scripts.demonstration.dice import dice_for, weighted
from scripts.demonstration.guests import TONGUES, Tongue, draw_guest, draw_tongue
from scripts.demonstration.organisations import Blueprint
from ticketing.domain.directory import Channel, Chat, Guest
from ticketing.domain.instants import to_milliseconds

SPAN: Final = timedelta(days=90)
"""How far back tickets go."""

_FIRST_CHAT_AGE: Final = SPAN + timedelta(hours=20)
"""Every ticket then has a chat that was there before it."""

_NEWEST_CHAT_AGE: Final = timedelta(minutes=25)


@dataclass(frozen=True, slots=True)
class Conversation:
    """A chat, and the language that its guest writes in."""

    chat: Chat
    language: str


_FIXED: Final[dict[str, tuple[str, Guest]]] = {
    well_known.LAKESIDE_CHAT: (
        well_known.LAKESIDE_WHATSAPP,
        Guest("Zoé Lefèvre", "+33639980042", "zoe.lefevre@example.com", is_email_verified=True),
    ),
    well_known.LAKESIDE_CHAT_WITHOUT_WORKFLOW: (
        well_known.LAKESIDE_FRONTDESK,
        Guest("Noah Bennett", "+447700900142"),
    ),
    well_known.NORTHWIND_CHAT: (
        well_known.NORTHWIND_EMAIL,
        Guest("Jürgen Weiß", "+493023125042", "juergen.weiss@example.org", is_email_verified=True),
    ),
}
"""Chats that documentation speaks of: their channel and guest."""

_FIXED_LANGUAGES: Final = {
    well_known.LAKESIDE_CHAT: "fr",
    well_known.LAKESIDE_CHAT_WITHOUT_WORKFLOW: "en",
    well_known.NORTHWIND_CHAT: "de",
}


def conversations(blueprint: Blueprint, now: datetime) -> Sequence[Conversation]:
    """All chats of the organisation; `now` moves their times and nothing else."""
    channels = {channel.id: channel for channel in blueprint.channels}
    return [
        _conversation(blueprint, channels, number, now - age)
        for number, age in enumerate(_ages(blueprint.id, blueprint.chats), start=1)
    ]


def _conversation(
    blueprint: Blueprint, channels: dict[str, Channel], number: int, created_at: datetime
) -> Conversation:
    chat_id = f"chat_{blueprint.short_name}_{number:04d}"
    if fixed := _FIXED.get(chat_id):
        channel_id, guest = fixed
        return Conversation(_chat(chat_id, channel_id, guest, created_at), _FIXED_LANGUAGES[chat_id])
    dice = dice_for(blueprint.id, "chat", number)
    channel = channels[weighted(dice, blueprint.channel_weights)]
    tongue = _tongue(blueprint.id, number)
    guest = draw_guest(dice, tongue, channel.type, number)
    return Conversation(_chat(chat_id, channel.id, guest, created_at), tongue.language)


def _tongue(organisation_id: str, number: int) -> Tongue:
    """The first chats go once through all languages, so that a first page shows them; then chance decides."""
    offset = number - 1 - len(_FIXED)
    if 0 <= offset < len(TONGUES):
        return TONGUES[offset]
    return draw_tongue(dice_for(organisation_id, "tongue", number))


def _chat(chat_id: str, channel_id: str, guest: Guest, created_at: datetime) -> Chat:
    at = to_milliseconds(created_at)
    return Chat(
        id=chat_id,
        channel_id=channel_id,
        guest=guest,
        url=f"https://lodgestory.com/crm/home?chat={chat_id}",
        source_version=1,
        version=1,
        created_at=at,
        updated_at=at,
    )


def _ages(organisation_id: str, count: int) -> list[timedelta]:
    """How long ago each chat began, the longest first."""
    dice = dice_for(organisation_id, "chat ages")
    drawn = [max(_NEWEST_CHAT_AGE, SPAN * dice.random()) for _ in range(count - 1)]
    return [_FIRST_CHAT_AGE, *sorted(drawn, reverse=True)]
