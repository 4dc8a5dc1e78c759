"""A worker of an intent: look, prepare, commit, apply, finish; release where the attempt has ended without a commit.

The other kinds come here once their transaction has committed. Each function is what a worker does next.
"""

from tests.unit.bulk_model.mistakes import Mistake
from tests.unit.bulk_model.scenario import Bulk, PassersBy, Rules
from tests.unit.bulk_model.settling import Moves, applied, released, settle
from tests.unit.bulk_model.state import LEFT_OUT, At, Mark, Phase, Record, State, Ticket, Worker

ENDED = Worker(At.END)
NEXT = {At.PREPARE: At.COMMIT, At.APPLY: At.FINISH}


def prepare(rules: Rules, state: State, who: int) -> Moves:
    """Mark the next ticket: one transaction, on condition of nobody's mark and of the version at which it was judged.

    It also checks that the record is PENDING at this attempt: no mark appears after the end of its attempt. Or else a
    slow worker judges a ticket again that its own bulk action has changed, or leaves a mark behind the janitor's back.
    """
    worker, number = state.workers[who], rules.crew[who].bulk
    place = rules.scenario.bulks[number].tickets[worker.place]
    ticket, own = state.tickets[place], rules.mark(number, worker.attempt)
    if worker.read:
        yield write_page(state, who, number)
    elif ticket.is_purged:
        yield from fail(rules, state, who, f"finds ticket {place} purged")
    elif ticket.mark == own or counts(rules, ticket, own):
        yield f"finds its mark on ticket {place}", onward(rules, state, who)
    elif ticket.mark is not None and rules.mistake is not Mistake.PREPARE_OVER_A_MARK:
        settling = list(settle(rules, state, place, "it"))
        yield from settling or fail(rules, state, who, f"meets a live mark on ticket {place}")
    elif not is_live(state.records[number], worker) and rules.mistake is not Mistake.PREPARE_WITHOUT_RECORD:
        yield "may not mark: its attempt has ended", look_again(state, who, number)
    elif ticket.is_expired and rules.mistake is not Mistake.JUDGED_WHEN_PLANNED:
        yield from fail(rules, state, who, f"finds ticket {place} expired")
    else:
        yield from mark(rules, state, who, place)


def mark(rules: Rules, state: State, who: int, place: int) -> Moves:
    worker, number = state.workers[who], rules.crew[who].bulk
    ticket, record = state.tickets[place], state.records[number]
    changed = ticket.changed(rules.scenario.bulks[number].name) if rules.mistake is Mistake.PREPARE_CHANGES else ticket
    marked = onward(rules, state, who).with_ticket(place, changed.marked(rules.mark(number, worker.attempt)))
    if ticket.version == record.plan[worker.place] or rules.mistake is Mistake.PREPARE_WITHOUT_VERSION:
        yield f"marks ticket {place}", marked
    elif rules.scenario.bulks[number].judges_again:
        yield from judge_again(rules, state, who, marked)
    else:
        yield from fail(rules, state, who, f"finds another version of ticket {place}")


def judge_again(rules: Rules, state: State, who: int, marked: State) -> Moves:
    """It changed since the plan: the transaction that marks it also writes how it was judged. Or it is left out."""
    worker, number = state.workers[who], rules.crew[who].bulk
    record, place = state.records[number], rules.scenario.bulks[number].tickets[worker.place]
    version = state.tickets[place].version
    if rules.mistake is Mistake.JUDGED_APART:
        yield f"judges ticket {place} again", state.with_worker(who, worker._replace(read=(version,)))
        return
    yield f"judges ticket {place} again and marks it", marked.with_record(number, record.judged(worker.place, version))
    if is_live(record, worker):
        left_out = state.with_record(number, record.judged(worker.place, LEFT_OUT))
        yield f"judges ticket {place} again: nothing to change", onward(rules, left_out, who)


def write_page(state: State, who: int, number: int) -> tuple[str, State]:
    """Of who judges apart: what it judged, while its attempt lasts. The mark follows by the version in the page."""
    worker, record = state.workers[who], state.records[number]
    after = state.with_worker(who, worker._replace(read=()))
    if is_live(record, worker):
        after = after.with_record(number, record.judged(worker.place, worker.read[0]))
    return "writes what it judged", after


def counts(rules: Rules, ticket: Ticket, own: Mark) -> bool:
    return rules.mistake is Mistake.OLD_MARK_COUNTS and ticket.mark is not None and ticket.mark.bulk == own.bulk


def is_live(record: Record, worker: Worker) -> bool:
    return record.phase is Phase.PENDING and record.attempt == worker.attempt


def fail(rules: Rules, state: State, who: int, why: str) -> Moves:
    """PENDING → FAILED, on condition that the attempt is still this one."""
    worker, number = state.workers[who], rules.crew[who].bulk
    record = state.records[number]
    if is_live(record, worker) or rules.mistake is Mistake.REFUSAL_WITHOUT_CONDITION:
        failed = state.with_record(number, record.turned(Phase.FAILED))
        yield f"{why}: blocked", failed.with_worker(who, Worker(At.RELEASE, 0, worker.attempt))
    else:
        yield why, look_again(state, who, number)


def commit(rules: Rules, state: State, who: int) -> Moves:
    """PENDING → COMMITTED, on condition that the attempt is still this one. This is the commit point."""
    worker, number = state.workers[who], rules.crew[who].bulk
    record = state.records[number]
    if is_live(record, worker) or is_committed_by_mistake(rules, record, worker):
        committed = state.with_record(number, record.turned(Phase.COMMITTED))
        yield "commits", committed.with_worker(who, Worker(At.APPLY, 0, worker.attempt))
    else:
        yield "may not commit", look_again(state, who, number)


def is_committed_by_mistake(rules: Rules, record: Record, worker: Worker) -> bool:
    if rules.mistake is Mistake.ABORTED_ATTEMPT_REVIVED:
        return record.phase is Phase.ABORTED and record.attempt == worker.attempt
    return rules.mistake is Mistake.COMMIT_WITHOUT_CONDITION


def look_again(state: State, who: int, number: int) -> State:
    """A condition failed: the record says why."""
    record, worker = state.records[number], state.workers[who]
    if record.phase is Phase.COMMITTED:
        return state.with_worker(who, Worker(At.APPLY, 0, record.attempt))
    if record.phase is Phase.DONE or record.phase is Phase.REMOVED:
        return state.with_worker(who, ENDED)
    return state.with_worker(who, Worker(At.RELEASE, 0, worker.attempt))


def apply(rules: Rules, state: State, who: int) -> Moves:
    """Change the next ticket, on condition that the committed attempt's mark is on it; else it was applied before."""
    worker, number = state.workers[who], rules.crew[who].bulk
    place = rules.scenario.bulks[number].tickets[worker.place]
    ticket, own = state.tickets[place], rules.mark(number, worker.attempt)
    further = onward(rules, state, who)
    if ticket.mark == own or is_applied_by_mistake(rules, ticket):
        for changed in applied(rules, ticket, own):
            yield f"applies ticket {place}", further.with_ticket(place, changed)
        if rules.scenario.passers_by is not PassersBy.NONE:
            # Its transaction conflicted with one that settles this ticket. So DONE is no proof that no mark is left.
            yield f"leaves ticket {place} to somebody who settles it", further
    else:
        yield f"finds nothing to apply to ticket {place}", further


def is_applied_by_mistake(rules: Rules, ticket: Ticket) -> bool:
    if rules.mistake is Mistake.APPLY_RECREATES_PURGED:
        return ticket.is_purged
    return rules.mistake is Mistake.APPLY_WITHOUT_MARK and not ticket.is_purged


def finish(rules: Rules, state: State, who: int) -> Moves:
    """COMMITTED → DONE."""
    number = rules.crew[who].bulk
    record, ended = state.records[number], state.with_worker(who, ENDED)
    if record.phase is Phase.COMMITTED or rules.mistake is Mistake.DONE_WITHOUT_CONDITION:
        yield "is done", ended.with_record(number, record.turned(Phase.DONE))
    else:
        yield "finds that it is done", ended


def release(rules: Rules, state: State, who: int) -> Moves:
    """Take the marks of this attempt, and of those before it, off the next ticket."""
    worker, number = state.workers[who], rules.crew[who].bulk
    place = rules.scenario.bulks[number].tickets[worker.place]
    ticket, further = state.tickets[place], onward(rules, state, who)
    if ticket.mark and ticket.mark.bulk == number and ticket.mark.attempt <= worker.attempt:
        yield f"releases ticket {place}", further.with_ticket(place, released(rules, ticket, ticket))
    else:
        yield f"finds nothing to release on ticket {place}", further


def onward(rules: Rules, state: State, who: int) -> State:
    """To the next ticket, or to what follows the last one."""
    worker, member = state.workers[who], rules.crew[who]
    if worker.place + 1 < len(rules.scenario.bulks[member.bulk].tickets):
        return state.with_worker(who, Worker(worker.at, worker.place + 1, worker.attempt))
    if worker.at is At.RELEASE:
        has_failed = state.records[member.bulk].phase is Phase.FAILED
        return state.with_worker(who, Worker() if member.comes_again and not has_failed else ENDED)
    return state.with_worker(who, Worker(NEXT[worker.at], 0, worker.attempt))


def look(rules: Rules, state: State, who: int) -> Moves:
    """The message came: go on from where the record stands."""
    number = rules.crew[who].bulk
    record = state.records[number]
    if record.phase is Phase.PENDING:
        yield "joins the attempt", state.with_worker(who, Worker(At.PREPARE, 0, record.attempt))
    elif record.phase is Phase.ABORTED:
        yield from try_again(rules, state, who)
    elif record.phase is Phase.COMMITTED:
        yield "goes on applying", state.with_worker(who, Worker(At.APPLY, 0, record.attempt))
    elif record.phase is Phase.FAILED and rules.mistake is Mistake.FAILED_IS_TRIED_AGAIN:
        yield "starts again", state.with_record(number, record.turned(Phase.PENDING))
    elif record.phase is Phase.FAILED:
        yield "releases what is left", state.with_worker(who, Worker(At.RELEASE, 0, record.attempt))
    elif record.phase is not Phase.NONE:
        yield "finds nothing to do", state.with_worker(who, ENDED)
    elif rules.crew[who].comes_again:
        yield from begin(rules.scenario.bulks[number], state, number)


def begin(bulk: Bulk, state: State, number: int) -> Moves:
    """The request plans, writes record and pages, and sends the message; of a refusal FAILED is a ghost."""
    tickets = [state.tickets[place] for place in bulk.tickets]
    if any(ticket.mark for ticket in tickets):
        return  # whose readers settle it first, or who waits
    if not all(ticket.is_open for ticket in tickets) or not can_undo(bulk, state):
        yield "is refused", state.with_record(number, state.records[number].turned(Phase.FAILED))
        return
    plan = tuple(ticket.version for ticket in tickets)
    yield "plans", state.with_record(number, Record(Phase.PENDING, 1, plan))


def can_undo(bulk: Bulk, state: State) -> bool:
    """The bulk action that is undone was the last to change each of the tickets."""
    if bulk.undoes is None:
        return True
    undone = state.records[bulk.undoes]
    return undone.phase in {Phase.COMMITTED, Phase.DONE} and all(
        undone.plan[nth] + 1 == state.tickets[place].version for nth, place in enumerate(bulk.tickets)
    )


def try_again(rules: Rules, state: State, who: int) -> Moves:
    """ABORTED n → PENDING n + 1, or FAILED after the last attempt. Nothing turns an aborted attempt back."""
    number = rules.crew[who].bulk
    record = state.records[number]
    if record.attempt == rules.scenario.attempts and rules.mistake is Mistake.GIVES_UP_SILENTLY:
        yield "gives up and tells nobody", state.with_worker(who, ENDED)
        return
    if record.attempt == rules.scenario.attempts:
        yield "gives up: interrupted", state.with_record(number, record.turned(Phase.FAILED))
        return
    attempt = record.attempt + 1
    pending = state.with_record(number, Record(Phase.PENDING, attempt, record.plan))
    yield f"starts attempt {attempt}", pending.with_worker(who, Worker(At.PREPARE, 0, attempt))
