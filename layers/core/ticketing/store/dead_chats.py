"""Deleting the tickets of a deleted chat, one by one, as ordinary changes that mail nobody.

They have been hidden from every read since the chat's deletion. The chat is closed only when a consistent look at its
links finds no ticket that lives: creates and restores check the chat's liveness in their own transaction, so none can
come after that. A run that stops anywhere leaves the chat due, and the next one goes on.
"""

from dataclasses import replace
from datetime import datetime

from ticketing.domain import ticket as rules
from ticketing.domain.events import Source
from ticketing.domain.principal import Actor
from ticketing.domain.ticket import Occasion, Ticket
from ticketing.errors import Busy, VersionConflict
from ticketing.store import directory, items, keys, settling, tickets
from ticketing.store.attributes import Item
from ticketing.store.keys import Key
from ticketing.store.marks import MARK
from ticketing.store.table import ConditionNotMet, Table
from ticketing.store.writes import difference

CAUSE = "chat_deleted"
_PAGE = 100
_AT_MOST = 500
"""Tickets a run: about half a minute. A larger chat stays due, and the next run goes on."""


def empty(table: Table, key: Key, now: datetime) -> bool:
    """Delete the tickets of the deleted chat at `key` and close it; False if it was closed before."""
    item = table.get(key)
    if item is None or "deleted_at" not in item or "emptied" in item:
        return False
    on = Occasion(Actor.system(), now, Source.SYSTEM, "janitor")
    first, deleted = "TICKET#", 0
    while deleted < _AT_MOST:
        page = table.query(key.pk, first=first, last="TICKET~", limit=_PAGE)
        for ticket in _living(table, page.items):
            tickets.save(table, ticket, rules.delete(ticket, on=on, cause=CAUSE))
            deleted += 1
        if not page.has_more:
            _close(table, item)
            break
        first = page.items[-1]["sk"] + " "
    return True


def _living(table: Table, links: list[Item]) -> list[Ticket]:
    ids = [link["sk"].rpartition("#")[2] for link in links]
    # A committed bulk action may still have to bring back a deleted one, and one that is prepared may yet be committed.
    found = settling.get_many(table, [keys.ticket_key(id_) for id_ in ids])
    if any(MARK in item for item in found.values()):
        raise Busy
    return [one for one in map(items.ticket_from, found.values()) if one.deleted_at is None]


def _close(table: Table, item: Item) -> None:
    organisation_id = item[keys.ORGANISATION]
    chat = items.chat_from(item)
    write = difference(
        directory.CHATS.key(organisation_id, chat.id),
        items.chat_item(organisation_id, chat),
        items.chat_item(organisation_id, replace(chat, is_emptied=True)),
        condition="version = :seen",
        values={":seen": chat.version},
    )
    try:
        table.write(write)
    except ConditionNotMet:
        raise VersionConflict from None
