"""Every fault at every store call of a bulk action, then a recovery: all of its tickets changed or none, each once."""

import itertools
from collections.abc import Iterator
from datetime import timedelta

from tests.bulk_sweep import recoveries
from tests.bulk_sweep.floor import PATHS, Case, Floor, carry_out, is_marked, shows, wanted
from tests.bulk_sweep.recoveries import RECOVERIES, Recovery
from tests.fakes.faults import FAULTS, Fault, Faults, Stop
from ticketing.domain.bulk import BulkAction
from ticketing.errors import Busy
from ticketing.store.table import OutcomeUnknown

LEAST = {"in one transaction": 10, "committed by marks": 40, "prepared, then committed": 60, "by a worker": 150}
"""A sweep of fewer cases has not met what it is there for."""
_UNTOUCHED = (recoveries.readers, recoveries.janitor, recoveries.the_same_again)
"""Recoveries after which the tickets show what the bulk action made of them."""


def sweep(floor: Floor, faults: Faults, path: str, action: BulkAction) -> tuple[int, list[str]]:
    """How many cases there were, and what was wrong in any of them."""
    wrong, cases = list[str](), 0
    with faults.watching():
        case = floor.case(PATHS[path], action)
    with faults.watching():
        assert carry_out(floor.table, case)
    calls = list(faults.calls)
    comers = itertools.cycle(RECOVERIES)
    for (call, name), fault in itertools.product(enumerate(calls, start=1), FAULTS):
        with faults.watching():
            case = floor.case(PATHS[path], action)
        ended = struck(floor, faults, case, call, fault)
        if not faults.has_struck:
            continue
        cases += 1
        recovery = next(comers)
        where = f"{path}, {action}: call {call} of {len(calls)}, {name}, {fault}, then {recovery.__name__}"
        with faults.watching():
            found = [*honest(floor, case, ended, fault)]
            floor.now += timedelta(minutes=3)  # no lease lasts so long
            recovery(floor, case)
            found += [*whole(floor, case, action, recovery)]
        wrong += [f"{where}: {problem}" for problem in found]
    return cases, wrong


def struck(floor: Floor, faults: Faults, case: Case, call: int, fault: Fault) -> BaseException | None:
    """How it ended; None if it was said to be done."""
    with faults.at(call, fault):
        try:
            return None if carry_out(floor.table, case) else Busy()
        except (Busy, Stop) as ended:
            return ended


def honest(floor: Floor, case: Case, ended: BaseException | None, fault: Fault) -> Iterator[str]:
    """Whether what was told is so."""
    is_committed = floor.is_committed(case)
    if ended is None and not is_committed:
        yield "said to be done, and is not"
    # Nobody is told how a worker ended: its message comes again.
    is_told = isinstance(ended, Busy) and not isinstance(ended, OutcomeUnknown) and not case.path.is_queued
    if is_told and is_committed:
        yield "said to have changed nothing, and has"
    if fault.is_healed and not is_committed:
        yield f"not healed by asking the engine again: {ended!r}"


def whole(floor: Floor, case: Case, action: BulkAction, recovery: Recovery) -> Iterator[str]:
    """All or none, no mark left, every version told once, and the bulk action once in each ticket or in none."""
    is_committed, found = floor.is_committed(case), floor.items(case)
    for id_, before in case.found.items():
        item, events = found[id_], floor.events(id_)
        if is_marked(item):
            yield f"{id_} is still marked"
        if [event.version for event in events] != list(range(1, item["version"] + 1)):
            yield f"{id_} is at version {item['version']} and has events {[event.version for event in events]}"
        ours = [event for event in events if event.bulk_id == case.bulk.id]
        if len(ours) != is_committed:
            yield f"{id_} tells of the bulk action {len(ours)} times"
        if ours and ours[0].version != before.version + 1:
            yield f"{id_} was changed at another version than was planned"
        if recovery in _UNTOUCHED and (shows(action, item) == wanted(action)) is not is_committed:
            yield f"{id_} shows {shows(action, item)}"
