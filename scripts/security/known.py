"""Vulnerabilities that were looked at and let pass for a while: requirements/known-vulnerabilities.toml."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from scripts.security.vulnerability import Vulnerability

LONGEST = timedelta(days=90)
_SHORTEST_REASON = 30


@dataclass(frozen=True)
class Known:
    """An entry of the file."""

    id: str
    package: str
    why: str
    until: date

    def is_about(self, found: Vulnerability) -> bool:
        return self.id in found.names and self.package == found.package


def read_known(file: Path) -> list[Known]:
    """Raises TypeError if an entry lacks a field, or has one too many."""
    return [Known(**entry) for entry in tomllib.loads(file.read_text("utf-8")).get("known", [])]


def against_known(found: Iterable[Vulnerability], known: list[Known], today: date, *, is_whole: bool) -> list[str]:
    """What no entry lets pass, and what is wrong with the entries; `is_whole` if all packages were asked for."""
    found = list(found)
    against = [str(one) for one in found if not any(entry.is_about(one) for entry in known)]
    for entry in known:
        name = f"known-vulnerabilities.toml: {entry.id} of {entry.package}"
        if is_whole and not any(entry.is_about(one) for one in found):
            against.append(f"{name}: nothing has it any more: remove the entry")
        if entry.until < today:
            against.append(f"{name}: let pass until {entry.until}: look again")
        if entry.until > today + LONGEST:
            against.append(f"{name}: {LONGEST.days} days ahead at most")
        if len(entry.why.strip()) < _SHORTEST_REASON:
            against.append(f"{name}: say why, in {_SHORTEST_REASON} letters or more")
    return against
