"""Tickets as CSV (RFC 4180) that a spreadsheet program shows as it was written, and never runs.

A spreadsheet program takes a cell that begins like a formula for one, and a text that looks like a number for that
number: `+41445550123` loses its plus, `007` its zeros. It may also split a file at semicolons or tabs, as the country
that it is set to wants, and then a cell begins in the middle of ours. So a text gets an apostrophe

- where a cell would begin with a formula: at its start, and after each `;`, tab and line break in it. White space,
  quotation marks and characters that nobody sees may stand before the formula;
- at its start if it is made of nothing but figures, the signs of numbers, dates and phones, and what English writes
  in dates (`3 PM`, `Jan-26`), or if it is a truth value;
- at each of these places where it has an apostrophe of its own.

Whoever reads the file by a program takes one apostrophe away at each of these places, and has the text (`unguarded`).
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from ticketing.domain.instants import from_text

BOM: Final = "\ufeff"
"""The first character of a file, by which spreadsheet programs know that it is UTF-8."""

_TIMES: Final = ("created_at", "updated_at", "resolved_at")
_PARTED: Final = re.compile(r'[,;\t\r\n"]')
"""What stands between quotation marks: commas alone would do for RFC 4180, and not for LibreOffice's defaults."""
_COLUMNS: Final = (
    "number",
    "id",
    *_TIMES,
    "status",
    "status_category",
    "priority",
    "issue",
    "sub_issue",
    "assignee",
    "creator",
    "channel",
    "source",
    "guest_name",
    "guest_phone",
    "chat_id",
    "external_id",
    "remark_preview",
    "remark_count",
    "media_count",
    "watchers",
    "version",
)

# White space of any kind, controls, the invisible (zero width, soft hyphen, directions, BOM), and quotation marks.
_UNSEEN: Final = (
    r"[\s\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\"]"
)
_FORMULA: Final = "[=+\\-@\uff1d\uff0b\uff0d\uff20]"
_GUARDED: Final = re.compile(
    rf"^(?='|{_UNSEEN}*{_FORMULA}|{_UNSEEN}*[\t\r\n])|(?<=[;\t\r\n])(?='|{_UNSEEN}*{_FORMULA})"
)
_APOSTROPHE: Final = re.compile(r"(?:^|(?<=[;\t\r\n]))'")
_OF_DATES: Final = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?|[ap]\.?m\.?|[tz]"
)
# Possessive: what was matched is never tried in another way, so that a long text takes no longer for it.
_SIGNS: Final = re.compile(rf"(?:[\s\d.,:/()%$€£¥*#'’+\-e\u2212]|{_OF_DATES})*+", re.IGNORECASE)
_FIGURE: Final = re.compile(r"\d")
_TRUTH: Final = re.compile(r"\s*(?:true|false)\s*", re.IGNORECASE)


def header(zone: ZoneInfo) -> str:
    """The first line: the names of the columns. Those of times say in which zone they are."""
    return _line([f"{name} ({zone.key})" if name in _TIMES else name for name in _COLUMNS])


def row(shown: Mapping[str, Any], guest_phone: str | None, zone: ZoneInfo) -> str:
    """The line of one ticket, `shown` as the API shows it, watchers and all."""
    cells: dict[str, str | int] = {
        "number": shown["number"],
        "id": guarded(shown["id"]),
        **{name: local(from_text(shown[name]), zone) if shown[name] else "" for name in _TIMES},
        "status": guarded(shown["status"]["name"]),
        "status_category": shown["status"]["category"],
        "priority": shown["priority"],
        "issue": guarded(shown["issue"]["label"]),
        "sub_issue": guarded(shown["sub_issue"]["label"] if shown["sub_issue"] else ""),
        "assignee": guarded(shown["assignee"]["name"] if shown["assignee"] else ""),
        "creator": guarded(shown["creator"]["name"]),
        "channel": guarded(shown["channel"]["name"]),
        "source": guarded(shown["source"]),
        "guest_name": guarded(shown["chat"]["guest_name"]),
        "guest_phone": guarded(guest_phone or ""),
        "chat_id": guarded(shown["chat"]["id"]),
        "external_id": guarded(shown["external_id"] or ""),
        "remark_preview": guarded(shown["remark_preview"] or ""),
        "remark_count": shown["remark_count"],
        "media_count": shown["media_count"],
        "watchers": guarded(", ".join(one["name"] for one in shown["watchers"])),
        "version": shown["version"],
    }
    return _line([cells[name] for name in _COLUMNS])


def local(at: datetime, zone: ZoneInfo) -> str:
    """A time as the clock of a zone shows it, with its offset: `2026-03-01T23:10:05.123+01:00`."""
    return at.astimezone(zone).isoformat(timespec="milliseconds")


def guarded(text: str) -> str:
    """A text as a cell that every spreadsheet program takes for that text, apart from the apostrophes."""
    safe = _GUARDED.sub("'", text)
    return f"'{safe}" if safe == text and _is_like_a_value(text) else safe


def _is_like_a_value(text: str) -> bool:
    return bool(_TRUTH.fullmatch(text) or (_FIGURE.search(text) and _SIGNS.fullmatch(text)))


def unguarded(cell: str) -> str:
    """The text of which `guarded` made a cell."""
    return _APOSTROPHE.sub("", cell)


def _line(cells: Sequence[str | int]) -> str:
    return f"{','.join(_quoted(str(cell)) for cell in cells)}\r\n"


def _quoted(cell: str) -> str:
    return '"{}"'.format(cell.replace('"', '""')) if _PARTED.search(cell) else cell
