"""Which mails go out on what: one table, read by product people and printed by a test. It sends nothing.

Whoever fits several rows of one event gets one mail: that of the first row which they have not switched off.
"""

from dataclasses import dataclass
from enum import StrEnum

from ticketing.domain.events import Event, EventKind


class Happening(StrEnum):
    """What happened, as far as anybody is mailed about it. The value is the preference that switches it off."""

    CREATED = "created"
    ASSIGNED = "assigned"
    STATUS_CHANGED = "status_changed"


class Audience(StrEnum):
    """Who; a team stands for its lead and its members."""

    ASSIGNEE = "assignee"
    CREATOR = "creator"
    WATCHERS = "watchers"


@dataclass(frozen=True, slots=True)
class Rule:
    """`template` is a folder below templates/."""

    happening: Happening
    words: str
    audiences: tuple[Audience, ...]
    template: str


RULES = (
    Rule(Happening.CREATED, "a ticket is created", (Audience.ASSIGNEE, Audience.WATCHERS), "ticket_created"),
    Rule(Happening.ASSIGNED, "it is given to somebody later", (Audience.ASSIGNEE,), "ticket_assigned"),
    Rule(
        Happening.STATUS_CHANGED,
        "its status changes",
        (Audience.ASSIGNEE, Audience.CREATOR, Audience.WATCHERS),
        "status_changed",
    ),
)


def rules_for(event: Event) -> tuple[Rule, ...]:
    """The rows that fit an event, the first one first; none if nobody is mailed about it."""
    return tuple(rule for rule in RULES if _fits(rule.happening, event))


def _fits(happening: Happening, event: Event) -> bool:
    match happening:
        case Happening.CREATED:
            return event.kind is EventKind.CREATED
        case Happening.ASSIGNED:
            return event.kind is EventKind.CHANGED and event.change_of("assignee") is not None
        case Happening.STATUS_CHANGED:
            return event.kind is EventKind.CHANGED and event.change_of("status") is not None
