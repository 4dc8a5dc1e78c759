"""The settings of schemathesis: those of the file beside this, and what is known only when the world stands."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import hypothesis
from schemathesis.config import ProjectConfig, SchemathesisConfig

from tests.fuzz.effort import Effort
from tests.fuzz.gateway import ADDRESS
from tests.fuzz.stage import Stage
from tests.fuzz.vocabulary import Words

FILE = Path(__file__).parent / "schemathesis.toml"

OF_A_LIFE = r"^/v1/(tickets|tickets/\{ticket_id\}|chats/\{chat_id\})$"
"""The paths of a second stateful phase. A row that may go anywhere mostly goes elsewhere; among these, which make,
read, change and delete one kind of thing, it goes on with what it has made."""


def of_all(stage: Stage, words: Words, seed: int, effort: Effort) -> SchemathesisConfig:
    """Every phase, every operation."""
    given = _given(stage, words, seed)
    given["phases"]["fuzzing"] = {"generation": {"max-examples": effort.cases}}
    given["phases"]["stateful"]["generation"]["max-examples"] = effort.rows
    return SchemathesisConfig.from_dict(given)


def of_a_life(stage: Stage, words: Words, seed: int, effort: Effort) -> SchemathesisConfig:
    """The stateful phase alone, of those paths."""
    given = _given(stage, words, seed)
    for phase in ("examples", "coverage", "fuzzing"):
        given["phases"][phase] = {"enabled": False}
    given["phases"]["stateful"]["generation"]["max-examples"] = effort.rows
    given["operations"].append({"exclude-path-regex": OF_A_LIFE, "enabled": False})
    return SchemathesisConfig.from_dict(given)


@contextmanager
def without_search() -> Iterator[None]:
    """No search of Hypothesis for inputs that are accepted ever more often, which no setting turns off.

    It spends minutes on values that never become a request. What we name (`vocabulary.py`) is accepted as it is.
    """
    usual = ProjectConfig.get_hypothesis_settings

    def get_hypothesis_settings(config: ProjectConfig, **given: Any) -> hypothesis.settings:
        found = usual(config, **given)
        return hypothesis.settings(found, phases=[one for one in found.phases if one is not hypothesis.Phase.target])

    with patch.object(ProjectConfig, "get_hypothesis_settings", get_hypothesis_settings):
        yield


def _given(stage: Stage, words: Words, seed: int) -> dict[str, Any]:
    given: dict[str, Any] = tomllib.loads(FILE.read_text("utf-8"))
    given |= {
        "seed": seed,
        "base-url": ADDRESS,
        "headers": {"Authorization": f"Bearer {stage.caller.key}"},
        "dictionaries": words.dictionaries,
    }
    given["operations"] += words.operations
    return given
