"""An organisation that asks more than it may, of many processes at the same instant: together they keep its limit."""

import time
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.e2e.concurrency.hotel import Hotel, founded
from tests.e2e.concurrency.processes import Answer, Processes, as_answer, started
from tests.e2e.conftest import RunningStack

BURST, A_SECOND = 200, 50
"""Those of the template, with which the stack was deployed."""
PROCESSES = 8
TENTH = 1.1
"""An organisation passes its limit by at most a tenth."""


@pytest.fixture(scope="module")
def limited(stack: RunningStack) -> Iterator[Processes]:
    with started(stack, "TicketsApi", PROCESSES) as running:
        yield running


@pytest.mark.parametrize("asked_of_each", [1, 40, 100])
def test_processes_let_through_what_the_organisation_may_ask_and_no_more(
    stack: RunningStack, limited: Processes, asked_of_each: int
) -> None:
    hotel = founded(stack, f"Busy Hotels {asked_of_each}")
    requests, began = limited.requests, time.monotonic()
    answers = ask(hotel, limited, asked_of_each)
    seconds = time.monotonic() - began
    passed, refused = (sum(answer.status == status for answer in answers) for status in (200, 429))
    calls = limited.requests - requests
    print(f"{len(answers)} requests of {PROCESSES} processes in {seconds:.1f} s: {passed} passed, {calls} store calls")
    assert passed + refused == len(answers), Counter(answer.status for answer in answers)
    assert passed >= min(len(answers), BURST // 4), "what processes hold that do not ask any more is missing to others"
    assert passed <= TENTH * (BURST + A_SECOND * seconds)
    for answer in answers:
        assert answer.headers["ratelimit-limit"] == str(BURST)
        assert ("retry-after" in answer.headers) == (answer.status == 429)


def ask(hotel: Hotel, processes: Processes, number: int) -> list[Answer]:
    plans = [[hotel.asks("GET", "/me")] * number for _ in processes]
    return [as_answer(answer) for given in processes.at_once(plans) for answer in given]
