"""Which engine holds what the code relies on: asked, printed as a table, and kept in docs/engines.md.

make parity                  the engines of this computer
make parity ENGINE=AWS       AWS itself, in a table of its own that is removed afterwards (a few cents)
"""

import argparse
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from tests.engines import behaviours
from tests.engines.engines import ALL, LOCAL, EngineMissing, MakeLab

FILE = Path(__file__).parents[2] / "docs" / "engines.md"

# moto loses updates of several threads; it is never used to show anything about them.
NOT_ASKED = {"moto": frozenset({behaviours.MANY})}

type Results = dict[str, str]
"""By the words of a behaviour: "yes", "no", or "not asked"."""


def ask(engine: str, make_lab: MakeLab) -> Results:
    """What an engine holds."""
    results: Results = {}
    for subject, entries in behaviours.REGISTERED.items():
        for words, check in entries:
            if subject in NOT_ASKED.get(engine, ()):
                results[words] = "not asked"
                continue
            results[words] = "yes" if holds(check, make_lab) else "no"
            sys.stderr.write("." if results[words] == "yes" else "n")
            sys.stderr.flush()
    sys.stderr.write("\n")
    return results


def holds(check: behaviours.Check, make_lab: MakeLab) -> bool:
    try:
        check(make_lab())
    except Exception:  # noqa: BLE001 (however an engine answers otherwise, the behaviour does not hold)
        return False
    return True


def table(results: Mapping[str, Results]) -> str:
    """The results as Markdown, one table a subject."""
    engines = list(results)
    lines: list[str] = []
    for subject, entries in behaviours.REGISTERED.items():
        lines += ["", f"## {subject}", "", f"| behaviour | {' | '.join(engines)} |", f"|---|{'---|' * len(engines)}"]
        for words, _ in entries:
            cells = [_CELLS[results[engine][words]] for engine in engines]
            lines.append(f"| {words} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def document(results: Mapping[str, Results]) -> str:
    return _HEAD + table(results)


def kept() -> dict[str, Results]:
    """The results that the page holds, by engine."""
    rows = [line.strip("| ").split(" | ") for line in FILE.read_text("utf-8").splitlines() if line.startswith("| ")]
    engines = rows[0][1:]
    answers = {cell: answer for answer, cell in _CELLS.items()}
    told = [row for row in rows if row[1:] != engines]
    return {engine: {row[0]: answers[row[at]] for row in told} for at, engine in enumerate(engines, start=1)}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make parity", description="Ask engines for what the code relies on.")
    parser.add_argument("engines", nargs="*", metavar="ENGINE", help=f"of {', '.join(ALL)}; the local ones by default")
    asked: list[str] = parser.parse_args(arguments).engines or list(LOCAL)
    unknown = sorted(set(asked) - set(ALL))
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; there are {', '.join(ALL)}")
    results = {engine: _asked(engine, ALL[engine]) for engine in asked}
    print(table(results))
    if set(results) == set(LOCAL):
        FILE.write_text(document(results), "utf-8")
        print(f"Kept in {FILE.relative_to(FILE.parents[1])}.")
    return 0


def _asked(engine: str, start: Callable[[], AbstractContextManager[MakeLab]]) -> Results:
    sys.stderr.write(f"{engine}: ")
    try:
        with start() as make_lab:
            return ask(engine, make_lab)
    except EngineMissing as missing:
        sys.exit(str(missing))


_CELLS = {"yes": "✓", "no": "**no**", "not asked": "–"}
_HEAD = """# What the engines hold

What the code relies on in DynamoDB, asked of every engine that tests or the laptop use. `make parity` asks again and
writes this page; a test fails when an engine no longer answers as it says. Where an engine does not hold something, no
test of ours rests on it there.

`–`: moto loses updates of several threads, so it is never asked about them.
"""

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
