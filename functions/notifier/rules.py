"""Which mails go out on what: one table, read by product people and printed by a test. It sends nothing.

An event is mailed by the first row that fits; whoever fits a row twice gets one mail.
"""

from dataclasses import dataclass
from enum import StrEnum

from ticketing.domain.events import Event, EventKind


class Happening(StrEnum):
    """What happened, as far as anybody is mailed about it."""

    CREATED = "a ticket is created"
    STATUS_CHANGED = "its status changes"


class Audience(StrEnum):
    """Who; a team stands for its lead and its members."""

    ASSIGNEE = "assignee"


@dataclass(frozen=True, slots=True)
class Rule:
    """`template` is a folder below templates/."""

    happening: Happening
    audiences: tuple[Audience, ...]
    template: str


RULES = (
    Rule(Happening.CREATED, (Audience.ASSIGNEE,), "ticket_created"),
    Rule(Happening.STATUS_CHANGED, (Audience.ASSIGNEE,), "status_changed"),
)


def rule_for(event: Event) -> Rule | None:
    """The first row that fits an event; None if nobody is mailed about it."""
    return next((rule for rule in RULES if _fits(rule.happening, event)), None)


def _fits(happening: Happening, event: Event) -> bool:
    match happening:
        case Happening.CREATED:
            return event.kind is EventKind.CREATED
        case Happening.STATUS_CHANGED:
            return event.kind is EventKind.CHANGED and event.change_of("status") is not None
