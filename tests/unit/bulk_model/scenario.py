"""Who takes part in a walk."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from tests.unit.bulk_model.mistakes import Mistake
from tests.unit.bulk_model.state import Mark, Record, State, Ticket, Worker, Writer, Writing


class Kind(StrEnum):
    NATIVE = "native"
    ONE_TRANSACTION_COMMITS = "one transaction commits"
    INTENT = "intent"


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
    kind: Kind = Kind.INTENT
    workers: int = 1
    """How many at the same time: an intent's message is delivered twice, a request is sent again."""
    judges_again: bool = False
    """A ticket that changed between plan and mark is judged again, as without `expected_versions`; else it blocks."""
    undoes: int | None = None
    """The bulk action (its place in the scenario) whose result it takes back."""


@dataclass(frozen=True, slots=True)
class Scenario:
    name: str
    bulks: tuple[Bulk, ...]
    attempts: int = 2
    """How often an intent is tried before it has failed."""
    writes: int | None = None
    """The ticket that a single writer changes."""
    passers_by: PassersBy = PassersBy.AT_ONCE
    removes: bool = False
    """The janitor removes records, at any time after their end."""
    deletes: frozenset[str] = frozenset()
    """Whose change deletes a ticket, which may then be purged at any time, unless another change restored it."""

    @property
    def start(self) -> State:
        many = 1 + max(number for bulk in self.bulks for number in bulk.tickets)
        return State(
            tickets=(Ticket(),) * many,
            records=tuple(Record(plan=(0,) * len(bulk.tickets)) for bulk in self.bulks),
            workers=(Worker(),) * sum(bulk.workers for bulk in self.bulks),
            writer=Writer(Writing.ABSENT if self.writes is None else Writing.READ),
        )


class Member(NamedTuple):
    """Of the crew: whose worker this is."""

    bulk: int
    comes_again: bool
    """Its message comes again whenever it dies; a request's retry or the janitor goes on where a request died."""
    name: str


@dataclass(frozen=True)
class Rules:
    """A scenario, and the one mistake that everybody in it makes."""

    scenario: Scenario
    mistake: Mistake | None = None

    @cached_property
    def crew(self) -> tuple[Member, ...]:
        return tuple(
            Member(number, nth == 0 or bulk.kind is not Kind.INTENT, f"{bulk.name}'s worker {nth + 1}")
            for number, bulk in enumerate(self.scenario.bulks)
            for nth in range(bulk.workers)
        )

    def name(self, mark: Mark) -> str:
        return self.scenario.bulks[mark.bulk].name

    def mark(self, bulk: int, attempt: int) -> Mark:
        return Mark(bulk, 0 if self.mistake is Mistake.MARK_WITHOUT_ATTEMPT else attempt)
