"""Walks every state that a scenario can reach, breadth first: the first violation is one of the shortest."""

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from tests.unit.bulk_model import intent, invariants, one_transaction, others
from tests.unit.bulk_model.invariants import Invariant, View
from tests.unit.bulk_model.mistakes import Mistake
from tests.unit.bulk_model.scenario import Kind, Rules, Scenario
from tests.unit.bulk_model.settling import Moves
from tests.unit.bulk_model.state import At, State, Worker

type Step = Callable[[Rules, State, int], Moves]

STEPS: dict[At, Step] = {
    At.TRANSACT: one_transaction.transact,
    At.PREPARE: intent.prepare,
    At.COMMIT: intent.commit,
    At.APPLY: intent.apply,
    At.FINISH: intent.finish,
    At.RELEASE: intent.release,
}


@dataclass(frozen=True, slots=True)
class Walk:
    states: int
    transitions: int
    ends: tuple[State, ...]
    """In which nothing is left to do."""
    broken: Invariant | None
    trace: tuple[str, ...]
    """The steps that lead to what is broken; with them what the table then holds."""


def explore(scenario: Scenario, mistake: Mistake | None = None) -> Walk:
    return _Explorer(Rules(scenario, mistake)).walk()


def moves(rules: Rules, state: State) -> Moves:
    """All that may happen next."""
    for who, worker in enumerate(state.workers):
        if worker.at is not At.END:
            yield from work(rules, state, who, worker)
    yield from others.single_write(rules, state)
    yield from others.pass_by(rules, state)
    yield from others.end_leases(rules, state)
    yield from others.purge(rules, state)
    yield from others.remove(rules, state)


def work(rules: Rules, state: State, who: int, worker: Worker) -> Moves:
    member = rules.crew[who]
    if worker.at is At.LOOK:
        is_intent = rules.scenario.bulks[member.bulk].kind is Kind.INTENT
        step: Step = intent.look if is_intent else one_transaction.look
    else:
        step = STEPS[worker.at]
        yield f"{member.name} dies", state.with_worker(who, Worker() if member.comes_again else intent.ENDED)
    for deed, after in step(rules, state, who):
        yield f"{member.name} {deed}", after


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
            return None  # nothing was written
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
