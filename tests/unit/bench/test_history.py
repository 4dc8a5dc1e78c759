"""The figures over commits: read as they are printed, kept and drawn."""

from scripts.bench import history
from scripts.bench.history import Measured

PRINTED = """
Warm, median of 61 rounds; Mangum alone 29 µs of processor time
  get: 9.5× Mangum alone (≤ 10): kept; 277 µs, of which orjson of the body 0.02×
  list of 100: 31.0× Mangum alone (≤ 30): NOT KEPT; 758 µs, of which orjson of the body 1.12×
"""
COMMIT = Measured("8e604e0c03", "2026-11-23T16:19:50Z", 9.5, 31.0, 1.12)


def test_the_figures_are_read_as_the_benchmark_prints_them() -> None:
    assert history.figures(COMMIT.commit, COMMIT.committed_at, PRINTED) == COMMIT


def test_a_benchmark_that_failed_gives_no_figures() -> None:
    assert history.figures("8e604e0c03", "2026-11-23T16:19:50Z", PRINTED.rpartition("\n  list")[0]) is None


def test_a_plot_has_room_for_a_figure_above_its_promise() -> None:
    drawn = history.page([COMMIT])
    assert 'x-axis ["8e604e0"]' in drawn
    assert '"times Mangum alone" 0 --> 34' in drawn
    assert "line [31]\n    line [30]" in drawn


def test_the_page_shows_what_is_kept() -> None:
    assert history.PAGE.read_text("utf-8") == history.page(history.read(history.KEPT.read_text("utf-8")))
