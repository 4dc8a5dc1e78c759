"""Who else is about: a single writer, those who pass by, ends of leases, the purge."""

from tests.unit.bulk_model.mistakes import Mistake
from tests.unit.bulk_model.scenario import PassersBy, Rules
from tests.unit.bulk_model.settling import Moves, settle, settled, verdicts
from tests.unit.bulk_model.state import (
    NOBODY,
    Phase,
    Settler,
    State,
    Verdict,
    Writer,
    Writing,
)

WRITER = "writer"


def single_write(rules: Rules, state: State) -> Moves:
    """Read, then write on condition of the version and of nobody's mark; who meets a mark settles it, or waits."""
    number, writer = rules.scenario.writes, state.writer
    if number is None or writer.at not in {Writing.READ, Writing.WRITE}:
        return
    ticket = state.tickets[number]
    if not ticket.is_open:
        yield "writer finds no ticket", state._replace(writer=Writer(Writing.NOT_FOUND))
    elif writer.at is Writing.READ:
        yield from settle(rules, state, number, WRITER)
        if ticket.mark is None:
            yield f"writer reads ticket {number}", state._replace(writer=Writer(Writing.WRITE, ticket.version))
    elif may_write(rules, state, number):
        yield f"writer changes ticket {number}", write(rules, state, number)
    else:
        yield "writer must read again", state._replace(writer=Writer(Writing.READ))


def may_write(rules: Rules, state: State, number: int) -> bool:
    ticket = state.tickets[number]
    is_free = ticket.mark is None or Mistake.WRITER_IGNORES_MARKS in rules.mistakes
    return is_free and (ticket.version == state.writer.version or Mistake.WRITER_WITHOUT_VERSION in rules.mistakes)


def write(rules: Rules, state: State, number: int) -> State:
    ticket = state.tickets[number]
    changed = ticket.changed(WRITER)
    if Mistake.WRITER_WITHOUT_VERSION in rules.mistakes:
        changed = changed._replace(version=state.writer.version + 1)
    return state.with_ticket(number, changed)._replace(writer=Writer(Writing.ACKNOWLEDGED))


def pass_by(rules: Rules, state: State) -> Moves:
    if rules.scenario.passers_by is PassersBy.AT_ONCE:
        for number in range(len(state.tickets)):
            yield from settle(rules, state, number, "a passer-by")
    elif rules.scenario.passers_by is PassersBy.SLOW:
        yield from settle_slowly(rules, state)


def settle_slowly(rules: Rules, state: State) -> Moves:
    """Three calls: read the ticket; read the record; write, on condition that the mark is still the same."""
    slow = state.settler
    if slow.seen is None:
        for number, ticket in enumerate(state.tickets):
            if ticket.mark is not None:
                yield f"settler reads ticket {number}", state._replace(settler=Settler(number, ticket))
        return
    yield "settler dies", state._replace(settler=NOBODY)
    if slow.verdict is None:
        mark = slow.seen.mark
        for what in verdicts(rules, state.records[mark.bulk], mark) if mark else ():
            if what is not Verdict.WAIT:
                yield f"settler reads the record: {what}", state._replace(settler=slow._replace(verdict=what))
        return
    after = state._replace(settler=NOBODY)
    for ticket in settled(rules, state.tickets[slow.ticket], slow.seen, slow.verdict):
        yield f"settler writes ticket {slow.ticket}: {slow.verdict}", after.with_ticket(slow.ticket, ticket)


def end_leases(rules: Rules, state: State) -> Moves:
    """Clocks may differ by anything, so a lease may end at any moment, and the 120 seconds of an attempt, too.

    Whoever thinks so aborts the attempt: a reader, a rival, the janitor, or one of its workers.
    """
    for number, record in enumerate(state.records):
        if record.phase is Phase.PREPARING:
            name = rules.scenario.bulks[number].name
            yield (
                f"attempt {record.attempt} of {name} is aborted",
                state.with_record(number, record.turned(Phase.ABORTED)),
            )


def purge(rules: Rules, state: State) -> Moves:
    """Remove a deleted ticket for good once it has expired and nobody's mark is on it: its events first, itself last.

    Only the last of these writes can be conditioned on the ticket, so nobody may mark it once it has expired: who
    restores asks that seconds before, and the purge comes an hour later.
    """
    for number, ticket in enumerate(state.tickets):
        is_deleted = bool(ticket.changes) and ticket.changes[-1] in rules.scenario.deletes
        is_free = ticket.mark is None or Mistake.PURGE_IGNORES_MARKS in rules.mistakes
        if not is_deleted or ticket.is_purged:
            continue
        if not ticket.is_expired:
            yield f"ticket {number} expires", state.with_ticket(number, ticket._replace(is_expired=True))
        elif is_free and ticket.events:
            yield f"ticket {number}'s events are purged", state.with_ticket(number, ticket._replace(events=()))
        elif is_free:
            yield f"ticket {number} is purged", state.with_ticket(number, ticket.purged())
