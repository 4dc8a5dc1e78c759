"""What becomes of a ticket, as the domain decides: from what is known of it now."""

from tests.unit.bulk_model.mistakes import Mistake
from tests.unit.bulk_model.others import WRITER
from tests.unit.bulk_model.scenario import Bulk, Rules
from tests.unit.bulk_model.state import BLOCKER, SPARED, Phase, State, Ticket


def planned(rules: Rules, state: State, number: int) -> tuple[int, ...]:
    """The plan, if nobody's mark is on any of the tickets."""
    bulk = rules.scenario.bulks[number]
    return tuple([judged(rules, state, number, place) for place in range(len(bulk.tickets))])


def judged(rules: Rules, state: State, number: int, place: int, expected: int | None = None) -> int:
    """Its version, SPARED, or BLOCKER. `expected` is the only version at which it may be changed."""
    bulk = rules.scenario.bulks[number]
    ticket = state.tickets[bulk.tickets[place]]
    if ticket.is_purged or not is_restorable(rules, ticket):
        return BLOCKER
    if bulk.undoes is not None:
        return judged_undo(rules.scenario.bulks[bulk.undoes], state.records[bulk.undoes].plan[place], ticket)
    if expected is not None and ticket.version != expected:
        return BLOCKER
    return SPARED if ticket.changes and ticket.changes[-1] == bulk.is_so_by else ticket.version


def is_restorable(rules: Rules, ticket: Ticket) -> bool:
    return not ticket.is_expired or Mistake.JUDGED_WHEN_PLANNED in rules.mistakes


def judged_undo(undone: Bulk, planned: int, ticket: Ticket) -> int:
    """What the bulk action set must be so still; a single write sets other things."""
    if planned == SPARED:
        return SPARED
    since = ticket.changes[ticket.changes.index(undone.name) + 1 :]
    return ticket.version if set(since) <= {WRITER} else BLOCKER


def can_be_asked(bulk: Bulk, state: State) -> bool:
    """An undo, once the bulk action that it undoes is committed."""
    return bulk.undoes is None or state.records[bulk.undoes].phase in {Phase.COMMITTED, Phase.DONE}
