"""Walks every state that a scenario can reach, breadth first: the first violation is one of the shortest."""

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from tests.unit.bulk_model import invariants, janitor, others, request, worker
from tests.unit.bulk_model.invariants import Invariant, View
from tests.unit.bulk_model.mistakes import Mistake
from tests.unit.bulk_model.scenario import Member, Rules, Scenario
from tests.unit.bulk_model.settling import Moves
from tests.unit.bulk_model.state import OVER, At, Late, State, Worker
from tests.unit.bulk_model.transactions import EFFECTS, effect

type Step = Callable[[Rules, State, int], Moves]

APPLYING: dict[At, Step] = {At.APPLY: worker.apply, At.FINISH: worker.finish}
OF_A_WORKER: dict[At, Step] = APPLYING | {
    At.LOOK: worker.look,
    At.BEGIN: worker.begin,
    At.PREPARE: worker.prepare,
    At.JUDGE: worker.judge,
    At.WRITE: worker.write,
    At.RELEASE: worker.release,
}
OF_A_REQUEST: dict[At, Step] = APPLYING | {
    At.LOOK: request.look,
    At.TRANSACT: request.transact,
    At.ASK: request.ask,
    At.PREPARE: request.prepare,
    At.STOP: request.stop,
    At.STOP_UNKNOWN: request.stop,
    At.CLEAR: request.clear,
}
OF_THE_JANITOR: dict[At, Step] = APPLYING | {At.LOOK: janitor.look, At.CLEAR: janitor.clear}


@dataclass(frozen=True, slots=True)
class Walk:
    states: int
    transitions: int
    ends: tuple[State, ...]
    """In which nothing is left to do."""
    broken: Invariant | None
    trace: tuple[str, ...]
    """The steps that lead to what is broken; with them what the table then holds."""


def explore(scenario: Scenario, *mistakes: Mistake) -> Walk:
    return _Explorer(Rules(scenario, frozenset(mistakes))).walk()


def moves(rules: Rules, state: State) -> Moves:
    """All that may happen next."""
    for who, at_work in enumerate(state.workers):
        if at_work.at not in OVER:
            yield from work(rules, state, who, at_work)
    yield from arrive(rules, state)
    yield from others.single_write(rules, state)
    yield from others.pass_by(rules, state)
    yield from others.end_leases(rules, state)
    yield from others.purge(rules, state)
    yield from janitor.come_back(rules, state)


def work(rules: Rules, state: State, who: int, at_work: Worker) -> Moves:
    member = rules.crew[who]
    dead = state.with_worker(who, Worker() if member.comes_again else worker.ENDED)
    if at_work.at is not At.LOOK:
        yield f"{member.name} dies", dead
        if not member.is_request and at_work.at in EFFECTS and request.can_be_late(rules, state):
            yield f"{member.name} gets no answer, and comes again", dead._replace(late=Late(who, at_work))
    for deed, after in steps_of(member)[at_work.at](rules, state, who):
        yield f"{member.name} {deed}", after


def steps_of(member: Member) -> dict[At, Step]:
    if member.is_janitor:
        return OF_THE_JANITOR
    return OF_A_REQUEST if member.is_request else OF_A_WORKER


def arrive(rules: Rules, state: State) -> Moves:
    """A transaction that its sender gave up comes to the engine now, or never does."""
    if state.late is None:
        return
    who, sent = state.late
    name, there = rules.crew[who].name, state._replace(late=None)
    yield f"what {name} sent is lost", there
    after = effect(rules, there, who, sent)
    if after is not None:
        yield f"what {name} sent arrives late", after


@dataclass(slots=True)
class _Explorer:
    rules: Rules
    order: list[State] = field(default_factory=list)
    seen: dict[State, int] = field(default_factory=dict)
    parents: array[int] = field(default_factory=lambda: array("i"))
    froms: array[int] = field(default_factory=lambda: array("i"))
    tos: array[int] = field(default_factory=lambda: array("i"))
    ends: list[int] = field(default_factory=list)

    def walk(self) -> Walk:
        self.meet(self.rules.scenario.start, -1)
        for index, state in enumerate(self.order):  # which grows meanwhile
            if broken := self.leave(index, state):
                return self.told(*broken)
        stuck = endless(len(self.order), self.ends, self.froms, self.tos)
        return self.told(None, []) if stuck is None else self.told(Invariant.CAN_END, self.path(stuck))

    def leave(self, index: int, state: State) -> tuple[Invariant, list[State]] | None:
        """Go to all neighbours of a state."""
        saw = invariants.views(self.rules, state)
        is_end = True
        for _, after in moves(self.rules, state):
            if after == state:
                continue
            is_end = False
            if broken := self.broken(state, after, saw):
                return broken, [*self.path(index), after]
            self.froms.append(index)
            self.tos.append(self.meet(after, index))
        if is_end:
            self.ends.append(index)
            if broken := invariants.broken_at_end(self.rules, state):
                return broken, self.path(index)
        return None

    def meet(self, state: State, parent: int) -> int:
        index = self.seen.setdefault(state, len(self.order))
        if index == len(self.order):
            self.order.append(state)
            self.parents.append(parent)
        return index

    def broken(self, before: State, after: State, saw: tuple[View, ...]) -> Invariant | None:
        if after.tickets is before.tickets and after.records is before.records:
            return invariants.broken_answer(self.rules, after)  # nothing was written
        return invariants.broken_by(self.rules, before, after, saw, is_new=after not in self.seen)

    def path(self, index: int) -> list[State]:
        return list(self.backwards(index))[::-1]

    def backwards(self, index: int) -> Iterator[State]:
        while index >= 0:
            yield self.order[index]
            index = self.parents[index]

    def told(self, broken: Invariant | None, path: list[State]) -> Walk:
        ends = tuple(self.order[index] for index in self.ends)
        return Walk(len(self.order), len(self.tos), ends, broken, tuple(trace(self.rules, path)))


def endless(states: int, ends: Sequence[int], froms: Sequence[int], tos: Sequence[int]) -> int | None:
    """A state from which no way leads to an end: transitions are followed backwards until they lead to nothing new."""
    can_end = bytearray(states)
    for index in ends:
        can_end[index] = 1
    adds = True
    while adds:
        adds = False
        for nth in range(len(tos) - 1, -1, -1):
            if can_end[tos[nth]] and not can_end[froms[nth]]:
                can_end[froms[nth]] = adds = True
    first = can_end.find(0)
    return None if first < 0 else first


def trace(rules: Rules, path: list[State]) -> Iterator[str]:
    for before, after in pairwise(path):
        deed = next(deed for deed, found in moves(rules, before) if found == after)
        yield f"{deed:58} {held(rules, after)}".rstrip()


def held(rules: Rules, state: State) -> str:
    """What the table holds: `0:v1 A +mark B/1` is ticket 0 at version 1, changed by A, marked by attempt 1 of B."""
    told = [_ticket(rules, number, state) for number in range(len(state.tickets))]
    bulks = zip(rules.scenario.bulks, state.records, strict=True)
    return "  ".join([*told, *(f"{bulk.name}={record.phase}/{record.attempt}" for bulk, record in bulks)])


def _ticket(rules: Rules, number: int, state: State) -> str:
    ticket = state.tickets[number]
    if ticket.is_purged:
        return f"{number}:purged"
    mark = f"+mark {rules.name(ticket.mark)}/{ticket.mark.attempt}" if ticket.mark else ""
    return " ".join(part for part in (f"{number}:v{ticket.version}", ",".join(ticket.changes), mark) if part)
