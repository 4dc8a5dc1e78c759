"""How lists and searches from the table grow with an organisation: `python -m scripts.bench.searching`.

The table is one in memory that counts calls and read units, so the time is that of our own code alone; DynamoDB adds a
few milliseconds a call. A list goes on page by page until its end or 25 rows; `worst page` is the longest request.
"""

import json
import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any, Final

from ticketing.domain.directory import Chat, Guest
from ticketing.domain.events import Source
from ticketing.domain.principal import Actor
from ticketing.domain.query import Position, TicketPage, TicketQuery
from ticketing.domain.remark import preview, search_text
from ticketing.domain.ticket import Priority, Ticket
from ticketing.domain.workflow import DEFAULT_STATUSES, Label
from ticketing.store import finder, items, keys
from ticketing.store.attributes import Item
from ticketing.store.keys import Key
from ticketing.store.table import MAX_BATCH_READS, QueryPage, Table
from ticketing.store.walks import Budget

SIZES: Final = (1_000, 10_000, 100_000)
ROWS: Final = 25
_ORGANISATION: Final = "org_benchmark"
_BEGAN: Final = datetime(2026, 1, 1, tzinfo=UTC)
_TICKETS_OF_A_CHAT: Final = 10
_UNIT: Final = 4_096
_REMARKS: Final = (
    "AC not cooling in room 204; the guest asks for a technician before noon.",
    "Technician was there, waits for a part. Front desk offered a fan and a drink, which the guest took gladly.",
)
_SEARCHES: Final = {
    "no words": None,
    "in every ticket": "technician fan",
    "in one of 100": "heater",
    "in the oldest ticket": "unicorn",
    "a phone": "044 555 0003",
    "nowhere": "zeppelin",
}


class _Shelf(Table):
    """What finders read, sorted as they read it."""

    def __init__(self, size: int) -> None:
        self._rows: list[Item] = []
        self._items: dict[Key, Item] = {}
        for number in range(size):
            self._write(number, is_first=number == 0)
        self._order = [row[keys.LISTED_AT] for row in self._rows]
        self.calls, self.units = 0, 0.0

    def _write(self, number: int, *, is_first: bool) -> None:
        ticket, remarks = _ticket(number), [*_REMARKS]
        remarks[0] += " Heater, too." * (number % 100 == 0) + " Unicorn." * is_first
        ticket = replace(ticket, remark_preview=preview(remarks[-1]), remark_count=len(remarks))
        key = keys.ticket_key(ticket.id)
        self._rows.append({**key._asdict(), **items.ticket_item(ticket)})
        text = {"text": search_text("", *remarks)}
        self._items[keys.text_key(ticket.id)] = {**keys.text_key(ticket.id)._asdict(), **text}
        chat = keys.chat_key(_ORGANISATION, ticket.chat_id)
        if chat not in self._items:
            self._items[chat] = {**chat._asdict(), **items.chat_item(_ORGANISATION, _chat(ticket))}

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Item]:
        found = {key: self._items[key] for key in keys if key in self._items}
        self.calls += ceil(len(found) / MAX_BATCH_READS)
        self.units += sum(ceil(_size(item) / _UNIT) for item in found.values())
        return found

    def query_index_between(self, index: str, **asked: Any) -> QueryPage:  # noqa: ARG002 (there is one order here)
        start, end = bisect_left(self._order, asked["first"]), bisect_right(self._order, asked["last"])
        rows = self._rows[max(start, end - asked["limit"]) : end][::-1]
        self.calls += 1
        self.units += ceil(sum(map(_size, rows)) / _UNIT) / 2
        return QueryPage(rows, has_more=end - start > asked["limit"])


def _size(item: Item) -> int:
    return len(json.dumps(item, default=str))


def _ticket(number: int) -> Ticket:
    created_at = _BEGAN + timedelta(minutes=number)
    return Ticket(
        f"tkt_{number:016d}",
        _ORGANISATION,
        number,
        f"chat_{number // _TICKETS_OF_A_CHAT:06d}",
        "front_desk",
        Label("maintenance", "Maintenance"),
        Label("hvac", "HVAC"),
        Priority.MEDIUM,
        DEFAULT_STATUSES[0],
        "mem_technician",
        Actor("mem_owner"),
        ("mem_a", "mem_b", "mem_c"),
        "",
        0,
        0,
        Source.API,
        None,
        1,
        created_at,
        created_at,
    )


def _chat(ticket: Ticket) -> Chat:
    guest = Guest(f"Guest {ticket.chat_id}", f"+41 44 555 {ticket.number // _TICKETS_OF_A_CHAT:04d}")
    return Chat(ticket.chat_id, "front_desk", guest, None, None, 1, ticket.created_at, ticket.created_at)


@dataclass
class _Cost:
    found: int = 0
    pages: int = 0
    seconds: float = 0
    worst: float = 0
    calls: int = 0
    units: float = 0
    scanned: int = 0


def _asked(shelf: _Shelf, words: str | None) -> _Cost:
    cost, after = _Cost(), None
    calls, units = shelf.calls, shelf.units
    while cost.pages == 0 or (after is not None and cost.found < ROWS):
        page, took = _page(shelf, words, after)
        cost.found += len(page.tickets)
        cost.pages += 1
        cost.seconds += took
        cost.worst = max(cost.worst, took)
        cost.scanned += page.scanned
        after = page.after
    cost.calls, cost.units = shelf.calls - calls, shelf.units - units
    return cost


def _page(shelf: _Shelf, words: str | None, after: Position | None) -> tuple[TicketPage, float]:
    began = time.perf_counter()
    query, budget = TicketQuery(words=words), Budget(time.monotonic)
    page = finder.find(shelf, _ORGANISATION, query, after=after, limit=ROWS, budget=budget)
    return page, time.perf_counter() - began


def report() -> None:
    """Measure and print."""
    print(f"\nLists and searches from the table, until {ROWS} rows or the end")
    head = f"{'tickets':>9}{'rows':>6}{'pages':>7}{'calls':>8}{'units':>10}{'scanned':>10}{'s':>8}{'worst page':>12}"
    print(f"  {' ':22}{head}")
    for size in SIZES:
        shelf = _Shelf(size)
        for name, words in _SEARCHES.items():
            cost = _asked(shelf, words)
            print(
                f"  {name:22}{size:>9,}{cost.found:>6}{cost.pages:>7}{cost.calls:>8,}{cost.units:>10,.0f}"
                f"{cost.scanned:>10,}{cost.seconds:>8.2f}{cost.worst:>12.2f}"
            )


if __name__ == "__main__":
    report()
