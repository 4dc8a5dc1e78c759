"""The bulk protocol holds in every order of its steps, and each mistake that the model knows is caught.

`LODGESTORY_BULK_MODEL=large` walks the large scenarios too (minutes, and a gigabyte); `-s` shows all counts.
"""

import os

import pytest

from tests.unit.bulk_model.explorer import endless, explore
from tests.unit.bulk_model.invariants import Invariant
from tests.unit.bulk_model.mistakes import Mistake
from tests.unit.bulk_model.scenario import Kind, Scenario
from tests.unit.bulk_model.scenarios import LARGE, SMALL, scenario
from tests.unit.bulk_model.seeded import SEEDED
from tests.unit.bulk_model.state import Phase
from tests.unit.bulk_model.telling import counts, story

WALKED = (*SMALL, *LARGE) if os.environ.get("LODGESTORY_BULK_MODEL") == "large" else SMALL


def named(value: Scenario | Mistake) -> str:
    return value.name.replace(" ", "-").replace(",", "") if isinstance(value, Scenario) else value


@pytest.mark.parametrize("walked", WALKED, ids=named)
def test_every_order_of_steps_keeps_all_promises(walked: Scenario) -> None:
    walk = explore(walked)
    print(counts(walked, walk))
    assert walk.broken is None, story(walk)

    for number, bulk in enumerate(
        walked.bulks
    ):  # a scenario in which something cannot happen would prove nothing of it
        outcomes = {end.records[number].has_committed for end in walk.ends}
        assert outcomes == {True, False} if bulk.kind is Kind.INTENT else True in outcomes, bulk.name
    assert any(ticket.is_purged for end in walk.ends for ticket in end.tickets) == bool(walked.deletes)
    assert any(record.phase is Phase.REMOVED for end in walk.ends for record in end.records) == walked.removes


@pytest.mark.parametrize("mistake", Mistake, ids=named)
def test_each_mistake_is_caught_by_the_promise_that_it_breaks(mistake: Mistake) -> None:
    seeded = SEEDED[mistake]
    walk = explore(seeded.scenario, mistake)
    print(f"{mistake} in {seeded.scenario.name!r}: {walk.states:,} states, {len(walk.trace)} steps: {walk.broken}")
    assert walk.broken is seeded.breaks, story(walk)
    assert walk.trace


def test_each_promise_is_broken_by_a_mistake() -> None:
    """One that nothing breaks might be written in such a way that nothing can."""
    assert {seeded.breaks for seeded in SEEDED.values()} == set(Invariant) - {Invariant.NO_MARK, Invariant.CAN_END}


def test_prepare_checks_the_record_or_a_dead_worker_leaves_a_mark_behind_the_janitor() -> None:
    walk = explore(scenario("nobody passes by"), Mistake.PREPARE_WITHOUT_RECORD)
    assert walk.broken is Invariant.NO_MARK, story(walk)


def test_a_mark_that_comes_too_late_does_no_harm_where_tickets_are_not_judged_again_and_are_read() -> None:
    """So prepare may go without its check of the record only under both conditions."""
    walk = explore(scenario("slow settlers"), Mistake.PREPARE_WITHOUT_RECORD)
    assert walk.broken is None, story(walk)


def test_a_record_that_is_done_may_have_marks_left() -> None:
    """Nobody waits for whoever settles a ticket, so the janitor's check is what makes the removal safe."""
    walk = explore(scenario("records removed"), Mistake.RECORD_REMOVED_WITHOUT_CHECK)
    assert "A=done" in walk.trace[-2] or "M=done" in walk.trace[-2]
    assert "+mark" in walk.trace[-2]


def test_a_circle_without_a_way_out_is_found() -> None:
    """0 → 1 → 2, the end; 1 → 3 → 4 → 3."""
    froms, tos = [0, 1, 1, 3, 4], [1, 2, 3, 4, 3]
    assert endless(5, [2], froms, tos) == 3
    assert endless(5, [2], [*froms, 4], [*tos, 2]) is None
