"""A CSV file opened by programs that we did not write: LibreOffice shows what was written, and runs none of it.

LibreOffice is asked without a window. It is no package of Python or Maven, and too large to fetch unasked: where it is
missing these tests say so, and fail with SPREADSHEETS=required. Continuous integration installs it (`.ci/programs`).
"""

import csv
import os
import re
import shutil
import subprocess
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.unit.domain.test_csv_rows import HOSTILE, shown
from ticketing.domain import csv_rows

ZONE = ZoneInfo("Europe/Zurich")
TEXTS = [text for text in HOSTILE if "\x00" not in text]
"""No spreadsheet holds a NUL."""

_COMMAS, _ALL_SIGNS = "44", "44/59/9"
"""The signs that may part cells: commas; and what the dialogue offers at first, commas, semicolons and tabs."""
_UTF8 = "34,76,1"
"""What it offers for a file with a BOM beside them: quotation mark, UTF-8, from the first line."""
_PATIENCE_S = 120


def _ask(program: str, *arguments: str) -> str:
    found = shutil.which(program)
    if found is None:
        if os.environ.get("SPREADSHEETS") == "required":
            pytest.fail(f"{program} is missing")
        pytest.skip(f"NOT TESTED: {program} is missing")
    done = subprocess.run([found, *arguments], capture_output=True, text=True, timeout=_PATIENCE_S, check=True)  # noqa: S603 (found by name)
    return done.stdout


@pytest.fixture
def a_file(tmp_path: Path) -> Path:
    tickets = [shown(number=number, remark_preview=text, remark_count=number + 1) for number, text in enumerate(TEXTS)]
    lines = (csv_rows.row(one, text, ZONE) for one, text in zip(tickets, TEXTS, strict=True))
    path = tmp_path / "tickets.csv"
    path.write_bytes((csv_rows.BOM + csv_rows.header(ZONE) + "".join(lines)).encode())
    return path


def _converted(path: Path, to: str, signs: str = _COMMAS) -> Path:
    folder = path.parent / "out"
    profile = f"-env:UserInstallation=file://{path.parent}/profile"
    _ask(
        *("soffice", profile, "--headless", "--norestore", f"--infilter=CSV:{signs},{_UTF8}"),
        *("--convert-to", to, "--outdir", str(folder), str(path)),
    )
    return folder / f"tickets.{to.partition(':')[0]}"


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _one_break(text: str) -> str:
    """A spreadsheet knows one kind of line break, and takes an LF and a CR beside each other for one."""
    return re.sub(r"\n\r|\r\n?", "\n", text)


@pytest.mark.parametrize("signs", [_COMMAS, _ALL_SIGNS])
def test_libreoffice_shows_the_values_that_were_written(a_file: Path, signs: str) -> None:
    kept = _converted(a_file, f"csv:Text - txt - csv (StarCalc):{_COMMAS},{_UTF8},,0,false,true,false", signs)
    wanted, opened = _read(a_file), _read(kept)
    print(f"{len(opened)} rows of {len(wanted[0])} columns opened by LibreOffice")
    for ours, theirs in zip(wanted, opened, strict=True):
        assert {name: _one_break(text) for name, text in theirs.items()} == {
            name: _one_break(text) for name, text in ours.items()
        }


@pytest.mark.parametrize("signs", [_COMMAS, _ALL_SIGNS, "59", "9", "59/9"])
def test_libreoffice_finds_no_formula(a_file: Path, signs: str) -> None:
    content = _converted(a_file, "fods", signs).read_text("utf-8")
    assert "table:formula" not in content
    assert content.count("<table:table-row") > len(TEXTS)  # it was really opened


def test_libreoffice_would_find_one_that_is_not_guarded(a_file: Path) -> None:
    a_file.write_text("number,text\r\n1,=1+1\r\n", "utf-8")
    assert 'table:formula="of:=1+1"' in _converted(a_file, "fods").read_text("utf-8")


def test_libreoffice_takes_no_text_for_a_number(a_file: Path) -> None:
    """Numbers stand in the four columns that are numbers, and nowhere else."""
    content = _converted(a_file, "fods").read_text("utf-8")
    numbers = sum(
        content.count(f'office:value-type="{kind}"') for kind in ("float", "date", "time", "percentage", "currency")
    )
    assert numbers == 4 * len(TEXTS)


def test_sqlite_reads_the_values_that_were_written(a_file: Path) -> None:
    database = a_file.parent / "tickets.db"
    _ask("sqlite3", str(database), f".import --csv {a_file} tickets")
    import sqlite3

    with sqlite3.connect(database) as connection:
        rows = connection.execute(
            "SELECT remark_preview, guest_phone FROM tickets ORDER BY CAST(number AS INT)"
        ).fetchall()
    connection.close()
    assert [tuple(map(csv_rows.unguarded, row)) for row in rows] == [(text, text) for text in TEXTS]
