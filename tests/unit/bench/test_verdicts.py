import pytest

from scripts.bench.exporting import Exported
from scripts.bench.finding import Cost
from scripts.bench.meter import Reads
from scripts.bench.verdicts import is_flat, within_budget


def _cost(scanned: int, slowest_s: float = 1.0) -> Cost:
    return Cost("a list", 100_000, 25, 1, Reads(), scanned, 1.0, slowest_s)


def _export(tickets: int, peak_mb: float | None) -> tuple[str, int, Exported]:
    return "export as CSV", tickets, Exported(tickets, 1, 1, 1.0, 1.0, 1.0, 50.0, peak_mb)


def test_one_answer_beyond_its_rows_breaks_the_promise() -> None:
    assert within_budget([_cost(26), _cost(20_000)])
    assert not within_budget([_cost(20_001), _cost(26)])


def test_one_answer_that_comes_late_breaks_the_promise_and_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert within_budget([_cost(26, slowest_s=5.0)])
    assert not within_budget([_cost(26), _cost(26, slowest_s=5.1)])
    assert "slowest answer: 5.10 s, a list at 100,000" in capsys.readouterr().out


def test_memory_may_grow_by_parts_and_not_by_tickets() -> None:
    assert is_flat([_export(1_000, 50), _export(10_000, 60), _export(100_000, 100)])
    assert not is_flat([_export(1_000, 50), _export(10_000, 60), _export(100_000, 100.1)])


def test_memory_that_is_not_told_is_not_judged() -> None:
    assert is_flat([_export(10_000, None), _export(100_000, None)])
