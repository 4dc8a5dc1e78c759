"""A list as a file costs what reading its rows costs, whatever is asked for."""

from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from tests.builders import CHANNEL, ORGANISATION, later
from tests.unit.store.searched_house import SearchedHouse, numbered
from ticketing.domain.directory import Guest
from ticketing.domain.query import Sort, TicketQuery
from ticketing.store.walks import Budget
from tickets_api.routers import csv_report

TICKETS = 3_000


@pytest.fixture(scope="module")
def house() -> SearchedHouse:
    house = SearchedHouse()
    house.welcome("chat_0", Guest("Zoë"))
    for number in range(TICKETS):
        house.add(numbered(number, created_at=later(minutes=number)), "AC leaks", "Called again")
    return house


@pytest.mark.parametrize(("sort", "passes"), [(Sort.NEWEST, 1), (Sort.LAST_CHANGED, 1), (Sort.MOST_URGENT, 3)])
@pytest.mark.parametrize(
    ("asked", "texts"),
    [({}, 0), ({"channels": frozenset({CHANNEL})}, 0), ({"words": "leaks "}, 1)],
    ids=["all", "by a filter", "by words that stand in search texts"],
)
def test_no_row_is_read_again_for_the_next_page(
    house: SearchedHouse, monkeypatch: pytest.MonkeyPatch, asked: Any, texts: int, sort: Sort, passes: int
) -> None:
    enough = TICKETS * (passes + texts) + 200
    monkeypatch.setattr(csv_report, "Budget", partial(Budget, rows=enough))
    services: Any = SimpleNamespace(table=house.lagging, objects=house.bucket, monotonic=lambda: 0.0)
    seen: Any = SimpleNamespace(ticket_ids=lambda _: ())
    found = csv_report._all(services, ORGANISATION, TicketQuery(sort=sort, **asked), seen)
    assert len({one.id for one in found}) == TICKETS
