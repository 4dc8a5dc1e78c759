"""Who is behind an audience. Not telling someone has a reason, which is returned and counted."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from notifier.rules import Audience, Rule
from ticketing.domain.directory import Member
from ticketing.domain.events import Event
from ticketing.domain.ids import is_team_id
from ticketing.store import items, keys
from ticketing.store.table import Table


class NotTold(StrEnum):
    OWN_ACTION = "own_action"
    INACTIVE = "inactive"
    UNKNOWN = "unknown"
    NO_LONGER_RECIPIENT = "no_longer_recipient"


@dataclass(frozen=True, slots=True)
class Recipients:
    """`told` in a stable order; `not_told` by member id."""

    told: tuple[Member, ...]
    not_told: dict[str, NotTold]


def of(table: Table, event: Event, rule: Rule, only: str | None = None) -> Recipients:
    """The members that a rule tells of an event, each once; with `only`, that one, if it still is one of them."""
    wanted = list(dict.fromkeys(_members(table, event, rule.audiences)))
    if only is not None:
        if only not in wanted:
            return Recipients((), {only: NotTold.NO_LONGER_RECIPIENT})
        wanted = [only]
    found = table.get_many(keys.member_key(event.organisation_id, member) for member in wanted)
    members = {member.id: member for member in map(items.member_from, found.values())}
    not_told = {id_: reason for id_ in wanted if (reason := _reason(id_, members.get(id_), event)) is not None}
    return Recipients(tuple(members[id_] for id_ in wanted if id_ not in not_told), not_told)


def _members(table: Table, event: Event, audiences: Iterable[Audience]) -> list[str]:
    ids: list[str] = []
    for audience in audiences:
        match audience:
            case Audience.ASSIGNEE:
                # Who had the ticket then: whoever was given it since is told of what happens from then on.
                ids += _expanded(table, event.organisation_id, event.assignee)
    return ids


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
