from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from scripts.bench.grown import COMMON, NOWHERE, OLDEST, RARE, Grown
from ticketing.domain.ticket import Ticket
from ticketing.store import items, keys
from ticketing.store.attributes import Item
from ticketing.store.keys import Key

_NOW = datetime(2026, 11, 24, tzinfo=UTC)
_SIZE = 1_500


@pytest.fixture(scope="module")
def written() -> dict[Key, Item]:
    return dict(_rows(Grown("org_grown", _SIZE, _NOW)))


def _rows(grown: Grown, *, with_threads: bool = False) -> Iterator[tuple[Key, Item]]:
    yield from grown.directory()
    for block in range(grown.blocks):
        yield from grown.block(block, with_threads=with_threads)


def _tickets(written: dict[Key, Item]) -> list[Ticket]:
    return [items.ticket_from({**key._asdict(), **item}) for key, item in written.items() if key.sk == "TICKET"]


def _texts(written: dict[Key, Item]) -> list[str]:
    return [str(item["text"]).lower() for key, item in written.items() if key.sk == "TEXT"]


def test_it_has_as_many_tickets_as_were_asked_for_numbered_in_the_order_of_their_creation(
    written: dict[Key, Item],
) -> None:
    tickets = _tickets(written)
    in_order = sorted(tickets, key=lambda one: one.created_at)
    assert [one.number for one in in_order] == list(range(1, _SIZE + 1))
    assert len({one.id for one in tickets}) == _SIZE
    assert max(one.updated_at for one in tickets) <= _NOW


def test_no_item_is_written_twice() -> None:
    rows = [key for key, _ in _rows(Grown("org_grown", _SIZE, _NOW), with_threads=True)]
    assert len(rows) == len(set(rows))


def test_two_organisations_share_no_ticket(written: dict[Key, Item]) -> None:
    other = dict(_rows(Grown("org_other", _SIZE, _NOW)))
    assert written.keys().isdisjoint(other)


def test_every_ticket_is_of_a_chat_that_is_there(written: dict[Key, Item]) -> None:
    assert {one.chat_id for one in _tickets(written)} <= {item.get("id") for item in written.values()}


def test_words_are_as_common_as_the_benchmark_says(written: dict[Key, Item]) -> None:
    texts = _texts(written)
    share = {word: sum(word in text for text in texts) / _SIZE for word in (COMMON, RARE, OLDEST, NOWHERE)}
    assert share[COMMON] > 0.5
    assert share[RARE] == pytest.approx(1 / 113, rel=0.2)
    assert share[OLDEST] == 1 / _SIZE
    assert share[NOWHERE] == 0


def test_the_phone_is_of_one_guest_who_has_tickets(written: dict[Key, Item]) -> None:
    phone = Grown("org_grown", _SIZE, _NOW).phone
    chats = [item["id"] for item in written.values() if phone in str(item)]
    assert len(chats) == 1
    assert any(one.chat_id == chats[0] for one in _tickets(written))


def test_a_long_thread_is_one_ticket_of_a_chat_whose_last_remark_alone_has_the_word() -> None:
    grown = Grown("org_grown", 1, _NOW)
    written = dict(grown.long_thread(_SIZE))
    remarks = [str(item["text"]) for key, item in sorted(written.items()) if key.sk.startswith("REMARK")]
    (ticket,) = _tickets(written)
    assert ticket.remark_count == len(remarks) == _SIZE
    assert [OLDEST in text for text in remarks] == [False] * (_SIZE - 1) + [True]
    assert OLDEST not in ticket.remark_preview + str(written[keys.text_key(ticket.id)])
    assert ticket.chat_id in {item.get("id") for _, item in grown.directory()}
