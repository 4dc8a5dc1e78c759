"""Stream records as domain events: the outbox read backwards.

Only the arrival of an event item, a bulk action's coming to its end, and what a chat's tickets show of it mean
anything. Every other record (tickets, remarks, ledger, removals by TTL) is skipped by name: it yields None.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from ticketing.domain.bulk import Phase
from ticketing.domain.events import Event
from ticketing.store import items, keys
from ticketing.store.attributes import Item, decode
from ticketing.store.keys import Key


class UnreadableRecord(Exception):
    """A record that claims to be an event and is none; `keys` tell which item it came from, and nothing else."""

    def __init__(self, record_keys: Mapping[str, str]) -> None:
        self.record_keys = dict(record_keys)
        super().__init__("unreadable stream record")


@dataclass(frozen=True, slots=True)
class ChangedChat:
    """A chat whose tickets are shown or found otherwise than before, though no ticket has changed.

    Not `is_shown` if no ticket shows what changed, and they are only found by it: the guest's phone.
    """

    organisation_id: str
    id: str
    is_shown: bool = True


@dataclass(frozen=True, slots=True)
class StreamRecord:
    """What a record is about, safe to log: keys hold ids, never names or text."""

    sequence_number: str
    pk: str
    sk: str


def describe(record: Mapping[str, Any]) -> StreamRecord:
    """The identity of a record, as far as it can be read."""
    change = record.get("dynamodb") or {}
    item_keys = change.get("Keys") or {}
    return StreamRecord(
        sequence_number=str(change.get("SequenceNumber", "")),
        pk=str(item_keys.get("pk", {}).get("S", "")),
        sk=str(item_keys.get("sk", {}).get("S", "")),
    )


def event_from(record: Mapping[str, Any]) -> Event | None:
    """The event that a record brings, or None if it brings none. Raises UnreadableRecord."""
    described = describe(record)
    if record.get("eventName") != "INSERT" or not keys.is_event(described.sk):
        return None
    try:
        event = items.event_from(decode(record["dynamodb"]["NewImage"]))
    except (KeyError, ValueError, TypeError, AttributeError):
        event = None
    if event is None or not _has_identity(event):
        raise UnreadableRecord({"pk": described.pk, "sk": described.sk})
    return event


def changed_chat_from(record: Mapping[str, Any]) -> ChangedChat | None:
    """The chat of a record that changes what its tickets show or are found by, None for any other.

    That is the guest's name and phone, and the chat's being there at all. Raises UnreadableRecord.
    """
    described = describe(record)
    if record.get("eventName") != "MODIFY" or not keys.is_chat(described.sk):
        return None
    try:
        before, after = (decode(record["dynamodb"][image]) for image in ("OldImage", "NewImage"))
        is_shown = _shown_of(before) != _shown_of(after)
        chat = ChangedChat(after[keys.ORGANISATION], after["id"], is_shown)
        return chat if is_shown or before["guest"].get("phone") != after["guest"].get("phone") else None
    except (KeyError, ValueError, TypeError, AttributeError):
        raise UnreadableRecord({"pk": described.pk, "sk": described.sk}) from None


def _shown_of(chat: Item) -> tuple[str, bool]:
    """What tickets show of a chat: the name of its guest, and by being there at all, that it lives."""
    return chat["guest"]["name"], "deleted_at" in chat


def finished_bulk_from(record: Mapping[str, Any]) -> str | None:
    """The id of the bulk action that a record brings to its end, every ticket changed; None for any other record."""
    described = describe(record)
    if not keys.is_bulk(Key(described.pk, described.sk)):
        return None
    change = record["dynamodb"]
    after, before = _phase(change.get("NewImage")), _phase(change.get("OldImage"))
    return keys.bulk_id_of(described.pk) if after == Phase.DONE.value != before else None


def _phase(image: Mapping[str, Any] | None) -> str | None:
    return str(image["phase"].get("S", "")) if image and "phase" in image else None


def _has_identity(event: Event) -> bool:
    """Whether keys can be made of it: the item says what it likes, and a wrong key would fail its whole batch."""
    organisation_id, version = cast("tuple[object, object]", (event.organisation_id, event.version))
    return isinstance(organisation_id, str) and organisation_id != "" and type(version) is int
