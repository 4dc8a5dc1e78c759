"""An index of terms finds what looking at the folded text finds."""

import random

import pytest

from ticketing.domain.folding import fold
from ticketing.domain.search_terms import BOUNDARY, LONGEST_TERM, terms
from ticketing.domain.words import Needle, parse

SEED, CASES = 20260301, 20_000
PIECES = ["a", "ab", "ac", "Zoë", "空", "调", "空调", "坏了", "ห้อง", "น้ำ", "204", " ", " ", ", ", "_", "\n", "é"]


def is_found(needle: Needle, text: str) -> bool:
    """As an index looks: the terms of the needle in a row; the last one as the beginning of one, if it may go on."""
    asked, there = terms(needle.key), terms(fold(text))
    goes_on = not needle.key.endswith(" ") and len(asked) == 1 and needle.key.startswith(" ")
    if goes_on:
        return any(term.startswith(asked[0]) for term in there)
    return any(there[at : at + len(asked)] == asked for at in range(len(there) - len(asked) + 1))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("AC not cooling", ["ac", "not", "cooling"]),
        ("空调坏了", [BOUNDARY, "空", "调", "坏", "了", BOUNDARY]),
        ("room 空调 204", ["room", BOUNDARY, "空", "调", BOUNDARY, "204"]),
        ("空 调", [BOUNDARY, "空", BOUNDARY, "调", BOUNDARY]),
        ("_", []),
        ("", []),
    ],
)
def test_a_text_is_its_words_and_the_characters_of_what_has_no_spaces(text: str, expected: list[str]) -> None:
    assert terms(fold(text)) == expected


def test_a_word_beyond_what_can_be_typed_is_cut() -> None:
    assert terms(fold("x" * 40_000)) == ["x" * LONGEST_TERM]


def test_terms_find_what_is_in_the_folded_text_and_nothing_else() -> None:
    chance = random.Random(SEED)  # noqa: S311 (a play that can be repeated)
    found = cases = 0
    while cases < CASES:
        text = "".join(chance.choices(PIECES, k=chance.randint(1, 8)))
        typed = "".join(chance.choices(PIECES, k=chance.randint(1, 3)))
        for needle in parse(chance.choice([typed, f"{typed} ", f'"{typed}"'])).needles:
            cases += 1
            is_there = needle.key in fold(text)
            found += is_there
            assert is_found(needle, text) is is_there, (needle, text)
    print(f"{cases} needles, {found} of them found, seed {SEED}")
    assert found >= CASES / 10
