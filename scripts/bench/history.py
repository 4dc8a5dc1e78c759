"""The warm figures over commits: measure some, keep a line for each in docs/benchmarks.csv, draw docs/benchmarks.md.

Each commit is measured by its own benchmark in a worktree of its own, with the libraries that are installed here. What
is kept are multiples of Mangum alone, measured in the same run; they can be compared between machines, seconds cannot.
"""

import argparse
import csv
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Final

from scripts.bench import warm
from scripts.laptop.place import PROJECT

KEPT: Final = PROJECT / "docs" / "benchmarks.csv"
PAGE: Final = PROJECT / "docs" / "benchmarks.md"
_FIGURE: Final = re.compile(
    r"^  (get|list of 100): ([\d.]+)× Mangum alone .* orjson of the body ([\d.]+)×$", re.MULTILINE
)
_MEASURE: Final = "from scripts.bench import warm; warm.report()"


@dataclass(frozen=True)
class Measured:
    """A commit's figures, each as a multiple of Mangum alone; `floor` is orjson of the list's body."""

    commit: str
    committed_at: str
    get: float
    list_of_100: float
    floor: float


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.bench.history", description=__doc__)
    parser.add_argument(
        "commits", nargs="*", default=["HEAD"], metavar="COMMIT", help="which to measure (default HEAD)"
    )
    wanted = parser.parse_args().commits
    kept = {one.commit: one for one in read(KEPT.read_text("utf-8"))} if KEPT.exists() else {}
    for number, name in enumerate(wanted, 1):
        commit = _git("rev-parse", "--short=10", f"{name}^{{commit}}")
        print(f"{commit} ({number} of {len(wanted)}): ", end="", flush=True)
        found = measure(commit)
        if found is None:
            print("its benchmark gives no figures")
            continue
        print(f"get {found.get:g}×, list of 100 {found.list_of_100:g}×")
        kept[commit] = found
        _keep(sorted(kept.values(), key=lambda one: one.committed_at))
    return 0


def measure(commit: str) -> Measured | None:
    """The figures of a commit; None if it has no such benchmark, or one that fails."""
    with tempfile.TemporaryDirectory(prefix="lodgestory-bench-") as folder:
        _git("worktree", "add", "--detach", folder, commit)
        try:
            paths = os.pathsep.join((folder, f"{folder}/layers/core", f"{folder}/functions"))
            done = subprocess.run(  # noqa: S603 (this very Python)
                [sys.executable, "-c", _MEASURE],
                cwd=folder,
                env=os.environ | {"PYTHONPATH": paths},
                capture_output=True,
                text=True,
                check=False,
            )
        finally:
            _git("worktree", "remove", "--force", folder)
    committed_at = _git("show", "--no-patch", "--date=format-local:%Y-%m-%dT%H:%M:%SZ", "--format=%cd", commit)
    return figures(commit, committed_at, done.stdout)


def figures(commit: str, committed_at: str, printed: str) -> Measured | None:
    """What the benchmark printed, read."""
    found = {name: (float(ratio), float(floor)) for name, ratio, floor in _FIGURE.findall(printed)}
    if set(found) != set(warm.AT_MOST):
        return None
    (get, _), (list_of_100, floor) = found["get"], found["list of 100"]
    return Measured(commit, committed_at, get, list_of_100, floor)


def read(text: str) -> list[Measured]:
    rows: Iterable[Mapping[str, str]] = csv.DictReader(text.splitlines())
    return [
        Measured(
            row["commit"],
            row["committed_at"],
            *(float(row[figure]) for figure in ("get", "list_of_100", "floor")),
        )
        for row in rows
    ]


def page(measured: list[Measured]) -> str:
    """The page with a plot of each figure and the line that it must stay below."""
    commits = ", ".join(f'"{one.commit[:7]}"' for one in measured)
    plots = {
        "get": [one.get for one in measured],
        "list of 100": [one.list_of_100 for one in measured],
    }
    parts = [_HEAD]
    for name, ratios in plots.items():
        promise = warm.AT_MOST[name]
        parts.append(
            f"## A {name}: at most {promise:g} times\n\n```mermaid\nxychart-beta\n"
            f"    x-axis [{commits}]\n"
            f'    y-axis "times Mangum alone" 0 --> {max(promise, *ratios) * 1.1:.0f}\n'
            f"    line [{', '.join(f'{ratio:g}' for ratio in ratios)}]\n"
            f"    line [{', '.join([f'{promise:g}'] * len(ratios))}]\n```\n"
        )
    rows = [
        f"| `{one.commit[:7]}` | {one.committed_at[:10]} | {one.get:g} | {one.list_of_100:g} | {one.floor:g} |"
        for one in measured
    ]
    table = "\n".join(["| commit | date | get | list of 100 | orjson of the list |", "|---|---|---|---|---|", *rows])
    return "\n".join([*parts, f"## Figures\n\n{table}\n"])


_HEAD: Final = """# Benchmarks over commits

A warm request in process through Mangum, with key check, limit of requests, policy, names and cursor, while the store
hands out tickets that are ready. What counts is its processor time as a multiple of Mangum alone, with an application
that does nothing. The straight line is the promise. `make bench` measures the working tree, `make bench-history` adds
the last commit here. Bulk actions are measured on a deployed stack and have [a page of their own](benchmarks-bulk.md);
so has [how finding grows](benchmarks-searching.md) with an organisation, and how it does
[by the search index](benchmarks-search-index.md).
"""


def _keep(measured: list[Measured]) -> None:
    with KEPT.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(Measured)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(one) for one in measured)
    PAGE.write_text(page(measured), "utf-8")


def _git(*arguments: str) -> str:
    command, environment = ["git", *arguments], os.environ | {"TZ": "UTC"}
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 (git, as this person's PATH has it)
    if done.returncode != 0:
        raise SystemExit(done.stderr.strip())
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
