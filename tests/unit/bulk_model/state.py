"""What the table holds and where everybody stands. Plain tuples: hashed and compared a million times.

Fields that no actor may read, because the table does not hold them, are said to be ghosts: invariants are about them.
"""

from enum import StrEnum
from typing import NamedTuple


class Mark(NamedTuple):
    """On a ticket: this attempt of this bulk action (its place in the scenario) intends to change it.

    The target that a real mark carries is that of the version at which it was put, which the ticket keeps meanwhile.
    """

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


SPARED = -1
"""In a plan, instead of a version: the ticket is not to be changed, being so already or left out."""
BLOCKER = -2
"""It may not be changed, so nothing is."""
OWN_BLOCKER = -3
"""The same, because of a mark of the very bulk action that asks."""

type Plan = tuple[int, ...]
"""At which version each ticket was judged, or SPARED or a blocker."""


class Phase(StrEnum):
    NONE = "none"
    QUEUED = "queued"
    PREPARING = "preparing"
    ABORTED = "aborted"
    COMMITTED = "committed"
    DONE = "done"
    BLOCKED = "blocked"
    FAILED = "failed"
    REMOVED = "removed"


class Judged(NamedTuple):
    """What a ticket was judged to be again, and by which attempt; attempt 0 says that there is no such item."""

    attempt: int = 0
    value: int = 0


class Record(NamedTuple):
    """`BULK#id`, its pages and its JUDGED items."""

    phase: Phase = Phase.NONE
    attempt: int = 1
    pages: Plan = ()
    """As it was planned. A ghost of a removed record."""
    judged: tuple[Judged, ...] = ()
    counted: int = 0
    """So many tickets were judged again to be spared."""
    has_committed: bool = False
    """A ghost: it ever did."""
    spared: int = 0
    """A ghost: bits of the tickets that were ever judged again to be spared."""
    has_blocked_itself: bool = False
    """A ghost."""

    @property
    def plan(self) -> Plan:
        """What is known of each ticket: the pages, with what was judged again."""
        if not self.judged:
            return self.pages
        return tuple([to.value if to.attempt else page for page, to in zip(self.pages, self.judged, strict=True)])

    def turned(self, phase: Phase) -> "Record":
        has_committed = self.has_committed or phase in {Phase.COMMITTED, Phase.DONE}
        return self._replace(phase=phase, has_committed=has_committed)

    def begun(self, plan: Plan) -> "Record":
        return self._replace(phase=Phase.PREPARING, pages=plan, judged=(Judged(),) * len(plan))

    def with_judged(self, place: int, attempt: int, value: int) -> "Record":
        after = self._replace(judged=put(self.judged, place, Judged(attempt, value)))
        if value == SPARED:
            after = after._replace(counted=self.counted + 1, spared=self.spared | 1 << place)
        return after


class At(StrEnum):
    """What a worker or a request does next."""

    LOOK = "look at the record"
    BEGIN = "write the plan"
    PREPARE = "mark"
    JUDGE = "judge a ticket again"
    WRITE = "write what it judged"
    TRANSACT = "transact"
    ASK = "ask whether it was written"
    STOP = "abort: it was refused"
    STOP_UNKNOWN = "abort: nobody answered"
    CLEAR = "take its marks off"
    FAIL = "write that it has failed"
    APPLY = "apply"
    FINISH = "finish"
    RELEASE = "release"
    END = "end"
    TOLD_DONE = "told that all is changed"
    TOLD_NOTHING = "told that nothing is changed"
    TOLD_UNKNOWN = "told that nobody knows"


OVER = frozenset({At.END, At.TOLD_DONE, At.TOLD_NOTHING, At.TOLD_UNKNOWN})


class Worker(NamedTuple):
    """A delivery of a bulk action's message, a request, or the janitor where a request has ended; what it remembers."""

    at: At = At.LOOK
    attempt: int = 0
    place: int = 0
    """In its bulk action's list of tickets."""
    done: int = 0
    """Bits of the tickets that need no mark any more."""
    plan: Plan = ()
    """As it was read once; how tickets were judged again later is not in it."""
    read: int = 0
    """What it judged a ticket to be."""


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


class Janitor(NamedTuple):
    """Between two tickets of a bulk action that it would fail or remove; `phase` and `attempt` as it read them."""

    bulk: int = -1
    place: int = 0
    phase: Phase = Phase.NONE
    attempt: int = 0


class Late(NamedTuple):
    """A transaction that its sender gave up; the engine may still carry it out."""

    who: int
    worker: Worker


NOBODY = Settler()
IDLE = Janitor()


class State(NamedTuple):
    tickets: tuple[Ticket, ...]
    records: tuple[Record, ...]
    workers: tuple[Worker, ...]
    writer: Writer
    settler: Settler = NOBODY
    janitor: Janitor = IDLE
    late: Late | None = None

    def with_ticket(self, number: int, ticket: Ticket) -> "State":
        return State(put(self.tickets, number, ticket), self.records, self.workers, *self[3:])

    def with_record(self, bulk: int, record: Record) -> "State":
        return State(self.tickets, put(self.records, bulk, record), self.workers, *self[3:])

    def with_worker(self, who: int, worker: Worker) -> "State":
        return State(self.tickets, self.records, put(self.workers, who, worker), *self[3:])


def put[T](row: tuple[T, ...], place: int, value: T) -> tuple[T, ...]:
    return (*row[:place], value, *row[place + 1 :])
