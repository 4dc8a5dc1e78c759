"""What a search index holds of a ticket: its filters, its places in lists, and the terms of its texts.

A document is made of the ticket, its chat and its remarks as they are now, and written whole. `version` orders what is
written of one ticket: it grows with every change of the ticket and of its chat, so a late writer changes nothing.

A ticket that was deleted, or whose chat was, keeps a document that says so and nothing else. What was never there, or
is no more, cannot be brought back by somebody who read it earlier.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from ticketing.domain.directory import Chat
from ticketing.domain.folding import fold
from ticketing.domain.instants import to_text
from ticketing.domain.query import UNASSIGNED, Sort, position
from ticketing.domain.search_terms import terms
from ticketing.domain.ticket import Ticket
from ticketing.domain.words import MIN_PHONE_DIGITS, WHOLE_PHONE_DIGITS, phone_digits

MAX_REMARKS: Final = 500_000
"""Characters of a ticket's remarks that are indexed, three novels; of a ticket that has more, the rest is read."""
MAX_SHOWN: Final = 8_000
"""Characters of the remarks that a search brings along for what it shows, so that a page of 100 stays below 4 MB."""
_OF_A_VERSION: Final = 1 << 40
"""Room for the versions of a ticket and its chat in one epoch; 2²³ epochs fit what OpenSearch calls a version."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """A document, and where and as which it is written. `routing` keeps an organisation's documents together."""

    id: str
    routing: str
    version: int
    body: Mapping[str, Any]


def indexed(ticket: Ticket, chat: Chat | None, remarks: Sequence[str], *, epoch: int) -> Indexed:
    """The document of a ticket; `remarks` are whole, the oldest first. A chat that is gone hides its tickets."""
    is_hidden = ticket.deleted_at is not None or chat is None or chat.deleted_at is not None
    body = _hidden(ticket) if is_hidden or chat is None else _body(ticket, chat, remarks)
    version = version_of(ticket.version, chat.version if chat is not None else 0, epoch=epoch)
    return Indexed(ticket.id, ticket.organisation_id, version, body)


def version_of(ticket_version: int, chat_version: int, *, epoch: int) -> int:
    """The version of a document, by those of the ticket and its chat that it was made of."""
    return epoch * _OF_A_VERSION + ticket_version + chat_version


def sub_issue_term(issue: str, sub_issue: str) -> str:
    """A sub-issue with its issue: the same id may stand below several. Ids hold no slash."""
    return f"{issue}/{sub_issue}"


def counted_as(ticket: Ticket) -> str:
    """All that a ticket is counted by but its assignee; `of_counted` takes it apart."""
    status = ticket.status
    return f"{status.id}/{status.category.value}/{ticket.priority.value}/{ticket.channel_id}/{status.name}"


def of_counted(counted: str) -> tuple[str, str, str, str, str]:
    """Status, category, priority, channel and the status's name. Ids hold no slash, names may."""
    status, category, priority, channel, name = counted.split("/", 4)
    return status, category, priority, channel, name


def phone_parts(phone: str | None) -> list[str]:
    """What the parts of a phone begin: a run of its digits is the beginning of one of these."""
    digits = phone_digits(phone)
    return [digits[at:] for at in range(len(digits) - MIN_PHONE_DIGITS + 1)]


def local_phone(phone: str | None) -> str | None:
    """The phone as it is dialled inside the country, if that is a whole one: longer spellings end with it."""
    digits = phone_digits(phone).lstrip("0")
    return digits if len(digits) >= WHOLE_PHONE_DIGITS else None


def _hidden(ticket: Ticket) -> dict[str, Any]:
    return {
        "organisation": ticket.organisation_id,
        "id": ticket.id,
        "version": ticket.version,
        "updated_at": to_text(ticket.updated_at),
        "hidden": True,
        "hidden_since": _text(ticket.deleted_at),
    }


def _body(ticket: Ticket, chat: Chat, remarks: Sequence[str]) -> dict[str, Any]:
    whole = "\n".join(remarks)
    texts = {
        "remarks": _terms(whole[:MAX_REMARKS]),
        "guest_name": _terms(chat.guest.name),
        "issue_label": _terms(ticket.issue.label),
        "sub_issue_label": _terms(ticket.sub_issue.label if ticket.sub_issue else ""),
    }
    return {
        "organisation": ticket.organisation_id,
        "id": ticket.id,
        "number": ticket.number,
        "version": ticket.version,
        "hidden": False,
        "status": ticket.status.id,
        "status_name": ticket.status.name,
        "category": ticket.status.category.value,
        "priority": ticket.priority.value,
        "assignee": ticket.assignee or UNASSIGNED,
        "creator": ticket.creator.id,
        "channel": ticket.channel_id,
        "counted": counted_as(ticket),
        "chat": ticket.chat_id,
        "issue": ticket.issue.id,
        "sub_issue": sub_issue_term(ticket.issue.id, ticket.sub_issue.id) if ticket.sub_issue else None,
        "external_id": ticket.external_id,
        "created_at": to_text(ticket.created_at),
        "updated_at": to_text(ticket.updated_at),
        "by_priority": position(Sort.MOST_URGENT, ticket).sort_value,
        **texts,
        "text": list(texts.values()),
        "phone_parts": phone_parts(chat.guest.phone),
        "phone_local": local_phone(chat.guest.phone),
        "cut": len(whole) > MAX_REMARKS,
        "shown": whole[:MAX_SHOWN],
    }


def _terms(text: str) -> str:
    return " ".join(terms(fold(text)))


def _text(instant: datetime | None) -> str | None:
    return to_text(instant) if instant is not None else None
