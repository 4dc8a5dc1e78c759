"""The table in memory answers as the real one does, in all that finders ask."""

from dataclasses import replace
from typing import Any

import pytest

from tests.builders import CHAT, NOW, ORGANISATION, a_ticket, later
from tests.fakes.memory_table import MemoryTable
from tests.integration.aws import Aws
from ticketing.store import items, keys
from ticketing.store.attributes import Item
from ticketing.store.keys import Key
from ticketing.store.table import QueryPage, Table

_INDEXES = ((keys.BY_CREATED, keys.LISTED_AT), (keys.BY_UPDATED, keys.CHANGED_AT))


def everything() -> list[tuple[Key, Item]]:
    made: list[tuple[Key, Item]] = []
    for number in range(12):
        ticket = replace(
            a_ticket(),
            id=f"tkt_{number:016d}",
            organisation_id=ORGANISATION if number % 4 else "org_other",
            created_at=later(minutes=number // 2),
            updated_at=later(minutes=-number // 2),
            deleted_at=NOW if number == 5 else None,
        )
        made += [
            (keys.ticket_key(ticket.id), items.ticket_item(ticket)),
            (
                keys.chat_link_key(ORGANISATION, CHAT, ticket.created_at, ticket.id),
                {keys.ORGANISATION: ticket.organisation_id},
            ),
        ]
    return made


@pytest.fixture(params=["moto", "memory"])
def table(request: pytest.FixtureRequest, aws: Aws) -> Table:
    chosen = aws.table if request.param == "moto" else MemoryTable()
    chosen.put_all(everything())
    return chosen


def numbers(page: QueryPage, name: str = "pk") -> list[int]:
    return [int(item[name][-16:]) for item in page.items]


@pytest.mark.parametrize("is_newest_first", [True, False])
@pytest.mark.parametrize("index", _INDEXES)
def test_an_index_holds_the_organisations_tickets_in_order(
    table: Table, index: tuple[str, str], is_newest_first: bool
) -> None:
    def ask(**more: Any) -> QueryPage:
        given: dict[str, Any] = {"first": " ", "last": "~", "limit": 50, "is_newest_first": is_newest_first} | more
        return table.query_index_between(
            index[0], hash_name=keys.ORGANISATION, hash_value=ORGANISATION, range_name=index[1], **given
        )

    whole = ask()
    own = [number for number in range(12) if number % 4]
    shown = [number for number in own if number != 5 or index[0] == keys.BY_UPDATED]
    assert sorted(numbers(whole)) == shown
    order = [item[index[1]] for item in whole.items]
    assert order == sorted(order, reverse=is_newest_first)
    assert not whole.has_more
    first = ask(limit=3)
    assert (first.items, first.has_more) == (whole.items[:3], True)
    inner = sorted(order)[2:5]
    assert sorted(item[index[1]] for item in ask(first=inner[0], last=inner[-1]).items) == inner
    assert ask(last=inner[0][:24]).items == [one for one in whole.items if one[index[1]] < inner[0][:24]]


def test_by_updated_carries_next_to_nothing(table: Table) -> None:
    page = table.query_index_between(
        keys.BY_UPDATED,
        hash_name=keys.ORGANISATION,
        hash_value=ORGANISATION,
        range_name=keys.CHANGED_AT,
        first=" ",
        last="~",
        limit=1,
        is_newest_first=True,
    )
    assert set(page.items[0]) == {"pk", "sk", keys.ORGANISATION, keys.CHANGED_AT, "version"}


@pytest.mark.parametrize("is_newest_first", [True, False])
def test_a_partition_is_queried_between_two_sort_keys(table: Table, is_newest_first: bool) -> None:
    partition = keys.chat_partition(ORGANISATION, CHAT)
    page = table.query(partition, limit=50, is_newest_first=is_newest_first)
    expected = sorted(range(12), reverse=is_newest_first)
    assert numbers(page, "sk") == expected
    part = table.query(partition, limit=4, is_newest_first=is_newest_first)
    assert (numbers(part, "sk"), part.has_more) == (expected[:4], True)


def test_items_are_read_by_their_keys(table: Table) -> None:
    known, unknown = keys.ticket_key("tkt_0000000000000003"), keys.ticket_key("tkt_none")
    assert set(table.get_many([known, unknown])) == {known}
    assert table.get(unknown) is None
    assert table.get(known) == table.get_many([known])[known]
