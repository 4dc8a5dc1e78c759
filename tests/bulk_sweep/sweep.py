"""Every fault at every store call of a bulk action, then each recovery: all of its tickets changed or none, each once.

Many faults leave the same behind. Whoever recovers knows only what is in the table, so each recovery is played once on
everything that was left, whichever fault left it, and one of them after each fault.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from tests.bulk_sweep import recoveries
from tests.bulk_sweep.floor import PATHS, Case, Floor, Path, carry_out, is_marked, shows, wanted
from tests.bulk_sweep.recoveries import RECOVERIES, Recovery
from tests.bulk_sweep.states import state
from tests.fakes.faults import FAULTS, Fault, Faults, Stop
from ticketing.domain.bulk import BulkAction, Phase
from ticketing.errors import Busy
from ticketing.store.table import OutcomeUnknown, TransactionRefused

_LEAST = {
    "in one transaction": (10, 2),
    "committed by marks": (40, 4),
    "prepared, then committed": (60, 6),
    "prepared, then overtaken": (40, 4),
    "by a worker": (150, 8),
    "by a worker, overtaken": (200, 8),
}
"""A sweep that strikes more seldom, or leaves less behind that differs, has not met what it is there for."""
_UNTOUCHED = (recoveries.readers, recoveries.janitor, recoveries.the_same_again)
"""Recoveries after which the tickets show what the bulk action made of them."""


class ToBeGoneOnWith(Exception):
    """How a request ends that is committed and has not applied all of it, or a worker whose message comes again."""


@dataclass
class Swept:
    """What a sweep met, and what was `wrong` with it."""

    strikes: int = 0
    recoveries: int = 0
    wrong: list[str] = field(default_factory=list[str])
    left: dict[str, set[Recovery]] = field(default_factory=lambda: defaultdict(set))
    """By what was left behind: who has recovered it."""

    def check(self, path: str) -> None:
        """Nothing was wrong, and as much was met as there is on this path."""
        assert not self.wrong, "\n".join(self.wrong)
        strikes, left = _LEAST[path]
        assert self.strikes >= strikes
        assert len(self.left) >= left

    def __str__(self) -> str:
        left = f"{self.strikes} faults left {len(self.left)} different things behind"
        return f"{left}, each recovered in {len(RECOVERIES)} ways: {self.recoveries} cases"


class Sweep:
    def __init__(self, floor: Floor, faults: Faults, path: str, action: BulkAction) -> None:
        self._floor = floor
        self._faults = faults
        self._name = f"{path}, {action}"
        self._path: Path = PATHS[path]
        self._action = action
        self._comers = itertools.cycle(RECOVERIES)
        self._swept = Swept()

    def run(self) -> Swept:
        calls = self._undisturbed()
        for (call, name), fault in itertools.product(enumerate(calls, start=1), FAULTS):
            where = f"{self._name}: call {call} of {len(calls)}, {name}, {fault}"
            struck = self._strike(call, fault)
            if struck is None:
                continue
            self._swept.strikes += 1
            case, ended = struck
            with self._faults.watching():
                self._note(where, honest(self._floor, case, ended, fault))
                left = state(self._floor.table, case)
            first, *others = self._due(left)
            self._recover(where, case, left, first)
            for recovery in others:
                self._once_more(where, left, call, fault, recovery)
        return self._swept

    def _undisturbed(self) -> list[str]:
        """The calls that it makes."""
        with self._faults.watching():
            case = self._floor.case(self._path, self._action)
        with self._faults.watching():
            try:
                assert carry_out(self._floor.table, case)
            except TransactionRefused:
                assert self._path.is_refused
        return list(self._faults.calls)

    def _strike(self, call: int, fault: Fault) -> tuple[Case, BaseException | None] | None:
        """A case that was struck, and how it ended: None if it was said to be done. None if the fault met nothing."""
        with self._faults.watching():
            case = self._floor.case(self._path, self._action)
        ended: BaseException | None = None
        with self._faults.at(call, fault):
            try:
                ended = None if carry_out(self._floor.table, case) else ToBeGoneOnWith()
            except (Busy, Stop, TransactionRefused) as stopped:
                ended = stopped
        return (case, ended) if self._faults.has_struck else None

    def _due(self, left: str) -> list[Recovery]:
        """Who has not recovered this yet; else one of them all the same."""
        return [one for one in RECOVERIES if one not in self._swept.left[left]] or [next(self._comers)]

    def _once_more(self, where: str, left: str, call: int, fault: Fault, recovery: Recovery) -> None:
        struck = self._strike(call, fault)
        assert struck is not None
        with self._faults.watching():
            if state(self._floor.table, struck[0]) != left:
                self._note(where, ["it left something else behind the second time"])
        self._recover(where, struck[0], left, recovery)

    def _recover(self, where: str, case: Case, left: str, recovery: Recovery) -> None:
        with self._faults.watching():
            self._floor.now += timedelta(minutes=3)  # no lease lasts so long
            recovery(self._floor, case)
            self._note(f"{where}, then {recovery.__name__}", whole(self._floor, case, self._action, recovery))
        self._swept.recoveries += 1
        self._swept.left[left].add(recovery)

    def _note(self, where: str, problems: Iterator[str] | list[str]) -> None:
        self._swept.wrong += [f"{where}: {problem}" for problem in problems]


def honest(floor: Floor, case: Case, ended: BaseException | None, fault: Fault) -> Iterator[str]:
    """Whether what was told is so."""
    is_committed = floor.is_committed(case)
    if ended is None and floor.phase(case) is not Phase.DONE:
        yield "said to be done, and is not"
    if ended is None and any(map(is_marked, floor.items(case).values())):
        yield "said to be done, and has left a mark"
    if isinstance(ended, ToBeGoneOnWith) and not case.path.is_queued and not is_committed:
        yield "said to be committed, and is not"
    # Nobody is told how a worker ended: its message comes again.
    is_told = isinstance(ended, Busy | TransactionRefused) and not isinstance(ended, OutcomeUnknown)
    if is_told and not case.path.is_queued and is_committed:
        yield "said to have changed nothing, and has"
    if fault.is_healed and is_committed is case.path.is_refused:
        yield f"not healed by asking the engine again: {ended!r}"


def whole(floor: Floor, case: Case, action: BulkAction, recovery: Recovery) -> Iterator[str]:
    """All or none, no mark left, every version told once, and the bulk action once in each ticket or in none."""
    is_committed, found = floor.is_committed(case), floor.items(case)
    if (recovery is recoveries.janitor or _is_worked_off(case, recovery)) and not floor.is_at_rest(case):
        yield f"its record has not come to its end: {floor.phase(case)}"
    for id_, before in case.before.items():
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


def _is_worked_off(case: Case, recovery: Recovery) -> bool:
    """Whether the worker has come again."""
    return case.path.is_queued and recovery is recoveries.the_same_again
