"""Texts that people hold for the same are folded to the same."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ticketing.domain.folding import fold, trace

_EXAMPLES = 1_000


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Zoë  MÜLLER", "zoe muller"),
        ("Zoe\u0308 Mu\u0308ller", "zoe muller"),
        ("Straße STRASSE ẞ", "strasse strasse ss"),
        ("Søren Ærø Œuvre Łódź Đặng Þór ð ħ ŧ ŋ", "soren aero oeuvre lodz dang thor d h t n"),
        ("İstanbul ılık", "istanbul ilik"),
        ("ΛΟΓΑΡΙΑΣΜΌΣ λογαριασμός", "λογαριασμοσ λογαριασμοσ"),
        ("Ещё ЁЛКА й", "еще елка и"),
        ("مُحَمَّد ـمـحمد أحمد إحسان آمن", "محمد محمد احمد احسان امن"),
        ("مدرسة على کیف", "مدرسه علي كيف"),
        ("שָׁלוֹם", "שלום"),
        ("空调AC冷 204房", "空调 ac 冷 204 房"),
        ("ห้องน้ำ รั่ว", "ห้องน\u0e49ํา รั่ว"),
        ("कमरे में", "कमरे में"),
        ("ｶﾞ ガ", "カ\u3099 カ\u3099"),
        ("ＦＵＬＬ ６０４ ² ٣ ५", "full 604 2 3 5"),
        ("l’eau d'hôtel O'Brien", "l eau d hotel o brien"),
        ("a\u00adb\u200bc\u202ed\ufefff", "abcdf"),
        ("a\x00b\tc\nd\u2028e", "a b c d e"),
        ('*?~^:\\|&(){}[]+-_/.,;!"#', ""),
        ("", ""),
        ("😀👩‍👩‍👧", ""),
        ("\ud800x", "x"),
    ],
)
def test_what_a_text_is_compared_by(text: str, folded: str) -> None:
    assert fold(text) == f" {folded} "


@settings(max_examples=_EXAMPLES, deadline=None, database=None, derandomize=True)
@given(st.text(max_size=60))
def agree(text: str) -> None:
    traced = trace(text)
    assert traced.text == fold(text)
    assert len(traced.origins) == len(traced.text)
    assert fold(fold(text)) == fold(text)
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert fold(unicodedata.normalize(form, text)) == fold(text)


def test_the_way_back_and_every_normal_form_agree(capsys: pytest.CaptureFixture[str]) -> None:
    agree()
    with capsys.disabled():
        print(f"\n{_EXAMPLES} texts folded, derandomized")


def test_every_character_there_is_folds_to_what_folds_to_itself() -> None:
    every = [chr(code) for code in range(0x110000)]
    unstable = [one for one in every if fold(fold(one)) != fold(one) or trace(one).text != fold(one)]
    assert unstable == []


def test_the_way_back_leads_to_what_was_written() -> None:
    text = "Bitte die Straße – Zoe\u0308 wartet"
    traced = trace(text)
    start = traced.text.index("strasse")
    first, last = traced.origin(start, start + len("strasse"))
    assert text[first:last] == "Straße"
