"""Settling: what anyone does who meets a mark."""

from collections.abc import Iterator

from tests.unit.bulk_model.mistakes import Mistake
from tests.unit.bulk_model.scenario import Rules
from tests.unit.bulk_model.state import Mark, Phase, Record, State, Ticket, Verdict

type Moves = Iterator[tuple[str, State]]
"""What was done, and the state that it leads to."""


def verdict(rules: Rules, record: Record, mark: Mark) -> Verdict:
    """What the record says about a mark.

    | record                                 | mark of its attempt | of another one |
    |----------------------------------------|---------------------|----------------|
    | COMMITTED, DONE                        | apply               | release        |
    | PREPARING                              | wait                | release        |
    | QUEUED, ABORTED, BLOCKED, FAILED, none | release             | release        |

    Whose lease is over is aborted by whoever meets its mark, in a write of its own; here that is when it ends.
    """
    if rules.mark(mark.bulk, record.attempt) != mark:
        return Verdict.RELEASE
    if record.phase is Phase.PREPARING:
        return Verdict.RELEASE if Mistake.PREPARING_MARK_RELEASED in rules.mistakes else Verdict.WAIT
    if record.phase is Phase.COMMITTED or record.phase is Phase.DONE:
        return Verdict.RELEASE if Mistake.COMMITTED_MARK_RELEASED in rules.mistakes else Verdict.APPLY
    return Verdict.RELEASE


def verdicts(rules: Rules, record: Record, mark: Mark) -> Iterator[Verdict]:
    """What whoever takes their time may read."""
    yield verdict(rules, record, mark)
    if Mistake.RECORD_READ_LATE in rules.mistakes:
        yield verdict(rules, Record(), mark)


def applied(rules: Rules, ticket: Ticket, mark: Mark) -> Iterator[Ticket]:
    """One transaction: new value, version + 1, event, no mark; on condition that the mark is still this one.

    The real one does so to many tickets at once, and if it is refused, to each alone: fewer orders than here.
    """
    changed = ticket.marked(None)
    yield changed.changed(rules.name(mark))
    if Mistake.EVENT_APART in rules.mistakes:  # who wrote the ticket died before it wrote the event
        yield changed.changed(rules.name(mark), with_event=False)


def released(rules: Rules, ticket: Ticket, seen: Ticket) -> Ticket:
    """One write: no mark, on condition that it is still the one that was seen."""
    if Mistake.RELEASE_PUTS_BACK in rules.mistakes:
        return seen.marked(None)
    if ticket.mark == seen.mark or Mistake.RELEASE_WITHOUT_CONDITION in rules.mistakes:
        return ticket.marked(None)
    return ticket


def settled(rules: Rules, ticket: Ticket, seen: Ticket, what: Verdict) -> Iterator[Ticket]:
    """What the ticket becomes by the verdict on the mark that was seen on it."""
    if what is Verdict.RELEASE:
        yield released(rules, ticket, seen)
    elif what is Verdict.APPLY and seen.mark and ticket.mark == seen.mark:
        yield from applied(rules, ticket, seen.mark)


def settle(rules: Rules, state: State, number: int, who: str) -> Moves:
    """Read ticket and record and write at one instant; nothing where one must wait."""
    ticket = state.tickets[number]
    if ticket.mark is None:
        return
    what = verdict(rules, state.records[ticket.mark.bulk], ticket.mark)
    for after in settled(rules, ticket, ticket, what):
        yield f"{who} settles ticket {number}: {what}", state.with_ticket(number, after)
