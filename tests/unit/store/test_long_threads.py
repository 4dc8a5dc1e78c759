"""A thread that is longer than a request may read is searched to its end, by as many requests as that takes."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest

from tests.builders import NOW, later
from tests.unit.store.searched_house import SearchedHouse, numbered
from ticketing.domain.directory import Guest
from ticketing.domain.highlights import highlight
from ticketing.domain.hits import Bookmark
from ticketing.domain.query import Position, Sort, TicketPage, TicketQuery, matches
from ticketing.domain.remark import INLINE_BYTES, SEARCH_TEXT_BYTES
from ticketing.domain.signing import Signer
from ticketing.domain.ticket import Priority, Ticket
from ticketing.domain.words import MAX_LENGTH, MAX_WORDS, checked
from ticketing.domain.workflow import Label
from ticketing.store.walks import Budget

_LEAST = 9
"""Rows that any request may take: two of an index and their tickets, a chat, a text and a remark; two remarks to be
shown.
"""
_SEED = 20261130
_HOUSES = 120
_WALKS = 5
_LONG = "x" * SEARCH_TEXT_BYTES


@pytest.fixture
def house() -> SearchedHouse:
    house = SearchedHouse()
    house.welcome("chat_0", Guest("Zoë Müller", "+41 44 555 01 23"))
    return house


def walk(house: SearchedHouse, words: str, *, rows: int, **more: object) -> list[TicketPage]:
    """All pages of a search, none of which read more than it may."""
    pages = list(house.pages(TicketQuery(words=words), rows=rows, **more))
    assert max(page.scanned for page in pages) <= max(rows, _LEAST)
    return pages


def numbers(pages: list[TicketPage]) -> list[int]:
    return [one.number for page in pages for one in page.tickets]


# --- where the words are ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [3, 8, 50])
@pytest.mark.parametrize("at", [1, 2, 700, 1_400, 1_401])
def test_a_word_is_found_wherever_it_is_in_thousands_of_remarks(house: SearchedHouse, rows: int, at: int) -> None:
    said = [_LONG, *("still waiting" for _ in range(1_400))]
    house.add(numbered(1), *said[:at], "a unicorn", *said[at:], "thanks")
    pages = walk(house, "unicorn", rows=rows)
    assert numbers(pages) == [1]
    assert len(pages) >= at / rows
    (hits,) = (hits for page in pages for hits in page.hits.values())
    assert highlight(hits).fragment == "a <mark>unicorn</mark>"


def test_what_a_long_thread_does_not_have_is_not_found_and_the_search_ends(house: SearchedHouse) -> None:
    house.add(numbered(1), _LONG, *["still waiting"] * 3_000)
    for words in ("dragon", '"waiting waiting"', "wait "):
        assert numbers(walk(house, words, rows=40)) == [], words


@pytest.mark.parametrize("rows", [3, 7, 8, 9, 10, 11, 29])
def test_words_of_many_remarks_come_together(house: SearchedHouse, rows: int) -> None:
    filler = ["still waiting"] * 20
    house.add(numbered(1), _LONG, *filler, "red", *filler, "kettle", *filler, "whistles", *filler)
    assert numbers(walk(house, "whistles red kettle muller", rows=rows)) == [1]
    assert numbers(walk(house, "whistles red kettle blue", rows=rows)) == []


@pytest.mark.parametrize("rows", range(3, 20))
@pytest.mark.parametrize(
    "said",
    [
        ["very not", "cooling at all"],
        ["not not", "cooling at", "all"],
        ["not", "!!!", "👍", "\n", "cooling", "?", "at all"],
        ["not cooling not", "cooling", "at", "…", "all"],
    ],
)
def test_a_phrase_goes_through_remarks_wherever_a_request_ends(
    house: SearchedHouse, rows: int, said: list[str]
) -> None:
    house.add(numbered(1), _LONG, "no", *said, "gone")
    house.add(numbered(2, created_at=later(minutes=1)), _LONG, "not", "now", *said[1:], "not", "cool at all")
    pages = walk(house, '"not cooling at all"', rows=rows)
    assert numbers(pages) == [1]
    assert all(highlight(hits).fragment for page in pages for hits in page.hits.values())


def test_a_phrase_that_a_request_ended_in_is_shown_from_its_beginning(house: SearchedHouse) -> None:
    house.add(numbered(1), _LONG, "it is not", "cooling at all")
    for rows in range(3, 12):
        (hits,) = (hits for page in walk(house, '"not cooling"', rows=rows) for hits in page.hits.values())
        assert "<mark>not cooling</mark>" in highlight(hits).fragment.replace("\n", " "), rows


def test_scripts_without_spaces_too(house: SearchedHouse) -> None:
    house.add(numbered(1), "空" * SEARCH_TEXT_BYTES, *["请等"] * 30, "空调不", "制冷", *["请等"] * 30)
    for rows in range(3, 16):
        assert numbers(walk(house, '"调不 制冷"', rows=rows)) == [1]
        assert numbers(walk(house, '"不制"', rows=rows)) == []


# --- several, and in every order ----------------------------------------------------------------------------------


def some_long_ones(house: SearchedHouse, count: int = 7) -> list[str]:
    for number in range(count):
        said = ["still waiting"] * 40
        said[5 * number] = "unicorn" if number % 3 else "horse"
        house.add(
            numbered(
                number,
                created_at=later(minutes=number),
                updated_at=later(minutes=(number * 5) % 7),
                priority=list(Priority)[number % 3],
            ),
            _LONG,
            *said,
        )
    return list(house.tickets)


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("chats", [None, frozenset({"chat_0"}), frozenset({"chat_0", "chat_1"})])
def test_every_order_and_way_goes_on_in_a_thread(
    house: SearchedHouse, sort: Sort, chats: frozenset[str] | None
) -> None:
    some_long_ones(house)
    query = TicketQuery(words="unicorn", sort=sort, chats=chats)
    for rows, limit in ((3, 25), (9, 1), (30, 2), (100, 25)):
        assert house.ids(query, rows=rows, limit=limit) == house.expected(query)


def test_ones_own_with_long_threads_stand_in_their_place_and_cost_each_page_its_budget_only(
    house: SearchedHouse,
) -> None:
    own = some_long_ones(house)
    for limit in (1, 25):
        pages = walk(house, "unicorn", rows=20, seen=own, limit=limit)
        assert numbers(pages) == [5, 4, 2, 1]


def test_a_cursor_is_a_few_hundred_bytes_and_says_nothing_of_the_thread(house: SearchedHouse) -> None:
    phrase = " ".join(["not"] * (MAX_WORDS - 2))
    words = checked(f'"{phrase}" {"z" * (MAX_LENGTH - len(phrase) - 5)} a')
    house.add(numbered(1), _LONG, *["not not", "!"] * 100)
    house.add(numbered(2, created_at=later(minutes=1)), _LONG, *["a", "not not"] * 100)
    cursors = [
        Signer([b"secret"]).seal("tickets", "org", page.after.to_plain())
        for page in walk(house, words, rows=9)
        if page.after is not None
    ]
    assert len(cursors) > 30
    assert max(map(len, cursors)) <= 300


@pytest.mark.parametrize(
    "bookmark",
    [
        Bookmark("tkt_0000000000000001", 30, 0, ()),
        Bookmark("tkt_0000000000000001", 30, 0, (9, 9, 9)),
        Bookmark("tkt_0000000000000001", 30, 0, (99,)),
        Bookmark("tkt_0000000000000007", 30, 0, (9,)),
    ],
)
def test_a_bookmark_of_other_words_or_another_ticket_is_left_alone(house: SearchedHouse, bookmark: Bookmark) -> None:
    house.add(numbered(1), _LONG, "unicorn", *["still waiting"] * 50)
    after = Position("~", "", bookmark)
    assert [one.number for one in house.page(TicketQuery(words="unicorn"), after=after).tickets] == [1]


def test_a_place_survives_being_told() -> None:
    for place in (
        Position("2026-01-01T00:00:00.000Z", "tkt_1"),
        Position("~", "", Bookmark("tkt_1", 700, 4, (3, 0, 12))),
    ):
        again = Position.of_plain(place.to_plain())
        assert (again, again.bookmark) == (place, place.bookmark)


# --- what happens between two requests ----------------------------------------------------------------------------


def halfway(house: SearchedHouse, query: TicketQuery, pages: int = 4) -> Position:
    """Where a list goes on that is within the thread of the first ticket."""
    after: Position | None = None
    for _ in range(pages):
        after = house.page(query, after=after, rows=10).after
        assert after is not None
    assert after is not None
    assert after.bookmark is not None
    return after


def rest(house: SearchedHouse, query: TicketQuery, after: Position) -> list[int]:
    found: list[int] = []
    goes_on: Position | None = after
    while goes_on is not None:
        page = house.page(query, after=goes_on, rows=10)
        found += [one.number for one in page.tickets]
        goes_on = page.after
    return found


def test_a_remark_that_is_added_meanwhile_is_read(house: SearchedHouse) -> None:
    ticket, query = house.add(numbered(1), _LONG, *["still waiting"] * 100), TicketQuery(words="unicorn")
    after = halfway(house, query)
    house.add(ticket, "a unicorn")
    assert rest(house, query, after) == [1]


def test_what_a_guest_or_label_had_when_the_thread_was_begun_counts_no_more(house: SearchedHouse) -> None:
    house.add(numbered(1), _LONG, *["still waiting"] * 100, "unicorn", "thanks")
    house.add(numbered(2, created_at=later(minutes=-1)), _LONG, "Müller", *["still waiting"] * 100, "unicorn", "thanks")
    query = TicketQuery(words="muller unicorn")
    after = halfway(house, query)
    house.welcome("chat_0", Guest("Ben"))
    # The second one has both in its remarks, where both were looked for though the guest had one of them.
    assert rest(house, query, after) == [2]
    house.welcome("chat_0", Guest("Zoë Müller"))
    second = TicketQuery(words="muller unicorn", sort=Sort.OLDEST)
    after = halfway(house, second)
    house.welcome("chat_0", Guest("Ben"))
    assert rest(house, second, after) == [2]


def test_a_word_of_the_last_remark_counts_though_another_one_is_the_last_meanwhile(house: SearchedHouse) -> None:
    ticket = house.add(numbered(1), _LONG, *["still waiting"] * 100, "a unicorn")
    for words, label, guest in (("unicorn elevator", "Elevator", "Zoë"), ("unicorn ben", "Maintenance", "Ben")):
        query = TicketQuery(words=words)
        after = halfway(house, query)
        house.welcome("chat_0", Guest(guest))
        ticket = house.add(replace(ticket, issue=Label("one", label)), "moved")
        assert rest(house, query, after) == [1], words
        house.welcome("chat_0", Guest("Zoë"))
        ticket = house.add(replace(ticket, issue=Label("one", "Maintenance")), "a unicorn")


def test_what_was_found_before_the_bookmark_is_shown_though_nothing_has_it_at_hand(house: SearchedHouse) -> None:
    ticket, query = house.add(numbered(1), _LONG, *["wait"] * 100, "a unicorn"), TicketQuery(words="unicorn elevator")
    after = halfway(house, query)
    house.add(replace(ticket, issue=Label("one", "Elevator")), "moved")
    (hits,) = house.page(query, after=after).hits.values()
    assert highlight(hits).fragment == "a <mark>unicorn</mark>"


def test_a_bookmark_that_does_not_tell_where_a_word_was_shows_another_field(house: SearchedHouse) -> None:
    """As cursors were before they told it of words that were found in the last remark."""
    house.add(numbered(1, issue=Label("one", "Elevator")), _LONG, *["still waiting"] * 50, "moved")
    query = TicketQuery(words="unicorn elevator")
    after = Position("~", "", Bookmark("tkt_0000000000000001", 30, 0, (9, 0)))
    page = house.page(query, after=after)
    (hits,) = page.hits.values()
    assert highlight(hits).fragment == "<mark>Elevator</mark>"


@pytest.mark.parametrize(
    "happens",
    [
        lambda ticket: replace(ticket, deleted_at=NOW, version=ticket.version + 1),
        lambda ticket: replace(ticket, priority=Priority.LOW, version=ticket.version + 1),
    ],
)
def test_a_ticket_that_is_no_more_meant_is_passed_by_and_the_next_one_is_not(
    house: SearchedHouse, happens: Callable[[Ticket], Ticket]
) -> None:
    ticket = house.add(numbered(1, priority=Priority.HIGH), _LONG, *["still waiting"] * 100, "unicorn", "thanks")
    house.add(numbered(2, priority=Priority.HIGH, created_at=later(minutes=-1)), "unicorn")
    query = TicketQuery(words="unicorn", priorities=frozenset({Priority.HIGH}))
    after = halfway(house, query)
    house.add(happens(ticket))
    assert rest(house, query, after) == [2]


def test_a_ticket_that_moves_to_the_end_of_the_list_is_found_there_once(house: SearchedHouse) -> None:
    ticket = house.add(numbered(1, updated_at=later(minutes=1)), _LONG, *["still waiting"] * 100, "unicorn", "thanks")
    house.add(numbered(2, updated_at=later(minutes=2)), _LONG, *["still waiting"] * 30, "unicorn", "thanks")
    query = TicketQuery(words="unicorn", sort=Sort.FIRST_CHANGED)
    after = halfway(house, query)
    house.add(replace(ticket, updated_at=later(minutes=3)), "and again")
    assert rest(house, query, after) == [2, 1]


def test_a_chat_that_is_deleted_meanwhile_hides_its_ticket(house: SearchedHouse) -> None:
    house.add(numbered(1), _LONG, *["still waiting"] * 100, "unicorn", "thanks")
    query = TicketQuery(words="unicorn")
    after = halfway(house, query)
    house.welcome("chat_0", Guest("Zoë"), deleted_at=NOW)
    assert rest(house, query, after) == []


# --- objects, and time --------------------------------------------------------------------------------------------


def test_remarks_of_megabytes_are_read_as_far_as_the_time_goes(house: SearchedHouse) -> None:
    long = "nothing to report " * (4 * 1024 * 1024 // 18)
    house.add(numbered(1), "balloon", *[long] * 8, f"{long} zeppelin", long)

    def clock() -> float:
        return 0.7 * house.bucket.reads

    after: Position | None = None
    found: list[int] = []
    reads: list[int] = []
    while not reads or after is not None:
        before = house.bucket.reads
        page = house.page(TicketQuery(words="zeppelin balloon"), after=after, budget=Budget(clock))
        found += [one.number for one in page.tickets]
        reads.append(house.bucket.reads - before)
        after = page.after
    assert found == [1]
    assert len(reads) == 2
    assert max(reads) * 0.7 < 5 + 0.7


def test_each_object_counts_as_a_row(house: SearchedHouse) -> None:
    long = "nothing to report " * (INLINE_BYTES // 16)
    house.add(numbered(1), *[long] * 60, f"{long} zeppelin")
    pages = walk(house, "zeppelin", rows=20)
    assert numbers(pages) == [1]
    assert house.bucket.reads <= 61 + len(pages)


# --- any of it, while others write --------------------------------------------------------------------------------

_SAID = (
    "still waiting",
    "not",
    "cooling",
    "AC not",
    "room 204",
    "leak",
    "!!!",
    "空调不",
    "制冷空调",
    "cool",
    "very not",
)
_TYPED = (
    *("leak", '"not cooling"', '"not cooling leak"', '"ac not cooling" 204', "cool ", "空调", '"空调不 制冷"'),
    *("muller leak", "204 cooling", '"very not cooling"', "zz", '"leak leak"', '"not not"'),
    *("leak not", "ben leak", "zoe cooling", "elevator room", "cooling leak"),
)
_LABELS = (Label("1", "Maintenance"), Label("2", "Leak"), Label("3", "Elevator room"))


def a_long_house(random: Random) -> SearchedHouse:
    house = SearchedHouse()
    for number in range(3):
        house.welcome(f"chat_{number}", _a_guest(random))
    for number in range(random.randrange(1, 9)):
        said = random.choices(_SAID, weights=[*random.choices((0, 1, 3), k=len(_SAID) - 1), 1], k=random.randrange(70))
        ticket = numbered(
            number,
            chat_id=f"chat_{random.randrange(3)}",
            created_at=later(minutes=random.randrange(9)),
            updated_at=later(minutes=random.randrange(9)),
            priority=random.choice(list(Priority)),
        )
        house.add(ticket, *([_LONG] if random.random() < 0.7 else []), *said)
    return house


def found_now(house: SearchedHouse, query: TicketQuery) -> set[str]:
    return {one.id for one in house.tickets.values() if matches(query, one, house.texts(one))}


def write_something(house: SearchedHouse, random: Random, nth: int) -> set[str]:
    """A remark, another label, or both in one change; perhaps a guest has another name. What moves in a list."""
    one = house.tickets[random.choice(sorted(house.tickets))]
    moves = random.random() < 0.2
    if random.random() < 0.3:
        house.welcome(one.chat_id, _a_guest(random))
    if moves:
        one = replace(one, updated_at=later(hours=1, minutes=nth))
    if random.random() < 0.3:
        one = replace(one, issue=random.choice(_LABELS), version=one.version + 1)
    house.add(one, *random.choices(_SAID, k=random.random() < 0.8))
    return {one.id} if moves else set()


def _a_guest(random: Random) -> Guest:
    return Guest(random.choice(("Zoë Müller", "Leak", "Ben")), "+41 44 555 01 23")


def test_any_walk_by_tiny_budgets_equals_its_meaning_while_others_write(capsys: pytest.CaptureFixture[str]) -> None:
    """A list has each ticket that matched all the time, and none that never did."""
    random = Random(_SEED)  # noqa: S311 (no secret)
    walks = pages = writes = found_any = in_threads = 0
    for _ in range(_HOUSES):
        house = a_long_house(random)
        for _ in range(_WALKS):
            query = TicketQuery(words=random.choice(_TYPED), sort=random.choice(list(Sort)))
            rows, limit = random.choice((3, 5, 7, 8, 9, 12, 30)), random.choice((1, 2, 25))
            own = random.sample(sorted(house.tickets), random.randrange(min(3, len(house.tickets)) + 1))
            always, moved, found = found_now(house, query), set[str](), list[str]()
            ever, enough = set(always), writes + 30
            for page in house.pages(query, limit=limit, rows=rows, seen=own):
                assert page.scanned <= max(rows, _LEAST)
                assert all(highlight(hits) for hits in page.hits.values())
                found += [one.id for one in page.tickets]
                pages += 1
                in_threads += page.after is not None and page.after.bookmark is not None
                if random.random() < 0.2 and writes < enough:
                    moved |= write_something(house, random, writes)
                    writes += 1
                    always, ever = always & found_now(house, query), ever | found_now(house, query)
            still = {one for one in house.tickets if one not in moved or query.sort.field != "updated_at"}
            assert len(set(found) & still) == len([one for one in found if one in still]), query
            assert always & still <= set(found) & still <= ever, query
            walks += 1
            found_any += bool(found)
    with capsys.disabled():
        print(
            f"\n{walks} walks of {pages} pages, {in_threads} of which ended in a thread, {writes} writes meanwhile; "
            f"{found_any} found something; seed {_SEED}"
        )
    assert walks == _HOUSES * _WALKS
    assert in_threads >= pages / 10
    assert found_any >= walks / 4
