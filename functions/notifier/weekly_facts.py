"""What the template of the weekly list may say."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from notifier.weekly_reading import Reading
from ticketing.domain.directory import Member, Organisation
from ticketing.domain.ticket import Ticket
from ticketing.domain.unresolved import age
from ticketing.domain.weekly import Week

NOBODY = "Unassigned"


def of_list(
    organisation: Organisation, week: Week, reading: Reading, console_url: str, now: datetime
) -> dict[str, Any]:
    """The same for all who get it.

    `total` are all unresolved tickets, follow-ups among them; `shown` those of them that stand in the mail.
    """
    found = reading.found

    def rows(tickets: Sequence[Ticket]) -> list[dict[str, Any]]:
        return [_row(one, reading, console_url, now) for one in tickets]

    return {
        "organisation": organisation.name,
        "week": week.name,
        "total": found.total,
        "shown": len(found.shown),
        "rows": rows(found.others.rows),
        "follow_ups": rows(found.follow_ups.rows),
        "follow_up_total": found.follow_ups.total,
        "by_assignee": [
            {"name": _name(one.assignee, reading), "count": one.count, "oldest": age(one.oldest, now)}
            for one in found.shares
        ],
        "link": f"{console_url}/tickets?status_category=unresolved",
    }


def for_member(recipient: Member, of_all: dict[str, Any]) -> dict[str, Any]:
    return {**of_all, "recipient_name": recipient.name}


def _row(ticket: Ticket, reading: Reading, console_url: str, now: datetime) -> dict[str, Any]:
    return {
        "number": ticket.number,
        "issue": ticket.issue.label,
        "sub_issue": ticket.sub_issue.label if ticket.sub_issue else None,
        "priority": ticket.priority.value.capitalize(),
        "status": ticket.status.name,
        "assignee": _name(ticket.assignee, reading),
        "age": age(ticket.created_at, now),
        "guest_name": reading.guests.get(ticket.chat_id, ""),
        "link": f"{console_url}/tickets/{ticket.id}",
    }


def _name(assignee: str | None, reading: Reading) -> str:
    return reading.people.get(assignee, assignee) if assignee is not None else NOBODY
