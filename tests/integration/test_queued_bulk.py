"""Large bulk actions between request and worker: queued once, handed out again, given up, and forgotten."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bulk_worker import planning
from tests.builders import ORGANISATION
from tests.integration.bulking import (
    ask,
    made,
    queued,
    read,
    three_are_many,
    told,
    work_off,
)
from tests.integration.world import World
from ticketing.store import bulks, keys
from ticketing.store.bulk_protocol import SIZES

__all__ = ["three_are_many"]

pytestmark = pytest.mark.usefixtures("three_are_many")


def test_a_repeated_request_is_queued_once_and_answered_alike(world: World) -> None:
    tickets, key = made(world, 4), {"Idempotency-Key": "night-1"}
    first = ask(world, "priority", ids=tickets, value="low", headers=key)
    work_off(world)
    again = ask(world, "priority", ids=tickets, value="low", headers=key)
    assert (again.status, again.body, again.headers["location"]) == (202, first.body, first.headers["location"])
    assert work_off(world) == 0
    other = ask(world, "priority", ids=tickets, value="high", headers=key)
    assert (other.status, other.body["code"]) == (422, "idempotency_mismatch")


def test_a_message_that_comes_twice_changes_nothing_more(world: World) -> None:
    tickets = made(world, 4)
    bulk = queued(ask(world, "priority", ids=tickets, value="low"))
    (message,) = world.aws.take(world.aws.settings.bulk_queue_url)
    for _ in range(2):
        world.aws.bulks.send(message, group="org_lakeside", deduplication_id=str(_))
        work_off(world)
    assert {read(world, id_)["version"] for id_ in tickets} == {2}
    assert told(world, bulk)["changed"] == 4


def test_what_could_not_be_sent_is_sent_by_the_janitor(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    tickets = made(world, 4)

    def lost(*_: Any, **__: Any) -> None:
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr("ticketing.store.queues.FifoQueue.send", lost)
        queued(ask(world, "priority", ids=tickets, value="low"))
    assert work_off(world) == 0
    janitor = _janitor(world)
    world.aws.clock.now += timedelta(minutes=1, seconds=1)
    assert janitor()["bulk actions"] == 1
    assert work_off(world) == 1
    assert {read(world, id_)["priority"] for id_ in tickets} == {"low"}


def test_the_request_and_the_janitor_queue_it_among_those_of_its_organisation(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    groups: list[str] = []

    def sent(_: Any, message: Any, *, group: str, deduplication_id: str) -> None:
        groups.append(group)

    monkeypatch.setattr("ticketing.store.queues.FifoQueue.send", sent)
    queued(ask(world, "priority", ids=made(world, 4), value="low"))
    janitor = _janitor(world)
    world.aws.clock.now += timedelta(minutes=1, seconds=1)
    assert janitor()["bulk actions"] == 1
    assert groups == [ORGANISATION, ORGANISATION]


def test_its_leases_are_those_of_a_worker(world: World) -> None:
    bulk = queued(ask(world, "priority", ids=made(world, 4), value="low"))
    record = bulks.get(world.aws.table, bulk)
    assert record is not None
    begun = planning.begin(world.aws.table, record, SIZES, lambda: 0.0)
    assert begun is not None
    now = world.aws.clock.now
    leases = begun[0].leased_until, begun[0].attempt_ends_at
    assert leases == (now + timedelta(seconds=60), now + timedelta(seconds=120))


def test_one_that_nobody_carries_out_within_a_day_has_failed(world: World) -> None:
    bulk = queued(ask(world, "priority", ids=made(world, 4), value="low"))
    world.aws.take(world.aws.settings.bulk_queue_url)
    janitor = _janitor(world)
    for _ in range(3):
        world.aws.clock.now += timedelta(hours=12)
        janitor()
    assert [told(world, bulk)[name] for name in ("state", "failure")] == ["failed", "interrupted"]


def test_it_is_forgotten_after_thirty_days_with_all_its_pages(world: World) -> None:
    bulk = queued(ask(world, "priority", ids=made(world, 4), value="low"))
    work_off(world)
    janitor = _janitor(world)
    world.aws.clock.now += timedelta(days=30, seconds=1)
    janitor()
    assert world.api("GET", f"/v1/bulk/{bulk}").status == 404
    assert world.aws.table.query(keys.bulk_key(bulk).pk, limit=10).items == []


def _janitor(world: World) -> Callable[[], dict[str, int]]:
    from janitor.app import App

    class Context:
        def get_remaining_time_in_millis(self) -> int:
            return 100_000

    app = App(world.aws.settings, world.aws.clock)
    return lambda: app.handle(Context())
