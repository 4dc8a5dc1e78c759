"""Walks through all tickets of a query, of which no more than one query's are held."""

from dataclasses import dataclass, field, replace

import pytest

from tests.builders import CHAT, ORGANISATION, a_ticket, later
from tests.fakes.memory_table import MemoryTable
from tests.unit.store.searched_house import SearchedHouse, numbered
from ticketing.domain.directory import Guest
from ticketing.domain.query import Sort, TicketQuery
from ticketing.domain.ticket import Ticket
from ticketing.store import items, keys, living, walks
from ticketing.store.living import Stretch
from ticketing.store.walks import Budget

OLDEST = TicketQuery(sort=Sort.OLDEST)


@dataclass
class House:
    table: MemoryTable = field(default_factory=MemoryTable)

    def __post_init__(self) -> None:
        self.tell(CHAT)

    def tell(self, chat_id: str, *, deleted: bool = False) -> None:
        state = {"deleted_at": "2026-03-01"} if deleted else {}
        self.table.put(keys.chat_alive_key(ORGANISATION, chat_id), {keys.ORGANISATION: ORGANISATION, **state})

    def add(self, number: int, chat_id: str = CHAT) -> Ticket:
        ticket = replace(a_ticket(), id=f"tkt_{number:03d}", chat_id=chat_id, created_at=later(minutes=number))
        self.table.put(keys.ticket_key(ticket.id), items.ticket_item(ticket))
        return ticket

    def walk(self, rows: int = 20_000) -> list[Stretch]:
        budget = Budget(lambda: 0.0, rows=rows)
        found = list(living.walk(self.table, ORGANISATION, OLDEST, after=None, budget=budget))
        assert budget.scanned >= sum(len(one.tickets) for one in found)
        return found


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setattr(walks, "_ROWS_A_QUERY", 10)
    return House()


def ids(stretches: list[Stretch]) -> list[str]:
    return [ticket.id for one in stretches for ticket in one.tickets]


def test_it_comes_query_by_query_to_its_end(house: House) -> None:
    every = [house.add(number).id for number in range(35)]
    found = house.walk()
    assert ids(found) == every
    assert max(len(one.tickets) for one in found) <= 10
    assert [one.until is None for one in found] == [*[False] * (len(found) - 1), True]


def test_it_ends_when_its_budget_is_spent_and_tells_where(house: House) -> None:
    every = [house.add(number).id for number in range(35)]
    found = house.walk(rows=16)  # one is left, which might not do for the next ticket
    assert ids(found) == every[:15]
    assert found[-1].until is not None
    assert found[-1].until.ticket_id == every[14]


def test_time_is_a_budget_too(house: House) -> None:
    for number in range(35):
        house.add(number)
    clock = iter(range(0, 1000, 2))
    budget = Budget(lambda: float(next(clock)), seconds=5)
    found = list(living.walk(house.table, ORGANISATION, OLDEST, after=None, budget=budget))
    assert 1 <= len(found) < 4
    assert found[-1].until is not None


def test_words_are_looked_for_in_all_that_a_query_has_read_before_the_next_one() -> None:
    searched = SearchedHouse()
    searched.welcome("chat_0", Guest("Zoë"))
    searched.table.put(keys.chat_alive_key(ORGANISATION, "chat_0"), {keys.ORGANISATION: ORGANISATION})
    for number in range(1_000):
        searched.add(numbered(number, created_at=later(minutes=number)), "AC leaks" if number % 2 else "TV is dark")
    budget = Budget(lambda: 0.0)
    query = TicketQuery(words="leaks ")
    found = list(living.walk(searched.lagging, ORGANISATION, query, after=None, budget=budget))
    assert (sum(len(one.tickets) for one in found), found[-1].until) == (500, None)
    assert budget.scanned <= 1_000 + len(found), "each row once, and the chat"


def test_tickets_whose_chat_was_deleted_or_never_was_are_left_out(house: House) -> None:
    house.tell("chat_dead", deleted=True)
    house.add(1, "chat_dead")
    house.add(2, "chat_unknown")
    alive = house.add(3)
    assert ids(house.walk()) == [alive.id]
    assert living.of_living_chats(house.table, ORGANISATION, []) == []
