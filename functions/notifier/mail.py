"""A mail's words: templates that a product person can read, filled with what a ticket says.

Nothing here sends. Subjects never hold what a guest or a remark says, and never a line break.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unicodedata import category

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ticketing.domain.directory import Channel, Chat, Member
from ticketing.domain.events import Event
from ticketing.domain.ticket import Ticket

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=False,  # noqa: S701 (a plain-text mail is not markup, and escaping would show in it)
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


_BIDI_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They reorder the words around them, and so can make a subject read as what it is not."""


@dataclass(frozen=True, slots=True)
class Mail:
    to: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a mail is about: the event, and the ticket as it is now."""

    event: Event
    ticket: Ticket
    chat: Chat | None
    channel: Channel | None
    console_url: str


def compose(template: str, recipient: Member, told: Told) -> Mail:
    """The mail of a template for one recipient, whatever the ticket's labels hold."""
    facts = _facts(recipient, told)
    subject = _TEMPLATES.get_template(f"{template}/subject.txt").render(facts)
    return Mail(recipient.email, _one_line(subject), _TEMPLATES.get_template(f"{template}/body.txt").render(facts))


def _one_line(subject: str) -> str:
    """A subject without line breaks, which would forge headers. Mending beats refusing: a label must not stop mail."""
    return " ".join("".join(map(_fit, subject)).split())


def _fit(character: str) -> str:
    if character in _BIDI_OVERRIDES:
        return ""
    # Format characters are kept: they join emoji, and shape Persian and Hindi words.
    return character if character.isprintable() or category(character) == "Cf" else " "


def _facts(recipient: Member, told: Told) -> dict[str, Any]:
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
