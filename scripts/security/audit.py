"""Ask whether a locked package has a known vulnerability. Nothing is installed; names and versions are sent.

The answer comes from the package index's own service, or from OSV. A mirror of an index often has neither: then nothing
is known, which is said loudly, and is a failure where AUDIT=required is set.
"""

import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from itertools import batched
from pathlib import Path

from scripts.security import npm_audit
from scripts.security.known import Known, against_known, read_known
from scripts.security.vulnerability import Answers, Vulnerability, words_of

PROJECT = Path(__file__).parents[2]
PIP_AUDIT = PROJECT / ".venv-tools" / "bin" / "pip-audit"
KNOWN = PROJECT / "requirements" / "known-vulnerabilities.toml"
SERVICES = (("--vulnerability-service", "pypi"), ("--vulnerability-service", "osv"))

NPM_OPTIONS: tuple[str, ...] = ()

_AT_ONCE = 40
"""Packages for each line of progress: each is a request of its own, so these are a few seconds."""
_LIMIT_S, _LIMIT_FOR_EACH_S = 15.0, 2.0
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)

Package = tuple[str, str]
"""Name and version."""


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
        said = words_of(command, os.environ, limit_s=_LIMIT_S + _LIMIT_FOR_EACH_S * len(packages))
    if not said.startswith("{"):
        return None
    answers = Answers()
    for one in json.loads(said)["dependencies"]:
        # pip-audit calls it a success when an index knows nothing of a package; here it is none.
        if "skip_reason" in one:
            answers.unknown.append(one["name"])
        for hole in one.get("vulns", []):
            aliases, fixed_in = frozenset(hole["aliases"]), tuple(hole["fix_versions"])
            answers.found.append(Vulnerability(hole["id"], aliases, one["name"], one["version"], fixed_in))
    return None if len(answers.unknown) == len(packages) else answers


def ask_all(packages: list[Package], service: Iterable[str]) -> Answers | None:
    """What a service says of all of them; None if it does not even answer for the first."""
    if ask(packages[:1], service) is None:
        return None
    together, done = Answers(), 0
    for some in _without_doubles(packages):
        together += ask(some, service) or Answers(unknown=[name for name, _ in some])
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


def problems(answers: Answers, known: list[Known], today: date, *, is_whole: bool = True) -> list[str]:
    """What is wrong: a hole that no entry lets pass, an entry that is over, a package nobody knows."""
    against = against_known(answers.found, known, today, is_whole=is_whole)
    against += [f"{name}: the service does not know it, so it was not audited" for name in answers.unknown]
    return against


def _of_python() -> Answers | None:
    packages = python_packages(locks())
    print(f"asking for known vulnerabilities of {len(packages)} Python packages …", flush=True)
    return next((answers for service in SERVICES if (answers := ask_all(packages, service)) is not None), None)


def _of_npm() -> Answers | None:
    print(f"asking for known vulnerabilities of {npm_audit.count()} npm packages …", flush=True)
    return npm_audit.ask(*NPM_OPTIONS)


def main() -> None:
    known, started = read_known(KNOWN), time.monotonic()
    asked = {"Python": _of_python(), "npm": _of_npm()}
    silent = [kind for kind, answers in asked.items() if answers is None]
    together = Answers()
    for answers in asked.values():
        together += answers or Answers()
    against = problems(together, known, datetime.now(UTC).date(), is_whole=not silent)
    for problem in against:
        print(problem)
    took = f"{time.monotonic() - started:.0f} s"
    if len(silent) < len(asked):
        print(f"{len(together.found)} known vulnerabilities, {len(known)} entries, {len(against)} problems, in {took}")
    if silent:
        print(_NOT_AUDITED.format(" and ".join(silent)))
    if against:
        sys.exit(f"Take a fixed version (make lock), or say in {KNOWN.relative_to(PROJECT)} why it cannot hurt us.")
    if silent and os.environ.get("AUDIT") == "required":
        sys.exit("AUDIT=required: without an answer there is no audit.")


_NOT_AUDITED = """
  !!! NOT AUDITED: the {} packages. No list of vulnerabilities is in reach: a mirror of a registry often has none.
  !!! Run `AUDIT=required make audit` where one is; it fails instead of only saying this. See SECURITY.md.
"""


if __name__ == "__main__":
    main()
