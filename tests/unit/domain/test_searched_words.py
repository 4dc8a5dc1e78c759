"""What is typed into a search box, as what it asks for; tests/integration/golden_searches.py has a table of it."""

from dataclasses import replace

import pytest

from tests.builders import a_ticket
from tests.integration.golden_searches import SEARCHES, TICKETS
from ticketing.domain.hits import Texts, has_words
from ticketing.domain.words import MAX_LENGTH, MAX_WORDS, checked, parse, phone_digits
from ticketing.domain.workflow import Label
from ticketing.errors import ValidationFailed


def keys(typed: str) -> list[list[str]]:
    return [[needle.key for needle in clause.needles] for clause in parse(typed).clauses]


def finds(typed: str, *, name: str = "", phone: str | None = None, remarks: tuple[str, ...] = ()) -> bool:
    return has_words(parse(checked(typed)), a_ticket(number=77), Texts(name, phone, remarks))


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("shower leak", [[" shower "], [" leak"]]),
        ("shower leak ", [[" shower "], [" leak "]]),
        ('"not cooling"', [[" not cooling "]]),
        ('ac "not cooling" room', [[" ac "], [" not cooling "], [" room"]]),
        ('"not cooling', [[" not "], [" cooling"]]),
        ('"" ac', [[" ac"]]),
        ("空调", [["空调"]]),
        ("水", [[" 水"]]),
        ("水 ac", [[" 水 "], [" ac"]]),
        ('"空调 ac"', [["空调 ac "]]),
        ("ac空调", [[" ac "], ["空调"]]),
        ("+41 44 555", [[" 41 ", " 44 ", " 555"]]),
        ("room 204, 305", [[" room "], [" 204 "], [" 305"]]),
        ("ac ac ", [[" ac "]]),
        ("#12", [["12"]]),
        ("# 12", [[" 12"]]),
        ("a:b*c", [[" a "], [" b "], [" c"]]),
    ],
)
def test_what_is_asked_for(typed: str, asked: list[list[str]]) -> None:
    assert keys(typed) == asked


def test_the_golden_searches_are_what_words_mean() -> None:
    wrong = []
    for q, expected in SEARCHES:
        words = parse(checked(q))
        found = [
            one.number
            for one in TICKETS
            if has_words(
                words,
                replace(
                    a_ticket(), number=one.number, issue=Label("1", one.issue), sub_issue=Label("2", one.sub_issue)
                ),
                Texts(one.guest, one.phone, one.remarks),
            )
        ]
        if sorted(found) != expected:
            wrong.append((q, expected, found))
    assert wrong == []


def test_words_may_stand_in_different_fields_and_a_phrase_in_one() -> None:
    assert finds("zoe leak", name="Zoë", remarks=("a leak",))
    assert not finds('"zoe leak"', name="Zoë", remarks=("leak",))


def test_remarks_are_one_text() -> None:
    assert finds('"cooling second"', remarks=("not cooling.", "Second visit"))


@pytest.mark.parametrize("phone", ["+41 44 555 01 23", "0041445550123", "044/555 01 23", "+41 (0)44 555-01-23"])
@pytest.mark.parametrize(
    "typed", ["+41 44 555 01 23", "0041 44 5550123", "044 555 01 23", "0445550123", "555 01 23", "+41 (0)44 555 01 23"]
)
def test_a_phone_is_found_however_it_is_typed_and_however_it_was(typed: str, phone: str) -> None:
    assert finds(typed, phone=phone)


@pytest.mark.parametrize(
    "typed", ["０４４－５５５（０１）２３", "044·555·01·23", "044・555・01・23", "\u202a044 \u200b555 01 23\u202c"]
)
def test_a_phone_is_found_by_the_signs_of_other_keyboards_and_by_what_was_copied_with_it(typed: str) -> None:
    assert finds(typed, phone="+41 44 555 01 23")


@pytest.mark.parametrize("typed", ["555", "23", "9999", "044 555 01 24", "445550123 9"])
def test_three_digits_and_other_digits_are_no_part_of_a_phone(typed: str) -> None:
    assert not finds(typed, phone="+41 44 555 01 23")


def test_a_zero_that_is_dialled_before_four_digits_does_not_count() -> None:
    assert finds("05550", phone="+41 44 555 01 23")
    assert not finds("0555", phone="+41 44 555 01 23")


def test_a_short_phone_is_not_the_end_of_every_number() -> None:
    assert not finds("+41 44 555 01 23", phone="0123")
    assert finds("0123", phone="0123")


def test_a_local_phone_of_seven_digits_is_the_end_of_its_international_form() -> None:
    assert finds("+41 44 555 01 23", phone="555 01 23")
    assert not finds("+41 44 555 01 23", phone="55 01 23")


def test_a_number_sign_makes_a_number_of_digits_alone() -> None:
    assert finds("#room", remarks=("room 204",))
    assert not finds("#204", remarks=("room 204",))


def test_digits_may_be_a_phone_and_a_word_one_after_the_other() -> None:
    assert finds("044 555 01 23 204", phone="+41 44 555 01 23", remarks=("room 204",))
    assert finds("204 044 555 01 23", phone="+41 44 555 01 23", remarks=("room 204",))


def test_the_digits_of_a_phone() -> None:
    assert phone_digits(None) == ""
    assert phone_digits("+41 (0)44 555-01.23") == "41445550123"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "invalid"),
        ("   ", "invalid"),
        ("*?~^:\\|&", "invalid"),
        ('""', "invalid"),
        ("\x00\u202e", "invalid"),
        ("🔥", "invalid"),
        ("x" * (MAX_LENGTH + 1), "too_long"),
        ("x" * 10_000, "too_long"),
        (" ".join(f"w{number}" for number in range(MAX_WORDS + 1)), "too_many"),
        (f'"{"x " * (MAX_WORDS + 1)}"', "too_many"),
    ],
)
def test_what_nothing_can_be_looked_for_by_is_refused_by_name(typed: str, code: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        checked(typed)
    assert [(error.field, error.code) for error in refused.value.errors] == [("q", code)]


def test_the_longest_that_may_be_typed() -> None:
    assert (MAX_LENGTH, MAX_WORDS) == (256, 32), "docs/partners.md says so"
    assert checked(f"  {'x' * MAX_LENGTH}  ") == "x" * MAX_LENGTH + " "
    distinct = " ".join(f"w{number}" for number in range(MAX_WORDS))
    assert len(parse(checked(distinct)).clauses) == MAX_WORDS
