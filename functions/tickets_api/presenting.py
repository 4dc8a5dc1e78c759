"""Tickets as partners see them: ids joined with the names that people know."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ticketing.domain.directory import Chat
from ticketing.domain.ids import is_member_id
from ticketing.domain.instants import to_text
from ticketing.domain.principal import Actor
from ticketing.domain.ticket import Ticket, label_value, status_value
from ticketing.errors import TicketNotFound
from ticketing.store import items, keys
from ticketing.store.attributes import Item
from ticketing.store.cached_reads import CachedReads
from ticketing.store.directory import person_or_team_key
from ticketing.store.keys import Key

type Names = Mapping[Key, Item]


@dataclass(frozen=True, slots=True)
class Shown:
    """A ticket as JSON, and the version of its chat, which is part of its ETag."""

    body: dict[str, Any]
    chat_version: int


class Hidden(TicketNotFound):
    """The ticket's chat was deleted, and the ticket with it, though the janitor has not come to it yet."""


def ticket(reads: CachedReads, organisation_id: str, found: Ticket, chat: Chat | None = None) -> Shown:
    """A whole ticket. The guest's name is as it is now; names of members, teams, channels are up to 60 s old.

    `chat` is the ticket's, if it was read a moment ago. Raises Hidden.
    """
    names = _names(reads, organisation_id, [found], [chat] if chat else [])
    if not _is_visible(found, names):
        raise Hidden
    return Shown(_whole(found, names), int(names[keys.chat_key(organisation_id, found.chat_id)]["version"]))


def tickets(reads: CachedReads, organisation_id: str, found: Iterable[Ticket]) -> list[dict[str, Any]]:
    """Whole tickets; those of deleted chats are left out."""
    listed = list(found)
    names = _names(reads, organisation_id, listed)
    return [_whole(one, names) for one in listed if _is_visible(one, names)]


def rows(
    reads: CachedReads, organisation_id: str, found: Iterable[Ticket], beyond: Iterable[Ticket] = ()
) -> tuple[list[dict[str, Any]], int]:
    """Tickets as a list shows them, all but the watchers; and how many can be seen, those beyond the page counted.

    Tickets of deleted chats cannot be seen.
    """
    listed, others = list(found), list(beyond)
    names = _names(reads, organisation_id, [*listed, *others])
    shown = [_row(one, names) for one in listed if _is_visible(one, names)]
    return shown, len(shown) + sum(_is_visible(one, names) for one in others)


def actors(reads: CachedReads, organisation_id: str, found: Iterable[Actor]) -> dict[str, dict[str, str]]:
    """Who did something, by actor id, with names up to 60 s old."""
    listed = set(found)
    names = reads.get_many({keys.member_key(organisation_id, one.id) for one in listed if is_member_id(one.id)})
    return {one.id: _actor(organisation_id, one, names) for one in listed}


def _whole(ticket: Ticket, names: Names) -> dict[str, Any]:
    return _row(ticket, names) | {"watchers": _watchers(ticket, names)}


def _names(reads: CachedReads, organisation_id: str, listed: list[Ticket], known: Iterable[Chat] = ()) -> Names:
    """Everything that the tickets refer to, in one read: chats as they are now, the rest from the cache."""
    people: set[str] = set()
    for one in listed:
        people |= {*one.watchers, *([one.assignee] if one.assignee else ())}
        people |= set() if one.creator.is_key else {one.creator.id}
    cached = {person_or_team_key(organisation_id, id_) for id_ in people}
    cached |= {keys.channel_key(organisation_id, one.channel_id) for one in listed}
    chats = {keys.chat_key(organisation_id, chat.id): items.chat_item(organisation_id, chat) for chat in known}
    unknown = {keys.chat_key(organisation_id, one.chat_id) for one in listed} - chats.keys()
    return reads.get_many(cached, fresh=unknown) | chats


def _row(ticket: Ticket, names: Names) -> dict[str, Any]:
    organisation_id = ticket.organisation_id
    return {
        "id": ticket.id,
        "number": ticket.number,
        "chat": {"id": ticket.chat_id, "guest_name": _guest_name(ticket, names)},
        "channel": _channel(ticket, names),
        "issue": label_value(ticket.issue),
        "sub_issue": label_value(ticket.sub_issue),
        "priority": ticket.priority.value,
        "status": status_value(ticket.status),
        "assignee": _person_or_team(organisation_id, ticket.assignee, names) if ticket.assignee else None,
        "creator": _actor(organisation_id, ticket.creator, names),
        "remark_preview": ticket.remark_preview,
        "remark_count": ticket.remark_count,
        "media_count": ticket.media_count,
        "source": ticket.source.value,
        "external_id": ticket.external_id,
        "version": ticket.version,
        "created_at": to_text(ticket.created_at),
        "updated_at": to_text(ticket.updated_at),
        "resolved_at": to_text(ticket.resolved_at) if ticket.resolved_at else None,
        **({"deleted_at": to_text(ticket.deleted_at)} if ticket.deleted_at else {}),
    }


def _watchers(ticket: Ticket, names: Names) -> list[dict[str, str]]:
    return [_person_or_team(ticket.organisation_id, watcher, names) for watcher in ticket.watchers]


def _is_visible(ticket: Ticket, names: Names) -> bool:
    chat = names.get(keys.chat_key(ticket.organisation_id, ticket.chat_id))
    return chat is not None and "deleted_at" not in chat


def _guest_name(ticket: Ticket, names: Names) -> str:
    item = names.get(keys.chat_key(ticket.organisation_id, ticket.chat_id))
    return items.chat_from(item).guest.name if item else ""


def _channel(ticket: Ticket, names: Names) -> dict[str, Any]:
    item = names.get(keys.channel_key(ticket.organisation_id, ticket.channel_id))
    if item is None:
        return {"id": ticket.channel_id, "name": ticket.channel_id, "type": None}
    channel = items.channel_from(item)
    return {"id": channel.id, "name": channel.name, "type": channel.type.value}


def _actor(organisation_id: str, actor: Actor, names: Names) -> dict[str, str]:
    if actor.is_system:
        return {"id": actor.id, "name": "Lodgestory", "type": "system"}
    if actor.is_key:
        return {"id": actor.id, "name": actor.key_name, "type": "key"}
    return _person_or_team(organisation_id, actor.id, names)


def _person_or_team(organisation_id: str, id_: str, names: Names) -> dict[str, str]:
    """A name and an id; a member's address stays here."""
    item = names.get(person_or_team_key(organisation_id, id_))
    kind = "member" if is_member_id(id_) else "team"
    return {"id": id_, "name": str(item["name"]) if item else id_, "type": kind}
