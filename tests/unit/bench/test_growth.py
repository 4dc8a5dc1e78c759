import re

from scripts.bench import growth
from scripts.bench.exporting import Exported
from scripts.bench.finding import Cost
from scripts.bench.growth import Measured
from scripts.bench.meter import Reads


def _cost(name: str, tickets: int, units: float, seconds: float = 1.0) -> Cost:
    return Cost(name, tickets, 25, 1, Reads(int(units), units, seconds / 2), 100, seconds, seconds)


_LISTS = [_cost("a list", size, 23) for size in (1_000, 10_000, 100_000)]
_WORDS = [_cost("q", size, size * 1.2, size / 1_000) for size in (1_000, 10_000, 100_000)]
_EMULATED = [_cost("a list, on MiniStack", size, 0) for size in (1_000, 10_000, 100_000)]
_SMALLER = [_cost("export as JSONL", size, size) for size in (1_000, 10_000)]
_EXPORT = ("export as CSV", 1_000, Exported(1_000, 2_000_000, 31, 1_629, 0.2, 0.5, None, None))
_MEASURED = Measured([*_LISTS, *_WORDS, *_EMULATED, *_SMALLER], [_EXPORT])


def _plots() -> list[list[str]]:
    """The lines of each plot of the page."""
    blocks = re.findall(r"```mermaid\n(.*?)```", growth.page(_MEASURED), re.DOTALL)
    return [re.findall(r"line \[(.*)\]", block) for block in blocks]


def test_the_largest_size_is_compared_with_the_smallest() -> None:
    told = growth.table(_MEASURED)
    assert "100,000 against 1,000: calls 1.0×, units 1.0×, seconds 1.0×" in told
    assert "100,000 against 1,000: calls 100.0×, units 100.0×, seconds 100.0×" in told


def test_what_stays_and_what_grows_are_plotted_apart_in_powers_of_ten() -> None:
    flat, growing, seconds = _plots()
    assert flat == ["1.36, 1.36, 1.36"]
    assert growing == ["3.08, 4.08, 5.08"]
    assert seconds == ["3.00, 4.00, 5.00"]


def test_what_was_not_measured_at_the_largest_size_is_in_the_table_alone() -> None:
    page = growth.page(_MEASURED)
    assert "| export as JSONL | 1,000 |" in page
    assert [len(lines) for lines in _plots()] == [1, 1, 1]


def test_what_the_engine_does_not_tell_is_not_made_up() -> None:
    page = growth.page(_MEASURED)
    assert "| a list, on MiniStack | 1,000 | 25 | 1 | 0 | – |" in page
    assert "| export as CSV | 1,000 | 2.0 MB | not told | not told |" in page
