"""The worker of large bulk actions, as it was built, in processes that are killed, doubled, told twice and cut short:
each bulk action is done on all of its tickets, and on each of them once.
"""

import random
import time
from collections.abc import Iterator

import pytest

from tests.e2e.concurrency.hotel import PEOPLE, founded
from tests.e2e.concurrency.processes import Processes, started
from tests.e2e.concurrency.stock import Stock, is_done, message, stocked
from tests.e2e.conftest import RunningStack
from ticketing.domain.bulk import BulkAction, Kind, Phase, ToCategory
from ticketing.domain.ticket import Priority
from ticketing.domain.workflow import StatusCategory

KILLS, TICKETS = 6, 200
PATIENCE_S = 30
SEED = 90
ACTIONS = (
    BulkAction(Kind.PRIORITY, Priority.LOW),
    BulkAction(Kind.ASSIGN, PEOPLE[0]),
    BulkAction(Kind.ASSIGN, PEOPLE[1]),
)


@pytest.fixture(scope="module")
def stock(stack: RunningStack) -> Stock:
    return stocked(founded(stack, "Hard Working Inn"))


@pytest.fixture(scope="module")
def workers(stack: RunningStack) -> Iterator[Processes]:
    with started(stack, "BulkWorker", 3) as running:
        yield running


def test_a_worker_that_is_killed_is_followed_by_one_that_brings_it_to_its_end(
    stack: RunningStack, stock: Stock, workers: Processes
) -> None:
    dice = random.Random(SEED)  # noqa: S311 (not for secrets)
    met: set[Phase] = set()
    with started(stack, "BulkWorker", KILLS) as victims:
        for nth, victim in enumerate(victims):
            wanted = stock.tickets(TICKETS)
            bulk_id = stock.queued(ACTIONS[nth % len(ACTIONS)], wanted)
            victim.tell([message(bulk_id)])
            # Marking is over in a blink: a third of them are killed as soon as they begin with it.
            wait_for(dice.randrange(1, 2 * TICKETS) if nth % 3 else 0, stock, bulk_id, wanted)
            victim.kill()
            left = stock.bulk(bulk_id)
            met.add(left.phase)
            print(f"killed: {left.phase}, {len(stock.marked(wanted))} marks, {left.applied} of {TICKETS} applied")
            (answer,) = workers.at_once([[message(bulk_id)]])[0]
            assert is_done(answer)
            stock.check_done_once(bulk_id, wanted)
    assert met & {Phase.PREPARING, Phase.COMMITTED}, f"no worker was killed at its work (seed {SEED})"


def wait_for(steps: int, stock: Stock, bulk_id: str, wanted: list[str]) -> None:
    """Until a worker has gone beyond so many steps: to begin with marks is one, then its marks count, then what it has
    applied.
    """
    deadline = time.monotonic() + PATIENCE_S
    while (bulk := stock.bulk(bulk_id)).phase is not Phase.DONE and time.monotonic() < deadline:
        if bulk.phase is Phase.PREPARING and 1 + (len(stock.marked(wanted)) if steps else 0) > steps:
            return
        if bulk.phase.is_committed and TICKETS + bulk.applied > steps:
            return


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: f"{action.kind} {action.value}")
def test_three_workers_of_one_bulk_action_change_each_ticket_once(
    stock: Stock, workers: Processes, action: BulkAction
) -> None:
    wanted = stock.tickets(TICKETS)
    bulk_id, refused = stock.queued(action, wanted), workers.refused
    answers = [answer for (answer,) in workers.at_once([[message(bulk_id)]] * len(workers))]
    print(f"{sum(map(is_done, answers))} of 3 say done, {workers.refused - refused} transactions refused")
    if not any(map(is_done, answers)):  # each found the others at it: the queue brings the message again
        assert is_done(workers.at_once([[message(bulk_id)]])[0][0])
    stock.check_done_once(bulk_id, wanted)


def test_a_message_that_comes_again_when_all_is_done_changes_nothing(stock: Stock, workers: Processes) -> None:
    wanted = stock.tickets(TICKETS)
    bulk_id = stock.queued(ACTIONS[0], wanted)
    (first, again) = workers.at_once([[message(bulk_id), message(bulk_id)]])[0]
    before = stock.found(wanted), stock.bulk(bulk_id)
    at_once = [answer for (answer,) in workers.at_once([[message(bulk_id)]] * len(workers))]
    assert all(map(is_done, (first, again, *at_once)))
    assert (stock.found(wanted), stock.bulk(bulk_id)) == before
    stock.check_done_once(bulk_id, wanted)


def test_a_worker_whose_time_is_up_says_so_and_the_next_one_goes_on(stock: Stock, workers: Processes) -> None:
    wanted = stock.tickets(250)
    bulk_id = stock.queued(ACTIONS[0], wanted)
    runs, applied = 0, [0]
    while True:
        # It begins nothing with less than twenty seconds left; each run has a little more beyond, so that it ends.
        workers[0].tell([message(bulk_id)], lasts_s=20.05 + 0.05 * runs)
        (answer,) = workers[0].hear()
        runs += 1
        applied.append(stock.bulk(bulk_id).applied)
        assert applied[-1] >= applied[-2]
        if is_done(answer):
            break
        assert stock.bulk(bulk_id).phase is not Phase.DONE
        assert runs < 40, applied
    print(f"{runs} runs, applied {applied}")
    assert runs > 1
    stock.check_done_once(bulk_id, wanted)


def test_a_worker_finds_a_blocker_only_when_it_looks_and_changes_nothing(stock: Stock, workers: Processes) -> None:
    wanted = stock.tickets(TICKETS)
    deleted = stock.queued(BulkAction(Kind.DELETE), wanted[:1])
    assert is_done(workers.at_once([[message(deleted)]])[0][0])
    bulk_id = stock.queued(BulkAction(Kind.STATUS, ToCategory(StatusCategory.RESOLVED)), wanted)
    answers = [answer for (answer,) in workers.at_once([[message(bulk_id)]] * len(workers))]
    assert any(map(is_done, answers))
    bulk = stock.bulk(bulk_id)
    assert (bulk.phase, bulk.counts.blocked, bulk.done) == (Phase.BLOCKED, 1, 0)
    assert stock.marked(wanted) == []
    assert {one.version for one in stock.read(wanted[1:]).values()} == {1}
