"""What the feed tells of chats: their tickets show the guest's name, and vanish with them, at the same version."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.builders import CHANNEL, CHAT, ORGANISATION
from tests.fakes.quick_moto import Snapshot
from tests.fakes.stream import EventSourceMapping, MappingSettings, Stream
from tests.integration.aws import REGION
from tests.integration.feeding import records_of
from tests.integration.test_janitor import Context
from tests.integration.world import World
from ticketing.store import feed, keys
from ticketing.store.feed import FeedEntry


@dataclass
class Told:
    """The API, and the indexer behind the table's own stream, through the filter of the template."""

    world: World
    cursor: str = "now"
    read: int = 0

    def index(self) -> None:
        from search_indexer.app import App

        stream = Stream(self.world.aws.clock)
        records = records_of(REGION, "tickets")
        stream.put(*records[self.read :])
        self.read = len(records)
        app = App(self.world.aws.settings, self.world.aws.clock)
        EventSourceMapping(MappingSettings.of("SearchIndexer"), app.handle, self.world.aws.clock).read(stream)

    def changes(self) -> list[dict[str, Any]]:
        """What came since the last time."""
        self.index()
        page = self.world.api("GET", "/v1/changes", query={"cursor": [self.cursor]}).body
        self.cursor = page["next_cursor"]
        found: list[dict[str, Any]] = page["data"]
        return found

    def rows(self) -> list[tuple[str, int, bool]]:
        return [(one["ticket_id"], one["version"], one["deleted"]) for one in self.changes()]

    def put_chat(self, name: str, **more: Any) -> None:
        body = {"channel_id": CHANNEL, "guest": {"name": name, **more}}
        assert self.world.as_(self.world.keys.admin)("PUT", f"/v1/chats/{CHAT}", body).status == 200

    def delete_chat(self) -> None:
        assert self.world.as_(self.world.keys.admin)("DELETE", f"/v1/chats/{CHAT}").status == 200


@pytest.fixture
def told(world: World) -> Told:
    Snapshot(REGION, "tickets").bring_back()  # the stream begins here
    found = Told(world)
    found.changes()
    return found


def two_tickets(told: Told) -> list[str]:
    ids = [told.world.a_ticket()["id"] for _ in range(2)]
    told.changes()
    return ids


def test_a_guest_who_is_renamed_is_told_of_by_each_ticket_of_the_chat(told: Told) -> None:
    ids = two_tickets(told)
    told.put_chat("Zoë Keller")
    changes = told.changes()
    assert sorted(one["ticket_id"] for one in changes) == sorted(ids)
    assert {(one["version"], one["deleted"]) for one in changes} == {(1, False)}
    assert {one["ticket"]["chat"]["guest_name"] for one in changes} == {"Zoë Keller"}


def test_what_no_ticket_shows_of_a_chat_is_told_by_none(told: Told) -> None:
    two_tickets(told)
    name = told.world.api("GET", f"/v1/chats/{CHAT}").body["guest"]["name"]
    told.put_chat(name, phone="+41791234567")
    assert told.changes() == []


def test_the_tickets_of_a_deleted_chat_are_told_gone_at_once_and_again_by_the_janitor(told: Told) -> None:
    from janitor.app import App

    ids = two_tickets(told)
    told.delete_chat()
    assert sorted(told.rows()) == sorted((id_, 1, True) for id_ in ids)
    told.world.aws.clock.now += Context.a_while
    App(told.world.aws.settings, told.world.aws.clock).handle(Context())
    assert sorted(told.rows()) == sorted((id_, 2, True) for id_ in ids)


def test_a_ticket_that_was_deleted_before_is_not_told_of_again(told: Told) -> None:
    first, second = two_tickets(told)
    told.world.api("DELETE", f"/v1/tickets/{first}")
    told.changes()
    told.put_chat("Zoë Keller")
    assert told.rows() == [(second, 1, False)]


def test_tickets_of_other_chats_and_organisations_are_not_told_of(told: Told) -> None:
    other = told.world.as_(told.world.keys.other)
    told.world.a_foreign_ticket()
    told.world.as_(told.world.keys.admin)("PUT", "/v1/chats/other", {"channel_id": CHANNEL, "guest": {"name": "Ada"}})
    told.world.a_ticket(chat_id="other")
    told.changes()
    told.put_chat("Zoë Keller")
    assert told.changes() == []
    assert other("GET", "/v1/changes").body["data"] != []


def test_a_chat_of_more_tickets_than_a_transaction_takes_is_told_whole(told: Told) -> None:
    table, ids = told.world.aws.table, [f"tkt_{number:016d}" for number in range(250)]
    key = keys.chat_link_key(ORGANISATION, CHAT, told.world.aws.clock(), "tkt_gone")
    table.put_all(
        [
            (key, {keys.ORGANISATION: ORGANISATION}),  # of a ticket that a purge has just removed
            *((keys.ticket_key(id_), {keys.ORGANISATION: ORGANISATION, "version": 7}) for id_ in ids),
            *(
                (keys.chat_link_key(ORGANISATION, CHAT, told.world.aws.clock(), id_), {keys.ORGANISATION: ORGANISATION})
                for id_ in ids
            ),
        ]
    )
    told.put_chat("Zoë Keller")
    told.index()
    page = feed.read(table, ORGANISATION, after=0, limit=1000, now=told.world.aws.clock())
    assert page.entries == [FeedEntry(id_, 7) for id_ in ids]


def test_a_chat_that_is_renamed_again_and_again_in_a_batch_is_told_of_once(told: Told) -> None:
    (first, second) = two_tickets(told)
    for number in range(5):
        told.put_chat(f"Zoë {number}")
    assert sorted(told.rows()) == sorted([(first, 1, False), (second, 1, False)])


@pytest.mark.parametrize(
    "spoil", [lambda image: image.pop("guest"), lambda image: image.pop("org")], ids=["no guest", "no org"]
)
def test_a_record_of_a_chat_that_cannot_be_read_is_set_aside_alone(told: Told, spoil: Callable[[Any], Any]) -> None:
    from search_indexer.app import App

    told.put_chat("Zoë Keller")
    (record,) = [one for one in records_of(REGION, "tickets") if one["dynamodb"]["Keys"]["sk"]["S"] == "CHAT"][-1:]
    spoil(record["dynamodb"]["NewImage"])
    app = App(told.world.aws.settings, told.world.aws.clock)
    assert app.handle({"Records": [record]}) == {"batchItemFailures": []}
    (letter,) = told.world.aws.waiting(told.world.aws.settings.dead_letter_queue_url)
    assert letter["pk"].startswith("CHAT#")
