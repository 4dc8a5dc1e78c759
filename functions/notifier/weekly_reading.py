"""An organisation's unresolved tickets, and the names of what they refer to, read for its weekly list."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from ticketing.domain.query import UNRESOLVED, Sort, TicketQuery, categories
from ticketing.domain.ticket import Ticket
from ticketing.domain.unresolved import UnresolvedList
from ticketing.store import finder, items, keys, living, workflows
from ticketing.store.attributes import Item
from ticketing.store.directory import person_or_team_key
from ticketing.store.keys import Key
from ticketing.store.table import Table
from ticketing.store.walks import Budget

MAX_SECONDS = 180.0
"""For one organisation; one that needs longer must not keep the others from theirs. A query of 2,000 rows is assumed to
take a fifth of a second with all that is done with them, so this is enough for more than a million tickets, resolved
ones among them."""

_PAGE = 2_000
"""As many rows as one query reads: a smaller page would read the rest of them again."""

_QUERY = TicketQuery(categories=categories([UNRESOLVED]), sort=Sort.OLDEST)


class TookTooLong(Exception):
    """An organisation has more tickets than can be walked in the time that it is given."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The list, and the names of the people that have the tickets, by id, and of the guests of its rows, by chat."""

    found: UnresolvedList
    people: dict[str, str]
    guests: dict[str, str]


def read(table: Table, organisation_id: str, clock: Callable[[], float]) -> Reading:
    """Raises TookTooLong. `clock` counts seconds."""
    found = UnresolvedList()
    follow_ups = _FollowUps(table, organisation_id)
    for ticket in _unresolved(table, organisation_id, clock):
        found.take(ticket, is_follow_up=follow_ups.has(ticket))
    people = {one.assignee: person_or_team_key(organisation_id, one.assignee) for one in found.shares if one.assignee}
    # Guests of the rows alone: nothing is read of whom the mail does not name.
    chats = {one.chat_id: keys.chat_key(organisation_id, one.chat_id) for one in found.shown}
    items_of = table.get_many([*people.values(), *chats.values()])
    return Reading(
        found,
        people={id_: str(items_of[key]["name"]) for id_, key in people.items() if key in items_of},
        guests={id_: _guest(items_of, key) for id_, key in chats.items()},
    )


def _guest(items_of: dict[Key, Item], key: Key) -> str:
    """Nobody of a chat that was deleted since its ticket was read."""
    return items.chat_from(items_of[key]).guest.name if key in items_of else ""


def _unresolved(table: Table, organisation_id: str, clock: Callable[[], float]) -> Iterator[Ticket]:
    """All of them, the oldest first, page by page."""
    ends_at = clock() + MAX_SECONDS
    for page in finder.pages(table, organisation_id, _QUERY, after=None, limit=_PAGE, budget=lambda: Budget(clock)):
        # These items hold nothing of the guests.
        yield from living.of_living_chats(table, organisation_id, page.tickets)
        if page.after is not None and clock() >= ends_at:
            raise TookTooLong


class _FollowUps:
    """Which issues the workflows, as they are now, mark as follow-ups; each is read once."""

    def __init__(self, table: Table, organisation_id: str) -> None:
        self._table = table
        self._organisation_id = organisation_id
        self._marked: dict[str, Collection[str]] = {}

    def has(self, ticket: Ticket) -> bool:
        if ticket.channel_id not in self._marked:
            workflow = workflows.get(self._table, self._organisation_id, ticket.channel_id)
            issues = workflow.issues if workflow is not None else ()
            self._marked[ticket.channel_id] = frozenset(issue.id for issue in issues if issue.is_follow_up)
        return ticket.issue.id in self._marked[ticket.channel_id]
