"""How long tickets took."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.builders import ANA, NOW, a_ticket
from ticketing.domain.resolution import By, Durations, Figures, ResolutionReport, period


def figures(*seconds: float) -> Figures:
    taken = Durations()
    for one in seconds:
        taken.take(timedelta(seconds=one))
    return taken.figures()


@pytest.mark.parametrize(
    ("seconds", "median", "p90", "mean"),
    [
        ([5], 5, 5, 5),
        ([2, 1], 1.5, 2, 1.5),
        ([3, 1, 2], 2, 3, 2),
        (range(1, 11), 5.5, 9, 5.5),
        (range(1, 12), 6, 10, 6),
        ([0.001, 0.002], 0.0015, 0.002, 0.002),
    ],
)
def test_median_ninth_tenth_and_mean(seconds: list[float], median: float, p90: float, mean: float) -> None:
    assert figures(*seconds) == Figures(len(seconds), median, p90, mean)


def test_of_no_ticket_there_are_no_times() -> None:
    assert figures() == Figures(0, None, None, None)


def test_a_ticket_took_no_less_than_nothing() -> None:
    assert figures(-5) == Figures(1, 0, 0, 0)


def test_only_what_is_resolved_is_told_of_in_the_groups_that_are_asked_for() -> None:
    report = ResolutionReport([By.ASSIGNEE])
    report.take(a_ticket("resolved", assignee=ANA, resolved_at=NOW + timedelta(hours=2)))
    report.take(a_ticket("resolved", assignee=None, resolved_at=NOW + timedelta(hours=1)))
    report.take(a_ticket(assignee=ANA))
    found = [(id_, taken.figures().median) for id_, taken in report.of_each(By.ASSIGNEE)]
    assert (found, len(report.all)) == ([(ANA, 7200), ("unassigned", 3600)], 2)
    with pytest.raises(KeyError):
        report.of_each(By.CHANNEL)


DAY = timedelta(days=1)


def test_a_range_begins_thirty_days_before_its_end_unless_it_is_given() -> None:
    assert period(None, None, NOW) == (NOW - 30 * DAY, None)
    assert period(None, NOW - DAY, NOW) == (NOW - 31 * DAY, NOW - DAY)
    assert period(None, datetime(9998, 1, 1, tzinfo=UTC), NOW)[0] == NOW - 30 * DAY
    assert period(NOW - DAY, None, NOW) == (NOW - DAY, None)
