"""Ask whether a locked package has a known vulnerability. Nothing is installed; names and versions are sent.

The answer comes from the package index's own service, or from OSV. A mirror of an index often has neither: then nothing
is known, which is said loudly, and is a failure where AUDIT=required is set. Packages of other languages get their own
source of answers here, beside `python_packages`.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import batched
from pathlib import Path

from scripts.security.known import Known, against_known, read_known

PROJECT = Path(__file__).parents[2]
PIP_AUDIT = PROJECT / ".venv-tools" / "bin" / "pip-audit"
KNOWN = PROJECT / "requirements" / "known-vulnerabilities.toml"
SERVICES = (("--vulnerability-service", "pypi"), ("--vulnerability-service", "osv"))

_AT_ONCE = 40
"""Packages for each line of progress: each is a request of its own, so these are a few seconds."""
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)

Package = tuple[str, str]
"""Name and version."""


@dataclass(frozen=True)
class Vulnerability:
    id: str
    aliases: frozenset[str]
    package: str
    version: str
    fixed_in: tuple[str, ...]

    @property
    def names(self) -> frozenset[str]:
        return self.aliases | {self.id}

    def __str__(self) -> str:
        fix = f"fixed in {', '.join(self.fixed_in)}" if self.fixed_in else "no fix yet"
        return f"{self.package} {self.version}: {self.id} ({fix})"


@dataclass
class Answers:
    """What a service said of some packages, and of which it said nothing."""

    found: list[Vulnerability] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def locks(project: Path = PROJECT) -> list[Path]:
    """Every file that says what is installed or shipped."""
    folders = ("requirements/*.txt", "layers/*/requirements.txt", "functions/*/requirements.txt")
    return sorted(file for folder in folders for file in project.glob(folder))


def python_packages(files: Iterable[Path]) -> list[Package]:
    """Each package once for each version of it that some file locks."""
    return sorted({pin for file in files for pin in _PINNED.findall(file.read_text("utf-8"))})


def ask(packages: list[Package], service: Iterable[str]) -> Answers | None:
    """What pip-audit says of packages of which none is there twice; None if the service cannot be reached."""
    with tempfile.TemporaryDirectory() as folder:
        pins = Path(folder, "pins.txt")
        pins.write_text("".join(f"{name}=={version}\n" for name, version in packages), "utf-8")
        command = [str(PIP_AUDIT), "--requirement", str(pins), "--no-deps", "--disable-pip", *service]
        command += ["--format", "json", "--progress-spinner", "off", "--desc", "off", "--aliases", "on"]
        command += ["--timeout", "5", "--cache-dir", str(PROJECT / ".local" / "pip-audit")]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (pip-audit, from .venv-tools; pins come from locks)
    if not ended.stdout.startswith("{"):
        return None
    answers = Answers()
    for one in json.loads(ended.stdout)["dependencies"]:
        # pip-audit calls it a success when an index knows nothing of a package; here it is none.
        if "skip_reason" in one:
            answers.unknown.append(one["name"])
        for said in one.get("vulns", []):
            aliases, fixed_in = frozenset(said["aliases"]), tuple(said["fix_versions"])
            answers.found.append(Vulnerability(said["id"], aliases, one["name"], one["version"], fixed_in))
    return None if len(answers.unknown) == len(packages) else answers


def ask_all(packages: list[Package], service: Iterable[str]) -> Answers | None:
    """What a service says of all of them; None if it does not even answer for the first."""
    if ask(packages[:1], service) is None:
        return None
    together, done = Answers(), 0
    for some in _without_doubles(packages):
        answers = ask(some, service) or Answers(unknown=[name for name, _ in some])
        together.found += answers.found
        together.unknown += answers.unknown
        done += len(some)
        print(f"  … {done} of {len(packages)} packages", flush=True)
    return together


def _without_doubles(packages: list[Package]) -> Iterator[list[Package]]:
    """Some packages at a time, never one in two versions."""
    left = packages
    while left:
        first = dict(reversed(left))
        left = [package for package in left if first[package[0]] != package[1]]
        yield from (list(some) for some in batched(first.items(), _AT_ONCE, strict=False))


def problems(answers: Answers, known: list[Known], today: date) -> list[str]:
    """What is wrong: a vulnerability that no entry lets pass, an entry that is over, a package nobody knows."""
    against = against_known(answers.found, known, today)
    against += [f"{name}: the service does not know it, so it was not audited" for name in answers.unknown]
    return against


def main() -> None:
    packages = python_packages(locks())
    known, started = read_known(KNOWN), time.monotonic()
    print(f"asking for known vulnerabilities of {len(packages)} locked packages …", flush=True)
    for service in SERVICES:
        answers = ask_all(packages, service)
        if answers is not None:
            break
    else:
        _tell_that_nothing_is_known(required=os.environ.get("AUDIT") == "required")
        return
    against = problems(answers, known, datetime.now(UTC).date())
    for problem in against:
        print(problem)
    took = f"{time.monotonic() - started:.0f} s"
    print(
        f"{len(answers.found)} known vulnerabilities, {len(known)} of them let pass, {len(against)} problems, in {took}"
    )
    if against:
        sys.exit(f"Take a fixed version (make lock), or say in {KNOWN.relative_to(PROJECT)} why it cannot hurt us.")


def _tell_that_nothing_is_known(*, required: bool) -> None:
    message = (
        "\n  !!! THE PACKAGES WERE NOT AUDITED: neither the index's list of vulnerabilities nor OSV is in reach.\n"
        "  !!! Run `AUDIT=required make audit` where one can; it fails instead of saying this. See SECURITY.md.\n"
    )
    if required:
        sys.exit(message)
    print(message)


if __name__ == "__main__":
    main()
