"""The bulk protocol holds in every order of its steps, and each mistake that the model knows is caught.

`LODGESTORY_BULK_MODEL=large` walks the large scenarios too (minutes, and a gigabyte); `-s` shows all counts.
"""

import os

import pytest

from tests.unit.bulk_model.explorer import endless, explore
from tests.unit.bulk_model.invariants import Invariant
from tests.unit.bulk_model.mistakes import Mistake
from tests.unit.bulk_model.scenario import Kind, Scenario
from tests.unit.bulk_model.scenarios import LARGE, SMALL
from tests.unit.bulk_model.seeded import SEEDED
from tests.unit.bulk_model.state import At, Phase
from tests.unit.bulk_model.telling import counts, story

WALKED = (*SMALL, *LARGE) if os.environ.get("LODGESTORY_BULK_MODEL") == "large" else SMALL


def named(value: Scenario | Mistake) -> str:
    return value.name.replace(" ", "-").replace(",", "") if isinstance(value, Scenario) else value


@pytest.mark.parametrize("walked", WALKED, ids=named)
def test_every_order_of_steps_keeps_all_promises(walked: Scenario) -> None:
    walk = explore(walked)
    print(counts(walked, walk))
    assert walk.broken is None, story(walk)

    # A scenario in which something cannot happen would prove nothing of it.
    for number, bulk in enumerate(walked.bulks):
        outcomes = {end.records[number].has_committed for end in walk.ends}
        is_prepared = bulk.kind in {Kind.INTENT, Kind.QUEUED}
        assert outcomes == {True, False} if is_prepared else True in outcomes, bulk.name
        if bulk.is_filter or bulk.is_so_by:
            spared = {end.records[number].counted for end in walk.ends if end.records[number].has_committed}
            assert spared >= {0, 1}, bulk.name
    assert any(ticket.is_purged for end in walk.ends for ticket in end.tickets) == bool(walked.deletes)
    assert any(record.phase is Phase.REMOVED for end in walk.ends for record in end.records) == walked.removes
    told_unknown = any(worker.at is At.TOLD_UNKNOWN for end in walk.ends for worker in end.workers)
    has_requests = any(bulk.kind is not Kind.QUEUED for bulk in walked.bulks)
    assert told_unknown == (walked.is_late and has_requests)


@pytest.mark.parametrize("mistake", Mistake, ids=named)
def test_each_mistake_is_caught_by_the_promise_that_it_breaks(mistake: Mistake) -> None:
    seeded = SEEDED[mistake]
    walk = explore(seeded.scenario, mistake, *([seeded.beside] if seeded.beside else []))
    print(f"{mistake} in {seeded.scenario.name!r}: {walk.states:,} states, {len(walk.trace)} steps: {walk.broken}")
    assert walk.broken is seeded.breaks, story(walk)
    assert walk.trace


@pytest.mark.parametrize("mistake", [mistake for mistake, seeded in SEEDED.items() if seeded.beside], ids=named)
def test_a_mistake_that_is_seeded_beside_another_one_does_no_harm_alone(mistake: Mistake) -> None:
    walk = explore(SEEDED[mistake].scenario, mistake)
    assert walk.broken is None, story(walk)


def test_each_promise_is_broken_by_a_mistake() -> None:
    """One that nothing breaks might be written in such a way that nothing can."""
    assert {seeded.breaks for seeded in SEEDED.values()} == set(Invariant) - {Invariant.CAN_END}


def test_a_circle_without_a_way_out_is_found() -> None:
    """0 → 1 → 2, the end; 1 → 3 → 4 → 3."""
    froms, tos = [0, 1, 1, 3, 4], [1, 2, 3, 4, 3]
    assert endless(5, [2], froms, tos) == 3
    assert endless(5, [2], [*froms, 4], [*tos, 2]) is None
