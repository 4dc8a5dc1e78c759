"""Organisations, members, teams, channels and chats. Every function takes the organisation first."""

from collections.abc import Iterable, Sequence
from typing import Final

from ticketing.domain.directory import Channel, Chat, Member, Organisation, Team
from ticketing.domain.ids import is_member_id
from ticketing.domain.instants import to_text
from ticketing.errors import ChannelInUse, VersionConflict
from ticketing.store import channel_chats, items, keys, owners, versioned
from ticketing.store.attributes import Item
from ticketing.store.keys import Key
from ticketing.store.table import Table, TransactionRefused
from ticketing.store.versioned import Answered, Decide, Kind, Stored, unrecorded
from ticketing.store.writes import Write, check, put_new, update

MEMBERS: Final = Kind(keys.member_key, items.member_item, items.member_from)
TEAMS: Final = Kind(keys.team_key, items.team_item, items.team_from)
CHANNELS: Final = Kind(keys.channel_key, items.channel_item, items.channel_from)
CHATS: Final = Kind(keys.chat_key, items.chat_item, items.chat_from)
ORGANISATIONS: Final = Kind(
    lambda organisation_id, _: keys.organisation_key(organisation_id),
    lambda _, organisation: items.organisation_item(organisation),
    items.organisation_from,
)


def add_organisation(table: Table, organisation: Organisation) -> None:
    """Raises VersionConflict if the organisation exists."""
    item = items.organisation_item(organisation)
    try:
        table.transact(
            [
                put_new(keys.organisation_key(organisation.id), item),
                put_new(keys.organisation_entry_key(organisation.id), item),
            ]
        )
    except TransactionRefused:
        raise VersionConflict from None


def put_organisation(
    table: Table,
    organisation_id: str,
    _id: str,
    decide: Decide[Organisation],
    answered: Answered[Organisation] = unrecorded,
) -> Stored[Organisation]:
    """Raises what `versioned.change` raises."""
    return versioned.change(table, organisation_id, ORGANISATIONS, organisation_id, decide, answered=answered)


def get_member(table: Table, organisation_id: str, member_id: str) -> Member | None:
    return versioned.get(table, organisation_id, MEMBERS, member_id)


def put_member(
    table: Table,
    organisation_id: str,
    member_id: str,
    decide: Decide[Member],
    answered: Answered[Member] = unrecorded,
) -> Stored[Member]:
    """Raises LastOwner if the only active owner would be gone, and what `versioned.change` raises."""

    def beside(before: Member | None, after: Member) -> Sequence[Write]:
        return owners.witnessed(table, organisation_id, before, after)

    return versioned.change(table, organisation_id, MEMBERS, member_id, decide, beside=beside, answered=answered)


def known_members(table: Table, organisation_id: str, member_ids: Iterable[str]) -> frozenset[str]:
    """Those of the ids that are members, active or not."""
    wanted = {keys.member_key(organisation_id, member): member for member in member_ids}
    return frozenset(wanted[key] for key in table.get_many(wanted))


def put_team(
    table: Table, organisation_id: str, team_id: str, decide: Decide[Team], answered: Answered[Team] = unrecorded
) -> Stored[Team]:
    """Raises what `versioned.change` raises."""
    return versioned.change(table, organisation_id, TEAMS, team_id, decide, answered=answered)


def get_channel(table: Table, organisation_id: str, channel_id: str) -> Channel | None:
    return versioned.get(table, organisation_id, CHANNELS, channel_id)


def put_channel(
    table: Table,
    organisation_id: str,
    channel_id: str,
    decide: Decide[Channel],
    answered: Answered[Channel] = unrecorded,
) -> Stored[Channel]:
    """Raises ChannelInUse if it is deactivated while it has live chats, and what `versioned.change` raises."""

    def beside(before: Channel | None, after: Channel) -> Sequence[Write]:
        if before is None or before.is_active == after.is_active:
            return ()
        if after.is_active:
            return channel_chats.opening(organisation_id, channel_id)
        if channel_chats.are_there(table, organisation_id, channel_id):
            raise ChannelInUse
        return channel_chats.closing(organisation_id, channel_id)

    return versioned.change(table, organisation_id, CHANNELS, channel_id, decide, beside=beside, answered=answered)


def get_chat(table: Table, organisation_id: str, chat_id: str) -> Chat | None:
    return versioned.get(table, organisation_id, CHATS, chat_id)


def get_live_chat(table: Table, organisation_id: str, chat_id: str) -> Chat | None:
    """A chat that was not deleted."""
    chat = get_chat(table, organisation_id, chat_id)
    return chat if chat is not None and chat.deleted_at is None else None


def put_chat(
    table: Table, organisation_id: str, chat_id: str, decide: Decide[Chat], answered: Answered[Chat] = unrecorded
) -> Stored[Chat]:
    """Store what `decide` makes of a chat.

    A new chat comes with its liveness, which ticket creation checks, and is counted by its channel: refused by a
    deactivated one, so `decide` looks at the channel each time. Raises what `versioned.change` raises.
    """

    def beside(before: Chat | None, after: Chat) -> Sequence[Write]:
        if before is not None and before.deleted_at is None and after.deleted_at is not None:
            return [_dying(organisation_id, after), channel_chats.leaving(organisation_id, after)]
        if before is not None:
            return ()
        return [put_new(*_alive(organisation_id, after)), channel_chats.entering(organisation_id, after)]

    return versioned.change(table, organisation_id, CHATS, chat_id, decide, beside=beside, answered=answered)


def new_chat_items(organisation_id: str, chats: Sequence[Chat]) -> list[tuple[Key, Item]]:
    """All that chats consist of, for imports into an empty place."""
    made = [(keys.chat_key(organisation_id, chat.id), items.chat_item(organisation_id, chat)) for chat in chats]
    alive = [_alive(organisation_id, chat) for chat in chats]
    return [*made, *alive, *channel_chats.counts_of(organisation_id, chats)]


def alive(organisation_id: str, chat_id: str) -> Write:
    """Belongs into a transaction that puts a ticket on a chat; refused once the chat is deleted."""
    return check(
        keys.chat_alive_key(organisation_id, chat_id), "attribute_exists(pk) AND attribute_not_exists(deleted_at)"
    )


def _dying(organisation_id: str, chat: Chat) -> Write:
    """The moment of a chat's death: no ticket is created on it, or restored to it, after this write."""
    return update(
        keys.chat_alive_key(organisation_id, chat.id),
        "SET deleted_at = :at",
        condition="attribute_exists(pk)",
        values={":at": to_text(chat.updated_at)},
    )


def _alive(organisation_id: str, chat: Chat) -> tuple[Key, Item]:
    return keys.chat_alive_key(organisation_id, chat.id), {keys.ORGANISATION: organisation_id}


def person_or_team_key(organisation_id: str, id_: str) -> Key:
    """The key of an assignee, whose id says which kind it is."""
    return keys.member_key(organisation_id, id_) if is_member_id(id_) else keys.team_key(organisation_id, id_)
