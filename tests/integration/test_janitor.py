"""The janitor as Lambda calls it: what is due comes to its end."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar
from unittest.mock import patch

import pytest

from tests.builders import ANA, CHAT, ORGANISATION
from tests.fakes.events import from_file
from tests.integration import half_done
from tests.integration.world import CREATE, World
from ticketing.domain import bulk_plan as rules
from ticketing.domain.bulk import Bulk, BulkAction, Kind, Phase, Selected
from ticketing.domain.events import Source
from ticketing.domain.principal import Actor
from ticketing.domain.ticket import Priority
from ticketing.errors import Busy
from ticketing.store import bulk_protocol, bulk_requests, bulks, keys
from ticketing.store.bulk_protocol import Sizes


@dataclass
class Context:
    """Lambda's context, as far as the janitor asks it."""

    left_ms: int = 120_000
    a_while: ClassVar = timedelta(minutes=5)
    """From one run of the schedule to the next."""

    def get_remaining_time_in_millis(self) -> int:
        return self.left_ms


@pytest.fixture
def janitor(world: World) -> Any:
    from janitor.app import App

    return App(world.aws.settings, world.aws.clock)


def a_deleted_ticket(world: World) -> str:
    ticket: str = world.a_ticket(remarks="AC not cooling", watchers=["mem_admin"])["id"]
    world.api("POST", f"/v1/tickets/{ticket}/remarks", {"text": "On it"})
    world.api("DELETE", f"/v1/tickets/{ticket}")
    return ticket


def what_is_left(world: World, ticket: str) -> list[str]:
    collection = world.aws.table.query(keys.ticket_collection(ticket), limit=100).items
    links = world.aws.table.query(
        keys.chat_key(ORGANISATION, CHAT).pk, first="TICKET#", last="TICKET~", limit=100
    ).items
    return [item["sk"] for item in [*collection, *links]]


def test_a_ticket_that_was_deleted_31_days_ago_is_removed_with_all_that_belongs_to_it(
    world: World, janitor: Any
) -> None:
    ticket = a_deleted_ticket(world)
    world.aws.clock.now += timedelta(days=31)
    assert janitor.handle(Context())["purge"] == 1
    assert what_is_left(world, ticket) == []
    assert janitor.handle(Context())["purge"] == 0


def test_the_external_id_of_a_purged_ticket_is_free_again(world: World, janitor: Any) -> None:
    first = world.a_ticket(external_id="PMS-1")["id"]
    world.api("DELETE", f"/v1/tickets/{first}")
    world.aws.clock.now += timedelta(days=31)
    taken = world.api("POST", "/v1/tickets", CREATE | {"external_id": "PMS-1"})
    assert (taken.status, taken.body["code"]) == (409, "external_id_taken")
    assert janitor.handle(Context())["purge"] == 1
    assert world.a_ticket(external_id="PMS-1")["id"] != first


def test_what_can_still_be_restored_is_not_touched(world: World, janitor: Any) -> None:
    ticket = a_deleted_ticket(world)
    before = what_is_left(world, ticket)
    world.aws.clock.now += timedelta(days=30, minutes=59)
    assert janitor.handle(Context())["purge"] == 0
    assert what_is_left(world, ticket) == before


def test_a_restored_ticket_is_not_purged(world: World, janitor: Any) -> None:
    ticket = a_deleted_ticket(world)
    world.api("POST", f"/v1/tickets/{ticket}/restore")
    world.aws.clock.now += timedelta(days=60)
    assert janitor.handle(Context())["purge"] == 0
    assert world.api("GET", f"/v1/tickets/{ticket}").status == 200


def test_one_ticket_that_fails_does_not_keep_the_others(
    world: World, janitor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ticketing.store import purging

    first, second = a_deleted_ticket(world), a_deleted_ticket(world)
    world.aws.clock.now += timedelta(days=31)
    purge = purging._remove_children

    def stumble(table: Any, objects: Any, key: Any) -> None:
        if key == keys.ticket_key(first):
            raise ZeroDivisionError
        purge(table, objects, key)

    with monkeypatch.context() as patch:
        patch.setattr(purging, "_remove_children", stumble)
        assert janitor.handle(Context())["purge"] == 1
    assert what_is_left(world, second) != what_is_left(world, first)
    assert janitor.handle(Context())["purge"] == 1


def test_when_the_time_is_up_nothing_new_is_begun(world: World, janitor: Any) -> None:
    a_deleted_ticket(world)
    world.aws.clock.now += timedelta(days=31)
    assert janitor.handle(Context(left_ms=1))["purge"] == 0


def test_the_schedules_event_is_handled(world: World) -> None:
    from janitor.app import handler

    assert handler(from_file("schedule_janitor"), Context()) == {
        "dead chats": 0,
        "purge": 0,
        "bulk actions": 0,
        "guest mail": 0,
        "objects": 0,
    }


# --- bulk actions ------------------------------------------------------------------------------------------------


def interrupted(world: World) -> tuple[list[str], str]:
    """Three tickets with marks of a bulk action that was committed, and whose process ended then; and its id."""
    table, now = world.aws.table, world.aws.clock()
    ids = [world.a_ticket()["id"] for _ in range(3)]
    action = BulkAction(Kind.PRIORITY, Priority.LOW)
    around = bulks.look(table, ORGANISATION, action, ids)
    plan = rules.plan([Selected(id_) for id_ in ids], around.found, rules.judging(action, now), around.place)
    bulk = Bulk(
        id="blk_night",
        organisation_id=ORGANISATION,
        action=action,
        actor=Actor(ANA),
        source=Source.API,
        request_id="req_night",
        asked_at=now,
        selected=len(ids),
        phase=Phase.QUEUED,
        plan=plan,
        counts=plan.counts,
    )
    with patch.object(bulk_protocol, "finish", side_effect=Busy):
        bulk_requests.carry_out(table, bulk, around.found, [], Sizes(writes=5))
    assert ["mark" in (table.get(keys.ticket_key(id_)) or {}) for id_ in ids] == [True] * 3
    return ids, bulk.id


def test_a_bulk_action_that_was_committed_and_interrupted_is_finished_a_minute_later(
    world: World, janitor: Any
) -> None:
    ids, bulk = interrupted(world)
    table = world.aws.table
    assert janitor.handle(Context())["bulk actions"] == 0, "the request may still be at it"
    world.aws.clock.now += timedelta(minutes=1, seconds=1)
    assert janitor.handle(Context())["bulk actions"] == 1
    found = [table.get(keys.ticket_key(id_)) or {} for id_ in ids]
    assert [(item["priority"], "mark" in item) for item in found] == [("low", False)] * 3
    assert janitor.handle(Context())["bulk actions"] == 0
    world.aws.clock.now += timedelta(days=30)
    assert janitor.handle(Context())["bulk actions"] == 1
    assert table.get(keys.bulk_key(bulk)) is None


def test_a_ticket_of_an_interrupted_bulk_action_is_never_read_as_it_was(world: World) -> None:
    ids, bulk = interrupted(world)
    for id_ in ids:
        ticket = world.api("GET", f"/v1/tickets/{id_}").body
        assert (ticket["priority"], ticket["version"]) == ("low", 2)
        newest = world.api("GET", f"/v1/tickets/{id_}/history").body["data"][0]
        assert (newest["bulk_id"], newest["version"]) == (bulk, 2)


def test_a_list_with_what_was_seen_shows_an_interrupted_bulk_action_too(world: World) -> None:
    ids, _ = interrupted(world)
    # One by one as a client that changed them would have it: their ids stand in what it has seen.
    seen = ",".join(world.api("PUT", f"/v1/tickets/{id_}/watchers/{ANA}").headers["lodgestory-seen"] for id_ in ids)
    found = world.api("GET", "/v1/tickets", query={"priority": ["low"]}, headers={"Lodgestory-Seen": seen})
    assert {row["id"] for row in found.body["data"]} == set(ids)


def test_one_that_no_worker_brings_to_its_end_is_sent_again_more_and_more_seldom_and_fails_after_a_day(
    world: World, janitor: Any
) -> None:
    bulk = half_done.queue(world.aws, world.a_ticket()["id"])
    sent_at = []
    for _ in range(0, 25 * 60, 5):
        janitor.handle(Context())
        if world.aws.take(world.aws.settings.bulk_queue_url):
            sent_at.append(round((world.aws.clock.now - bulk.asked_at).total_seconds() / 60))
        world.aws.clock.now += Context.a_while
    assert sent_at == [5, 15, 35, 75, 155, 315, 635, 1275], "minutes"
    told = world.api("GET", f"/v1/bulk/{bulk.id}").body
    assert (told["state"], told["failure"]) == ("failed", "interrupted")
