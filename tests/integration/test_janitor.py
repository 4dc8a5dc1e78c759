"""The janitor as Lambda calls it: what is due comes to its end."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import pytest

from tests.builders import CHAT, ORGANISATION
from tests.fakes.events import from_file
from tests.integration.world import CREATE, World
from ticketing.store import keys


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

    assert handler(from_file("schedule_janitor"), Context()) == {"dead chats": 0, "purge": 0, "objects": 0}
