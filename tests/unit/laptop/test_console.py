import io

import pytest

from scripts.laptop.console import Console


class ClosedTerminal(io.StringIO):
    def write(self, _text: str) -> int:
        raise OSError(5, "Input/output error")


def test_a_step_says_that_it_began_and_how_it_ended() -> None:
    out = io.StringIO()
    with Console(out).step("Building") as step:
        step.note = "unchanged"
    first, last = out.getvalue().splitlines()
    assert first == "  … Building"
    assert last.startswith("  ✓ Building")
    assert last.endswith("s   unchanged")


def test_a_step_that_fails_says_so_and_lets_the_error_through() -> None:
    out = io.StringIO()
    with pytest.raises(KeyboardInterrupt), Console(out).step("Building"):
        raise KeyboardInterrupt
    assert "  ✗ Building" in out.getvalue()


def test_a_terminal_that_has_gone_away_stops_nothing() -> None:
    with Console(ClosedTerminal()).step("Saving"):
        pass
