"""Which stream records mean anything."""

from dataclasses import replace
from typing import Any

import pytest

from tests.builders import CHAT, NOW, ORGANISATION, a_chat, an_event
from ticketing.domain.directory import Chat, Guest, delete_chat
from ticketing.store import items, keys
from ticketing.store.attributes import encode
from ticketing.store.stream import ChangedChat, UnreadableRecord, changed_chat_from, describe, event_from


def a_record(name: str = "INSERT", **image: Any) -> dict[str, Any]:
    event = an_event()
    key = keys.event_key(event.ticket_id, event.version)
    new = encode({**key._asdict(), **items.event_item(event), **image})
    change = {"Keys": encode(key._asdict()), "NewImage": new, "SequenceNumber": "111", "ApproximateCreationDateTime": 1}
    return {"eventID": "1", "eventName": name, "eventSource": "aws:dynamodb", "dynamodb": change}


def test_a_new_event_item_brings_its_event() -> None:
    assert event_from(a_record()) == an_event()


def test_an_attribute_of_a_newer_release_does_no_harm() -> None:
    assert event_from(a_record(mood="cheerful")) == an_event()


@pytest.mark.parametrize("name", ["MODIFY", "REMOVE"])
def test_an_event_item_that_does_not_arrive_brings_nothing(name: str) -> None:
    assert event_from(a_record(name)) is None


def test_any_other_item_brings_nothing() -> None:
    record = a_record()
    record["dynamodb"]["Keys"]["sk"]["S"] = keys.ticket_key("tkt_1").sk
    assert event_from(record) is None


@pytest.mark.parametrize("record", [{}, {"eventName": "INSERT"}, {"eventName": "INSERT", "dynamodb": {}}])
def test_a_record_of_an_unknown_kind_brings_nothing(record: dict[str, Any]) -> None:
    assert event_from(record) is None
    assert describe(record).pk == ""


@pytest.mark.parametrize(
    "image",
    [
        {"kind": "exploded"},
        {"at": "yesterday"},
        {"changes": "none"},
        {"version": None},
        {"version": "1"},
        {"version": True},
        {"org": ["org_lakeside"]},
        {"org": ""},
    ],
)
def test_an_event_that_cannot_be_read_tells_its_key_and_nothing_else(image: dict[str, Any]) -> None:
    record = a_record(**image)
    if image.get("version", 0) is None:
        del record["dynamodb"]["NewImage"]["version"]
    with pytest.raises(UnreadableRecord) as unreadable:
        event_from(record)
    event = an_event()
    assert unreadable.value.record_keys == keys.event_key(event.ticket_id, event.version)._asdict()


# --- chats -------------------------------------------------------------------------------------------------------


def a_chat_record(before: Chat, after: Chat, name: str = "MODIFY") -> dict[str, Any]:
    key = keys.chat_key(ORGANISATION, CHAT)
    old, new = ({**key._asdict(), **items.chat_item(ORGANISATION, one)} for one in (before, after))
    change = {"Keys": encode(key._asdict()), "OldImage": encode(old), "NewImage": encode(new)}
    return {"eventID": "1", "eventName": name, "eventSource": "aws:dynamodb", "dynamodb": change}


OTHERWISE = {
    "renamed": (a_chat(), a_chat(guest=Guest("Ada")), "shown"),
    "deleted": (a_chat(), delete_chat(a_chat(), NOW), "shown"),
    "a nameless one deleted": (a_chat(guest=Guest("")), delete_chat(a_chat(guest=Guest("")), NOW), "shown"),
    "another phone": (a_chat(guest=Guest("Ada")), a_chat(guest=Guest("Ada", "+41445550199")), "found"),
    "no phone any more": (a_chat(guest=Guest("Ada", "+41445550199")), a_chat(guest=Guest("Ada")), "found"),
    "another address": (a_chat(), a_chat(url="https://home.example/chat", version=2), None),
    "emptied": (delete_chat(a_chat(), NOW), replace(delete_chat(a_chat(), NOW), is_emptied=True), None),
}


@pytest.mark.parametrize(("before", "after", "otherwise"), OTHERWISE.values(), ids=OTHERWISE)
def test_a_chat_is_told_of_if_its_tickets_are_shown_or_found_otherwise(
    before: Chat, after: Chat, otherwise: str | None
) -> None:
    told = changed_chat_from(a_chat_record(before, after))
    assert told == (ChangedChat(ORGANISATION, CHAT, is_shown=otherwise == "shown") if otherwise else None)


def test_a_chat_that_is_new_has_no_tickets_to_tell_of() -> None:
    assert changed_chat_from(a_chat_record(a_chat(), a_chat(guest=Guest("Ada")), "INSERT")) is None


def test_a_chat_that_cannot_be_read_is_named_by_its_keys_alone() -> None:
    record = a_chat_record(a_chat(), a_chat(guest=Guest("Ada")))
    del record["dynamodb"]["OldImage"]
    with pytest.raises(UnreadableRecord) as raised:
        changed_chat_from(record)
    assert raised.value.record_keys == keys.chat_key(ORGANISATION, CHAT)._asdict()
