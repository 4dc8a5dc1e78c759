"""Who takes part in a walk."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from tests.unit.bulk_model.mistakes import Mistake
from tests.unit.bulk_model.state import Mark, Phase, Record, State, Ticket, Worker, Writer, Writing


class Kind(StrEnum):
    NATIVE = "one transaction changes all"
    ONE_TRANSACTION_COMMITS = "one transaction commits"
    """It marks the tickets for which it has no room to change them."""
    INTENT = "prepared by its request"
    QUEUED = "prepared by a worker"


class PassersBy(StrEnum):
    """Readers and the janitor, who settle the marks that they meet."""

    NONE = "none"
    AT_ONCE = "at once"
    """Any number, each of whom reads and writes at one instant."""
    SLOW = "slow"
    """One at a time, who may stop between reading and writing."""


@dataclass(frozen=True, slots=True)
class Bulk:
    name: str
    tickets: tuple[int, ...]
    kind: Kind = Kind.QUEUED
    workers: int = 1
    """How many workers at the same time: a message is delivered twice."""
    last: int = 1
    """How many tickets the transaction marks or changes that commits. Each other one marks one ticket."""
    changes: int = 0
    """How many tickets, the last ones, the transaction that commits changes itself: it marks only the others."""
    judges_again: bool = False
    """A ticket that changed between plan and mark is judged again, as without `expected_versions`; else it blocks."""
    is_filter: bool = False
    """A ticket may be left out at any time: its chat is deleted, so the filter does not find it any more."""
    is_so_by: str | None = None
    """Whose change sets what this one sets: a ticket that it was the last to change is spared."""
    restores: bool = False
    undoes: int | None = None
    """The bulk action (its place in the scenario) whose result it takes back."""
    key: str | None = None
    """The idempotency key of its request."""


@dataclass(frozen=True, slots=True)
class Scenario:
    name: str
    bulks: tuple[Bulk, ...]
    attempts: int = 2
    """How often a worker tries before it has failed."""
    writes: int | None = None
    """The ticket that a single writer changes."""
    passers_by: PassersBy = PassersBy.AT_ONCE
    removes: bool = False
    """The janitor removes records, at any time after their end."""
    gives_up: bool = False
    """The janitor fails what a worker has not brought to an end within a day."""
    is_late: bool = False
    """An answer may be lost, and the engine carry out the transaction at any time after that, or never."""
    deletes: frozenset[str] = frozenset()
    """Whose change deletes a ticket, which may then be purged at any time, unless another change restored it."""

    @property
    def start(self) -> State:
        """Requests of a worker's bulk actions have written them down; an undo follows what it undoes."""
        many = 1 + max(number for bulk in self.bulks for number in bulk.tickets)
        is_queued = [bulk.kind is Kind.QUEUED and bulk.undoes is None for bulk in self.bulks]
        return State(
            tickets=(Ticket(),) * many,
            records=tuple(Record(Phase.QUEUED if queued else Phase.NONE) for queued in is_queued),
            workers=(Worker(),) * len(Rules(self).crew),
            writer=Writer(Writing.ABSENT if self.writes is None else Writing.READ),
        )


class Member(NamedTuple):
    """Of the crew: whose worker this is."""

    bulk: int
    comes_again: bool
    """A message comes again whenever its worker dies, and so does the janitor; a request does not."""
    name: str
    is_request: bool = False
    is_janitor: bool = False
    """Of a bulk action of one request: it goes on where that ended."""


@dataclass(frozen=True)
class Rules:
    """A scenario, and the mistakes that everybody in it makes."""

    scenario: Scenario
    mistakes: frozenset[Mistake] = frozenset()

    @cached_property
    def crew(self) -> tuple[Member, ...]:
        crew = list[Member]()
        for number, bulk in enumerate(self.scenario.bulks):
            if bulk.kind is Kind.QUEUED:
                crew += [Member(number, nth == 0, f"{bulk.name}'s worker {nth + 1}") for nth in range(bulk.workers)]
            else:
                crew.append(Member(number, comes_again=False, name=f"{bulk.name}'s request", is_request=True))
            if bulk.kind in {Kind.ONE_TRANSACTION_COMMITS, Kind.INTENT}:
                crew.append(Member(number, comes_again=True, name=f"{bulk.name}'s janitor", is_janitor=True))
        return tuple(crew)

    def bulk_of(self, who: int) -> Bulk:
        return self.scenario.bulks[self.crew[who].bulk]

    def name(self, mark: Mark) -> str:
        return self.scenario.bulks[mark.bulk].name

    def mark(self, bulk: int, attempt: int) -> Mark:
        return Mark(bulk, 0 if Mistake.MARK_WITHOUT_ATTEMPT in self.mistakes else attempt)
