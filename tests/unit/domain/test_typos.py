"""One typo in a word of five letters and more, and nothing beyond."""

import random
from functools import cache

import pytest

from tests.builders import a_ticket
from ticketing.domain.highlights import fragment, highlight
from ticketing.domain.hits import ABOVE, EXACT, NUMBER, TYPO, Field, Hits, Texts, has_words, look_at_all
from ticketing.domain.query import TicketQuery, matches
from ticketing.domain.typos import is_near
from ticketing.domain.words import MAX_WORDS, checked, parse

SEED, CASES = 20260305, 40_000


def steps(word: str, other: str) -> int:
    """The optimal string alignment distance, by its definition."""

    @cache
    def between(i: int, j: int) -> int:
        if min(i, j) == 0:
            return max(i, j)
        wrong = int(word[i - 1] != other[j - 1])
        least = min(between(i - 1, j) + 1, between(i, j - 1) + 1, between(i - 1, j - 1) + wrong)
        if i > 1 and j > 1 and word[i - 1] == other[j - 2] and word[i - 2] == other[j - 1]:
            least = min(least, between(i - 2, j - 2) + 1)
        return least

    return between(len(word), len(other))


def test_near_is_one_step_by_the_definition_of_the_distance() -> None:
    chance = random.Random(SEED)  # noqa: S311 (a play that can be repeated)
    near = 0
    for _ in range(CASES):
        word = "".join(chance.choices("abc", k=chance.randint(1, 7)))
        other = "".join(chance.choices("abc", k=max(1, len(word) + chance.randint(-1, 1))))
        expected = steps(word, other) <= 1
        near += expected
        assert is_near(word, other) is expected, (word, other)
    print(f"\n{CASES} pairs, {near} of them near; seed {SEED}")
    assert near >= CASES / 20


def finds(typed: str, remarks: str, name: str = "") -> bool:
    return has_words(parse(checked(typed)), a_ticket(number=77), Texts(name, None, (remarks,)), typos=True)


@pytest.mark.parametrize("typed", ["coling", "coolling", "cooking", "cooilng", "ooling", "coolingx", "cooling", "cool"])
def test_a_word_is_found_by_one_edit_or_one_swap(typed: str) -> None:
    assert finds(typed, "AC not cooling in 204")


@pytest.mark.parametrize(
    ("typed", "remarks"),
    [
        ("colng", "cooling"),  # two edits
        ("ocoilng", "cooling"),  # two swaps
        ("leek", "leak"),  # four letters
        ("leeks", "leak"),  # five, but another edit beside it
        ("room1204", "room1205"),  # a digit: numbers have no typos
        ('"coling"', "cooling"),
        ('"not coling"', "not cooling"),
        ("coli", "cooling"),  # the beginning of a word is exact
        ("空调不制冷", "空调不制熱"),
    ],
)
def test_what_is_not_forgiven(typed: str, remarks: str) -> None:
    assert not finds(typed, remarks)


def test_the_last_word_may_be_its_exact_beginning_or_the_whole_with_one_typo() -> None:
    assert finds("plumb", "the plumber came")
    assert finds("plmuber", "the plumber came")
    assert not finds("plmub", "the plumber came")
    assert finds("plumn", "a plum")  # five letters typed, four there


def test_letters_are_counted_as_they_are_folded() -> None:
    assert finds("straße", "in der Strase")
    assert finds("Müler", "", name="Zoë Müller")
    assert finds("петроф", "Петров")


def test_the_finder_of_the_table_forgives_nothing() -> None:
    asked, texts = TicketQuery(words="coling"), Texts("", None, ("cooling",))
    assert matches(asked, a_ticket(), texts, typos=True)
    assert not matches(asked, a_ticket(), texts)


def test_a_word_cut_off_between_two_remarks_is_not_taken_for_one() -> None:
    hits = Hits(parse('xcooling "aa bb" '), typos=True)
    hits.look_at_next("aaaaaaaaaaaaaaacooling")
    hits.look_at_next("bb aa")
    assert not hits.is_all
    hits.look_at_next("bb")
    assert not hits.is_all
    hits.look_at_next("the cooling")
    assert hits.is_all


# --- what is shown ------------------------------------------------------------------------------------------------


def test_the_word_that_was_meant_is_marked() -> None:
    hits = look_at_all(
        Hits(parse("coling room "), typos=True), a_ticket(), Texts("", None, ("AC not cooling, room 2",))
    )
    assert highlight(hits).fragment == "AC not <mark>cooling</mark>, <mark>room</mark> 2"


def test_what_is_merely_near_is_not_marked_beside_the_word_itself() -> None:
    assert fragment(parse("cooling "), "cooking and cooling", typos=True) == "cooking and <mark>cooling</mark>"
    assert fragment(parse("cooling "), "cooking", typos=True) == "<mark>cooking</mark>"
    assert fragment(parse("cooling "), "cooking") == "cooking"


def test_a_long_text_is_shown_around_the_word_that_was_meant() -> None:
    assert "<mark>unicorn</mark>" in fragment(
        parse("unicron "), "nothing here " * 900 + "unicorn " + "x " * 99, typos=True
    )


# --- the best match first -----------------------------------------------------------------------------------------


def points(typed: str, *, remarks: str = "", name: str = "", phone: str | None = None) -> int:
    hits = Hits(parse(typed), typos=True, is_rated=True)
    look_at_all(hits, a_ticket(number=1042), Texts(name, phone, (remarks,)))
    return hits.points if hits.is_all else 0


def test_number_before_name_before_remarks_before_typos() -> None:
    assert points("1042", remarks="1042") == points("#1042") == NUMBER
    assert points("muller", name="Müller", remarks="Müller") == EXACT + ABOVE
    assert points("muller", remarks="Müller") == EXACT
    assert points("mulller", name="Müller", remarks="Müller") == TYPO + ABOVE
    assert points("mulller", name="Müller", remarks="mulller") == EXACT
    assert points("hvac maintenanze ") == EXACT + ABOVE + TYPO + ABOVE
    assert points("044 555 01 23", phone="+41 44 555 01 23") == EXACT + ABOVE
    assert points("204 555", remarks="204 and 555") == EXACT
    assert points("ac zeppelin", remarks="ac") == 0


def test_one_exact_word_more_outweighs_all_typos_and_a_number_outweighs_all_words() -> None:
    assert MAX_WORDS * (TYPO + ABOVE) < EXACT
    assert MAX_WORDS * (EXACT + ABOVE) < NUMBER


@pytest.mark.parametrize("field", list(Field))
def test_who_wants_no_points_looks_no_further_than_it_takes(field: Field) -> None:
    hits = Hits(parse("cooling "), typos=True)
    hits.look(Field.REMARKS, "cooking")
    assert not hits.may_gain(field)
    rated = Hits(parse("cooling "), typos=True, is_rated=True)
    rated.look(Field.REMARKS, "cooling")
    assert rated.may_gain(Field.GUEST_NAME)
    assert not rated.may_gain(Field.REMARKS)
