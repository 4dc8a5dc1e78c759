"""The two kinds that commit by one transaction. A request that is sent again is a worker with versions of its own."""

from tests.unit.bulk_model import intent
from tests.unit.bulk_model.mistakes import Mistake
from tests.unit.bulk_model.scenario import Bulk, Kind, Rules
from tests.unit.bulk_model.settling import Moves, settle
from tests.unit.bulk_model.state import At, Phase, Record, State, Ticket, Worker

FIRST_ATTEMPT = 1


def look(rules: Rules, state: State, who: int) -> Moves:
    """Read the tickets, unless there is a record: then a request committed, and died or is about to finish."""
    number = rules.crew[who].bulk
    bulk = rules.scenario.bulks[number]
    if state.records[number].phase is not Phase.NONE:
        yield from intent.look(rules, state, who)
    else:
        yield from plan(bulk, state, who)


def plan(bulk: Bulk, state: State, who: int) -> Moves:
    """Read the versions, now or again. Nobody looks at the record here: the transaction has it among its conditions."""
    if not all(state.tickets[place].is_open for place in bulk.tickets) or not intent.can_undo(bulk, state):
        yield "is refused", state.with_worker(who, intent.ENDED)
    else:
        read = tuple(state.tickets[place].version for place in bulk.tickets)
        yield "plans", state.with_worker(who, Worker(At.TRANSACT, read=read))


def transact(rules: Rules, state: State, who: int) -> Moves:
    """All tickets and the record, on condition of each version, of nobody's mark, and that there is no such record."""
    number = rules.crew[who].bulk
    bulk = rules.scenario.bulks[number]
    if state.records[number].phase is not Phase.NONE and rules.mistake is not Mistake.TRANSACTION_WITHOUT_RECORD:
        yield "finds that it is committed", state.with_worker(who, Worker())
    elif is_held_up_by_marks(rules, state, bulk):
        yield from meet_marks(rules, state, who)
    elif not has_versions(rules, state, who):
        yield from plan(bulk, state, who)
    else:
        yield write(rules, state, who)


def is_held_up_by_marks(rules: Rules, state: State, bulk: Bulk) -> bool:
    if rules.mistake is Mistake.NATIVE_IGNORES_MARKS and bulk.kind is Kind.NATIVE:
        return False
    return any(state.tickets[place].mark for place in bulk.tickets)


def has_versions(rules: Rules, state: State, who: int) -> bool:
    if rules.mistake is Mistake.TRANSACTION_WITHOUT_VERSIONS:
        return True
    tickets = [state.tickets[place] for place in rules.scenario.bulks[rules.crew[who].bulk].tickets]
    read = state.workers[who].read
    if not all(ticket.is_open or is_open_by_mistake(rules, ticket) for ticket in tickets):
        return False
    return tuple(ticket.version for ticket in tickets) == read


def is_open_by_mistake(rules: Rules, ticket: Ticket) -> bool:
    return rules.mistake is Mistake.JUDGED_WHEN_PLANNED and not ticket.is_purged


def meet_marks(rules: Rules, state: State, who: int) -> Moves:
    settling = [
        move
        for place in rules.scenario.bulks[rules.crew[who].bulk].tickets
        for move in settle(rules, state, place, "it")
    ]
    yield from settling or [("meets a live mark: blocked", state.with_worker(who, intent.ENDED))]


def write(rules: Rules, state: State, who: int) -> tuple[str, State]:
    number = rules.crew[who].bulk
    bulk, read = rules.scenario.bulks[number], state.workers[who].read
    is_native = bulk.kind is Kind.NATIVE
    for place in bulk.tickets:
        ticket = state.tickets[place]
        mark = rules.mark(number, FIRST_ATTEMPT)
        state = state.with_ticket(place, ticket.changed(bulk.name) if is_native else ticket.marked(mark))
    phase = Phase.DONE if is_native else Phase.COMMITTED
    state = state.with_record(number, Record(phase, FIRST_ATTEMPT, read, has_committed=True))
    ended = intent.ENDED if is_native else Worker(At.APPLY, 0, FIRST_ATTEMPT)
    return "changes all tickets" if is_native else "commits and marks all tickets", state.with_worker(who, ended)
