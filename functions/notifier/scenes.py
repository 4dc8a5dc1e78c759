"""What an event's mails rest on, in two reads."""

from collections.abc import Sequence
from dataclasses import dataclass

from notifier import recipients
from notifier.facts import Told
from notifier.recipients import GUEST, Fitting, Left, Recipient
from notifier.rules import Happening, Rule
from ticketing.domain.directory import Member
from ticketing.domain.events import Event
from ticketing.domain.ids import is_team_id
from ticketing.store import items, keys, settling
from ticketing.store.table import Table


@dataclass(frozen=True, slots=True)
class Scene:
    """`fitting` are those whom the rules tell; `members` those of them that exist."""

    told: Told
    fitting: Fitting
    members: dict[str, Member]

    def decided(self) -> list[Recipient | Left]:
        """Of each recipient: how, or why not. A member who does not exist is neither."""
        found: list[Recipient | Left] = []
        for id_, rules in self.fitting.items():
            if id_ == GUEST:
                found.append(self._guest(rules))
            elif id_ in self.members:
                found.append(recipients.decide_member(self.members[id_], self.told.event.actor.id, rules))
        return found

    def _guest(self, rules: Sequence[Rule]) -> Recipient | Left:
        is_resolved = rules[0].happening is Happening.RESOLVED
        told = self.told
        return recipients.decide_guest(
            told.chat, told.organisation, told.ticket, rules[0].template, is_resolved=is_resolved
        )


def look(
    table: Table, event: Event, rules: tuple[Rule, ...], console_url: str, only: str | None = None
) -> Scene | None:
    """None if the ticket is gone for good. With `only`, of that recipient alone."""
    organisation_id = event.organisation_id
    ticket_key, organisation_key = keys.ticket_key(event.ticket_id), keys.organisation_key(organisation_id)
    has_team = event.assignee is not None and is_team_id(event.assignee)
    team_key = keys.team_key(organisation_id, event.assignee) if has_team and event.assignee else None
    # As a reader by id sees it: a bulk action that is committed counts, applied or not.
    first = settling.get_many(table, [ticket_key, organisation_key, *([team_key] if team_key else [])])
    if ticket_key not in first:
        return None
    ticket = items.ticket_from(first[ticket_key])
    team = items.team_from(first[team_key]) if team_key in first and team_key is not None else None
    fitting = recipients.fitting(event, ticket, team, rules)
    if only is not None:
        fitting = {only: fitting[only]} if only in fitting else {}
    chat_key = keys.chat_key(organisation_id, ticket.chat_id)
    channel_key = keys.channel_key(organisation_id, ticket.channel_id)
    member_keys = [keys.member_key(organisation_id, id_) for id_ in fitting if id_ != GUEST]
    second = table.get_many([chat_key, channel_key, *member_keys])
    members = [items.member_from(second[key]) for key in member_keys if key in second]
    told = Told(
        event=event,
        ticket=ticket,
        chat=items.chat_from(second[chat_key]) if chat_key in second else None,
        channel=items.channel_from(second[channel_key]) if channel_key in second else None,
        organisation=items.organisation_from(first[organisation_key]) if organisation_key in first else None,
        console_url=console_url,
    )
    return Scene(told, fitting, {member.id: member for member in members})
