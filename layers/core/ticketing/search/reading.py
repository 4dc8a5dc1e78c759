"""Tickets as documents, read from the table as they are now.

A ticket is read before its chat and its remarks, never along with them: its version then promises no remark that the
document lacks. What changes in between makes a version of its own, which is indexed by whoever is told of that.

Of 99 tickets, which is as many as fit one call with the item of the indexes, these are the calls in the common case:

| call                                                     | reads                                                     |
|----------------------------------------------------------|-----------------------------------------------------------|
| BatchGetItem                                             | the tickets, and which indexes are written                |
| BatchGetItem, a second one beyond 100 items              | their chats, each once, and the texts of their remarks    |
| more, for tickets that bulk actions mark (`settling`)    | until no mark is left that can be settled                 |
| Query and GetObject, for remarks of more than 2 KB       | the thread, and remarks that are objects                  |

No text is read of what is hidden, of a ticket without remarks, and of one whose only remark is whole in its preview.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ticketing.domain.directory import Chat
from ticketing.domain.remark import PREVIEW_BYTES, SEARCH_TEXT_BYTES, is_whole
from ticketing.domain.search_document import MAX_REMARKS, Indexed, indexed
from ticketing.domain.ticket import Ticket
from ticketing.store import items, keys, long_remarks, search_indexes, settling, tickets
from ticketing.store.attributes import Item
from ticketing.store.keys import Key
from ticketing.store.objects import Objects
from ticketing.store.search_indexes import Indexes
from ticketing.store.table import MAX_BATCH_READS, Table

TICKETS_A_READ: Final = MAX_BATCH_READS - 1
_REMARKS_A_QUERY: Final = 100
_CANNOT_BE_READ: Final = (KeyError, ValueError, TypeError, AttributeError)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A ticket of which no document can be made; `error` is the kind of error, never its text."""

    id: str
    error: str


@dataclass(frozen=True, slots=True)
class Reading:
    """`documents` are made one by one, as they are asked for: only one ticket's remarks are held at a time."""

    indexes: Indexes
    documents: Iterator[Indexed | Unreadable]


class Source:
    """The table and the bucket, for whoever indexes."""

    def __init__(self, table: Table, objects: Objects, epoch: int) -> None:
        self.table = table
        self.epoch = epoch
        self._objects = objects

    def read(self, ticket_ids: Sequence[str]) -> Reading:
        """Up to `TICKETS_A_READ` tickets, those that exist, and which indexes were written when they were read.

        Raises Busy, and so does asking for the next document.
        """
        wanted = {keys.ticket_key(id_): id_ for id_ in ticket_ids}
        found = settling.get_many(self.table, [search_indexes.KEY, *wanted])
        indexes = search_indexes.of_item(found.pop(search_indexes.KEY, None))
        return Reading(indexes, self._documents(found))

    def _documents(self, found: Mapping[Key, Item]) -> Iterator[Indexed | Unreadable]:
        read: list[Ticket] = []
        for key, item in found.items():
            try:
                read.append(items.ticket_from(item))
            except _CANNOT_BE_READ as error:
                yield Unreadable(keys.ticket_id_of(key.pk), type(error).__name__)
        around = self._around(read)
        for ticket in read:
            try:
                yield self._document(ticket, around)
            except _CANNOT_BE_READ as error:
                yield Unreadable(ticket.id, type(error).__name__)

    def _around(self, read: Sequence[Ticket]) -> Mapping[Key, Item]:
        chats = [_chat_key(one) for one in read]
        texts = [keys.text_key(one.id) for one in read if _needs_text(one)]
        return self.table.get_many([*chats, *texts]) if read else {}

    def _document(self, ticket: Ticket, around: Mapping[Key, Item]) -> Indexed:
        chat = _chat(around.get(_chat_key(ticket)))
        is_gone = ticket.deleted_at is not None or chat is None or chat.deleted_at is not None
        remarks = [] if is_gone else self._remarks(ticket, around.get(keys.text_key(ticket.id)))
        return indexed(ticket, chat, remarks, epoch=self.epoch)

    def _remarks(self, ticket: Ticket, text: Item | None) -> Sequence[str]:
        if not ticket.remark_count:
            return []
        if not _needs_text(ticket):
            return [ticket.remark_preview]
        beginning = str(text["text"]) if text is not None else ""
        return [beginning] if is_whole(beginning, SEARCH_TEXT_BYTES) else list(self._thread(ticket.id))

    def _thread(self, ticket_id: str) -> Iterator[str]:
        """The whole texts of its remarks, until there are more than are indexed."""
        after, has_more, characters = 0, True, 0
        while has_more:
            page, has_more = tickets.remarks(self.table, ticket_id, after=after, limit=_REMARKS_A_QUERY)
            for one in page:
                text = long_remarks.whole(self._objects, one).text
                yield text
                characters += len(text) + 1
                if characters > MAX_REMARKS + 1:
                    return
                after = one.version


def _chat_key(ticket: Ticket) -> Key:
    return keys.chat_key(ticket.organisation_id, ticket.chat_id)


def _chat(item: Item | None) -> Chat | None:
    return items.chat_from(item) if item is not None else None


def _needs_text(ticket: Ticket) -> bool:
    if ticket.deleted_at is not None or not ticket.remark_count:
        return False
    return ticket.remark_count > 1 or not is_whole(ticket.remark_preview, PREVIEW_BYTES)
