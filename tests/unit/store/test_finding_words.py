"""The finder finds words where their meaning, `matches`, has them, and reads no more than it takes to know."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest

from tests.builders import HOSPITALITY_STATUSES, NOW, later
from tests.integration.golden_searches import SEARCHES, TICKETS
from tests.unit.store.searched_house import SearchedHouse, numbered
from ticketing.domain.directory import Guest
from ticketing.domain.hits import Field
from ticketing.domain.query import Sort, TicketQuery
from ticketing.domain.remark import INLINE_BYTES, SEARCH_TEXT_BYTES
from ticketing.domain.ticket import Priority
from ticketing.domain.words import checked
from ticketing.domain.workflow import Label
from ticketing.store.walks import Budget

_SEED = 20260304
_HOUSES = 300
_QUERIES = 8

_WORDS = (
    *("ac", "cooling", "cool", "coolant", "Müller", "straße"),
    *("空调不", "制冷空调", "น้ำไม่ไหล", "leak", "room", "204"),
)
_PHONES = (None, "+41 44 555 01 23", "044 555 01 24", "0049 (0)89 1234567")
_TYPED = (
    *("ac", "co", "cool", "cool ", "cooling ", "muller", "strasse", "STRAß", "空调", "调不", "ไม่"),
    *("leak room", "room leak ", '"ac leak"', '"room 204"', '"leak ac" co', "204", "#3", "3", "20"),
    *("044 555", "5550123", "+41 44 555 01 23", "1234567", "204 5550123"),
    *("hvac", "plumb leak", "maintenance ac", "#5 ac", "zz", "quote", "a"),
)


@pytest.fixture
def house() -> SearchedHouse:
    house = SearchedHouse()
    house.welcome("chat_0", Guest("Zoë Müller", "+41 44 555 01 23"))
    return house


def test_the_golden_searches(house: SearchedHouse) -> None:
    for one in TICKETS:
        house.welcome(f"chat_{one.number}", Guest(one.guest, one.phone))
        labels = {"issue": Label("1", one.issue), "sub_issue": Label("2", one.sub_issue)}
        house.add(
            numbered(one.number, chat_id=f"chat_{one.number}", created_at=later(minutes=one.number), **labels),
            *one.remarks,
        )
    for q, expected in SEARCHES:
        assert house.numbers(checked(q)) == expected, q
        assert house.numbers(checked(q), rows=4, limit=2) == expected, q


# --- only what is needed ------------------------------------------------------------------------------------------


def scanned(house: SearchedHouse, words: str) -> int:
    return house.page(TicketQuery(words=words)).scanned


def test_labels_numbers_and_short_only_remarks_need_no_further_row(house: SearchedHouse) -> None:
    house.add(numbered(1), "AC not cooling")
    assert [scanned(house, words) for words in ("hvac", "#1", "cooling", "maintenance cool")] == [1, 1, 1, 1]
    assert [house.numbers(words) for words in ("hvac", "#1", "cooling", "maintenance cool")] == [[1]] * 4


def test_a_guest_costs_one_row_a_chat_however_many_tickets_it_has(house: SearchedHouse) -> None:
    for number in range(5):
        house.add(numbered(number, created_at=later(minutes=number)))
    assert scanned(house, "müller") == 5 + 1


def test_remarks_are_read_of_those_that_have_more_than_their_preview(house: SearchedHouse) -> None:
    house.add(numbered(1, created_at=later(minutes=1)), "shower leaks", "plumber came")
    house.add(numbered(2, created_at=later(minutes=2)), "nothing")
    assert house.numbers("leaks") == [1]
    assert scanned(house, "leaks") == 2 + 1 + 1


def test_a_thread_is_read_up_to_the_last_word_and_only_if_the_beginning_is_cut(house: SearchedHouse) -> None:
    house.add(numbered(1), *["x" * 500] * 10, "unicorn", *["y"] * 200)
    assert house.numbers("unicorn") == [1]
    assert scanned(house, "unicorn") == 1 + 1 + 1 + 100
    assert scanned(house, "dragon") == 1 + 1 + 1 + 211


def test_an_object_is_read_only_for_words_that_nothing_else_has(house: SearchedHouse) -> None:
    long = "nothing to report " * (INLINE_BYTES // 16) + "zeppelin"
    house.add(numbered(1), "balloon", long)
    assert house.numbers("balloon") == [1]
    assert house.bucket.reads == 0
    assert house.numbers("zeppelin balloon") == [1]
    assert house.bucket.reads == 1


def test_who_has_no_bucket_is_not_told_that_a_long_remark_has_no_words(house: SearchedHouse) -> None:
    house.add(numbered(1), "x " * INLINE_BYTES)
    with pytest.raises(ValueError, match="bucket"):
        house.page(TicketQuery(words="zeppelin"), objects=None)


def test_a_page_of_what_all_tickets_have_costs_no_more_than_the_page(house: SearchedHouse) -> None:
    for number in range(400):
        house.add(numbered(number, created_at=later(minutes=number)), "AC", "still")
    page = house.page(TicketQuery(words="ac"), limit=10)
    assert len(page.tickets) == 10
    # One query of rows, eleven search texts, one chat.
    assert page.scanned <= 100 + 11 + 1


# --- where remarks were cut ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("shift", range(8))
def test_a_word_at_a_cut_is_itself_and_not_its_beginning(house: SearchedHouse, shift: int) -> None:
    text = "x" * (SEARCH_TEXT_BYTES - 10 - shift) + " cooling tower"
    house.add(numbered(1), text, "a", "b")
    for words in ("cool ", "coolin ", "to ", "tow ", '"x a" '):
        assert house.numbers(words) == [], words
    for words in ("cooling ", "tower ", '"cooling tower" ', '"tower a"', "b"):
        assert house.numbers(words) == [1], words


@pytest.mark.parametrize("letter", ["é", "ꜳ", "𝐀"])
def test_what_was_added_behind_a_character_that_did_not_fit_is_not_read_as_its_neighbour(
    house: SearchedHouse, letter: str
) -> None:
    free = len(letter.encode()) - 1
    house.add(numbered(1), "x" * (SEARCH_TEXT_BYTES - free - 4) + " abc" + letter * 9, "d", "e")
    assert house.numbers('"abc d"') == []
    assert house.numbers("abc ") == []
    assert house.numbers('"d e"') == [1]


def test_a_preview_that_was_cut_is_not_read_to_its_end(house: SearchedHouse) -> None:
    house.add(numbered(1), "y" * 110 + " cooling")
    assert house.numbers("coo ") == []
    assert house.numbers("cooli ") == []
    assert house.numbers("cooling ") == [1]


def test_a_phrase_may_go_on_in_the_next_remark_of_a_long_thread(house: SearchedHouse) -> None:
    house.add(numbered(1), "x" * 3000 + " not", "cooling", "x" * 3000 + " very", "cold")
    assert house.numbers('"not cooling"') == [1]
    assert house.numbers('"very cold"') == [1]
    assert house.numbers('"not cold"') == []
    page = house.page(TicketQuery(words='"not cooling"'))
    (hits,) = page.hits.values()
    assert hits.shown()[0] is Field.REMARKS


# --- hidden, and one's own ----------------------------------------------------------------------------------------


def test_what_a_deleted_chat_said_is_found_by_nobody(house: SearchedHouse) -> None:
    house.welcome("chat_gone", Guest("Ghost"), deleted_at=NOW)
    house.add(numbered(1, chat_id="chat_gone"), "AC", "boo")
    house.add(numbered(2, chat_id="chat_gone", deleted_at=NOW), "AC")
    assert [house.numbers(words) for words in ("ghost", "boo ac")] == [[], []]


def test_ones_own_tickets_are_searched_as_they_are_now(house: SearchedHouse) -> None:
    indexed = house.add(numbered(1), "AC", "off")
    house.write(replace(indexed, issue=Label("2", "Elevator")), "on again")
    new = house.write(numbered(2, created_at=later(minutes=1)), "Kettle")
    own = [indexed.id, new.id]
    assert [house.numbers(words, seen=own) for words in ("kettle", "again", "elevator", "off")] == [[2], [1], [1], [1]]
    assert house.numbers("maintenance", seen=own) == [2]
    assert house.numbers("kettle") == []


def test_ones_own_tickets_are_decided_though_the_budget_is_spent(house: SearchedHouse) -> None:
    own = [house.write(numbered(number), *["x" * 1500] * 3, "unicorn").id for number in range(3)]
    assert house.numbers("unicorn", seen=own, rows=2) == [0, 1, 2]


# --- budgets ------------------------------------------------------------------------------------------------------


def test_a_spent_budget_ends_a_page_between_two_threads_and_the_next_goes_on_there(house: SearchedHouse) -> None:
    for number in range(12):
        house.add(numbered(number, created_at=later(minutes=number)), *["x" * 1500] * 29, "unicorn", "gone")
    pages = list(house.pages(TicketQuery(words="unicorn"), rows=60))
    assert sorted(one.number for page in pages for one in page.tickets) == list(range(12))
    assert len(pages) >= 6
    # What is left is asked for, and a thread that was begun is read to its end.
    assert all(page.scanned <= 60 + 31 for page in pages)


def test_no_more_is_walked_by_than_the_budget_can_decide(house: SearchedHouse) -> None:
    for number in range(300):
        house.add(numbered(number, created_at=later(minutes=number)), "AC", "off")
    pages = list(house.pages(TicketQuery(words="zz"), rows=300))
    assert sum(page.scanned for page in pages) <= 300 + 300 + 5 * len(pages)
    assert len(pages) <= 5


@pytest.mark.parametrize("rows", [4, 5, 6, 7, 8, 9, 10, 39, 40, 41, 100])
def test_no_page_reads_more_rows_than_its_budget(house: SearchedHouse, rows: int) -> None:
    for number in range(40):
        house.welcome(f"chat_{number}", Guest("Zoe"))
        house.add(numbered(number, chat_id=f"chat_{number}", created_at=later(minutes=number)), "AC", "off")
    assert max(page.scanned for page in house.pages(TicketQuery(words="zz"), rows=rows)) <= rows


def test_spent_time_ends_a_page_too(house: SearchedHouse) -> None:
    for number in range(300):
        house.add(numbered(number, created_at=later(minutes=number)), "AC", "off")
    ticks = iter(range(10_000))
    found: list[int] = []
    after, pages = None, 0
    while pages == 0 or after is not None:
        page = house.page(TicketQuery(words="zz"), after=after, budget=Budget(lambda: 2.0 * next(ticks)))
        found += [one.number for one in page.tickets]
        after, pages = page.after, pages + 1
    assert (found, pages > 1) == ([], True)


# --- any words, any filters, any sort, an index that lags ---------------------------------------------------------


def a_text(random: Random) -> str:
    length = random.choice((1, 2, 4, 8, 8, 400))
    return random.choice((" ", ", ", "\n")).join(random.choices(_WORDS, k=length))


def a_house(random: Random) -> tuple[SearchedHouse, list[str]]:
    house, own = SearchedHouse(), list[str]()
    for number in range(4):
        house.welcome(f"chat_{number}", Guest(" ".join(random.choices(_WORDS, k=2)), random.choice(_PHONES)))
    for number in range(random.randrange(1, 25)):
        ticket = numbered(
            number,
            chat_id=f"chat_{random.randrange(4)}",
            created_at=later(minutes=random.randrange(9)),
            updated_at=later(minutes=9 + random.randrange(9)),
            priority=random.choice(list(Priority)),
            status=random.choice(HOSPITALITY_STATUSES),
            sub_issue=random.choice((None, Label("hvac", "HVAC"), Label("plumbing", "Plumbing"))),
        )
        written = house.add(ticket, *(a_text(random) for _ in range(random.choice((0, 1, 1, 2, 3, 9)))))
        if random.random() < 0.2:
            changed = replace(
                written, version=written.version + 1, updated_at=later(minutes=20 + number), deleted_at=None
            )
            house.write(replace(changed, priority=random.choice(list(Priority))), a_text(random))
            own.append(written.id)
            if random.random() < 0.4:
                house.lagging.catch_up(written.id)
    return house, own


def a_query(random: Random) -> TicketQuery:
    given: dict[str, Any] = {}
    if random.random() < 0.3:
        given["priorities"] = frozenset(random.sample(list(Priority), 2))
    if random.random() < 0.2:
        given["chats"] = frozenset(random.sample([f"chat_{number}" for number in range(4)], random.randint(1, 3)))
    return TicketQuery(words=random.choice(_TYPED), sort=random.choice(list(Sort)), **given)


def test_any_search_equals_its_meaning_though_the_index_lags(capsys: pytest.CaptureFixture[str]) -> None:
    random = Random(_SEED)  # noqa: S311 (no secret)
    compared = found = 0
    for _ in range(_HOUSES):
        house, own = a_house(random)
        for _ in range(_QUERIES):
            query = a_query(random)
            limit, rows = random.choice((1, 3, 25)), random.choice((3, 12, 60, 20_000))
            expected = house.expected(query)
            assert house.ids(query, limit=limit, rows=rows, seen=own) == expected, query
            compared += 1
            found += bool(expected)
    with capsys.disabled():
        print(f"\n{compared} searches equal their meaning, {found} of them found something; seed {_SEED}")
    assert compared >= 2_000
    assert found >= 1_000


def test_nothing_that_does_not_change_is_skipped_or_repeated_while_others_write(
    capsys: pytest.CaptureFixture[str],
) -> None:
    random = Random(_SEED)  # noqa: S311 (no secret)
    walks = writes = 0
    for sort in Sort:
        for _ in range(25):
            house, _ = a_house(random)
            house.lagging.catch_up(*house.tickets)
            query = TicketQuery(words=random.choice(("a", "cool", "room", "leak", "muller")), sort=sort)
            still = set(house.tickets)
            found: list[str] = []
            for page in house.pages(query, limit=2, rows=random.choice((6, 40))):
                found += [one.id for one in page.tickets]
                if random.random() < 0.7:
                    one = house.tickets[random.choice(sorted(house.tickets))]
                    writes += 1
                    still.discard(one.id)
                    house.add(replace(one, updated_at=later(hours=1 + writes), priority=Priority.HIGH), a_text(random))
            expected = [id_ for id_ in house.expected(query) if id_ in still]
            assert [id_ for id_ in found if id_ in still] == expected, query
            walks += 1
    with capsys.disabled():
        print(f"\n{walks} walks page by page, {writes} writes meanwhile; seed {_SEED}")
