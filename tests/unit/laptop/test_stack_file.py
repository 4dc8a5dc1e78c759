import stat
from pathlib import Path

import pytest

from scripts.laptop import stack_file
from scripts.laptop.problem import Problem


def test_keys_are_for_the_owners_eyes_only(tmp_path: Path) -> None:
    file = tmp_path / "stack.json"
    file.write_text("{}")
    file.chmod(0o644)
    stack_file.write(file, {"api_url": "http://127.0.0.1:4566"})
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stack_file.read(file) == {"api_url": "http://127.0.0.1:4566"}
    assert [left.name for left in tmp_path.iterdir()] == ["stack.json"]


def test_without_the_file_the_reader_is_told_how_to_start(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="make run"):
        stack_file.read(tmp_path / "stack.json")
