"""Bulk actions: one change for many tickets, all of them or none; what one is, and how far it has come.

| phase     | what holds                                                              | it goes on to             |
|-----------|-------------------------------------------------------------------------|---------------------------|
| queued    | its tickets are named; none was looked at                               | preparing, blocked, done  |
| preparing | the present attempt marks each ticket; nothing can be seen of it        | committed, aborted, blocked |
| aborted   | that attempt took too long: its marks mean nothing any more             | preparing again, failed   |
| committed | all tickets are changed for whoever reads them by id; some carry a mark | done                      |
| done      | every ticket was changed itself                                         | –                         |
| blocked   | one ticket at least may not be changed; nothing was                     | –                         |
| failed    | something else kept it from being done; nothing was changed             | –                         |

One that fits into a transaction begins as committed or done.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import batched

from ticketing.domain.bulk_audience import Audience
from ticketing.domain.events import Source
from ticketing.domain.principal import Actor
from ticketing.domain.query import Position, TicketQuery
from ticketing.domain.ticket import Occasion, Priority
from ticketing.domain.workflow import Status, StatusCategory
from ticketing.errors import BulkInProgress, TicketingError, UndoExpired

UNDO_FOR = timedelta(minutes=10)
KEPT = timedelta(days=30)
"""So long a bulk action can be asked about; the janitor removes it then."""

FINISHED_AFTER = timedelta(minutes=1)
"""When the janitor looks after one that has not come to its end."""

ATTEMPTS = 3
"""So often a worker begins anew before the bulk action has failed."""
MOST = 10_000
"""Tickets of one bulk action."""
MOST_AT_ONCE = 100
"""Tickets of one that is done while its caller waits."""


class Kind(StrEnum):
    ASSIGN = "assign"
    STATUS = "status"
    PRIORITY = "priority"
    DELETE = "delete"
    RESTORE = "restore"


class Phase(StrEnum):
    QUEUED = "queued"
    PREPARING = "preparing"
    ABORTED = "aborted"
    COMMITTED = "committed"
    DONE = "done"
    BLOCKED = "blocked"
    FAILED = "failed"

    @property
    def is_committed(self) -> bool:
        return self in {Phase.COMMITTED, Phase.DONE}

    @property
    def is_over(self) -> bool:
        """Nothing goes on from here; of what was not done, marks may be left."""
        return self in {Phase.DONE, Phase.BLOCKED, Phase.FAILED}


@dataclass(frozen=True, slots=True)
class ToCategory:
    """The first status of a category, in the order of the ticket's own workflow, that may follow its present one."""

    category: StatusCategory


@dataclass(frozen=True, slots=True)
class Resolved:
    """The status of a ticket that was resolved at that time, which an undo sets back with it."""

    status: Status
    at: datetime


type Value = str | Priority | ToCategory | None
type Target = str | Priority | Status | Resolved | None
"""What a field is set to: an assignee or nobody, a priority, a status; None for what is deleted or restored."""


def status_of(target: Target) -> Status | None:
    """The status that a field is set to, if it is one."""
    if isinstance(target, Resolved):
        return target.status
    return target if isinstance(target, Status) else None


@dataclass(frozen=True, slots=True)
class BulkAction:
    """What is done to each ticket.

    | kind            | value                                        |
    |-----------------|----------------------------------------------|
    | assign          | the id of a member or team; None for nobody  |
    | status          | a status id, or ToCategory                   |
    | priority        | a priority                                   |
    | delete, restore | None                                         |
    """

    kind: Kind
    value: Value = None

    @property
    def needs_workflow(self) -> bool:
        return self.kind is Kind.STATUS

    @property
    def finds_deleted(self) -> bool:
        return self.kind is Kind.RESTORE


@dataclass(frozen=True, slots=True)
class Step:
    """What will be done to one ticket, at the version that it was decided on; `previous` is what an undo sets.

    `is_expected` says that the caller asked for this very version: at another one nothing is to be done.
    """

    ticket_id: str
    version: int
    target: Target
    previous: Target
    is_expected: bool = False

    @property
    def selected(self) -> "Selected":
        """The ticket as it was asked for, to be judged again."""
        return Selected(self.ticket_id, self.version if self.is_expected else None)


@dataclass(frozen=True, slots=True)
class Blocker:
    """Why a ticket may not be changed: `code` and `detail` of the error that it would be alone."""

    ticket_id: str
    code: str
    detail: str
    allowed: tuple[str, ...] | None = None

    @classmethod
    def of(cls, ticket_id: str, error: TicketingError) -> "Blocker":
        allowed = error.extra.get("allowed")
        return cls(ticket_id, error.code, error.detail, tuple(allowed) if allowed is not None else None)


@dataclass(frozen=True, slots=True)
class Selected:
    """A ticket that a bulk action is for and that was not looked at yet; what version its caller expects, if any."""

    ticket_id: str
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A ticket that is as it should be already."""

    ticket_id: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A ticket that met the filter when it was asked, and not any more when it was looked at."""

    ticket_id: str


type Row = Selected | Step | Unchanged | LeftOut | Blocker
"""What is known of one ticket of a bulk action."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many tickets are changed, were so already, met the filter no more, and may not be changed."""

    changed: int = 0
    unchanged: int = 0
    left_out: int = 0
    blocked: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What a bulk action is to do, ticket by ticket, in the order in which they were asked for."""

    rows: tuple[Row, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(row for row in self.rows if isinstance(row, Step))

    @property
    def blockers(self) -> tuple[Blocker, ...]:
        return tuple(row for row in self.rows if isinstance(row, Blocker))

    @property
    def ticket_ids(self) -> tuple[str, ...]:
        return tuple(row.ticket_id for row in self.rows)

    @property
    def counts(self) -> Counts:
        kinds = [type(row) for row in self.rows]
        return Counts(kinds.count(Step), kinds.count(Unchanged), kinds.count(LeftOut), kinds.count(Blocker))


@dataclass(frozen=True, slots=True)
class Search:
    """How the tickets are found that a filter asks for: up to `after` they are; None if all are.

    `seen` are tickets that the caller has changed, which an index may not show yet; `expected` the versions that the
    caller expects of tickets which were not found so far.
    """

    query: TicketQuery
    after: Position | None = None
    seen: tuple[str, ...] = ()
    expected: Mapping[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True, slots=True)
class Lease:
    """So long whoever prepares it is believed to be at it: each `s` seconds anew, `most_s` in all."""

    s: float
    most_s: float


@dataclass(frozen=True, slots=True)
class Bulk:
    """A bulk action: what it is, who asked for it and when, how far it has come and what came of it.

    `plan` is None if it is too large for the record: then it lies beside it, in pages. `selected` counts the tickets
    that were named or found. `applied` counts those that were changed themselves so far, in steps. `undo_of` is the
    bulk action that this one undoes; `request` tells the requests apart that came with an idempotency key. Once it is
    done, `audience` has everybody whom it concerns.
    """

    id: str
    organisation_id: str
    action: BulkAction
    actor: Actor
    source: Source
    request_id: str
    asked_at: datetime
    selected: int
    phase: Phase
    plan: Plan | None = None
    counts: Counts = Counts()
    attempt: int = 1
    leased_until: datetime | None = None
    attempt_ends_at: datetime | None = None
    committed_at: datetime | None = None
    finished_at: datetime | None = None
    applied: int = 0
    judged: int = 0
    failure: str | None = None
    search: Search | None = None
    undo_of: str | None = None
    request: str | None = None
    audience: Audience | None = None

    @property
    def total(self) -> int:
        """The tickets that it is for, as far as they are known."""
        left = self.selected - self.counts.left_out
        return max(left, 0)

    @property
    def done(self) -> int:
        """Of these, how many are as they should be, for lists too."""
        if not self.phase.is_committed:
            return 0
        # What was applied is counted twice where an answer was lost.
        changed = self.counts.changed if self.phase is Phase.DONE else min(self.applied, self.counts.changed)
        return self.counts.unchanged + changed

    @property
    def undo_until(self) -> datetime | None:
        """When it can be undone no more; None for what was an undo itself, and for what is not committed."""
        return self.committed_at + UNDO_FOR if self.undo_of is None and self.committed_at is not None else None

    @property
    def occasion(self) -> Occasion:
        """Who changes each ticket, and when: at the commit, whoever applies it later. Raises ValueError before it."""
        if self.committed_at is None:
            message = "what was not committed changes nothing"
            raise ValueError(message)
        return Occasion(self.actor, self.committed_at, self.source, self.request_id, self.id)

    @property
    def may_have_left_marks(self) -> bool:
        """Whether it was begun, and has come to nothing."""
        return self.phase in {Phase.BLOCKED, Phase.FAILED} and self.leased_until is not None

    def is_held(self, now: datetime) -> bool:
        """Whether somebody is believed to be preparing it."""
        return self.phase is Phase.PREPARING and self.leased_until is not None and now < self.leased_until


def undoing(bulk: Bulk) -> BulkAction:
    """What undoes a bulk action: the plan turned round."""
    turned = {Kind.DELETE: Kind.RESTORE, Kind.RESTORE: Kind.DELETE}
    return BulkAction(turned.get(bulk.action.kind, bulk.action.kind))


def check_undo(bulk: Bulk, now: datetime) -> None:
    """Whether it may be undone.

    Raises UndoExpired ten minutes after a bulk action, for one that was an undo itself, and for one that changed
    nothing; BulkInProgress while nobody knows whether it will.
    """
    if not (bulk.phase.is_over or bulk.phase.is_committed):
        raise BulkInProgress
    if bulk.undo_until is None or now >= bulk.undo_until or not bulk.counts.changed:
        raise UndoExpired


def batches(steps: tuple[Step, ...], first: int, last: int) -> Iterator[tuple[Step, ...]]:
    """The steps in groups of at most `first`, but the last one, which is as full as it may be: `last`."""
    at = 0
    while len(steps) - at > last:
        size = min(first, len(steps) - at - last)
        yield steps[at : at + size]
        at += size
    yield steps[at:]


@dataclass(frozen=True, slots=True)
class Shares:
    """Which steps the transactions of a request carry: those `before` mark theirs, the last one commits.

    With the commit some are `marked`, and the others are `changed` at once: as many as there is room for.
    """

    before: tuple[tuple[Step, ...], ...]
    marked: tuple[Step, ...]
    changed: tuple[Step, ...]


def shares(steps: tuple[Step, ...], room: int, *, before: int = 1, more: int = 0) -> Shares:
    """A mark takes one write, a change two, each with `more` of its own.

    `room` is for so many writes of steps where it is committed; in each transaction before it, for `before` of them.
    """
    a_mark, number = 1 + more, len(steps)
    early = 0
    if number * a_mark > room:
        a_group = before // a_mark
        groups = -(-(number - room // a_mark) // a_group)
        # Since there are so many transactions before the last one, they mark whatever it cannot change.
        early = min(groups * a_group, number - room // (a_mark + 1))
    left = number - early
    changed = min(left, room - left * a_mark)
    first = tuple(batched(steps[:early], before // a_mark, strict=False)) if early else ()
    return Shares(first, steps[early : number - changed], steps[number - changed :])
