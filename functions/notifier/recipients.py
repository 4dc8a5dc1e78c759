"""Who is behind an audience. Not telling someone has a reason, which is returned and counted."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from notifier.rules import Audience, Rule
from ticketing.domain.directory import Member
from ticketing.domain.events import Event, EventKind
from ticketing.domain.ids import is_team_id
from ticketing.domain.ticket import Ticket
from ticketing.store import items, keys
from ticketing.store.table import Table


class NotTold(StrEnum):
    OWN_ACTION = "own_action"
    INACTIVE = "inactive"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Recipients:
    """`told` in a stable order; `not_told` by member id."""

    told: tuple[Member, ...]
    not_told: dict[str, NotTold]


def of(table: Table, event: Event, ticket: Ticket, rule: Rule) -> Recipients:
    """The members that a rule tells of an event, each once."""
    wanted = list(dict.fromkeys(_members(table, event, ticket, rule.audiences)))
    found = table.get_many(keys.member_key(event.organisation_id, member) for member in wanted)
    members = {member.id: member for member in map(items.member_from, found.values())}
    not_told = {id_: reason for id_ in wanted if (reason := _reason(id_, members.get(id_), event)) is not None}
    return Recipients(tuple(members[id_] for id_ in wanted if id_ not in not_told), not_told)


def _members(table: Table, event: Event, ticket: Ticket, audiences: Iterable[Audience]) -> list[str]:
    ids: list[str] = []
    for audience in audiences:
        match audience:
            case Audience.ASSIGNEE:
                ids += _expanded(table, event.organisation_id, _assignee(event, ticket))
    return ids


def _assignee(event: Event, ticket: Ticket) -> str | None:
    """Who had the ticket when it was created; later, who has it now."""
    if event.kind is not EventKind.CREATED:
        return ticket.assignee
    change = event.change_of("assignee")
    return str(change.after) if change else None


def _expanded(table: Table, organisation_id: str, assignee: str | None) -> list[str]:
    if assignee is None:
        return []
    if not is_team_id(assignee):
        return [assignee]
    item = table.get(keys.team_key(organisation_id, assignee))
    if item is None:
        return []
    team = items.team_from(item)
    return [team.lead, *team.members]


def _reason(member_id: str, member: Member | None, event: Event) -> NotTold | None:
    if member is None:
        return NotTold.UNKNOWN
    if not member.is_active:
        return NotTold.INACTIVE
    return NotTold.OWN_ACTION if member_id == event.actor.id else None
