"""Which mails go out on what: one table, read by product people and printed by a test. It sends nothing.

Whoever fits several rows of one event gets one mail: that of the first row which they have not switched off.
"""

from dataclasses import dataclass
from enum import StrEnum

from ticketing.domain.bulk import Kind
from ticketing.domain.events import Event, EventKind
from ticketing.domain.workflow import StatusCategory


class Happening(StrEnum):
    """What happened, as far as anybody is mailed about it."""

    CREATED = "created"
    ASSIGNED = "assigned"
    STATUS_CHANGED = "status_changed"
    RESOLVED = "resolved"


class Audience(StrEnum):
    """Who; a team stands for its lead and its members."""

    ASSIGNEE = "assignee"
    CREATOR = "creator"
    WATCHERS = "watchers"
    GUEST = "guest"


@dataclass(frozen=True, slots=True)
class Rule:
    """`template` is a folder below templates/; `preference` is what a member switches it off by."""

    happening: Happening
    words: str
    audiences: tuple[Audience, ...]
    template: str
    preference: str | None


_EVERYBODY = (Audience.ASSIGNEE, Audience.CREATOR, Audience.WATCHERS)

RULES = (
    Rule(
        Happening.CREATED,
        "a ticket is created",
        (Audience.ASSIGNEE, Audience.WATCHERS),
        "ticket_created",
        "created",
    ),
    Rule(Happening.CREATED, "a ticket is created", (Audience.GUEST,), "guest_acknowledgement", None),
    Rule(Happening.ASSIGNED, "it is given to somebody later", (Audience.ASSIGNEE,), "ticket_assigned", "assigned"),
    Rule(Happening.STATUS_CHANGED, "its status changes", _EVERYBODY, "status_changed", "status_changed"),
    Rule(Happening.RESOLVED, "it becomes resolved", (Audience.GUEST,), "guest_resolved", None),
)


@dataclass(frozen=True, slots=True)
class Digest:
    """The one mail about a bulk action: to those whom its single changes would concern, each with their own counts."""

    kind: Kind
    words: str
    audiences: tuple[Audience, ...]
    template: str = "bulk_digest"
    preference: str = "digests"


DIGESTS = (
    Digest(Kind.ASSIGN, "many are assigned", (Audience.ASSIGNEE,)),
    Digest(Kind.STATUS, "the status of many changes", _EVERYBODY),
    Digest(Kind.DELETE, "many are deleted", _EVERYBODY),
    Digest(Kind.RESTORE, "many are restored", _EVERYBODY),
)


def digest_for(kind: Kind) -> Digest | None:
    """The mail about a bulk action of a kind; None if nobody is mailed, as of one ticket's priority."""
    return next((one for one in DIGESTS if one.kind is kind), None)


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
        case Happening.RESOLVED:
            return event.kind is EventKind.CHANGED and _becomes_resolved(event)


def _becomes_resolved(event: Event) -> bool:
    """From any other category: a ticket that goes on from Resolved to Closed is told to no guest again."""
    status = event.change_of("status")
    before = status.before if status is not None and status.before is not None else {}
    resolved = StatusCategory.RESOLVED.value
    return status is not None and status.after.get("category") == resolved != before.get("category")
