"""Who was mailed about a ticket, and what became of it: the mail ledger as people ask for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from ticketing.domain.mail import MailState
from ticketing.store import keys
from ticketing.store.attributes import Item
from ticketing.store.table import Table

TIMES: Final = ("queued", "sent", "delivered", "bounced", "complained")
"""The steps whose times are kept."""


@dataclass(frozen=True, slots=True)
class Notification:
    """One mail, or why there is none. `recipient_id` is a member's, or `guest`; `position` its place in the list."""

    position: str
    version: int
    recipient_id: str
    template: str
    state: MailState
    at: str
    times: Mapping[str, str | None] = field(default_factory=dict[str, str | None])


def of_ticket(table: Table, ticket_id: str, *, before: str | None, limit: int) -> tuple[list[Notification], bool]:
    """Those about a ticket, the newest change first, and whether there are more; `before` is a position."""
    first, last = keys.mail_range()
    page = table.query(
        keys.ticket_collection(ticket_id), first=first, last=before or last, limit=limit + 1, is_newest_first=True
    )
    found = [_notification(item) for item in page.items if item["sk"] != before]
    return found[:limit], page.has_more or len(found) > limit


def _notification(item: Item) -> Notification:
    version, recipient_id = keys.of_mail(item["sk"])
    return Notification(
        position=item["sk"],
        version=version,
        recipient_id=recipient_id,
        template=item["template"],
        state=MailState(item["state"]),
        at=item["at"],
        times={name: item.get(f"{name}_at") for name in TIMES},
    )
