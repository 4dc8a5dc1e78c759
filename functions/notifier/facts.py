"""What the templates may say: the names in their double braces, and what they hold."""

from dataclasses import dataclass
from typing import Any

from ticketing.domain.directory import Channel, Chat, Member, Organisation
from ticketing.domain.events import Event
from ticketing.domain.ticket import Ticket


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
        "guest_name": told.chat.guest.name if told.chat else "",
        "channel": told.channel.name if told.channel else ticket.channel_id,
        "remark": ticket.remark_preview,
        "link": f"{told.console_url}/tickets/{ticket.id}",
    }


def for_guest(told: Told) -> dict[str, Any]:
    """Of a ticket, for the guest: our own words alone, and none that a guest or an agent typed."""
    return {
        "organisation": told.organisation.name if told.organisation else "",
        "number": told.ticket.number,
    }
