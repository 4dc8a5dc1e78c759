"""What must hold. Each function returns what is broken, or nothing."""

from enum import StrEnum

from tests.unit.bulk_model.mistakes import Mistake
from tests.unit.bulk_model.others import WRITER
from tests.unit.bulk_model.scenario import Kind, Rules
from tests.unit.bulk_model.settling import verdict
from tests.unit.bulk_model.state import At, Phase, State, Ticket, Verdict, Writing

type View = tuple[str, ...]


class Invariant(StrEnum):
    ALL = "a committed bulk action is seen in all of its tickets"
    NONE = "a bulk action is seen in no ticket before it is committed, and in none that it left out"
    ONCE = "no change is applied twice"
    SPARED = "a ticket that was judged again to be spared is never changed by that bulk action, and counted once"
    ITSELF = "a bulk action is not blocked by itself"
    HONEST = "a caller who is told that nothing or all was changed is told the truth"
    CLEAN = "of a bulk action that is done no mark is left"
    JUDGED = "a bulk action changes a ticket at the version at which it was judged"
    VERSION = "a ticket's version is the number of its changes"
    EVENTS = "a ticket's events are 1 to its version, each once"
    ACKNOWLEDGED = "an acknowledged single write is never lost"
    GROWS = "what a reader sees of a ticket only grows"
    PURGED = "a purged ticket stays purged"
    OUTCOME = "the outcome of a bulk action never changes"
    NO_MARK = "no mark is left at the end"
    NO_RECORD = "at the end each bulk action is done, blocked, failed, refused or removed"
    CAN_END = "from everywhere there is a way to an end"


MAY_FOLLOW = {
    Phase.COMMITTED: {Phase.COMMITTED, Phase.DONE},
    Phase.DONE: {Phase.DONE, Phase.REMOVED},
    Phase.BLOCKED: {Phase.BLOCKED, Phase.REMOVED},
    Phase.FAILED: {Phase.FAILED, Phase.REMOVED},
    Phase.REMOVED: {Phase.REMOVED},
}
"""Of a record that has an outcome."""


def view(rules: Rules, state: State, ticket: Ticket) -> View:
    """What a reader by id sees, who applies a committed mark before reading on."""
    if ticket.mark is None:
        return ticket.changes
    if verdict(rules, state.records[ticket.mark.bulk], ticket.mark) is Verdict.APPLY:
        return (*ticket.changes, rules.name(ticket.mark))
    return ticket.changes


def views(rules: Rules, state: State) -> tuple[View, ...]:
    return tuple([view(rules, state, ticket) for ticket in state.tickets])


def broken_by(rules: Rules, before: State, after: State, saw: tuple[View, ...], *, is_new: bool) -> Invariant | None:
    """What is broken after a step. The order says by which name a violation is told that breaks several."""
    sees = views(rules, after)
    if not is_new:  # it has been found in order by another step
        return broken_outcome(before, after) or broken_view(saw, sees)
    return (
        broken_outcome(before, after)
        or broken_answer(rules, after)
        or broken_ticket(after, sees)
        or broken_commit(rules, after, sees)
        or broken_acknowledgement(rules, after, sees)
        or broken_view(saw, sees)
        or broken_judgement(rules, after, sees)
        or broken_record(rules, after, sees)
    )


def broken_outcome(before: State, after: State) -> Invariant | None:
    for was, ticket in zip(before.tickets, after.tickets, strict=True):
        if was.is_purged and not ticket.is_purged:
            return Invariant.PURGED
    for earlier, record in zip(before.records, after.records, strict=True):
        if earlier.phase in MAY_FOLLOW and record.phase not in MAY_FOLLOW[earlier.phase]:
            return Invariant.OUTCOME
    return None


def broken_ticket(state: State, sees: tuple[View, ...]) -> Invariant | None:
    for ticket, seen in zip(state.tickets, sees, strict=True):
        if len(set(seen)) != len(seen):
            return Invariant.ONCE
        if ticket.version != len(ticket.changes):
            return Invariant.VERSION
        if ticket.is_open and ticket.events != tuple(range(1, ticket.version + 1)):
            return Invariant.EVENTS
    return None


def broken_commit(rules: Rules, state: State, sees: tuple[View, ...]) -> Invariant | None:
    committed_keys = list[str]()
    for bulk, record in zip(rules.scenario.bulks, state.records, strict=True):
        if record.has_committed and bulk.key is not None:
            committed_keys.append(bulk.key)
        if not record.has_committed:
            if any(bulk.name in sees[place] for place in bulk.tickets):
                return Invariant.NONE
            continue
        for place, judged in zip(bulk.tickets, record.plan, strict=True):
            if (bulk.name in sees[place]) != (judged >= 0):
                return Invariant.ALL if judged >= 0 else Invariant.NONE
    return Invariant.ONCE if len(set(committed_keys)) < len(committed_keys) else None


def broken_answer(rules: Rules, state: State) -> Invariant | None:
    for member, worker in zip(rules.crew, state.workers, strict=True):
        has_committed = state.records[member.bulk].has_committed
        if worker.at is (At.TOLD_NOTHING if has_committed else At.TOLD_DONE):
            return Invariant.HONEST
    return None


def broken_record(rules: Rules, state: State, sees: tuple[View, ...]) -> Invariant | None:
    """The record against the tickets: what it says of those that it spares, and that it is done."""
    for number, (bulk, record) in enumerate(zip(rules.scenario.bulks, state.records, strict=True)):
        if record.has_blocked_itself:
            return Invariant.ITSELF
        if record.counted != record.spared.bit_count():
            return Invariant.SPARED
        if record.spared and any(
            record.spared >> nth & 1 and bulk.name in sees[place] for nth, place in enumerate(bulk.tickets)
        ):
            return Invariant.SPARED
        # The check before a record is removed is there for what would break this: without it, see what that leads to.
        is_checked = Mistake.RECORD_REMOVED_WITHOUT_CHECK not in rules.mistakes
        if (
            is_checked
            and record.phase is Phase.DONE
            and any(ticket.mark and ticket.mark.bulk == number for ticket in state.tickets)
        ):
            return Invariant.CLEAN
    return None


def broken_acknowledgement(rules: Rules, state: State, sees: tuple[View, ...]) -> Invariant | None:
    is_acknowledged = state.writer.at is Writing.ACKNOWLEDGED
    is_lost = is_acknowledged and WRITER not in sees[rules.scenario.writes or 0]
    return Invariant.ACKNOWLEDGED if is_lost else None


def broken_view(saw: tuple[View, ...], sees: tuple[View, ...]) -> Invariant | None:
    shrinks = any(seen[: len(earlier)] != earlier for earlier, seen in zip(saw, sees, strict=True))
    return Invariant.GROWS if shrinks else None


def broken_judgement(rules: Rules, state: State, sees: tuple[View, ...]) -> Invariant | None:
    for bulk, record in zip(rules.scenario.bulks, state.records, strict=True):
        if record.has_committed:
            for place, judged in zip(bulk.tickets, record.plan, strict=True):
                if judged >= 0 and sees[place].index(bulk.name) != judged:
                    return Invariant.JUDGED
    return None


def broken_at_end(rules: Rules, state: State) -> Invariant | None:
    if any(ticket.mark for ticket in state.tickets):
        return Invariant.NO_MARK
    for bulk, record in zip(rules.scenario.bulks, state.records, strict=True):
        is_refused = record.phase is Phase.NONE and (bulk.kind is not Kind.QUEUED or bulk.undoes is not None)
        if not is_refused and record.phase not in {Phase.DONE, Phase.BLOCKED, Phase.FAILED, Phase.REMOVED}:
            return Invariant.NO_RECORD
    return None
