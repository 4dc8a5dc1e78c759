"""What tickets refer to by id, as people know it: guests, members, teams and channels, read at once."""

from collections.abc import Iterable
from typing import Any

from ticketing.domain.directory import Chat
from ticketing.domain.ids import is_member_id
from ticketing.domain.principal import Actor
from ticketing.domain.ticket import Ticket
from ticketing.store import items, keys
from ticketing.store.attributes import Item
from ticketing.store.cached_reads import CachedReads
from ticketing.store.directory import person_or_team_key


class Names:
    """Chats are as they are now; names of members, teams and channels are up to 60 s old.

    `known` are chats that were read a moment ago. Each id is looked up once, however many tickets share it.
    """

    def __init__(
        self, reads: CachedReads, organisation_id: str, tickets: Iterable[Ticket], known: Iterable[Chat] = ()
    ) -> None:
        listed = list(tickets)
        people = {id_: person_or_team_key(organisation_id, id_) for id_ in _people(listed)}
        channels = {one.channel_id: keys.channel_key(organisation_id, one.channel_id) for one in listed}
        chats = {one.chat_id: keys.chat_key(organisation_id, one.chat_id) for one in listed}
        given = {chat.id: items.chat_item(organisation_id, chat) for chat in known}
        found = reads.get_many(
            {*people.values(), *channels.values()}, fresh={key for id_, key in chats.items() if id_ not in given}
        )
        self._people = {id_: _person_or_team(id_, found.get(key)) for id_, key in people.items()}
        self._channels = {id_: _channel(id_, found.get(key)) for id_, key in channels.items()}
        self._chats = {id_: found[key] for id_, key in chats.items() if key in found} | given

    def is_visible(self, ticket: Ticket) -> bool:
        """Whether the ticket's chat lives."""
        chat = self._chats.get(ticket.chat_id)
        return chat is not None and "deleted_at" not in chat

    def guest(self, chat_id: str) -> str:
        return str(self._chats[chat_id]["guest"]["name"])

    def guest_phone(self, chat_id: str) -> str | None:
        phone: str | None = self._chats[chat_id]["guest"].get("phone")
        return phone

    def chat_version(self, chat_id: str) -> int:
        return int(self._chats[chat_id]["version"])

    def channel(self, channel_id: str) -> dict[str, Any]:
        return self._channels[channel_id]

    def person_or_team(self, id_: str) -> dict[str, str]:
        """A name and an id; a member's address stays here."""
        return self._people[id_]

    def actor(self, actor: Actor) -> dict[str, str]:
        return _nobody(actor) or self._people[actor.id]


def of_actors(reads: CachedReads, organisation_id: str, found: Iterable[Actor]) -> dict[str, dict[str, str]]:
    """Who did something, by actor id, with names up to 60 s old."""
    actors = set(found)
    members = {one.id: keys.member_key(organisation_id, one.id) for one in actors if is_member_id(one.id)}
    read = reads.get_many(members.values())
    return {one.id: _nobody(one) or _person_or_team(one.id, read.get(members[one.id])) for one in actors}


def of_people_and_teams(reads: CachedReads, organisation_id: str, ids: Iterable[str]) -> dict[str, dict[str, str]]:
    """Members and teams by id, with names up to 60 s old."""
    known = {id_: person_or_team_key(organisation_id, id_) for id_ in ids}
    read = reads.get_many(known.values())
    return {id_: _person_or_team(id_, read.get(key)) for id_, key in known.items()}


def of_channels(reads: CachedReads, organisation_id: str, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Channels by id, with names up to 60 s old."""
    known = {id_: keys.channel_key(organisation_id, id_) for id_ in ids}
    read = reads.get_many(known.values())
    return {id_: _channel(id_, read.get(key)) for id_, key in known.items()}


def _people(tickets: Iterable[Ticket]) -> set[str]:
    found: set[str] = set()
    for one in tickets:
        found.update(one.watchers)
        if one.assignee:
            found.add(one.assignee)
        if not one.creator.is_key:
            found.add(one.creator.id)
    return found


def _nobody(actor: Actor) -> dict[str, str] | None:
    """An actor who is no member: a key, or we ourselves."""
    if actor.is_system:
        return {"id": actor.id, "name": "Lodgestory", "type": "system"}
    return {"id": actor.id, "name": actor.key_name, "type": "key"} if actor.is_key else None


def _person_or_team(id_: str, item: Item | None) -> dict[str, str]:
    return {"id": id_, "name": str(item["name"]) if item else id_, "type": "member" if is_member_id(id_) else "team"}


def _channel(id_: str, item: Item | None) -> dict[str, Any]:
    return {"id": id_, "name": item["name"] if item else id_, "type": item["type"] if item else None}
