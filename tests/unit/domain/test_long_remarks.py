"""A remark of megabytes is looked at in pieces: it has the same words, and no more of it is kept than is shown."""

import sys
import unicodedata
from random import Random

import pytest

from ticketing.domain import hits
from ticketing.domain.folding import fold
from ticketing.domain.highlights import highlight
from ticketing.domain.hits import Field, Hits
from ticketing.domain.words import parse

SEED, CASES = 20261202, 4_000
_MOST_KEPT = 16_000
_PARTS = (
    "not",
    "cooling",
    "AC",
    "room",
    " ",
    "  ",
    "\n",
    ". ",
    ",",
    "空调",
    "不制",
    "。",
    "é",
    "e\u0301",
    "x-y",
    "👍",
    "\xa0",
)
_TYPED = (
    "cool ",
    "cooling ",
    '"not cooling"',
    '"ac not cooling room"',
    "空调",
    '"调不"',
    "调不",
    '"空调 不制"',
    "x",
    "xnot ",
    "é",
)


def look(typed: str, *remarks: str) -> Hits:
    found = Hits(parse(typed))
    for version, text in enumerate(remarks, 2):
        found.look_at_next(text, version)
    return found


def test_every_character_that_a_piece_may_end_with_is_a_space_to_a_search() -> None:
    ends = [chr(code) for code in range(sys.maxunicode + 1) if hits._ENDS.match(chr(code))]
    assert len(ends) > 20
    assert [unicodedata.name(one, repr(one)) for one in ends if fold(f"a{one}b") != " a b "] == []


def test_pieces_have_the_words_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    random = Random(SEED)  # noqa: S311 (no secret)
    found = 0
    for _ in range(CASES):
        monkeypatch.setattr(hits, "_PIECE", random.choice((1, 3, 7, 20)))
        remarks = ["".join(random.choices(_PARTS, k=random.randrange(12))) for _ in range(random.randrange(1, 4))]
        typed = random.choice(_TYPED)
        whole = Hits(parse(typed))
        whole.look(Field.REMARKS, "\n".join(remarks))
        assert look(typed, *remarks).is_all == whole.is_all, (typed, remarks)
        found += whole.is_all
    print(f"{CASES} threads in pieces as whole, {found} of them have the words; seed {SEED}")
    assert CASES / 10 < found < CASES * 0.9


@pytest.mark.parametrize("filler", ["nothing to report ", "空调很好。", "fine, "])
def test_no_more_is_kept_than_is_shown(filler: str) -> None:
    long = filler * (4 * 1024 * 1024 // len(filler.encode()))
    for remarks in ([f"{long} a zeppelin {long}"], [f"{long} a", f"zeppelin {long}"], [f"a zeppelin {long}"]):
        found = look('"a zeppelin"', *remarks)
        assert found.is_all
        assert len(found.shown()[1]) <= _MOST_KEPT
        assert len(found._last_text or "") <= _MOST_KEPT
        assert "<mark>a zeppelin</mark>" in highlight(found).fragment


def test_what_is_read_again_to_be_shown_is_kept_no_longer_either() -> None:
    long = "nothing to report " * (4 * 1024 * 1024 // 18)
    remarks = [f"{long} a", f"zeppelin {long}"]
    bookmark = look('"a zeppelin"', *remarks).bookmark("tkt_1", 3)
    found = Hits(parse('"a zeppelin"'))
    assert found.go_on(bookmark)
    assert (found.is_all, found.unread) == (True, 3)
    found.show(remarks)
    assert len(found.shown()[1]) <= _MOST_KEPT
    assert "<mark>a zeppelin</mark>" in highlight(found).fragment
