"""What the weekly list says of tickets that are given to it."""

from datetime import timedelta

import pytest

from tests.builders import ANA, BEN, NOW, a_ticket, later
from ticketing.domain.unresolved import SHOWN, Share, UnresolvedList, age


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        (timedelta(minutes=-5), "less than an hour"),
        (timedelta(minutes=59), "less than an hour"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=23, minutes=59), "23 hours"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=12, hours=23), "12 days"),
    ],
)
def test_age(passed: timedelta, said: str) -> None:
    assert age(NOW - passed, NOW) == said


def test_only_the_first_rows_are_kept_and_all_are_counted() -> None:
    found = UnresolvedList()
    for number in range(SHOWN + 50):
        found.take(a_ticket(number=number), is_follow_up=False)
    assert [one.number for one in found.others.rows] == list(range(SHOWN))
    assert (found.others.total, found.total, len(found.shown)) == (SHOWN + 50, SHOWN + 50, SHOWN)


def test_follow_ups_have_rows_and_a_count_of_their_own() -> None:
    found = UnresolvedList()
    for number in range(SHOWN + 1):
        found.take(a_ticket(number=number), is_follow_up=True)
    found.take(a_ticket(number=999), is_follow_up=False)
    assert (len(found.follow_ups.rows), found.follow_ups.total) == (SHOWN, SHOWN + 1)
    assert [one.number for one in found.others.rows] == [999]
    assert found.total == SHOWN + 2


def test_who_has_the_most_comes_first_follow_ups_counted_too() -> None:
    found = UnresolvedList()
    found.take(a_ticket(assignee=BEN, created_at=NOW), is_follow_up=False)
    found.take(a_ticket(assignee=None, created_at=later(hours=1)), is_follow_up=False)
    found.take(a_ticket(assignee=ANA, created_at=later(hours=2)), is_follow_up=False)
    found.take(a_ticket(assignee=ANA, created_at=later(hours=3)), is_follow_up=True)
    assert found.shares == [Share(ANA, 2, later(hours=2)), Share(BEN, 1, NOW), Share(None, 1, later(hours=1))]
