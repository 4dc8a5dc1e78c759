"""How many live chats a channel has, known exactly and without reading them: it decides whether the channel may go.

A count is an item that chats enter and leave in the very transaction that makes or deletes them. Eight items share it,
so that chats made at the same moment seldom meet. A deactivated channel has its counts closed, all in one transaction
that demands that each is 0: then no chat can enter any more. Why so: docs/decisions/0008.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from ticketing.domain.directory import Chat
from ticketing.store import keys
from ticketing.store.attributes import Item
from ticketing.store.keys import Key
from ticketing.store.table import Table
from ticketing.store.writes import Write, update


def entering(organisation_id: str, chat: Chat) -> Write:
    """Belongs into the transaction that makes a chat; refused if the channel is deactivated."""
    return update(
        keys.channel_count_key(organisation_id, chat.channel_id, keys.channel_shard(chat.id)),
        "SET org = :org ADD chats :one",
        condition="attribute_not_exists(closed)",
        values={":org": organisation_id, ":one": 1},
    )


def leaving(organisation_id: str, chat: Chat) -> Write:
    """Belongs into the transaction that deletes a chat."""
    return update(
        keys.channel_count_key(organisation_id, chat.channel_id, keys.channel_shard(chat.id)),
        "SET org = :org ADD chats :minus_one",
        values={":org": organisation_id, ":minus_one": -1},
    )


def closing(organisation_id: str, channel_id: str) -> list[Write]:
    """Belongs into the transaction that deactivates a channel; refused while it has a live chat."""
    return [
        update(
            key,
            "SET org = :org, closed = :true",
            condition="attribute_not_exists(chats) OR chats <= :none",
            values={":org": organisation_id, ":true": True, ":none": 0},
        )
        for key in _keys(organisation_id, channel_id)
    ]


def opening(organisation_id: str, channel_id: str) -> list[Write]:
    """Belongs into the transaction that activates a channel again."""
    return [
        update(key, "SET org = :org REMOVE closed", values={":org": organisation_id})
        for key in _keys(organisation_id, channel_id)
    ]


def are_there(table: Table, organisation_id: str, channel_id: str) -> bool:
    """Whether a channel has a live chat."""
    return any(item.get("chats", 0) > 0 for item in table.get_many(_keys(organisation_id, channel_id)).values())


def counts_of(organisation_id: str, chats: Iterable[Chat]) -> Iterator[tuple[Key, Item]]:
    """The counts of channels that have these chats and no others; for imports into an empty place."""
    counted = Counter((chat.channel_id, keys.channel_shard(chat.id)) for chat in chats)
    for (channel_id, shard), number in counted.items():
        yield (
            keys.channel_count_key(organisation_id, channel_id, shard),
            {keys.ORGANISATION: organisation_id, "chats": number},
        )


def _keys(organisation_id: str, channel_id: str) -> list[Key]:
    return [keys.channel_count_key(organisation_id, channel_id, shard) for shard in range(keys.CHANNEL_SHARDS)]
