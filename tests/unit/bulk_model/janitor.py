"""The janitor: what it does with a bulk action of a request that ended, of a worker after a day, after 30 days."""

from tests.unit.bulk_model.mistakes import Mistake
from tests.unit.bulk_model.scenario import Kind, Rules
from tests.unit.bulk_model.settling import Moves, released, settle
from tests.unit.bulk_model.state import IDLE, At, Janitor, Phase, State, Worker
from tests.unit.bulk_model.transactions import FIRST
from tests.unit.bulk_model.worker import ENDED, take_off

OVER = (Phase.DONE, Phase.BLOCKED, Phase.FAILED)
STUCK = (Phase.QUEUED, Phase.ABORTED)


def look(rules: Rules, state: State, who: int) -> Moves:
    """Of one request: apply what it committed, fail what was aborted. It comes until that is over."""
    number = rules.crew[who].bulk
    record = state.records[number]
    if record.phase is Phase.COMMITTED:
        yield "goes on applying", state.with_worker(who, Worker(At.APPLY, FIRST, plan=record.plan))
    elif record.phase is Phase.ABORTED:
        yield "takes marks off", state.with_worker(who, Worker(At.CLEAR))
    elif record.phase in {*OVER, Phase.REMOVED}:
        yield "finds nothing to do", state.with_worker(who, ENDED)


def clear(rules: Rules, state: State, who: int) -> Moves:
    """It is due until its last mark is gone."""
    number, bulk, place = rules.crew[who].bulk, rules.bulk_of(who), state.workers[who].place
    if place < len(bulk.tickets):
        further = state.with_worker(who, Worker(At.CLEAR, place=place + 1))
        yield from take_off(rules, state, further, number, place, FIRST)
        return
    ended, record = state.with_worker(who, ENDED), state.records[number]
    if record.phase is Phase.ABORTED:
        ended = ended.with_record(number, record.turned(Phase.FAILED))
    yield "writes that it has failed", ended


def come_back(rules: Rules, state: State) -> Moves:
    """To what a worker has not brought to its end, and to what was kept long enough."""
    janitor = state.janitor
    if janitor.bulk < 0:
        yield from choose(rules, state)
        return
    yield "janitor dies", state._replace(janitor=IDLE)
    if janitor.phase in STUCK:
        yield from give_up(rules, state)
    else:
        yield from remove(rules, state)


def choose(rules: Rules, state: State) -> Moves:
    for number, (bulk, record) in enumerate(zip(rules.scenario.bulks, state.records, strict=True)):
        found = Janitor(number, 0, record.phase, record.attempt)
        if rules.scenario.gives_up and bulk.kind is Kind.QUEUED and record.phase in STUCK:
            yield f"janitor finds {bulk.name} {record.phase}, for a day", state._replace(janitor=found)
        if rules.scenario.removes and record.phase in OVER:
            is_checked = Mistake.RECORD_REMOVED_WITHOUT_CHECK not in rules.mistakes
            found = found._replace(place=0 if is_checked else len(bulk.tickets))
            yield f"janitor would remove the record of {bulk.name}", state._replace(janitor=found)


def give_up(rules: Rules, state: State) -> Moves:
    """Take off marks that mean nothing, and write FAILED if it has not gone on meanwhile.

    What it read is old by then: a worker may have begun. So of a queued one no mark is touched, and of an aborted one
    no mark of a later attempt.
    """
    number, place, phase, attempt = state.janitor
    is_rash = Mistake.JANITOR_RELEASES_EVERYTHING in rules.mistakes
    if place < len(rules.scenario.bulks[number].tickets) and (phase is not Phase.QUEUED or is_rash):
        ticket_number = rules.scenario.bulks[number].tickets[place]
        ticket = state.tickets[ticket_number]
        further = state._replace(janitor=state.janitor._replace(place=place + 1))
        if ticket.mark and ticket.mark.bulk == number and (ticket.mark.attempt <= attempt or is_rash):
            off = released(rules, ticket, ticket)
            yield f"janitor releases ticket {ticket_number}", further.with_ticket(ticket_number, off)
        else:
            yield f"janitor finds nothing to release on ticket {ticket_number}", further
        return
    record, after = state.records[number], state._replace(janitor=IDLE)
    if (record.phase, record.attempt) == (phase, attempt):
        after = after.with_record(number, record.turned(Phase.FAILED))
    yield f"janitor gives up {rules.scenario.bulks[number].name}", after


def remove(rules: Rules, state: State) -> Moves:
    """Read each of its tickets, so that its marks are settled; delete its pages, and then the record."""
    number, place = state.janitor.bulk, state.janitor.place
    tickets = rules.scenario.bulks[number].tickets
    if place == len(tickets):
        after, record = state._replace(janitor=IDLE), state.records[number]
        if record.phase in OVER:
            after = after.with_record(number, record.turned(Phase.REMOVED))
        yield f"janitor removes the record of {rules.scenario.bulks[number].name}", after
        return
    mark = state.tickets[tickets[place]].mark
    if mark is None or mark.bulk != number:
        seen = state.janitor._replace(place=place + 1)
        yield f"janitor sees no mark on ticket {tickets[place]}", state._replace(janitor=seen)
    else:
        yield from settle(rules, state, tickets[place], "janitor")
