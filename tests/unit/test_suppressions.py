"""No rule of security is switched off for a whole folder, and none at a line without a reason."""

import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
LINT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["ruff"]["lint"]
SECURITY = re.compile(r"S(\d.*)?")


def suppressions() -> Iterator[tuple[str, str, str]]:
    """Place, rules and what follows, of every suppression at a line."""
    listed = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607 (git, as this person's PATH has it)
    for name in listed.stdout.split():
        for number, line in enumerate((ROOT / name).read_text("utf-8").splitlines(), 1):
            if found := re.search(r"# noqa: ((?:[A-Z]+\d+(?:, )?)+)(.*)", line):
                yield f"{name}:{number}", found.group(1), found.group(2)


def test_security_is_linted_everywhere_and_only_tests_may_assert() -> None:
    assert LINT["select"] == ["ALL"]
    assert not any(SECURITY.fullmatch(rule) for rule in LINT["ignore"])
    switched_off = {
        (folder, rule)
        for folder, rules in LINT["per-file-ignores"].items()
        for rule in rules
        if SECURITY.fullmatch(rule)
    }
    assert switched_off == {("tests/**", "S101")}


def test_each_suppression_of_a_security_rule_says_why() -> None:
    of_security = [(place, why) for place, rules, why in suppressions() if re.search(r"\bS\d", rules)]
    assert len(of_security) > 20
    assert [place for place, why in of_security if not re.match(r" ?\(.{5,}\)", why)] == []
