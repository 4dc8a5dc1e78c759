"""Unresolved tickets by age and assignee."""

from datetime import timedelta

import pytest

from tests.builders import ANA, BEN, NOW, a_ticket
from ticketing.domain.ageing import AGES, AgeingReport, age_group

MOMENT = timedelta(milliseconds=1)


@pytest.mark.parametrize(("days", "group"), [(1, 1), (3, 2), (7, 3), (30, 4)])
def test_a_group_begins_on_its_first_day(days: int, group: int) -> None:
    begins = NOW - timedelta(days=days)
    assert AGES[group][0] == days
    assert age_group(begins, NOW) == group
    assert age_group(begins + MOMENT, NOW) == group - 1


def test_what_was_created_a_moment_ago_or_since_is_of_the_youngest() -> None:
    assert age_group(NOW, NOW) == 0
    assert age_group(NOW + timedelta(minutes=5), NOW) == 0


def test_who_has_how_many_of_which_age_and_the_oldest_of_them() -> None:
    report = AgeingReport(NOW)
    for number, (assignee, days) in enumerate([(ANA, 2), (None, 40), (ANA, 0), (BEN, 8), (ANA, 2)]):
        report.take(
            a_ticket(number=number, id=f"tkt_{number}", assignee=assignee, created_at=NOW - timedelta(days=days))
        )
    assert [(one.assignee, one.count, one.ages) for one in report.of_each] == [
        (ANA, 3, [1, 2, 0, 0, 0]),
        (BEN, 1, [0, 0, 0, 1, 0]),
        ("unassigned", 1, [0, 0, 0, 0, 1]),
    ]
    assert [one.oldest and one.oldest.number for one in report.of_each] == [0, 3, 1]
    assert (report.all.count, report.all.ages) == (5, [1, 2, 0, 1, 1])
    assert report.all.oldest is not None
    assert report.all.oldest.number == 1
