"""The laptop's search index is looked at before the stack is ready, and built only where that is needed."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from scripts.laptop import search_index
from scripts.laptop.console import Console
from scripts.laptop.place import Place
from scripts.laptop.problem import Problem


def commands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, failing: Sequence[str]) -> list[str]:
    """What is run of the command line, in a place of its own."""
    run: list[str] = []

    def note(command: Sequence[str], *_: Any) -> None:
        run.append(command[-1])
        if command[-1] in failing:
            raise Problem("it fails")

    monkeypatch.setattr(search_index, "run_to_log", note)
    monkeypatch.setattr(search_index, "command_environment", lambda _: {})
    try:
        search_index.up_to_date_index(Place(tmp_path, 4566), Console())
    except Problem:
        run.append("problem")
    return run


def test_an_index_that_is_the_table_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert commands(monkeypatch, tmp_path, failing=[]) == ["drift-check"]


def test_one_that_is_not_or_is_not_there_is_built_anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert commands(monkeypatch, tmp_path, failing=["drift-check"]) == ["drift-check", "reindex"]


def test_one_that_cannot_be_built_is_a_problem(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = commands(monkeypatch, tmp_path, failing=["drift-check", "reindex"])
    assert found == ["drift-check", "reindex", "problem"]
