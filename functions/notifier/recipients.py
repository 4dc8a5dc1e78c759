"""Who is behind an audience, and who of them is mailed. Not mailing someone has a reason, which is noted."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from notifier.rules import Audience, Digest, Rule
from ticketing.domain import mail
from ticketing.domain.directory import Chat, Member, Organisation, Team
from ticketing.domain.events import Event
from ticketing.domain.ids import is_member_id
from ticketing.domain.mail import MailState
from ticketing.domain.ticket import Ticket

GUEST: Final = "guest"
"""The recipient id of the ticket's guest. Members' begin with `mem_`."""


def guest_of(chat_id: str) -> str:
    """The recipient id of one guest among those of many chats; no id has a colon."""
    return f"{GUEST}:{chat_id}"


type Fitting = Mapping[str, Sequence[Rule]]
"""By recipient id: the rules that tell them, the first one first."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who is mailed, where, and by which template; `member` is None for a guest."""

    id: str
    address: str
    template: str
    member: Member | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """Somebody who is not mailed, though a rule tells them."""

    id: str
    template: str
    why: MailState


def fitting(event: Event, ticket: Ticket, team: Team | None, rules: Sequence[Rule]) -> Fitting:
    """Whom the rules tell of an event, each once; `team` is who had the ticket, if that was one."""
    found: dict[str, list[Rule]] = {}
    for rule in rules:
        for recipient in dict.fromkeys(
            one for audience in rule.audiences for one in _of(audience, event, ticket, team)
        ):
            found.setdefault(recipient, []).append(rule)
    return found


def _of(audience: Audience, event: Event, ticket: Ticket, team: Team | None) -> Sequence[str]:
    match audience:
        case Audience.ASSIGNEE:
            # Who had the ticket then: whoever was given it since is told of what happens from then on.
            if team is not None:
                return [team.lead, *team.members]
            return [event.assignee] if event.assignee is not None and is_member_id(event.assignee) else []
        case Audience.CREATOR:
            return [ticket.creator.id] if is_member_id(ticket.creator.id) else []
        case Audience.WATCHERS:
            return ticket.watchers
        case Audience.GUEST:
            return [GUEST]


def decide_member(member: Member, actor_id: str, rules: Sequence[Rule | Digest]) -> Recipient | Left:
    """Whether a member is mailed, and by which of the rules."""
    why: MailState | None = None
    wanted = [rule for rule in rules if rule.preference is None or getattr(member.preferences, rule.preference)]
    address = mail.mailable(member.email)
    if not member.is_active:
        why = MailState.INACTIVE
    elif member.id == actor_id and not member.preferences.own_actions:
        why = MailState.OWN_ACTION
    elif not wanted:
        why = MailState.MUTED
    if why is None and address is not None:
        return Recipient(member.id, address, wanted[0].template, member)
    return Left(member.id, rules[0].template, why or MailState.NO_ADDRESS)


def decide_guest(
    chat: Chat | None, organisation: Organisation | None, ticket: Ticket, template: str, *, is_resolved: bool
) -> Recipient | Left:
    """Whether a guest is mailed: at the address alone that was verified on this chat, of what is still true.

    `is_resolved` says that the ticket is told to be.
    """
    # Neither is a ticket that is done already told to be looked after, nor one that was opened again to be done.
    is_withdrawn = ticket.deleted_at is not None or is_resolved is not ticket.status.category.is_resolved
    if organisation is None or not organisation.settings.guest_mail:
        return Left(GUEST, template, MailState.SWITCHED_OFF)
    if is_withdrawn or chat is None or chat.deleted_at is not None:
        return Left(GUEST, template, MailState.WITHDRAWN)
    address = chat.guest.mail_address
    if address is None:
        return Left(GUEST, template, MailState.NO_ADDRESS)
    return Recipient(GUEST, address, template)


def apart(
    recipients: Sequence[Recipient], organisation_id: str, suppressed: Collection[str]
) -> tuple[list[Recipient], list[Left]]:
    """Those who may be mailed, and those whose address, as its digest, is suppressed."""
    told: list[Recipient] = []
    left: list[Left] = []
    for one in recipients:
        if mail.digest(organisation_id, one.address) in suppressed:
            left.append(Left(one.id, one.template, MailState.SUPPRESSED))
        else:
            told.append(one)
    return told, left
