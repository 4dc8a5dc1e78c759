"""What a list shows of where words were found."""

import html
import re
import unicodedata
from random import Random

import pytest

from tests.builders import a_ticket
from ticketing.domain.folding import fold
from ticketing.domain.highlights import MAX_CHARACTERS, Highlight, fragment, highlight
from ticketing.domain.hits import Field, Hits
from ticketing.domain.words import parse

_SEED = 20260303
_TEXTS = 2_000


def shown(typed: str, remarks: str = "", name: str = "Zoë Müller", phone: str | None = None) -> Highlight:
    hits = Hits(parse(typed))
    hits.look_at_ticket(a_ticket(number=1042))
    hits.look_at_guest(name, phone)
    hits.look(Field.REMARKS, remarks)
    assert hits.is_all
    return highlight(hits)


@pytest.mark.parametrize(
    ("typed", "field", "expected"),
    [
        ("ac", "remarks", "<mark>AC</mark> not cooling"),
        ("cool", "remarks", "AC not <mark>cool</mark>ing"),
        ("ac cooling", "remarks", "<mark>AC</mark> not <mark>cooling</mark>"),
        ('"not cooling"', "remarks", "AC <mark>not cooling</mark>"),
        ("muller", "guest_name", "Zoë <mark>Müller</mark>"),
        ("muller ac", "remarks", "<mark>AC</mark> not cooling"),
        ("hvac", "sub_issue", "<mark>HVAC</mark>"),
        ("mainten", "issue", "<mark>Mainten</mark>ance"),
        ("#1042", "number", "#<mark>1042</mark>"),
        ("044 555", "guest_phone", "+41 <mark>44 555</mark> 01 23"),
    ],
)
def test_where_a_word_was_found(typed: str, field: str, expected: str) -> None:
    assert shown(typed, "AC not cooling", phone="+41 44 555 01 23") == Highlight(Field(field), expected)


def test_a_phone_is_shown_though_parts_of_it_are_words_elsewhere() -> None:
    found = shown("044 555 01 23", "555 times, at 01 or 23", phone="+41 44 555 01 23")
    assert found == Highlight(Field.GUEST_PHONE, "+41 <mark>44 555 01 23</mark>")


@pytest.mark.parametrize(
    ("typed", "text", "expected"),
    [
        ("strasse", "Die Straße!", "Die <mark>Straße</mark>!"),
        ("stras", "Die Straße!", "Die <mark>Straß</mark>e!"),
        ("zoe", "Zoe\u0308 da", "<mark>Zoe\u0308</mark> da"),
        ("aero", "Ærø", "<mark>Ærø</mark>"),
        ("调不", "空调不制冷", "空<mark>调不</mark>制冷"),
        ("script", "<script>x</script>", "&lt;<mark>script</mark>&gt;x&lt;/<mark>script</mark>&gt;"),
        ("more", "a & \"b\" 'c' more", "a &amp; &quot;b&quot; &#x27;c&#x27; <mark>more</mark>"),
        ("mark", "<mark>x", "&lt;<mark>mark</mark>&gt;x"),
        ("b", "a\nb\x00c", "a <mark>b</mark> c"),
        ("ab", "\u202eab\u202c", "<mark>ab</mark>"),
    ],
)
def test_marks_stand_around_what_was_written_and_nothing_else_is_markup(typed: str, text: str, expected: str) -> None:
    assert fragment(parse(typed), text) == expected


def plain(shown: str) -> str:
    return html.unescape(re.sub("</?mark>", "", shown))


def test_a_long_text_is_cut_around_the_first_of_the_words() -> None:
    text = (
        "The guest called again and was told to wait. " * 300 + "The unicorn statue is broken. " + "More of it. " * 300
    )
    found = fragment(parse("unicorn"), text)
    assert found.startswith("… ")
    assert found.endswith(" …")
    assert "The <mark>unicorn</mark> statue is broken." in found
    assert len(plain(found)) <= MAX_CHARACTERS


@pytest.mark.parametrize("typed", ["leak smith", '"final leak"'])
def test_a_word_at_either_end_of_a_long_text_is_marked(typed: str) -> None:
    filling = "The guest called again and was told to wait. " * 200
    assert fragment(parse(typed), f"{filling}Ask for the final leak.").endswith("leak</mark>.")
    assert fragment(parse("final smith"), f"Final leak. {filling}Final word.").startswith("<mark>Final</mark> leak.")


def test_any_fragment_is_short_whole_and_marked(capsys: pytest.CaptureFixture[str]) -> None:
    random = Random(_SEED)  # noqa: S311 (no secret)
    letters = ["a", "e\u0301", "ß", "空", "调", "น้ำ", "<", "&", " ", "  ", "\n", "👩\u200d👧", "नी", "x", "7", "ü", "İ"]
    for _ in range(_TEXTS):
        text = "".join(random.choices(letters, k=random.randrange(1, 600)))
        folded = fold(text).split()
        if not folded:
            continue
        word = random.choice(folded)[:40]
        found = fragment(parse(word), text)
        assert len(plain(found)) <= MAX_CHARACTERS, (word, text)
        assert "<mark>" in found, (word, text)
        assert set(re.findall("<[^>]*>", found)) <= {"<mark>", "</mark>"}
        for part in re.split("</?mark>|… | …", found)[1:]:
            assert not part or not unicodedata.category(html.unescape(part)[0]).startswith("M"), (word, found)
    with capsys.disabled():
        print(f"\n{_TEXTS} fragments, seed {_SEED}")
