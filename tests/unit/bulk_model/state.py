"""What the table holds and where everybody stands. Plain tuples: hashed and compared a million times.

Fields that no actor may read, because the table does not hold them, are said to be ghosts: invariants are about them.
"""

from enum import StrEnum
from typing import NamedTuple


class Mark(NamedTuple):
    """On a ticket: this attempt of this bulk action (its place in the scenario) intends to change it."""

    bulk: int
    attempt: int


class Ticket(NamedTuple):
    changes: tuple[str, ...] = ()
    """Who changed it, in order: a name of a bulk action, or `writer`. Kept as a ghost when the ticket is purged."""
    version: int = 0
    events: tuple[int, ...] = ()
    """The versions of its events, in the order in which they were written. A purge removes them before the ticket."""
    mark: Mark | None = None
    is_purged: bool = False
    is_expired: bool = False
    """It is deleted, and the time in which it can be restored is over. Nobody sees it any more."""

    @property
    def is_open(self) -> bool:
        """It may be changed: restored, if it is deleted."""
        return not (self.is_purged or self.is_expired)

    def changed(self, name: str, *, with_event: bool = True) -> "Ticket":
        version = self.version + 1
        events = (*self.events, version) if with_event else self.events
        return Ticket((*self.changes, name), version, events, self.mark)

    def marked(self, mark: Mark | None) -> "Ticket":
        return Ticket(self.changes, self.version, self.events, mark, self.is_purged, self.is_expired)

    def purged(self) -> "Ticket":
        return Ticket(self.changes, self.version, mark=None, is_purged=True)


LEFT_OUT = -1
"""In a plan, for the version of a ticket that was judged again and in which nothing is to change."""


class Phase(StrEnum):
    NONE = "none"
    PENDING = "pending"
    ABORTED = "aborted"
    COMMITTED = "committed"
    DONE = "done"
    FAILED = "failed"
    REMOVED = "removed"


class Record(NamedTuple):
    """`BULK#id` and its pages."""

    phase: Phase = Phase.NONE
    attempt: int = 0
    plan: tuple[int, ...] = ()
    """The version at which each ticket was judged. A ghost of the one-transaction kinds and of a removed record."""
    has_committed: bool = False
    """A ghost: it ever did."""

    def turned(self, phase: Phase) -> "Record":
        return Record(phase, self.attempt, self.plan, self.has_committed or phase is Phase.COMMITTED)

    def judged(self, place: int, version: int) -> "Record":
        plan = (*self.plan[:place], version, *self.plan[place + 1 :])
        return Record(self.phase, self.attempt, plan, self.has_committed)


class At(StrEnum):
    """What a worker does next."""

    LOOK = "look at the record"
    TRANSACT = "transact"
    PREPARE = "prepare"
    COMMIT = "commit"
    APPLY = "apply"
    FINISH = "finish"
    RELEASE = "release"
    END = "end"


class Worker(NamedTuple):
    """A delivery of a bulk action's message, or a request that carries one out; both may come again."""

    at: At = At.LOOK
    place: int = 0
    """In its bulk action's list of tickets."""
    attempt: int = 0
    read: tuple[int, ...] = ()
    """The versions that a request read; workers of an intent read the record's plan."""


class Writing(StrEnum):
    ABSENT = "absent"
    READ = "read"
    WRITE = "write"
    ACKNOWLEDGED = "acknowledged"
    NOT_FOUND = "not found"


class Writer(NamedTuple):
    """Of a single ticket."""

    at: Writing
    version: int = 0


class Verdict(StrEnum):
    """What a record says about a mark."""

    APPLY = "apply"
    RELEASE = "release"
    WAIT = "wait"


class Settler(NamedTuple):
    """Who met a mark and takes its time: reads the ticket, then the record, then writes."""

    ticket: int = -1
    seen: Ticket | None = None
    verdict: Verdict | None = None


class Remover(NamedTuple):
    """The janitor between two tickets of a record that it would remove."""

    bulk: int = -1
    place: int = 0


NOBODY = Settler()
NOTHING = Remover()


class State(NamedTuple):
    tickets: tuple[Ticket, ...]
    records: tuple[Record, ...]
    workers: tuple[Worker, ...]
    writer: Writer
    settler: Settler = NOBODY
    remover: Remover = NOTHING

    def with_ticket(self, number: int, ticket: Ticket) -> "State":
        return State(put(self.tickets, number, ticket), self.records, self.workers, *self[3:])

    def with_record(self, bulk: int, record: Record) -> "State":
        return State(self.tickets, put(self.records, bulk, record), self.workers, *self[3:])

    def with_worker(self, who: int, worker: Worker) -> "State":
        return State(self.tickets, self.records, put(self.workers, who, worker), *self[3:])


def put[T](row: tuple[T, ...], place: int, value: T) -> tuple[T, ...]:
    return (*row[:place], value, *row[place + 1 :])
