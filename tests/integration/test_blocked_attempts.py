"""A large bulk action that is blocked while its tickets are marked: whatever fails then, every blocker is told."""

import contextlib
import itertools
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bulk_worker.work import Worker
from tests.builders import an_occasion
from tests.bulk_sweep.floor import LATER, ORGANISATION, PATHS, Case, Floor, queue, work
from tests.fakes.faults import FAULTS, Faults, Stop
from tests.integration.aws import Aws
from ticketing.domain import ticket as rules
from ticketing.domain.bulk import BulkAction, Kind, Phase
from ticketing.domain.ticket import Priority
from ticketing.errors import Busy
from ticketing.store import bulks, tickets
from ticketing.store.marks import MARK
from ticketing.store.table import Table

_LEAST_CASES = 150


def planned(floor: Floor) -> tuple[Case, set[str]]:
    """A large bulk action behind whose plan all tickets but one are deleted; and these."""
    case = floor.case(PATHS["by a worker"], BulkAction(Kind.PRIORITY, Priority.LOW))
    bulk = queue(floor.table, case)
    minutes = iter([300.0, 0.0])  # time enough to plan, and no more
    worker = Worker(floor.table, remaining_s=lambda: next(minutes), sizes=case.path.sizes)
    assert not worker.bring_to_end(bulk.id)
    _, *gone = case.found
    for id_ in gone:
        tickets.change(floor.table, ORGANISATION, id_, lambda ticket: rules.delete(ticket, on=an_occasion(now=LATER)))
    return case, set(gone)


def problems(floor: Floor, case: Case, gone: set[str]) -> Iterator[str]:
    bulk = bulks.get(floor.table, case.bulk.id)
    assert bulk is not None
    told = {one.ticket_id for one in bulks.plan_of(floor.table, bulk, case.path.sizes.page).blockers}
    if (bulk.phase, bulk.counts.blocked) != (Phase.BLOCKED, len(gone)):
        yield f"it is {bulk.phase} with {bulk.counts.blocked} blockers, {bulk.failure}"
    if told != gone:
        yield f"it tells of {len(told)} blockers"
    if marked := [id_ for id_, item in floor.items(case).items() if MARK in item]:
        yield f"{len(marked)} tickets are still marked"


def test_whatever_fails_every_blocker_is_told(aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    faults = Faults(aws.table._client)
    floor = Floor(Table(aws.table._client, aws.table._name, sleep=lambda _: None))
    with faults.watching():
        case, _ = planned(floor)
    with faults.watching():
        assert work(floor.table, case)
    wrong, cases = list[str](), 0
    for (call, name), fault in itertools.product(enumerate(list(faults.calls), 1), FAULTS):
        with faults.watching():
            case, gone = planned(floor)
        with faults.at(call, fault), contextlib.suppress(Busy, Stop):
            work(floor.table, case)
        if not faults.has_struck:
            continue
        cases += 1
        with faults.watching():
            floor.now += timedelta(minutes=3)  # no lease lasts so long
            assert work(floor.table, case)
            wrong += [f"call {call}, {name}, {fault}: {one}" for one in problems(floor, case, gone)]
    with capsys.disabled():
        print(f"\n{cases} faults of a bulk action that is blocked while its tickets are marked")
    assert not wrong, "\n".join(wrong)
    assert cases >= _LEAST_CASES
