"""The worker of a queued bulk action: plan, prepare, commit, apply, finish. Each function is what it does next."""

from tests.unit.bulk_model.judging import can_be_asked, judged, planned
from tests.unit.bulk_model.mistakes import Mistake
from tests.unit.bulk_model.scenario import Rules
from tests.unit.bulk_model.settling import Moves, applied, released, settle
from tests.unit.bulk_model.state import BLOCKER, OWN_BLOCKER, SPARED, At, Phase, Record, State, Ticket, Worker
from tests.unit.bulk_model.transactions import effect, is_held, is_last, next_places

ENDED = Worker(At.END)


def look(rules: Rules, state: State, who: int) -> Moves:
    """Read the record and go on from there; it knows its plan already if it has read it in this attempt."""
    number, worker = rules.crew[who].bulk, state.workers[who]
    record = state.records[number]
    if record.phase is Phase.NONE:
        if can_be_asked(rules.bulk_of(who), state):
            yield "is asked for", state.with_record(number, record.turned(Phase.QUEUED))
    elif record.phase is Phase.QUEUED:
        yield from plan(rules, state, who)
    elif record.phase is Phase.PREPARING:
        known = plan_of(rules, record, worker)
        spared = sum(1 << place for place, row in enumerate(known) if row == SPARED)
        joined = Worker(At.PREPARE, record.attempt, done=spared, plan=known)
        yield "joins the attempt", state.with_worker(who, joined)
    elif record.phase is Phase.ABORTED:
        yield from try_again(rules, state, who)
    elif record.phase is Phase.COMMITTED:
        known = plan_of(rules, record, worker)
        yield "goes on applying", state.with_worker(who, Worker(At.APPLY, record.attempt, plan=known))
    elif record.phase is Phase.FAILED and Mistake.FAILED_IS_TRIED_AGAIN in rules.mistakes:
        yield "starts again", state.with_record(number, record.turned(Phase.PREPARING))
    elif record.phase in {Phase.FAILED, Phase.BLOCKED} and any(record.pages):
        yield "releases what is left", state.with_worker(who, Worker(At.RELEASE, record.attempt))
    else:
        yield "finds nothing to do", state.with_worker(who, ENDED)


def plan_of(rules: Rules, record: Record, worker: Worker) -> tuple[int, ...]:
    is_known = worker.attempt == record.attempt or Mistake.PLAN_KEPT in rules.mistakes
    return worker.plan if worker.plan and is_known else record.plan


def plan(rules: Rules, state: State, who: int) -> Moves:
    """Look at every ticket; a mark of another bulk action is settled, or waited for, but not for long."""
    number = rules.crew[who].bulk
    marked = [place for place in rules.bulk_of(who).tickets if state.tickets[place].mark]
    if not marked:
        found = Worker(At.BEGIN, 1, plan=planned(rules, state, number))
        yield "plans", state.with_worker(who, found)
        return
    settling = [move for place in marked for move in settle(rules, state, place, "it")]
    blocked = Worker(At.BEGIN, 1, plan=(BLOCKER,) * len(rules.bulk_of(who).tickets))
    yield from settling or [("meets a live mark, and waits in vain", state.with_worker(who, blocked))]


def begin(rules: Rules, state: State, who: int) -> Moves:
    """Its own plan is at hand then, or that of who was faster is read."""
    worker = state.workers[who]
    begun = effect(rules, state, who, worker)
    if begun is None:
        yield "finds that another worker has planned", state.with_worker(who, Worker())
    else:
        number = rules.crew[who].bulk
        is_known = begun.records[number].phase is Phase.PREPARING
        known = Worker(attempt=begun.records[number].attempt, plan=worker.plan) if is_known else Worker()
        yield f"turns it to {begun.records[number].phase}", begun.with_worker(who, known)


def prepare(rules: Rules, state: State, who: int) -> Moves:
    """Mark the next ticket, or mark the last ones and commit."""
    number, worker, bulk = rules.crew[who].bulk, state.workers[who], rules.bulk_of(who)
    places, commits = next_places(bulk, worker), is_last(bulk, worker)
    told = ", ".join(str(bulk.tickets[place]) for place in places)
    after = effect(rules, state, who, worker)
    if after is not None:
        done = worker.done | sum(1 << place for place in places)
        attempt = after.records[number].attempt if commits else worker.attempt
        further = Worker(At.APPLY, attempt, plan=worker.plan) if commits else worker._replace(done=done)
        yield f"marks {told or 'nothing'}{' and commits' if commits else ''}", after.with_worker(who, further)
    elif not is_held(state.records[number], worker):
        yield "may not mark: its attempt is over", look_again(state, who)
    for place in places:
        yield from look_at(rules, state, who, place)


def look_again(state: State, who: int) -> State:
    """The record says why. It still knows its plan."""
    worker = state.workers[who]
    return state.with_worker(who, Worker(attempt=worker.attempt, plan=worker.plan))


def look_at(rules: Rules, state: State, who: int, place: int) -> Moves:
    """The transaction was refused, because of this ticket or of another one of it: so at any time."""
    number, worker, bulk = rules.crew[who].bulk, state.workers[who], rules.bulk_of(who)
    ticket, record = state.tickets[bulk.tickets[place]], state.records[number]
    own = rules.mark(number, worker.attempt)
    settled = worker._replace(done=worker.done | 1 << place)
    again = worker._replace(at=At.JUDGE, place=place)
    if ticket.mark == own or is_counted(rules, ticket, number):
        yield f"finds its mark on ticket {bulk.tickets[place]}", state.with_worker(who, settled)
    elif settling := list(settle(rules, state, bulk.tickets[place], "it")):
        yield from settling
    elif is_as_planned(rules, ticket, worker.plan[place], number) and not bulk.restores:
        return
    elif record.judged and record.judged[place].attempt == worker.attempt:
        yield f"finds that ticket {bulk.tickets[place]} was judged again", state.with_worker(who, settled)
    else:
        yield f"is to judge ticket {bulk.tickets[place]} again", state.with_worker(who, again)


def is_counted(rules: Rules, ticket: Ticket, number: int) -> bool:
    return Mistake.OLD_MARK_COUNTS in rules.mistakes and ticket.mark is not None and ticket.mark.bulk == number


def is_as_planned(rules: Rules, ticket: Ticket, version: int, number: int) -> bool:
    if ticket.is_purged or ticket.version != version:
        return False
    return ticket.mark is None or ticket.mark.bulk == number


def judge(rules: Rules, state: State, who: int) -> Moves:
    """Another look, at the ticket alone: what it is to become now. A mark is waited for, but not for long."""
    number, worker, bulk = rules.crew[who].bulk, state.workers[who], rules.bulk_of(who)
    place = worker.place
    ticket = state.tickets[bulk.tickets[place]]
    if settling := list(settle(rules, state, bulk.tickets[place], "it")):
        yield from settling
    elif ticket.mark is not None and ticket.mark.bulk != number:
        yield "waits for a rival in vain", state.with_worker(who, worker._replace(at=At.WRITE, read=BLOCKER))
    elif ticket.mark is not None and Mistake.OWN_MARK_BLOCKS in rules.mistakes:
        yield "waits for itself in vain", state.with_worker(who, worker._replace(at=At.WRITE, read=OWN_BLOCKER))
    else:
        expected = None if bulk.judges_again else worker.plan[place]
        found = judged(rules, state, number, place, expected)
        told = {SPARED: "it is so already", BLOCKER: "it may not be changed"}.get(found, f"at version {found}")
        yield f"judges ticket {bulk.tickets[place]}: {told}", decided(state, who, found)
        if bulk.is_filter and found != SPARED:
            yield f"judges ticket {bulk.tickets[place]}: left out", decided(state, who, SPARED)


def decided(state: State, who: int, found: int) -> State:
    return state.with_worker(who, state.workers[who]._replace(at=At.WRITE, read=found))


def write(rules: Rules, state: State, who: int) -> Moves:
    """What it judged; refused if a twin was faster, if the ticket changed once more, or if the attempt is over."""
    number, worker = rules.crew[who].bulk, state.workers[who]
    back = worker._replace(at=At.PREPARE, place=0, read=0)
    after = effect(rules, state, who, worker)
    if after is None:
        is_over = not is_held(state.records[number], worker)
        yield "may not write what it judged", look_again(state, who) if is_over else state.with_worker(who, back)
    elif worker.read <= BLOCKER:
        yield "blocks", look_again(after, who)
    elif Mistake.JUDGED_APART in rules.mistakes and worker.read != SPARED:
        plan = (*worker.plan[: worker.place], worker.read, *worker.plan[worker.place + 1 :])
        yield "writes what it judged", after.with_worker(who, back._replace(plan=plan))
    else:
        done = worker.done | 1 << worker.place
        yield "writes what it judged, and marks", after.with_worker(who, back._replace(done=done))


def try_again(rules: Rules, state: State, who: int) -> Moves:
    """ABORTED n → PREPARING n + 1, or FAILED after the last attempt. Nothing turns an aborted attempt back."""
    number = rules.crew[who].bulk
    record = state.records[number]
    if record.attempt < rules.scenario.attempts:
        begun = record._replace(phase=Phase.PREPARING, attempt=record.attempt + 1)
        known = state.workers[who] if Mistake.PLAN_KEPT in rules.mistakes else Worker()
        yield f"starts attempt {begun.attempt}", state.with_record(number, begun).with_worker(who, known)
    elif Mistake.GIVES_UP_SILENTLY in rules.mistakes:
        yield "gives up and tells nobody", state.with_worker(who, ENDED)
    else:
        yield "gives up: interrupted", state.with_record(number, record.turned(Phase.FAILED))


def apply(rules: Rules, state: State, who: int) -> Moves:
    """Change the next ticket of the plan that carries the mark of the committed attempt; else it was applied before."""
    worker, number, bulk = state.workers[who], rules.crew[who].bulk, rules.bulk_of(who)
    place = bulk.tickets[worker.place]
    ticket, own = state.tickets[place], rules.mark(number, worker.attempt)
    further = onward(rules, state, who, At.FINISH)
    is_step = worker.plan[worker.place] != SPARED
    if is_step and (ticket.mark == own or is_applied_by_mistake(rules, ticket)):
        for changed in applied(rules, ticket, own):
            yield f"applies ticket {place}", further.with_ticket(place, changed)
        if Mistake.DONE_WITHOUT_APPLYING in rules.mistakes:
            yield f"leaves ticket {place} to somebody who settles it", further
    else:
        yield f"finds nothing to apply to ticket {place}", further


def is_applied_by_mistake(rules: Rules, ticket: Ticket) -> bool:
    if Mistake.APPLY_RECREATES_PURGED in rules.mistakes:
        return ticket.is_purged
    return Mistake.APPLY_WITHOUT_MARK in rules.mistakes and not ticket.is_purged


def finish(rules: Rules, state: State, who: int) -> Moves:
    """COMMITTED → DONE."""
    member = rules.crew[who]
    record = state.records[member.bulk]
    ended = state.with_worker(who, Worker(At.TOLD_DONE) if member.is_request else ENDED)
    if record.phase is Phase.COMMITTED or Mistake.DONE_WITHOUT_CONDITION in rules.mistakes:
        yield "is done", ended.with_record(member.bulk, record.turned(Phase.DONE))
    else:
        yield "finds that it is done", ended


def release(rules: Rules, state: State, who: int) -> Moves:
    """Take the marks of this attempt, and of those before it, off the next ticket."""
    bulk, worker = rules.bulk_of(who), state.workers[who]
    further = onward(rules, state, who, At.END)
    if worker.place + 1 == len(bulk.tickets):
        further = further.with_worker(who, ENDED)
    yield from take_off(rules, state, further, rules.crew[who].bulk, worker.place, worker.attempt)


def take_off(rules: Rules, state: State, further: State, number: int, place: int, attempt: int) -> Moves:
    """Who gets no answer does not go on: it is repeated."""
    ticket_number = rules.scenario.bulks[number].tickets[place]
    ticket = state.tickets[ticket_number]
    if ticket.mark and ticket.mark.bulk == number and ticket.mark.attempt <= attempt:
        off = released(rules, ticket, ticket)
        yield f"releases ticket {ticket_number}", further.with_ticket(ticket_number, off)
        if Mistake.RELEASE_UNANSWERED in rules.mistakes:
            yield f"gets no answer when it releases ticket {ticket_number}", further
    else:
        yield f"finds nothing to release on ticket {ticket_number}", further


def onward(rules: Rules, state: State, who: int, last: At) -> State:
    """To the next ticket, or to what follows the last one."""
    worker = state.workers[who]
    if worker.place + 1 < len(rules.bulk_of(who).tickets):
        return state.with_worker(who, worker._replace(place=worker.place + 1))
    return state.with_worker(who, worker._replace(at=last, place=0))
