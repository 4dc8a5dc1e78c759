"""The writes of one change of a ticket: the ticket over the version that was decided on, and its event.

A ticket that a bulk action has marked is changed by nobody else: whoever meets a mark settles it first (`marks`).
"""

from typing import Final

from ticketing.domain.events import Event
from ticketing.domain.ticket import Change, Ticket
from ticketing.store import items, keys
from ticketing.store.attributes import Item
from ticketing.store.writes import Write, difference, put_new

MARK: Final = "mark"
"""The attribute of a ticket that a committed bulk action will still change: `{bulk: its id}`."""


def writes_of(before: Ticket, change: Change, *, marked_by: str | None = None) -> list[Write]:
    """`marked_by` is the bulk action whose mark the ticket must have, and loses with this change."""
    mark: Item = {MARK: {"bulk": marked_by}} if marked_by is not None else {}
    unmarked, marked = "attribute_not_exists(#mark)", "#mark.#bulk = :bulk"
    ticket = difference(
        keys.ticket_key(before.id),
        items.ticket_item(before) | mark,
        items.ticket_item(change.ticket),
        condition=f"version = :expected AND org = :org AND {marked if mark else unmarked}",
        names={"#mark": MARK} | ({"#bulk": "bulk"} if mark else {}),
        values={":expected": before.version, ":org": before.organisation_id} | ({":bulk": marked_by} if mark else {}),
    )
    return [ticket, event_write(change.event)]


def event_write(event: Event) -> Write:
    return put_new(keys.event_key(event.ticket_id, event.version), items.event_item(event))
