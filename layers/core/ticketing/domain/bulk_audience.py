"""Whom a bulk action concerns, and by how many of its tickets: collected when it is done, for the one mail about it.

Who of them is mailed is decided when that mail is written; here nobody is left out.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import dropwhile
from typing import Any

from ticketing.domain.events import Event
from ticketing.domain.ticket import Ticket


class Part(StrEnum):
    """What somebody has to do with a ticket. An assignee may be a team; a creator may be a key, or nobody."""

    ASSIGNEE = "assignee"
    CREATOR = "creator"
    WATCHER = "watcher"


@dataclass(slots=True)
class Audience:
    """How many tickets there are of each part and person."""

    counts: dict[Part, Counter[str]] = field(default_factory=lambda: {part: Counter() for part in Part})

    def add(self, ticket: Ticket) -> None:
        """Count a ticket as it is after its change."""
        if ticket.assignee is not None:
            self.counts[Part.ASSIGNEE][ticket.assignee] += 1
        self.counts[Part.CREATOR][ticket.creator.id] += 1
        self.counts[Part.WATCHER].update(ticket.watchers)


def as_left(ticket: Ticket, bulk_id: str, events: Iterable[Event]) -> Ticket:
    """A ticket as a bulk action left it, in what an audience is told by.

    `events` are what happened to it since it was planned, the oldest first: the bulk action's own among them.
    """
    before: dict[str, Any] = {}
    since = dropwhile(lambda event: event.bulk_id != bulk_id, events)
    next(since, None)
    for event in since:
        for change in event.changes:
            before.setdefault(change.field, change.before)
    assignee, watchers = before.get("assignee", ticket.assignee), before.get("watchers", ticket.watchers)
    return replace(ticket, assignee=assignee, watchers=tuple(watchers or ()))


def of(tickets: Iterable[Ticket]) -> Audience:
    audience = Audience()
    for ticket in tickets:
        audience.add(ticket)
    return audience
