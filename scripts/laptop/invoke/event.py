"""Event files of `events/`: JSON in which a few names stand for what only a running stack knows."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scripts.laptop.place import PROJECT
from scripts.laptop.problem import Problem
from scripts.laptop.stack_file import StackFacts
from ticketing.domain.instants import to_text

_NAME = re.compile(r"\$\{(LODGESTORY_[A-Z_]+)\}")


def read_event(file: Path, facts: StackFacts) -> Any:
    """The event with its names filled in; Problem if the file is missing, is no JSON, or names something unknown."""
    try:
        text = file.read_text()
    except OSError:
        message = f"There is no event file {str(file)!r}. The sample events are:\n{listed(event_files())}"
        raise Problem(message) from None
    try:
        return json.loads(filled(text, values(facts)))
    except json.JSONDecodeError as error:
        message = f"{file} is not JSON: {error}"
        raise Problem(message) from None


def event_files() -> list[str]:
    return sorted(str(file.relative_to(PROJECT)) for file in (PROJECT / "events").rglob("*.json"))


def listed(names: Sequence[str]) -> str:
    return "\n".join(f"  {name}" for name in names) or "  none"


def values(facts: StackFacts) -> dict[str, str]:
    """What the names stand for; people and ids are those of the first demonstration organisation."""
    organisation = next(iter(facts["organisations"].values()))
    keys: dict[str, str] = organisation["keys"]
    return {
        "LODGESTORY_KEY": keys["admin"],
        **{f"LODGESTORY_{role.upper()}_KEY": key for role, key in keys.items()},
        "LODGESTORY_ORGANISATION": organisation["id"],
        "LODGESTORY_TABLE": facts["table_name"],
        # An event of the past would be too old to mail anybody.
        "LODGESTORY_NOW": to_text(datetime.now(UTC)),
    }


def filled(text: str, known: dict[str, str]) -> str:
    """The text with every `${LODGESTORY_…}` replaced, as the inside of a JSON string."""

    def value_of(match: re.Match[str]) -> str:
        if match[1] not in known:
            message = f"The event names ${{{match[1]}}}, which means nothing. Known: {', '.join(sorted(known))}"
            raise Problem(message)
        return json.dumps(known[match[1]])[1:-1]

    return _NAME.sub(value_of, text)
