import sys
from pathlib import Path

import pytest

from scripts.laptop.problem import Problem
from scripts.laptop.processes import network_hint, run_to_log, tail


def run(code: str, log: Path) -> None:
    run_to_log([sys.executable, "-c", code], {}, log, "It did not work.")


def test_a_failure_shows_its_words_and_the_end_of_the_log(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "x.log"
    with pytest.raises(Problem, match=r"(?s)^It did not work\..*x\.log:\n  \| one\n  \| two$"):
        run("print('one'); print('two'); raise SystemExit(3)", log)


def test_success_says_nothing_and_keeps_the_output(tmp_path: Path) -> None:
    log = tmp_path / "x.log"
    run("print('one')", log)
    assert log.read_text() == "one\n"


def test_the_network_is_named_only_where_it_is_the_cause() -> None:
    assert "proxy" in network_hint("urllib3: Temporary failure in name resolution")
    assert network_hint("SyntaxError: invalid syntax") == ""


def test_a_log_that_is_not_there_has_no_end(tmp_path: Path) -> None:
    assert tail(tmp_path / "none.log") == "  (no output)"
