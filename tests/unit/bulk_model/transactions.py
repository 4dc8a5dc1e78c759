"""What each transaction of a worker or a request does to the table, if its conditions are met.

What was judged again holds its attempt, as each transaction that marks does: on condition that the record is PREPARING
at the attempt. One whose answer was lost does the same, later.
"""

from collections.abc import Callable, Iterable

from tests.unit.bulk_model.mistakes import Mistake
from tests.unit.bulk_model.scenario import Bulk, Kind, Rules
from tests.unit.bulk_model.state import (
    BLOCKER,
    OWN_BLOCKER,
    SPARED,
    At,
    Judged,
    Mark,
    Phase,
    Record,
    State,
    Ticket,
    Worker,
)

FIRST = 1
"""The attempt of what is done in its request, which is the only one."""


def effect(rules: Rules, state: State, who: int, worker: Worker) -> State | None:
    """What the table becomes; None if the transaction is refused."""
    return EFFECTS[worker.at](rules, state, who, worker)


def begin(rules: Rules, state: State, who: int, worker: Worker) -> State | None:
    """QUEUED → PREPARING with the plan, or what else follows from it."""
    number = rules.crew[who].bulk
    record = state.records[number]
    if record.phase is not Phase.QUEUED and Mistake.BEGIN_WITHOUT_QUEUED not in rules.mistakes:
        return None
    begun = record.begun(worker.plan)
    if any(row <= BLOCKER for row in worker.plan):
        begun = begun.turned(Phase.BLOCKED)
    elif all(row == SPARED for row in worker.plan):
        begun = begun.turned(Phase.DONE)
    return state.with_record(number, begun)


def prepare(rules: Rules, state: State, who: int, worker: Worker) -> State | None:
    """Mark the next tickets; with the last of them, commit."""
    number, bulk = rules.crew[who].bulk, rules.bulk_of(who)
    places = next_places(bulk, worker)
    commits = is_last(bulk, worker)
    record = state.records[number]
    if bulk.kind is Kind.INTENT and record.phase is Phase.NONE and not worker.done:
        record = Record(Phase.PREPARING, FIRST, worker.plan)  # created with the first marks
    elif not may_go_on(rules, record, worker, commits=commits):
        return None
    if commits and not is_key_free(rules, state, number):
        return None
    for place in places:
        put = change_at_once if commits and is_changed_at_once(bulk, place) else put_mark
        after = put(rules, state, number, worker, place, worker.plan[place])
        if after is None:
            return None
        state = after
    return state.with_record(number, record.turned(Phase.COMMITTED) if commits else record)


def next_places(bulk: Bulk, worker: Worker) -> tuple[int, ...]:
    """Which tickets are marked next: one, or those with which the bulk action commits; these may be none any more."""
    many = len(bulk.tickets)
    left = [place for place in range(many) if not worker.done >> place & 1]
    if left and left[0] < many - bulk.last:
        return (left[0],)
    return tuple(left)


def is_last(bulk: Bulk, worker: Worker) -> bool:
    first = len(bulk.tickets) - bulk.last
    return all(worker.done >> place & 1 for place in range(first))


def is_held(record: Record, worker: Worker) -> bool:
    """The attempt goes on."""
    return record.phase is Phase.PREPARING and record.attempt == worker.attempt


def may_go_on(rules: Rules, record: Record, worker: Worker, *, commits: bool) -> bool:
    if is_held(record, worker):
        return True
    if not commits:
        return Mistake.PREPARE_WITHOUT_RECORD in rules.mistakes
    if Mistake.COMMIT_WITHOUT_ATTEMPT in rules.mistakes:
        return record.phase is Phase.PREPARING
    if Mistake.ABORTED_ATTEMPT_REVIVED in rules.mistakes:
        return record.phase is Phase.ABORTED and record.attempt == worker.attempt
    return Mistake.COMMIT_WITHOUT_CONDITION in rules.mistakes


def put_mark(rules: Rules, state: State, number: int, worker: Worker, place: int, version: int) -> State | None:
    """On condition of the version at which it was judged, and of nobody's mark; an earlier attempt's is replaced."""
    bulk = rules.scenario.bulks[number]
    ticket, own = state.tickets[bulk.tickets[place]], rules.mark(number, worker.attempt)
    if not may_be_changed(rules, ticket) or not is_free(rules, ticket, own):
        return None
    if ticket.version != version and Mistake.PREPARE_WITHOUT_VERSION not in rules.mistakes:
        return None
    if Mistake.PREPARE_CHANGES in rules.mistakes:
        ticket = ticket.changed(bulk.name)
    return state.with_ticket(bulk.tickets[place], ticket.marked(own))


def is_changed_at_once(bulk: Bulk, place: int) -> bool:
    """By the transaction that commits: what it has room for, which are the last ones."""
    return place >= len(bulk.tickets) - bulk.changes


def change_at_once(rules: Rules, state: State, number: int, _: Worker, place: int, version: int) -> State | None:
    """On condition of the version at which it was judged, and of nobody's mark."""
    bulk = rules.scenario.bulks[number]
    ticket = state.tickets[bulk.tickets[place]]
    if (ticket.mark and Mistake.COMMIT_CHANGES_MARKED not in rules.mistakes) or not may_be_changed(rules, ticket):
        return None
    if ticket.version != version and Mistake.COMMIT_CHANGES_WITHOUT_VERSION not in rules.mistakes:
        return None
    return state.with_ticket(bulk.tickets[place], ticket.changed(bulk.name))


def may_be_changed(rules: Rules, ticket: Ticket) -> bool:
    """It is there. And who restores one asks whether it may, shortly before: the purge waits for an hour more."""
    return ticket.is_open or (Mistake.JUDGED_WHEN_PLANNED in rules.mistakes and not ticket.is_purged)


def is_free(rules: Rules, ticket: Ticket, own: Mark) -> bool:
    mark = ticket.mark
    if mark is None or Mistake.PREPARE_OVER_A_MARK in rules.mistakes:
        return True
    if mark.bulk != own.bulk:
        return False
    return mark.attempt < own.attempt or Mistake.PREPARE_OVER_ITS_OWN in rules.mistakes


def write_judged(rules: Rules, state: State, who: int, worker: Worker) -> State | None:
    """What a ticket was judged to be again, once an attempt, with its mark; or PREPARING → BLOCKED."""
    number, bulk = rules.crew[who].bulk, rules.bulk_of(who)
    record, ticket = state.records[number], state.tickets[bulk.tickets[worker.place]]
    is_blocked = worker.read <= BLOCKER
    if not is_held(record, worker) and not (is_blocked and Mistake.REFUSAL_WITHOUT_CONDITION in rules.mistakes):
        return None
    if not is_judged_first(rules, record.judged[worker.place], worker.attempt):
        return None
    if is_blocked:
        blocked = record.with_judged(worker.place, worker.attempt, BLOCKER).turned(Phase.BLOCKED)
        return state.with_record(number, blocked._replace(has_blocked_itself=worker.read == OWN_BLOCKER))
    judged = state.with_record(number, record.with_judged(worker.place, worker.attempt, worker.read))
    if worker.read == SPARED:
        # A twin marks it as planned, asking for no JUDGED item: so no ticket is spared that still is as planned.
        is_as_planned = not ticket.is_purged and ticket.version == worker.plan[worker.place]
        return judged if not is_as_planned or Mistake.SPARED_AS_PLANNED in rules.mistakes else None
    if Mistake.JUDGED_APART in rules.mistakes:
        return judged
    return put_mark(rules, judged, number, worker, worker.place, worker.read)


def is_judged_first(rules: Rules, before: Judged, attempt: int) -> bool:
    return before.attempt < attempt or Mistake.JUDGED_TWICE in rules.mistakes


def transact(rules: Rules, state: State, who: int, worker: Worker) -> State | None:
    """All tickets, the record and the answer, on condition of each version and of nobody's mark."""
    number, bulk = rules.crew[who].bulk, rules.bulk_of(who)
    is_native = bulk.kind is Kind.NATIVE
    if state.records[number].phase is not Phase.NONE or not is_key_free(rules, state, number):
        return None
    for nth, (place, version) in enumerate(zip(bulk.tickets, worker.plan, strict=True)):
        ticket, is_ignored = state.tickets[place], is_native and Mistake.NATIVE_IGNORES_MARKS in rules.mistakes
        if (ticket.mark and not is_ignored) or not may_be_changed(rules, ticket):
            return None
        if ticket.version != version and Mistake.TRANSACTION_WITHOUT_VERSIONS not in rules.mistakes:
            return None
        changes = is_native or is_changed_at_once(bulk, nth)
        changed = ticket.changed(bulk.name) if changes else ticket.marked(rules.mark(number, FIRST))
        state = state.with_ticket(place, changed)
    phase = Phase.DONE if is_native else Phase.COMMITTED
    return state.with_record(number, Record(pages=worker.plan).turned(phase))


def is_key_free(rules: Rules, state: State, number: int) -> bool:
    """No answer was recorded for this idempotency key: one is written with each commit."""
    key = rules.scenario.bulks[number].key
    if key is None or Mistake.REQUEST_WITHOUT_COMPANION in rules.mistakes:
        return True
    return not any(record.has_committed for record in of_key(rules, state, key))


def of_key(rules: Rules, state: State, key: str) -> Iterable[Record]:
    return [record for bulk, record in zip(rules.scenario.bulks, state.records, strict=True) if bulk.key == key]


EFFECTS: dict[At, Callable[[Rules, State, int, Worker], State | None]] = {
    At.BEGIN: begin,
    At.PREPARE: prepare,
    At.WRITE: write_judged,
    At.TRANSACT: transact,
}
