"""Readers who ask for tickets by id while bulk actions change all of them: nobody ever sees one half done.

Each bulk action changes each ticket once. So whoever has seen a ticket at some version sees every other ticket at that
version at least, however soon after the commit it is read and whoever applies it.
"""

import random
from collections import Counter

import pytest

from tests.e2e.concurrency.hotel import CREATE, Hotel, made
from tests.e2e.concurrency.processes import Event, Processes, as_answer

TICKETS = 60
"""More than one transaction changes: they are marked first."""
BULKS, READERS, READS = 8, 6, 150
SEED = 80


@pytest.fixture(scope="module")
def tickets(hotel: Hotel, processes: Processes) -> list[str]:
    made(processes[0].call(hotel.puts_chat("chat_mixtures")))
    return [made(answer)["id"] for answer in processes.share([hotel.creates("chat_mixtures", **CREATE)] * TICKETS)]


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
    seen = Counter[int]()
    mixtures = 0
    for answers in read:
        newest = 0
        for answer in answers:
            version = made(answer)["version"]
            mixtures += version < newest
            newest = max(newest, version)
            seen[version] += 1
    print(f"{READERS * READS} reads during {BULKS} bulk actions on {TICKETS} tickets: {dict(sorted(seen.items()))}")
    assert mixtures == 0
    assert len(seen) > 2, "no reader met a bulk action at work"
