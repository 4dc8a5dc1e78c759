"""A bulk action that its request carries out: by one transaction, or by a few. Each function is what it does next.

A request that was refused is planned again, as another bulk action with a record of its own: here it ends.
"""

from tests.unit.bulk_model.judging import can_be_asked, planned
from tests.unit.bulk_model.mistakes import Mistake
from tests.unit.bulk_model.scenario import Kind, Rules
from tests.unit.bulk_model.settling import Moves, settle
from tests.unit.bulk_model.state import BLOCKER, SPARED, At, Late, Phase, State, Worker
from tests.unit.bulk_model.transactions import FIRST, effect, is_last, next_places
from tests.unit.bulk_model.worker import take_off

NOTHING, UNKNOWN, DONE = Worker(At.TOLD_NOTHING), Worker(At.TOLD_UNKNOWN), Worker(At.TOLD_DONE)


def look(rules: Rules, state: State, who: int) -> Moves:
    """Read and judge the tickets; marks that stand for something are settled on the way."""
    number, bulk = rules.crew[who].bulk, rules.bulk_of(who)
    if not can_be_asked(bulk, state):
        return
    marked = [place for place in bulk.tickets if state.tickets[place].mark]
    if marked:
        settling = [move for place in marked for move in settle(rules, state, place, "it")]
        yield from settling or [("meets a live mark: blocked", state.with_worker(who, NOTHING))]
        return
    plan = planned(rules, state, number)
    if any(row in {BLOCKER, SPARED} for row in plan):
        yield "is refused", state.with_worker(who, NOTHING)
    else:
        at = At.PREPARE if bulk.kind is Kind.INTENT else At.TRANSACT
        yield "plans", state.with_worker(who, Worker(at, FIRST, plan=plan))


def transact(rules: Rules, state: State, who: int) -> Moves:
    """If it is refused, it is planned again. If nobody answers, the record tells."""
    worker = state.workers[who]
    after = effect(rules, state, who, worker)
    further = DONE if rules.bulk_of(who).kind is Kind.NATIVE else worker._replace(at=At.APPLY)
    if after is None:
        yield "is refused, and plans again", state.with_worker(who, Worker())
    else:
        yield "commits", after.with_worker(who, further)
    if can_be_late(rules, state):
        ask = state.with_worker(who, worker._replace(at=At.ASK))
        yield "gets no answer", ask._replace(late=Late(who, worker))


def ask(rules: Rules, state: State, who: int) -> Moves:
    """The id is its own, so a record tells of this very transaction. None tells nothing: it may still arrive."""
    worker = state.workers[who]
    further = DONE if rules.bulk_of(who).kind is Kind.NATIVE else worker._replace(at=At.APPLY)
    is_there = state.records[rules.crew[who].bulk].phase is not Phase.NONE
    yield "reads its record", state.with_worker(who, further if is_there else UNKNOWN)


def can_be_late(rules: Rules, state: State) -> bool:
    return rules.scenario.is_late and state.late is None


def prepare(rules: Rules, state: State, who: int) -> Moves:
    """Mark the first tickets with the record's creation, the others as long as it goes on; commit with the last."""
    worker, bulk = state.workers[who], rules.bulk_of(who)
    places, commits = next_places(bulk, worker), is_last(bulk, worker)
    asked = worker._replace(done=worker.done | sum(1 << place for place in places))
    after = effect(rules, state, who, worker)
    # Marks that go with the commit are not there without it.
    stopped = worker if commits else asked
    if after is not None:
        told = ", ".join(str(bulk.tickets[place]) for place in places)
        further = worker._replace(at=At.APPLY, done=0) if commits else asked
        yield f"marks {told}{' and commits' if commits else ''}", after.with_worker(who, further)
        if rules.scenario.is_late:
            unknown = after.with_worker(who, stopped._replace(at=At.STOP_UNKNOWN))
            yield f"marks {told}{' and commits' if commits else ''}, and gets no answer", unknown
    else:
        yield "is refused", state.with_worker(who, stopped._replace(at=At.STOP))
    if can_be_late(rules, state):
        late = state._replace(late=Late(who, worker))
        yield "gets no answer", late.with_worker(who, stopped._replace(at=At.STOP_UNKNOWN))
        if after is None:  # that was the client's repetition; the engine judges what it has not carried out anew
            yield (
                "is refused, and its first try is still on its way",
                late.with_worker(who, stopped._replace(at=At.STOP)),
            )


def stop(rules: Rules, state: State, who: int) -> Moves:
    """Abort, on condition that it still is PREPARING: from then on it cannot be committed, whatever arrives."""
    worker, number = state.workers[who], rules.crew[who].bulk
    record, is_unknown = state.records[number], worker.at is At.STOP_UNKNOWN
    clear = state.with_worker(who, worker._replace(at=At.CLEAR, place=0))
    if is_unknown and Mistake.UNKNOWN_IS_NOTHING in rules.mistakes:
        yield "says that nothing changed", state.with_worker(who, NOTHING)
    elif record.phase is Phase.PREPARING:
        yield "aborts", clear.with_record(number, record.turned(Phase.ABORTED))
    elif record.has_committed:
        yield "finds that it is committed", state.with_worker(who, worker._replace(at=At.APPLY, done=0, place=0))
    elif record.phase is Phase.NONE and Mistake.CLEARED_WITHOUT_RECORD not in rules.mistakes:
        yield "finds no record, and says that nothing changed", state.with_worker(who, NOTHING)
    else:
        yield "finds nothing to abort", clear
    if rules.scenario.is_late:
        is_cleared = not is_unknown and Mistake.CLEARED_WITHOUT_ABORT in rules.mistakes
        yield "gets no answer to its abort", clear if is_cleared else state.with_worker(who, UNKNOWN)


def clear(rules: Rules, state: State, who: int) -> Moves:
    """Take the marks off the tickets that it has prepared, and say then that it has failed."""
    worker, bulk, number = state.workers[who], rules.bulk_of(who), rules.crew[who].bulk
    if Mistake.FAILED_BEFORE_RELEASE in rules.mistakes and state.records[number].phase is Phase.ABORTED:
        yield from fail(rules, state, who)
        return
    left = [place for place in range(worker.place, len(bulk.tickets)) if worker.done >> place & 1]
    if left:
        further = state.with_worker(who, worker._replace(place=left[0] + 1))
        yield from take_off(rules, state, further, number, left[0], FIRST)
    elif state.records[number].phase is Phase.ABORTED:
        yield from fail(rules, state, who)
    else:
        yield "says that nothing changed", state.with_worker(who, NOTHING)


def fail(rules: Rules, state: State, who: int) -> Moves:
    """ABORTED → FAILED."""
    number = rules.crew[who].bulk
    failed = state.with_record(number, state.records[number].turned(Phase.FAILED))
    if Mistake.FAILED_BEFORE_RELEASE in rules.mistakes:
        yield "writes that it has failed", failed
    else:
        yield "writes that it has failed", failed.with_worker(who, NOTHING)
