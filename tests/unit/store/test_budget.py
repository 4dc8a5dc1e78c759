"""An answer stays within what is promised: no step begins that would likely outlast it."""

from collections.abc import Iterable
from typing import Any

import pytest

from tests.builders import ORGANISATION, later
from tests.fakes.lagging_index import LaggingIndex
from tests.unit.store.searched_house import SearchedHouse, numbered
from ticketing.domain.directory import Guest
from ticketing.domain.query import Sort, TicketQuery
from ticketing.domain.remark import INLINE_BYTES, SEARCH_TEXT_BYTES
from ticketing.store import facets, finder, keys
from ticketing.store.attributes import Item
from ticketing.store.keys import Key
from ticketing.store.table import QueryPage, Table
from ticketing.store.walks import MAX_SECONDS, PROMISED_S, Budget


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class SlowTable(LaggingIndex):
    """Each call takes so many seconds, and more for each row of it."""

    def __init__(self, table: Table, clock: Clock, a_call: float, a_row: float) -> None:
        super().__init__(table)
        self._clock, self._a_call, self._a_row = clock, a_call, a_row

    def query_index_between(self, index: str, **asked: Any) -> QueryPage:
        return self._page(super().query_index_between(index, **asked))

    def query(self, partition: str, **asked: Any) -> QueryPage:
        return self._page(super().query(partition, **asked))

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Item]:
        found = super().get_many(keys)
        self._clock.now += self._a_call + self._a_row * len(found)
        return found

    def _page(self, page: QueryPage) -> QueryPage:
        self._clock.now += self._a_call + self._a_row * len(page.items)
        return page


@pytest.mark.parametrize("step", [0.01, 0.3, 0.7, 1.1, 1.6, 2.2, 4.4])
def test_no_step_begins_that_would_outlast_the_budget(step: float) -> None:
    clock = Clock()
    budget, steps = Budget(clock), 0
    while not budget.is_spent:
        clock.now += step
        steps += 1
    assert clock.now - 100.0 <= MAX_SECONDS
    assert steps >= MAX_SECONDS // step - 1, "yet what there is time for is done"


def test_the_longest_step_so_far_counts_and_not_the_last_one() -> None:
    clock = Clock()
    budget = Budget(clock)
    for step in (1.5, 0.1, 0.1):
        clock.now += step
        assert not budget.is_spent
    clock.now += 1.4
    assert budget.is_spent, "1.4 s are left, and one took 1.5"


def test_a_part_has_its_share_of_the_time_and_steps_of_its_own() -> None:
    clock = Clock()
    budget = Budget(clock, seconds=4.0, rows=100)
    budget.scanned = 30
    clock.now += 2.0
    assert budget.is_spent
    half, rest = budget.part(0.5), budget.part()
    assert (half.left, rest.left) == (70, 70)
    clock.now += 0.4
    assert not half.is_spent
    clock.now += 0.4
    assert (half.is_spent, rest.is_spent) == (True, False)


def a_house() -> SearchedHouse:
    house = SearchedHouse()
    for chat in range(20):
        house.welcome(f"chat_{chat}", Guest("Zoë"))
        house.table.put(keys.chat_alive_key(ORGANISATION, f"chat_{chat}"), {keys.ORGANISATION: ORGANISATION})
    for number in range(600):
        house.add(numbered(number, chat_id=f"chat_{number % 20}", created_at=later(minutes=number)), "AC", "off")
    for number in range(600, 603):
        ticket = numbered(number, created_at=later(minutes=number))
        house.add(ticket, "x" * SEARCH_TEXT_BYTES, *["still waiting"] * 300, "x " * INLINE_BYTES, "over")
    return house


@pytest.mark.parametrize("words", [None, "over", "zz"])
@pytest.mark.parametrize("chats", [None, 3, 12])
def test_whatever_is_asked_of_a_slow_table_is_answered_in_time(words: str | None, chats: int | None) -> None:
    """A call of up to a quarter of a second, or five times what 1,000 rows take: then a single step is no matter."""
    house, answers = a_house(), 0
    for a_call, a_row in ((0.02, 0.0001), (0.1, 0.0002), (0.25, 0.0), (0.02, 0.0005)):
        for sort in Sort:
            clock = Clock()
            table = SlowTable(house.table, clock, a_call, a_row)
            table.catch_up(*house.tickets)
            of_chats = frozenset(f"chat_{number}" for number in range(chats)) if chats is not None else None
            query = TicketQuery(words=words, sort=sort, chats=of_chats)
            after = None
            for _ in range(4):
                began, budget = clock.now, Budget(clock)
                page = finder.find(
                    table, ORGANISATION, query, after=after, limit=25, budget=budget, objects=house.bucket
                )
                facets.count(table, ORGANISATION, query, page, budget=budget, objects=house.bucket)
                assert clock.now - began <= PROMISED_S, (a_call, a_row, sort)
                answers += 1
                after = page.after
                if after is None:
                    break
    print(f"{answers} answers of a slow table in time")
