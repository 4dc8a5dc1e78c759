"""How many calls to the store a bulk action takes, in a request and by the worker."""

from datetime import timedelta

import pytest

from tests.builders import ANA, BEN
from tests.fakes.counting import CallCounter
from tests.integration.bulking import ask, bulk, kept, made, queued, read, work_off
from tests.integration.world import World


@pytest.mark.parametrize(("number", "at_most"), [(49, 4), (60, 6), (98, 8), (100, 11)])
def test_a_bulk_takes_few_store_calls(world: World, number: int, at_most: int) -> None:
    tickets = made(world, number)
    bulk(world.api, "priority", ids=tickets[:1], value="low")
    world.aws.clock.now += timedelta(seconds=1)  # the bucket of bulk actions is full again
    world.hold_a_lease()
    counter = CallCounter(world.aws.table._client)
    counter.start()
    assert bulk(world.api, "assign", ids=tickets, value=ANA, headers={"Idempotency-Key": "1"}).status == 200
    print(number, counter.calls)
    assert counter.total <= at_most, counter.calls


@pytest.mark.parametrize(("number", "at_most"), [(32, 4), (49, 5), (98, 8), (100, 8)])
def test_restores_to_as_many_chats_take_few_store_calls(world: World, number: int, at_most: int) -> None:
    tickets = kept(world, number, number)
    assert bulk(world.api, "delete", ids=tickets).status == 200
    world.aws.clock.now += timedelta(seconds=1)
    world.hold_a_lease()
    counter = CallCounter(world.aws.table._client)
    counter.start()
    assert bulk(world.api, "restore", ids=tickets, headers={"Idempotency-Key": "1"}).status == 200
    print(number, counter.calls)
    assert counter.total <= at_most, counter.calls


def test_an_undo_takes_one_store_call_more(world: World) -> None:
    done = bulk(world.api, "assign", ids=made(world, 49, assignee=BEN), value=ANA).body
    world.aws.clock.now += timedelta(seconds=1)
    world.hold_a_lease()
    counter = CallCounter(world.aws.table._client)
    counter.start()
    assert world.api("POST", f"/v1/bulk/{done['id']}/undo", headers={"Idempotency-Key": "1"}).status == 200
    print(counter.calls)
    assert counter.total <= 5, counter.calls


@pytest.mark.parametrize(("size", "chats"), [(101, 101), (300, 100)])
def test_it_takes_few_store_calls(world: World, size: int, chats: int) -> None:
    ids = kept(world, size, chats)
    ask(world, "priority", ids=ids[:1], value="low")
    world.aws.clock.now += timedelta(seconds=1)  # the bucket of bulk actions is full again
    world.hold_a_lease()
    counter = CallCounter(world.aws.table._client)
    counter.start()
    queued(ask(world, "assign", ids=ids, value=ANA, headers={"Idempotency-Key": "1"}))
    work_off(world)
    print(f"{size} tickets in {chats} chats: {counter.total} calls, {counter.calls}")
    assert counter.total <= 6 * size / 100 + 12, counter.calls
    assert {(read(world, id_)["assignee"]["id"], read(world, id_)["version"] > 1) for id_ in ids[::29]} == {(ANA, True)}


@pytest.mark.parametrize("size", [101, 300])
def test_restores_to_as_many_chats_take_a_few_more(world: World, size: int) -> None:
    """A transaction has room for half as many, whose chats it checks, and these are read anew for it."""
    ids = kept(world, size, size)
    assert queued(ask(world, "delete", ids=ids))
    work_off(world)
    world.aws.clock.now += timedelta(seconds=5)
    world.hold_a_lease()
    counter = CallCounter(world.aws.table._client)
    counter.start()
    queued(ask(world, "restore", ids=ids, headers={"Idempotency-Key": "1"}))
    work_off(world)
    print(f"{size} restores: {counter.total} calls, {counter.calls}")
    assert counter.total <= 8 * size / 100 + 12, counter.calls
