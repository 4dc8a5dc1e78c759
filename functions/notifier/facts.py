"""What the templates may say: the names in their double braces, and what they hold."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ticketing.domain.bulk import Bulk, Kind, Target
from ticketing.domain.bulk_audience import Part
from ticketing.domain.directory import Channel, Chat, Member, Organisation
from ticketing.domain.events import Event
from ticketing.domain.ids import is_member_id, is_team_id
from ticketing.domain.remark import PREVIEW_BYTES
from ticketing.domain.ticket import Ticket
from ticketing.domain.workflow import Status
from ticketing.store.attributes import Item
from ticketing.store.directory import person_or_team_key
from ticketing.store.keys import Key


@dataclass(frozen=True, slots=True)
class Told:
    """What a mail about a ticket is about: the event, and the ticket as it is now."""

    event: Event
    ticket: Ticket
    chat: Chat | None
    channel: Channel | None
    organisation: Organisation | None
    console_url: str


def for_staff(recipient: Member, told: Told) -> dict[str, Any]:
    """Of a ticket, for a member."""
    ticket = told.ticket
    status = told.event.change_of("status")
    return {
        "recipient_name": recipient.name,
        "number": ticket.number,
        "issue": ticket.issue.label,
        "sub_issue": ticket.sub_issue.label if ticket.sub_issue else None,
        "priority": ticket.priority.value.capitalize(),
        "status": ticket.status.name,
        "status_from": status.before["name"] if status and status.before else None,
        "status_to": status.after["name"] if status else None,
        "changes": changes(told.event),
        "guest_name": told.chat.guest.name if told.chat else "",
        "channel": told.channel.name if told.channel else ticket.channel_id,
        "remark": _beginning(ticket.remark_preview),
        "link": f"{told.console_url}/tickets/{ticket.id}",
    }


_LABELS = {"status": "Status", "priority": "Priority", "issue": "Issue", "sub_issue": "Sub-issue"}
"""Fields whose change can be said in words. History knows people by their ids, which say nothing to a reader."""


def changes(event: Event) -> list[dict[str, Any]]:
    """What an event changed, field by field: `label`, `before` and `after`, None where there was or is nothing."""
    return [
        {"label": _LABELS[change.field], "before": _said(change.before), "after": _said(change.after)}
        for change in event.changes
        if change.field in _LABELS
    ]


def _said(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, str):
        return value.capitalize()
    return str(value.get("name") or value.get("label") or "") or None


def _beginning(preview: str) -> str:
    """A ticket's preview of its last remark, with a sign where it was cut: at a character, so up to 3 bytes short."""
    return f"{preview}…" if len(preview.encode("utf-8", "replace")) > PREVIEW_BYTES - 4 else preview


def for_guest(organisation: Organisation | None, ticket: Ticket) -> dict[str, Any]:
    """Of a ticket, for the guest: our own words alone, and none that a guest or an agent typed."""
    return {"organisation": organisation.name if organisation else "", "number": ticket.number}


@dataclass(frozen=True, slots=True)
class DigestTold:
    """What a digest is about: the same for everybody who gets one."""

    actor_name: str
    what: str
    """The end of a sentence that begins with so many tickets; of an undo, what was undone."""
    total: int
    undo_until: str | None
    is_undo: bool
    link: str


def digest_told(bulk: Bulk, target: Target, named: Mapping[Key, Item], console_url: str) -> DigestTold:
    """`target` is what its tickets were given, or what an undo took from them; `named` are whom it may name."""
    return DigestTold(
        actor_name=_name(bulk, bulk.actor.id, named),
        what=_what(bulk, target, named),
        total=bulk.counts.changed,
        undo_until=f"{bulk.undo_until:%H:%M} UTC" if bulk.undo_until is not None else None,
        is_undo=bulk.undo_of is not None,
        link=f"{console_url}/tickets?bulk={bulk.id}",
    )


def for_digest(recipient: Member, share: Mapping[Part, int], told: DigestTold) -> dict[str, Any]:
    """Of a bulk action, for a member: their share of its tickets by what they have to do with them."""
    return {
        "recipient_name": recipient.name,
        "assigned": share.get(Part.ASSIGNEE, 0),
        "created": share.get(Part.CREATOR, 0),
        "watched": share.get(Part.WATCHER, 0),
        **asdict(told),
    }


def _what(bulk: Bulk, target: Target, named: Mapping[Key, Item]) -> str:
    """What was done; and of what an undo did, the contrary."""
    is_undo = bulk.undo_of is not None
    match bulk.action.kind:
        case Kind.ASSIGN:
            return f"assigned to {_name(bulk, target, named) if isinstance(target, str) else 'nobody'}"
        case Kind.STATUS:
            return f"moved to {target.name}" if isinstance(target, Status) else "moved to another status"
        case Kind.DELETE:
            return "restored" if is_undo else "deleted"
        case Kind.RESTORE:
            return "deleted" if is_undo else "restored"
        case Kind.PRIORITY:
            return "given another priority"


def _name(bulk: Bulk, id_: str, named: Mapping[Key, Item]) -> str:
    """A member's or a team's name; a key's own is behind its prefix."""
    if is_member_id(id_) or is_team_id(id_):
        item = named.get(person_or_team_key(bulk.organisation_id, id_))
        return str(item["name"]) if item is not None else id_
    return id_.partition(":")[2] or id_
