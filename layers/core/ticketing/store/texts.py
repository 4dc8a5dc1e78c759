"""The texts of tickets, for words that are searched for: only as far as it takes to decide.

| read                                          | when                                                               |
|-----------------------------------------------|--------------------------------------------------------------------|
| the ticket: number, labels, preview           | it is there already; the preview may be all of its only remark     |
| its chat: the guest's name and phone          | words are left; 100 a call, each chat once a request               |
| its search text: the first 2 KB of remarks    | words are left, and there are remarks; 100 a call                  |
| its thread, and texts that are objects        | words are left, and the search text was cut; up to the last word   |

Every row and object counts against the budget. When it is spent, a thread is left where it was read to, with a bookmark
there for the next request. Each request reads on by one remark at least, so that a list comes to its end however long
a thread is.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import batched
from typing import Final

from ticketing.domain.directory import Chat
from ticketing.domain.hits import Bookmark, Field, Hits
from ticketing.domain.remark import PREVIEW_BYTES, SEARCH_TEXT_BYTES, WIDEST_CHARACTER, Remark, cut, is_whole
from ticketing.domain.ticket import Ticket
from ticketing.domain.words import Words
from ticketing.store import items, keys, long_remarks, tickets
from ticketing.store.objects import Objects
from ticketing.store.table import MAX_BATCH_READS, Table
from ticketing.store.walks import Budget

_REMARKS_A_QUERY: Final = 100
_REMARKS_OF_A_PHRASE: Final = 2
"""That are shown, of those that it may go through."""
LEAST_OF_A_THREAD: Final = 1 + _REMARKS_OF_A_PHRASE
"""Rows: a remark that is looked at, and those that are shown."""


class Texts:
    """For one request. What it knows of chats stays as it was when they were first read.

    `typos` are forgiven or not; what `is_rated` is read as far as it takes to know how well a ticket matches.
    `bookmark` is where an earlier request stopped in a thread, then where this one did; None once that is decided.
    """

    def __init__(
        self,
        table: Table,
        objects: Objects | None,
        organisation_id: str,
        words: Words,
        budget: Budget,
        *,
        typos: bool = False,
        is_rated: bool = False,
        bookmark: Bookmark | None = None,
    ) -> None:
        self._table = table
        self._objects = objects
        self._organisation_id = organisation_id
        self._begin = partial(Hits, words, typos=typos, is_rated=is_rated)
        self._budget = budget
        self._chats: dict[str, Chat | None] = {}
        self._has_come_on = False
        self.bookmark = bookmark

    def decide(self, asked: Sequence[Ticket]) -> Iterator[tuple[Ticket, Hits | None]]:
        """Each ticket in turn, and where its words were found; None if it has not all of them, or if its chat is gone.

        It ends early when the budget is spent and more of a thread would be needed. Raises Busy.
        """
        for some in batched(asked, MAX_BATCH_READS, strict=False):
            hits = {one.id: self._at_hand(one) for one in some}
            self.look_at_guests([one for one in some if hits[one.id].may_gain(Field.GUEST_NAME)], hits)
            cut_off = self._look_at_beginnings([one for one in some if self._may_have_more(one, hits[one.id])], hits)
            for one in some:
                if one.id in cut_off and not self._look_at_thread(one.id, hits[one.id]):
                    return
                self._has_come_on = True
                if self.bookmark is not None and self.bookmark.ticket_id == one.id:
                    self.bookmark = None
                is_met = hits[one.id].is_all and self._chats.get(one.chat_id, _UNREAD) is not None
                yield one, hits[one.id] if is_met else None

    def _at_hand(self, ticket: Ticket) -> Hits:
        hits = self._begin()
        hits.look_at_ticket(ticket)
        # The preview is of the last remark, behind which others may stand when somebody wants to see it.
        if is_whole(ticket.remark_preview, PREVIEW_BYTES):
            hits.look(Field.REMARKS, ticket.remark_preview, ticket.version)
        else:
            hits.look_at_beginning(_sure(ticket.remark_preview, PREVIEW_BYTES), ticket.version)
        return hits

    def look_at_guests(self, asked: Sequence[Ticket], hits: dict[str, Hits]) -> None:
        unread = {one.chat_id for one in asked} - self._chats.keys()
        wanted = {keys.chat_key(self._organisation_id, chat_id): chat_id for chat_id in sorted(unread)}
        self._budget.scanned += len(wanted)
        found = self._table.get_many(wanted) if wanted else {}
        for key, chat_id in wanted.items():
            chat = items.chat_from(found[key]) if key in found else None
            self._chats[chat_id] = chat if chat is not None and chat.deleted_at is None else None
        for one in asked:
            if (chat := self._chats[one.chat_id]) is not None:
                hits[one.id].look_at_guest(chat.guest.name, chat.guest.phone)

    def _may_have_more(self, ticket: Ticket, hits: Hits) -> bool:
        if not hits.may_gain(Field.REMARKS) or self._chats.get(ticket.chat_id, _UNREAD) is None:
            return False
        return ticket.remark_count > 1 or not is_whole(ticket.remark_preview, PREVIEW_BYTES)

    def _look_at_beginnings(self, asked: Sequence[Ticket], hits: dict[str, Hits]) -> set[str]:
        """Those of the tickets for which the first remarks do not tell."""
        wanted = {keys.text_key(one.id): one.id for one in asked}
        self._budget.scanned += len(wanted)
        found = self._table.get_many(wanted) if wanted else {}
        left: set[str] = set()
        for key, ticket_id in wanted.items():
            text = str(found[key]["text"]) if key in found else ""
            if is_whole(text, SEARCH_TEXT_BYTES):
                hits[ticket_id].look(Field.REMARKS, text)
                continue
            hits[ticket_id].look_at_beginning(_sure(text, SEARCH_TEXT_BYTES))
            if hits[ticket_id].may_gain(Field.REMARKS):
                left.add(ticket_id)
        return left

    def _look_at_thread(self, ticket_id: str, hits: Hits) -> bool:
        """Whether it was read as far as it takes to know; if not, there is a bookmark in it."""
        after, has_more = self._gone_on_from(ticket_id, hits), True
        while has_more and hits.may_gain(Field.REMARKS):
            if self._has_come_on and self._budget.is_spent:
                return False
            limit = max(1, min(_REMARKS_A_QUERY, self._budget.left - _REMARKS_OF_A_PHRASE))
            remarks, has_more = tickets.remarks(self._table, ticket_id, after=after, limit=limit)
            self._budget.scanned += len(remarks)
            for one in remarks:
                if self._has_come_on and self._is_too_much(one):
                    return False
                hits.look_at_next(self._text(one), one.version)
                if not hits.may_gain(Field.REMARKS):
                    break
                after = one.version
                self.bookmark = hits.bookmark(ticket_id, after)
                self._has_come_on = True
            has_more = has_more and bool(remarks)
        self._show_unread(ticket_id, hits)
        return True

    def _gone_on_from(self, ticket_id: str, hits: Hits) -> int:
        """The version of the last remark that an earlier request has looked at."""
        mark = self.bookmark
        return mark.version if mark is not None and mark.ticket_id == ticket_id and hits.go_on(mark) else 0

    def _is_too_much(self, remark: Remark) -> bool:
        """Of one that was read: its text may take long to fold, or be an object that is still to be read."""
        return self._budget.is_late or (remark.kept_as is not None and self._budget.is_spent)

    def _show_unread(self, ticket_id: str, hits: Hits) -> None:
        if hits.is_all and hits.unread is not None:
            remarks = tickets.remarks_up_to(self._table, ticket_id, hits.unread, limit=_REMARKS_OF_A_PHRASE)
            self._budget.scanned += len(remarks)
            hits.show([self._text(one) for one in remarks])

    def _text(self, remark: Remark) -> str:
        """Raises ValueError where long remarks were not expected: to leave one out would be a lie."""
        if remark.kept_as is None:
            return remark.text
        if self._objects is None:
            message = "words may be in long remarks, and there is no bucket to read them from"
            raise ValueError(message)
        self._budget.scanned += 1
        return long_remarks.whole(self._objects, remark).text


_UNREAD: Final = object()
"""Of a chat that nobody needed: who shows the ticket sees whether it lives."""


def _sure(text: str, limit: int) -> str:
    """What was certainly not cut away from: behind it, later remarks may have been added to what was left free."""
    return cut(text, limit - WIDEST_CHARACTER)
