import os
from pathlib import Path

import pytest

from scripts.laptop.lock import held, holder
from scripts.laptop.problem import Problem


def test_a_second_stack_in_the_same_place_is_refused_by_name_of_the_first(tmp_path: Path) -> None:
    file = tmp_path / "run.lock"
    with held(file):
        assert holder(file) == os.getpid()
        with pytest.raises(Problem, match=rf"process {os.getpid()}.*stack\.json"), held(file):
            pass
    assert holder(file) is None


def test_what_a_crash_left_in_the_file_holds_nothing(tmp_path: Path) -> None:
    file = tmp_path / "run.lock"
    assert holder(file) is None
    file.write_text("1\n")
    assert holder(file) is None
    with held(file):
        assert holder(file) == os.getpid()
