"""Owners who remove each other at the same instant: an organisation always keeps one."""

import random
from collections import Counter

import pytest

from tests.e2e.concurrency.hotel import PEOPLE, Hotel, founded, made
from tests.e2e.concurrency.processes import Event, Processes
from tests.e2e.conftest import RunningStack

BUSY = (503, "busy")
ROUNDS = 12
SEED = 40


@pytest.fixture(scope="module")
def inn(stack: RunningStack, processes: Processes) -> Hotel:
    """An organisation whose owners may all go but one."""
    inn = founded(stack, "Owners Inn")
    for answer in processes.share([inn.puts_member(one, "owner") for one in PEOPLE]):
        made(answer)
    made(processes[0].call(inn.puts_member(inn.founder, "admin")))
    return inn


@pytest.mark.parametrize("attempt", range(ROUNDS))
def test_owners_who_remove_each_other_at_the_same_instant_leave_one(
    inn: Hotel, processes: Processes, attempt: int
) -> None:
    number = (2, 3, 8)[attempt % 3]
    owners = PEOPLE[:number]
    appointed(inn, processes, owners)
    dice, refused = random.Random(SEED + attempt), processes.refused  # noqa: S311 (dice of a test)
    removed = [owners[index % number] for index in range(8)]
    answers = processes.race([removal(inn, owner, dice) for owner in removed])
    left = acting_owners(inn, processes)
    told = Counter((answer.status, answer.code) for answer in answers)
    print(f"8 processes, {number} owners, {processes.refused - refused} transactions refused, {dict(told)}: {left}")
    assert set(told) <= {(200, None), (409, "last_owner"), BUSY}
    gone = {owner for owner, answer in zip(removed, answers, strict=True) if answer.status == 200}
    assert left == set(owners) - gone
    assert left
    assert len(left) == 1 or BUSY in told


def appointed(inn: Hotel, processes: Processes, owners: tuple[str, ...]) -> None:
    for answer in processes.share([inn.puts_member(one, "owner") for one in owners]):
        made(answer)
    for answer in processes.share([inn.puts_member(one, "user") for one in PEOPLE if one not in owners]):
        made(answer)
    assert acting_owners(inn, processes) == set(owners)


def removal(inn: Hotel, owner: str, dice: random.Random) -> Event:
    ways = (
        inn.asks("DELETE", f"/members/{owner}"),
        inn.puts_member(owner, "user"),
        inn.puts_member(owner, "owner", is_active=False),
    )
    return dice.choice(ways)


def acting_owners(inn: Hotel, processes: Processes) -> set[str]:
    found = made(processes[0].call(inn.asks("GET", "/members", query={"limit": ["100"]})))["data"]
    return {one["id"] for one in found if one["role"] == "owner" and one["active"]}
