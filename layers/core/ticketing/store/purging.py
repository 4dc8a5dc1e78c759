"""Removing a deleted ticket for good, once nobody can restore it any more.

    objects -> children (events, remarks, text, ledger) -> the chat's link, the external id -> the ticket itself, last

    | it stops …                | what is left behind                                                    |
    |---------------------------|------------------------------------------------------------------------|
    | between any two of them   | a deleted ticket that is still due: the next run goes on where it ended |
    | after the ticket          | nothing                                                                |

The ticket goes only at the version at which it was found deleted.
"""

from datetime import datetime

from ticketing.domain.ticket import PURGED_AFTER, Ticket
from ticketing.store import items, keys, settling
from ticketing.store.keys import Key
from ticketing.store.marks import MARK
from ticketing.store.objects import Objects
from ticketing.store.table import ConditionNotMet, Table
from ticketing.store.writes import delete

_PAGE = 100


def is_due(ticket: Ticket, now: datetime) -> bool:
    return ticket.deleted_at is not None and now >= ticket.deleted_at + PURGED_AFTER


def purge(table: Table, objects: Objects, key: Key, now: datetime) -> bool:
    """Remove the ticket at `key` with all that belongs to it; False if it is not due after all, or may live again."""
    item = settling.get(table, key)  # settled before anything is removed: it may live again, as a marked one may, too
    if item is None or MARK in item:
        return False
    ticket = items.ticket_from(item)
    if not is_due(ticket, now):
        return False
    _remove_children(table, objects, key)
    link = keys.chat_link_key(ticket.organisation_id, ticket.chat_id, ticket.created_at, ticket.id)
    external_id = ticket.external_id
    freed = [keys.external_id_key(ticket.organisation_id, external_id)] if external_id is not None else []
    table.delete_all([link, *freed])
    try:
        unchanged = "version = :seen AND attribute_not_exists(#mark)"
        table.write(delete(key, condition=unchanged, names={"#mark": MARK}, values={":seen": ticket.version}))
    except ConditionNotMet:
        return False
    return True


def _remove_children(table: Table, objects: Objects, key: Key) -> None:
    has_more = True
    while has_more:
        page = table.query(key.pk, limit=_PAGE)
        for name in {item[keys.OBJECT] for item in page.items if keys.OBJECT in item}:
            objects.delete(name)
        children = [child for item in page.items if (child := Key(item["pk"], item["sk"])) != key]
        table.delete_all(children)
        has_more = page.has_more and bool(children)
