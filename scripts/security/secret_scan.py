"""Look for secrets in all tracked files, and in all that the history of this branch ever held. Nothing is sent.

What only looks like a secret is marked at its line by a comment `not-a-secret:` with a reason after it. A mark
that marks nothing is refused. A secret that did leak is revoked first; then REVOKED says so.
"""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from kingfisher_sdk import Rules, ScanInput, Scanner, git_history

PROJECT = Path(__file__).parents[2]
RULES = Path(__file__).with_name("secret_rules.yml")

REVOKED: dict[str, str] = {}
"""SHA-256 of a secret that stays in the history: what it opened, and when that ended."""

_MARK = re.compile(r"(?:#|//|<!--) *not-a-secret:([^\n]*)")
_SHORTEST_REASON = 15
_EXAMPLE_OF_AWS = "EXAMPLE"
"""The keys of AWS's own documents end with it."""


@dataclass(frozen=True)
class Found:
    """Something that looks like a secret, whose text is never printed."""

    place: str
    line: int
    rule: str
    secret: str

    @property
    def digest(self) -> str:
        return sha256(self.secret.encode()).hexdigest()

    def __str__(self) -> str:
        return f"{self.place}:{self.line}: {self.rule} (SHA-256 {self.digest})"


@dataclass(frozen=True)
class Report:
    files: int
    marked: int
    problems: list[str]


def make_scanner(project: Path = PROJECT) -> Scanner:
    """Its rules are compiled once, which takes some seconds, and kept in the folder of what this checkout made."""
    return Scanner(Rules([RULES], cache_dir=project / ".local" / "kingfisher"))


def scan(project: Path, scanner: Scanner) -> Report:
    """Raises CalledProcessError where there is no git: what is tracked is not known then."""
    files = _tracked(project)
    report = Report(len(files), 0, [])
    allowed: set[str] = set()
    for file in files:
        data = file.read_bytes()
        place = file.relative_to(project).as_posix()
        found = _look(scanner, ScanInput(path=place, data=data), place)
        marks = dict(_marks(data))
        allowed |= {one.secret for one in found if one.line in marks}
        report.problems.extend(str(one) for one in found if one.line not in marks and one.digest not in REVOKED)
        report.problems.extend(_bad_marks(place, marks, {one.line for one in found}))
    told = set(report.problems)
    past = {one.secret: one for one in _history(project, scanner)}
    gone = [one for one in past.values() if one.secret not in allowed and one.digest not in REVOKED]
    report.problems.extend(str(one) for one in gone if not any(one.digest in line for line in told))
    return Report(report.files, len(allowed), report.problems)


def _look(scanner: Scanner, source: ScanInput, place: str) -> list[Found]:
    findings = scanner.scan_input(source)
    seen = [Found(place, one.location["line"], one.rule_id, one.secret) for one in findings]
    return [one for one in seen if not (".aws-" in one.rule and _EXAMPLE_OF_AWS in one.secret)]


def _history(project: Path, scanner: Scanner) -> Iterator[Found]:
    """What any commit held that this branch is made of, also where a later one took it out."""
    for source in git_history(project):
        yield from _look(scanner, source, f"{source.path} in commit {(source.commit or '')[:10]}")


def _marks(data: bytes) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(data.split(b"\n"), 1):
        if mark := _MARK.search(line.decode("utf-8", "replace")):
            yield number, mark.group(1).removesuffix("-->").strip()


def _bad_marks(place: str, marks: dict[int, str], lines: set[int]) -> Iterator[str]:
    for line, reason in marks.items():
        if line not in lines:
            yield f"{place}:{line}: not-a-secret marks nothing: remove it"
        elif len(reason) < _SHORTEST_REASON:
            yield f"{place}:{line}: not-a-secret: say why, in {_SHORTEST_REASON} letters or more"


def _tracked(project: Path) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=project, capture_output=True, text=True, check=True)  # noqa: S607 (git, as this person's PATH has it)
    files = [project / name for name in listed.stdout.split("\0") if name]
    return [file for file in files if file.is_file()]


def main() -> None:
    started = time.monotonic()
    print("looking for secrets in files and history (the first time some seconds longer) …", flush=True)
    report = scan(PROJECT, make_scanner())
    for problem in report.problems:
        print(problem)
    took = f"{time.monotonic() - started:.1f} s"
    print(f"{report.files} files, {report.marked} marked as no secret, {len(report.problems)} problems, in {took}")
    if report.problems:
        sys.exit("A secret that was ever pushed is known: revoke it first (SECURITY.md), then take it out.")


if __name__ == "__main__":
    main()
