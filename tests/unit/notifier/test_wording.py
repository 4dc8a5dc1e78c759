"""Words that others wrote, mended."""

import pytest

from notifier import wording


def test_a_label_stays_on_its_line() -> None:
    told = wording.mended({"guest_name": "Zoë\nPriority: High\r\nOpen it: https://evil.example"})
    assert told == {"guest_name": "Zoë Priority: High Open it: https://evil.example"}


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", "\u2028", "\x85"])
def test_a_remark_keeps_its_lines(line_break: str) -> None:
    assert wording.mended({"remark": f"One{line_break}two\u202e "}) == {"remark": "One\ntwo"}


def test_an_empty_line_of_a_remark_stays_but_not_at_its_ends() -> None:
    assert wording.lines("\n\nOne\n\ntwo\n\n") == "One\n\ntwo"


def test_what_stands_in_rows_is_mended_too() -> None:
    told = wording.mended(
        {"rows": [{"issue": "a\nb", "number": 1}], "changes": ({"before": None, "after": "\u202ex"},)}
    )
    assert told == {"rows": [{"issue": "a b", "number": 1}], "changes": [{"before": None, "after": "x"}]}


def test_numbers_and_booleans_are_left_as_they_are() -> None:
    assert wording.mended({"total": 3, "is_undo": False, "undo_until": None}) == {
        "total": 3,
        "is_undo": False,
        "undo_until": None,
    }


def test_a_text_keeps_lines_tabs_and_every_character_that_can_be_written() -> None:
    text = "a\tb\n\u202eשלום \N{MAN}\u200d\N{WOMAN} é\n"
    assert wording.whole(text) == text
    assert wording.whole("a\r\nb\rc\x00\ud800") == "a\nb\nc\ufffd\ufffd"
