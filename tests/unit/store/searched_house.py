"""A house whose guests and remarks can be searched, in a table in memory whose indexes lag."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from tests.builders import ANA, NOW, ORGANISATION, a_chat, a_ticket
from tests.fakes.lagging_index import LaggingIndex
from tests.fakes.memory_table import MemoryTable
from ticketing.domain.directory import Chat, Guest
from ticketing.domain.hits import Texts
from ticketing.domain.principal import Actor
from ticketing.domain.query import Position, TicketPage, TicketQuery, matches, position
from ticketing.domain.remark import Remark, preview, search_text
from ticketing.domain.ticket import Ticket
from ticketing.store import finder, items, keys
from ticketing.store.objects import Objects
from ticketing.store.walks import Budget


def _told(after: Position | None) -> object:
    """A place as a cursor tells of it, with its bookmark, which is no part of the place."""
    return after.to_plain() if after is not None else None


def numbered(number: int, **changes: Any) -> Ticket:
    blank = replace(a_ticket(), remark_preview="", remark_count=0, chat_id="chat_0")
    return replace(blank, id=f"tkt_{number:016d}", number=number, **changes)


class Bucket(Objects):
    """The long remarks, and how often they were asked for."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.reads = 0

    def get(self, name: str) -> bytes:
        self.reads += 1
        return self.kept[name]


@dataclass
class SearchedHouse:
    table: MemoryTable = field(default_factory=MemoryTable)
    tickets: dict[str, Ticket] = field(default_factory=dict)
    remarks: dict[str, list[str]] = field(default_factory=dict)
    chats: dict[str, Chat] = field(default_factory=dict)
    bucket: Bucket = field(default_factory=Bucket)

    def __post_init__(self) -> None:
        self.lagging = LaggingIndex(self.table)

    def welcome(self, chat_id: str, guest: Guest, **changes: Any) -> None:
        self.chats[chat_id] = replace(a_chat(), id=chat_id, guest=guest, **changes)
        self.table.put(keys.chat_key(ORGANISATION, chat_id), items.chat_item(ORGANISATION, self.chats[chat_id]))

    def write(self, ticket: Ticket, *remarks: str) -> Ticket:
        """The ticket, with these remarks after those that it had, as they are stored; an index learns it later."""
        for text in remarks:
            ticket = self._say(ticket, text)
        self.tickets[ticket.id] = ticket
        self.table.put(keys.ticket_key(ticket.id), items.ticket_item(ticket))
        link = keys.chat_link_key(ORGANISATION, ticket.chat_id, ticket.created_at, ticket.id)
        self.table.put(link, {keys.ORGANISATION: ORGANISATION})
        return ticket

    def add(self, ticket: Ticket, *remarks: str) -> Ticket:
        written = self.write(ticket, *remarks)
        self.lagging.catch_up(ticket.id)
        return written

    def _say(self, ticket: Ticket, text: str) -> Ticket:
        said = self.remarks.setdefault(ticket.id, [])
        said.append(text)
        remark = Remark(ticket.version + 1, text, Actor(ANA), NOW)
        if remark.is_long:
            name = f"{ticket.id}/{remark.version}"
            self.bucket.kept[name] = text.encode()
            remark = remark.kept_apart(name)
        self.table.put(keys.remark_key(ticket.id, remark.version), items.remark_item(ORGANISATION, remark))
        held = self.table.get(keys.text_key(ticket.id)) or {"text": ""}
        self.table.put(keys.text_key(ticket.id), {"text": search_text(held["text"], remark.text)})
        return replace(ticket, version=remark.version, remark_preview=preview(text), remark_count=len(said))

    def page(self, query: TicketQuery, *, limit: int = 25, rows: int = 20_000, **more: Any) -> TicketPage:
        given = {"after": None, "budget": Budget(lambda: 0.0, rows=rows), "objects": self.bucket} | more
        return finder.find(self.lagging, ORGANISATION, query, limit=limit, **given)

    def pages(self, query: TicketQuery, **more: Any) -> Iterator[TicketPage]:
        after: Position | None = None
        for _ in range(10_000):
            page = self.page(query, after=after, **more)
            yield page
            assert page.after is None or _told(page.after) != _told(after), "a page that goes nowhere"
            after = page.after
            if after is None:
                return
        pytest.fail("the list never ends")

    def ids(self, query: TicketQuery, **more: Any) -> list[str]:
        return [one.id for page in self.pages(query, **more) for one in page.tickets]

    def numbers(self, words: str, **more: Any) -> list[int]:
        return sorted(self.tickets[id_].number for id_ in self.ids(TicketQuery(words=words), **more))

    def texts(self, ticket: Ticket) -> Texts:
        guest = self.chats[ticket.chat_id].guest
        return Texts(guest.name, guest.phone, self.remarks.get(ticket.id, ()))

    def expected(self, query: TicketQuery) -> Sequence[str]:
        wanted = [one for one in self.tickets.values() if matches(query, one, self.texts(one))]
        ordered = sorted(wanted, key=lambda one: position(query.sort, one), reverse=query.sort.is_descending)
        return [one.id for one in ordered]
