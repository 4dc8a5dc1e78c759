"""A list as a file costs what reading its rows costs, whatever is asked for."""

from dataclasses import replace
from functools import partial
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest

from tests.builders import CHANNEL, ORGANISATION, later
from tests.unit.store.searched_house import SearchedHouse, numbered
from ticketing.domain.directory import Guest
from ticketing.domain.query import Sort, TicketQuery, position
from ticketing.domain.ticket import Priority, Ticket
from ticketing.store import walks
from ticketing.store.walks import Budget
from tickets_api.routers import csv_report

TICKETS = 3_000


def a_house(tickets: int) -> SearchedHouse:
    house = SearchedHouse()
    house.welcome("chat_0", Guest("Zoë"))
    for number in range(tickets):
        house.add(numbered(number, created_at=later(minutes=number)), "AC leaks", "Called again")
    return house


def read(house: SearchedHouse, query: TicketQuery) -> list[Ticket]:
    services: Any = SimpleNamespace(table=house.lagging, objects=house.bucket, monotonic=lambda: 0.0)
    seen: Any = SimpleNamespace(ticket_ids=lambda _: ())
    return csv_report._all(services, ORGANISATION, query, seen)


@pytest.fixture(scope="module")
def house() -> SearchedHouse:
    return a_house(TICKETS)


@pytest.mark.parametrize("sort", [Sort.NEWEST, Sort.LAST_CHANGED, Sort.MOST_URGENT])
@pytest.mark.parametrize(
    ("asked", "texts"),
    [({}, 0), ({"channels": frozenset({CHANNEL})}, 0), ({"words": "leaks "}, 1)],
    ids=["all", "by a filter", "by words that stand in search texts"],
)
def test_no_row_is_read_again_for_the_next_page(
    house: SearchedHouse, monkeypatch: pytest.MonkeyPatch, asked: Any, texts: int, sort: Sort
) -> None:
    enough = TICKETS * (1 + texts) + 200
    monkeypatch.setattr(csv_report, "Budget", partial(Budget, rows=enough))
    found = read(house, TicketQuery(sort=sort, **asked))
    assert len({one.id for one in found}) == TICKETS


@pytest.mark.parametrize("sort", Sort)
def test_a_ticket_that_is_changed_while_it_is_written_is_there_once_and_where_it_belongs(
    monkeypatch: pytest.MonkeyPatch, sort: Sort
) -> None:
    monkeypatch.setattr(walks, "_ROWS_A_QUERY", 10)
    monkeypatch.setattr(walks, "MAX_BATCH_READS", 10)
    house = a_house(40)
    first, last = house.tickets["tkt_0000000000000000"], house.tickets["tkt_0000000000000039"]
    query_index, queries = house.lagging.query_index_between, count()

    def then_somebody_writes(*arguments: Any, **named: Any) -> Any:
        page = query_index(*arguments, **named)
        if next(queries) == 1:
            for one, priority in ((first, Priority.HIGH), (last, Priority.LOW)):
                house.add(replace(one, version=9, updated_at=later(hours=5), priority=priority))
        return page

    monkeypatch.setattr(house.lagging, "query_index_between", then_somebody_writes)
    found = read(house, TicketQuery(sort=sort))
    assert sorted(one.id for one in found) == sorted(house.tickets)
    assert found == sorted(found, key=lambda one: position(sort, one), reverse=sort.is_descending)
