"""Tickets as partners see them: ids joined with the names that people know."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ticketing.domain.directory import Chat
from ticketing.domain.highlights import highlight
from ticketing.domain.hits import Hits
from ticketing.domain.instants import to_text
from ticketing.domain.query import TicketPage
from ticketing.domain.ticket import Ticket, label_value, status_value
from ticketing.errors import TicketNotFound
from ticketing.names import Names
from ticketing.store.cached_reads import CachedReads


@dataclass(frozen=True, slots=True)
class Shown:
    """A ticket as JSON, and the version of its chat, which is part of its ETag."""

    body: dict[str, Any]
    chat_version: int


class Hidden(TicketNotFound):
    """The ticket's chat was deleted, and the ticket with it, though the janitor has not come to it yet."""


def ticket(reads: CachedReads, organisation_id: str, found: Ticket, chat: Chat | None = None) -> Shown:
    """A whole ticket; `chat` is its own, if it was read a moment ago. Raises Hidden."""
    names = Names(reads, organisation_id, [found], [chat] if chat else [])
    if not names.is_visible(found):
        raise Hidden
    return Shown(_whole(found, names), names.chat_version(found.chat_id))


def tickets(reads: CachedReads, organisation_id: str, found: Iterable[Ticket]) -> list[dict[str, Any]]:
    """Whole tickets; those of deleted chats are left out."""
    listed = list(found)
    names = Names(reads, organisation_id, listed)
    return [_whole(one, names) for one in listed if names.is_visible(one)]


def rows(reads: CachedReads, organisation_id: str, page: TicketPage) -> tuple[list[dict[str, Any]], int]:
    """The page's tickets as a list shows them, all but the watchers; and how many can be seen, those beyond it counted.

    Tickets of deleted chats cannot be seen.
    """
    listed, others = list(page.tickets), list(page.beyond)
    names = Names(reads, organisation_id, [*listed, *others])
    shown = [_row(one, names) | _highlight(page.hits.get(one.id)) for one in listed if names.is_visible(one)]
    return shown, len(shown) + sum(map(names.is_visible, others))


def _highlight(hits: Hits | None) -> dict[str, Any]:
    found = highlight(hits) if hits is not None else None
    return {"highlight": {"field": found.field.value, "fragment": found.fragment} if found is not None else None}


def tickets_with_phones(
    reads: CachedReads, organisation_id: str, found: Iterable[Ticket]
) -> list[tuple[dict[str, Any], str | None]]:
    """Whole tickets, each with its guest's phone, which only files show; those of deleted chats are left out."""
    listed = list(found)
    names = Names(reads, organisation_id, listed)
    return [(_whole(one, names), names.guest_phone(one.chat_id)) for one in listed if names.is_visible(one)]


def _whole(ticket: Ticket, names: Names) -> dict[str, Any]:
    return _row(ticket, names) | {"watchers": [names.person_or_team(watcher) for watcher in ticket.watchers]}


def _row(ticket: Ticket, names: Names) -> dict[str, Any]:
    return {
        "id": ticket.id,
        "number": ticket.number,
        "chat": {"id": ticket.chat_id, "guest_name": names.guest(ticket.chat_id)},
        "channel": names.channel(ticket.channel_id),
        "issue": label_value(ticket.issue),
        "sub_issue": label_value(ticket.sub_issue),
        "priority": ticket.priority.value,
        "status": status_value(ticket.status),
        "assignee": names.person_or_team(ticket.assignee) if ticket.assignee else None,
        "creator": names.actor(ticket.creator),
        "remark_preview": ticket.remark_preview,
        "remark_count": ticket.remark_count,
        "media_count": ticket.media_count,
        "source": ticket.source.value,
        "external_id": ticket.external_id,
        "version": ticket.version,
        "created_at": to_text(ticket.created_at),
        "updated_at": to_text(ticket.updated_at),
        "resolved_at": to_text(ticket.resolved_at) if ticket.resolved_at else None,
        **({"deleted_at": to_text(ticket.deleted_at)} if ticket.deleted_at else {}),
    }
