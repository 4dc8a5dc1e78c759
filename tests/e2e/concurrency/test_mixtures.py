"""Readers who ask for tickets by id while bulk actions change all of them: nobody ever sees one half done.

Each bulk action changes each ticket once. So whoever has seen a ticket at some version sees every other ticket at that
version at least, however soon after the commit it is read and whoever applies it: request, worker or reader.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence

import pytest

from tests.e2e.concurrency.hotel import CREATE, Hotel, founded, made
from tests.e2e.concurrency.processes import Answer, Event, Processes, as_answer, started
from tests.e2e.concurrency.stock import is_done, message, stocked
from tests.e2e.conftest import RunningStack

TICKETS = 60
"""More than one transaction changes: they are marked first."""
BULKS, READERS, READS = 8, 6, 150
LARGE, READS_OF_LARGE = 250, 120
SEED = 80


@pytest.fixture(scope="module")
def tickets(hotel: Hotel, processes: Processes) -> list[str]:
    made(processes[0].call(hotel.puts_chat("chat_mixtures")))
    return [made(answer)["id"] for answer in processes.share([hotel.creates("chat_mixtures", **CREATE)] * TICKETS)]


@pytest.fixture(scope="module")
def workers(stack: RunningStack) -> Iterator[Processes]:
    with started(stack, "BulkWorker", 1) as running:
        yield running


def test_no_reader_by_id_sees_a_bulk_action_half_done(hotel: Hotel, processes: Processes, tickets: list[str]) -> None:
    dice = random.Random(SEED)  # noqa: S311 (not for secrets)
    values = ("low", "high")
    bulks = [
        hotel.asks("POST", "/tickets/bulk", {"action": "priority", "ids": tickets, "value": values[number % 2]})
        for number in range(BULKS)
    ]
    readers = [[hotel.asks("GET", f"/tickets/{dice.choice(tickets)}") for _ in range(READS)] for _ in range(READERS)]
    plans: list[list[Event]] = [bulks, *readers]
    done, *read = [[as_answer(answer) for answer in given] for given in processes.at_once(plans)]
    assert [answer.status for answer in done] == [200] * BULKS, Counter(answer.text[:200] for answer in done)
    seen = check_no_mixture(read)
    print(f"{READERS * READS} reads during {BULKS} bulk actions on {TICKETS} tickets: {dict(sorted(seen.items()))}")
    assert len(seen) > 2, "no reader met a bulk action at work"


def test_no_reader_by_id_sees_what_a_worker_does_half_done(
    stack: RunningStack, processes: Processes, workers: Processes
) -> None:
    """The readers begin before it is asked for. The worker's process and the deployed one are both at it."""
    dice, stock = random.Random(SEED), stocked(founded(stack, "Large Hotels"))  # noqa: S311 (not for secrets)
    tickets = stock.tickets(LARGE)
    asking, *readers = processes[: READERS + 1]
    for reader in readers:
        reader.tell([stock.hotel.asks("GET", f"/tickets/{dice.choice(tickets)}") for _ in range(READS_OF_LARGE)])
    asked = asking.call(
        stock.hotel.asks("POST", "/tickets/bulk", {"action": "priority", "ids": tickets, "value": "low"})
    )
    workers[0].tell([message(asked.body["id"])])
    seen = check_no_mixture([[as_answer(answer) for answer in reader.hear()] for reader in readers])
    (answer,) = workers[0].hear()
    assert is_done(answer) or is_done(workers.at_once([[message(asked.body["id"])]])[0][0])
    print(f"{READERS * READS_OF_LARGE} reads during one on {LARGE} tickets by a worker: {dict(sorted(seen.items()))}")
    assert set(seen) == {1, 2}, "no reader met the bulk action at work"
    stock.check_done_once(asked.body["id"], tickets)


def check_no_mixture(read: Sequence[Sequence[Answer]]) -> Counter[int]:
    """How often each version was seen; whoever has seen one, on whatever ticket, sees no lower one on any other."""
    seen = Counter[int]()
    mixtures = 0
    for answers in read:
        newest = 0
        for answer in answers:
            version = made(answer)["version"]
            mixtures += version < newest
            newest = max(newest, version)
            seen[version] += 1
    assert mixtures == 0, seen
    return seen
