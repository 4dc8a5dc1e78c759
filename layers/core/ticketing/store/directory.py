"""Organisations, members, teams, channels and chats. Every function takes the organisation first."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ticketing.domain.directory import Channel, Chat, Member, Organisation, Team
from ticketing.domain.ids import is_member_id
from ticketing.errors import Busy, VersionConflict
from ticketing.store import items, keys
from ticketing.store.attributes import Item
from ticketing.store.keys import Key
from ticketing.store.table import (
    ConditionNotMet,
    Table,
    TransactionRefused,
    Write,
    difference,
    put_new,
)

_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Stored[T]:
    """What a `PUT` left behind, and whether it made it."""

    value: T
    is_new: bool


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


def get_member(table: Table, organisation_id: str, member_id: str) -> Member | None:
    item = table.get(keys.member_key(organisation_id, member_id))
    return items.member_from(item) if item else None


def put_member(table: Table, organisation_id: str, member: Member, before: Member | None) -> None:
    """Store a member over the one that was read. Raises VersionConflict if its role was changed meanwhile."""
    key = keys.member_key(organisation_id, member.id)
    item = items.member_item(organisation_id, member)
    if before is None:
        write = put_new(key, item)
    else:
        write = difference(
            key, {}, item, condition="#role = :role", values={":role": before.role.value}, names={"#role": "role"}
        )
    try:
        table.write(write)
    except ConditionNotMet:
        raise VersionConflict from None


def known_members(table: Table, organisation_id: str, member_ids: Iterable[str]) -> frozenset[str]:
    """Those of the ids that are members, active or not."""
    wanted = {keys.member_key(organisation_id, member): member for member in member_ids}
    return frozenset(wanted[key] for key in table.get_many(wanted))


def put_team(table: Table, organisation_id: str, team: Team) -> Stored[Team]:
    key = keys.team_key(organisation_id, team.id)
    return Stored(team, is_new=_store(table, organisation_id, key, items.team_item(organisation_id, team)))


def get_channel(table: Table, organisation_id: str, channel_id: str) -> Channel | None:
    item = table.get(keys.channel_key(organisation_id, channel_id))
    return items.channel_from(item) if item else None


def put_channel(table: Table, organisation_id: str, channel: Channel) -> Stored[Channel]:
    key = keys.channel_key(organisation_id, channel.id)
    return Stored(channel, is_new=_store(table, organisation_id, key, items.channel_item(organisation_id, channel)))


def get_chat(table: Table, organisation_id: str, chat_id: str) -> Chat | None:
    item = table.get(keys.chat_key(organisation_id, chat_id))
    return items.chat_from(item) if item else None


def put_chat(table: Table, organisation_id: str, chat_id: str, decide: Callable[[Chat | None], Chat]) -> Stored[Chat]:
    """Store what `decide` makes of a chat as it is; again from the start when somebody else was faster.

    A new chat comes with its liveness, which ticket creation checks. Raises what `decide` raises, and Busy.
    """
    for _ in range(_ATTEMPTS):
        before = get_chat(table, organisation_id, chat_id)
        after = decide(before)
        if after is before:
            return Stored(after, is_new=False)
        try:
            if before is None:
                table.transact(new_chat_writes(organisation_id, after))
            else:
                table.write(_chat_update(organisation_id, before, after))
        except (TransactionRefused, ConditionNotMet):
            continue
        return Stored(after, is_new=before is None)
    raise Busy


def new_chat_writes(organisation_id: str, chat: Chat) -> list[Write]:
    return [
        put_new(keys.chat_key(organisation_id, chat.id), items.chat_item(organisation_id, chat)),
        put_new(keys.chat_alive_key(organisation_id, chat.id), {keys.ORGANISATION: organisation_id}),
    ]


def _chat_update(organisation_id: str, before: Chat, after: Chat) -> Write:
    return difference(
        keys.chat_key(organisation_id, after.id),
        items.chat_item(organisation_id, before),
        items.chat_item(organisation_id, after),
        condition="version = :expected",
        values={":expected": before.version},
    )


def person_or_team_key(organisation_id: str, id_: str) -> Key:
    """The key of an assignee, whose id says which kind it is."""
    return keys.member_key(organisation_id, id_) if is_member_id(id_) else keys.team_key(organisation_id, id_)


def _store(table: Table, organisation_id: str, key: Key, item: Item) -> bool:
    """Create an item or set its attributes, leaving alone those of a newer release; True if it is new."""
    is_new = table.get(key) is None
    table.write(
        difference(key, {}, item, condition="attribute_not_exists(pk) OR org = :org", values={":org": organisation_id})
    )
    return is_new
