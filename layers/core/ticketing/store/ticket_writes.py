"""The writes of one change of a ticket: the ticket over the version that was decided on, and its event.

A ticket that a bulk action has marked is changed by nobody else: whoever meets a mark settles it first
(`bulk_protocol`).
"""

from ticketing.domain.events import Event
from ticketing.domain.ticket import Change, Ticket
from ticketing.store import items, keys
from ticketing.store.marks import MARK, Mark
from ticketing.store.writes import Write, difference, put_new


def writes_of(before: Ticket, change: Change, *, marked_by: Mark | None = None) -> list[Write]:
    """`marked_by` is the mark that the ticket must have, and loses with this change."""
    key, values = keys.ticket_key(before.id), {":expected": before.version, ":org": before.organisation_id}
    at_version = "version = :expected AND org = :org"
    after = items.ticket_item(change.ticket)
    if marked_by is None:
        unmarked = f"{at_version} AND attribute_not_exists(#mark)"
        old = items.ticket_item(before)
        ticket = difference(key, old, after, condition=unmarked, names={"#mark": MARK}, values=values)
    else:
        ticket = difference(
            key,
            items.ticket_item(before) | {MARK: marked_by.item},
            after,
            condition=f"{at_version} AND {marked_by.condition}",
            names=marked_by.names,
            values=values | dict(marked_by.values),
        )
    return [ticket, event_write(change.event)]


def event_write(event: Event) -> Write:
    return put_new(keys.event_key(event.ticket_id, event.version), items.event_item(event))
