"""Who is behind an audience. Not telling someone has a reason, which is returned and counted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from notifier.rules import Audience, Rule
from ticketing.domain.directory import Member
from ticketing.domain.events import Event
from ticketing.domain.ids import is_member_id, is_team_id
from ticketing.domain.ticket import Ticket
from ticketing.store import items, keys
from ticketing.store.table import Table


class NotTold(StrEnum):
    OWN_ACTION = "own_action"
    MUTED = "muted"
    INACTIVE = "inactive"
    UNKNOWN = "unknown"
    NO_LONGER_RECIPIENT = "no_longer_recipient"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who is told, and the rule by which."""

    member: Member
    rule: Rule


@dataclass(frozen=True, slots=True)
class Recipients:
    """`told` in a stable order; `not_told` by member id."""

    told: tuple[Recipient, ...]
    not_told: dict[str, NotTold]


def of(table: Table, event: Event, ticket: Ticket, rules: Sequence[Rule], only: str | None = None) -> Recipients:
    """The members whom rules tell of an event, each once; with `only`, that one, if it still is one of them."""
    fitting: dict[str, list[Rule]] = {}
    for rule in rules:
        for member_id in dict.fromkeys(_members(table, event, ticket, rule.audiences)):
            fitting.setdefault(member_id, []).append(rule)
    if only is not None:
        if only not in fitting:
            return Recipients((), {only: NotTold.NO_LONGER_RECIPIENT})
        fitting = {only: fitting[only]}
    found = table.get_many(keys.member_key(event.organisation_id, member) for member in fitting)
    members = {member.id: member for member in map(items.member_from, found.values())}
    decided = {id_: _decided(members.get(id_), event, own) for id_, own in fitting.items()}
    told = tuple(one for one in decided.values() if isinstance(one, Recipient))
    return Recipients(told, {id_: one for id_, one in decided.items() if isinstance(one, NotTold)})


def _members(table: Table, event: Event, ticket: Ticket, audiences: Iterable[Audience]) -> list[str]:
    ids: list[str] = []
    for audience in audiences:
        match audience:
            case Audience.ASSIGNEE:
                # Who had the ticket then: whoever was given it since is told of what happens from then on.
                ids += _expanded(table, event.organisation_id, event.assignee)
            case Audience.CREATOR:
                ids += [ticket.creator.id] if is_member_id(ticket.creator.id) else []
            case Audience.WATCHERS:
                ids += ticket.watchers
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


def _decided(member: Member | None, event: Event, rules: Sequence[Rule]) -> Recipient | NotTold:
    if member is None:
        return NotTold.UNKNOWN
    if not member.is_active:
        return NotTold.INACTIVE
    if member.id == event.actor.id and not member.preferences.own_actions:
        return NotTold.OWN_ACTION
    wanted = (rule for rule in rules if getattr(member.preferences, rule.happening.value))
    rule = next(wanted, None)
    return Recipient(member, rule) if rule is not None else NotTold.MUTED
