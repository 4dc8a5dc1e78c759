"""Counts of tickets by what they have, and how they are put into order."""

from collections import Counter
from datetime import timedelta

from tests.builders import ANA, BEN, NOW, a_ticket
from ticketing.domain.facets import Facets, LatestNames, ranked
from ticketing.domain.ticket import Priority
from ticketing.domain.workflow import Status, StatusCategory


def test_each_ticket_is_counted_once_in_each_facet() -> None:
    facets = Facets()
    for ticket in (
        a_ticket(assignee=ANA),
        a_ticket("closed", assignee=None, priority=Priority.HIGH),
        a_ticket("resolved", assignee=None, channel_id="bare"),
    ):
        facets.take(ticket)
    assert facets.total == 3
    assert facets.statuses == {"open": 1, "closed": 1, "resolved": 1}
    assert facets.categories == {"open": 1, "closed": 1, "resolved": 1}
    assert facets.priorities == {"medium": 2, "high": 1}
    assert facets.assignees == {ANA: 1, "unassigned": 2}
    assert facets.channels == {"front_desk": 2, "bare": 1}


def test_the_most_frequent_comes_first_and_among_equals_the_id_decides() -> None:
    assert ranked(Counter({"b": 1, BEN: 3, "a": 1})) == [(BEN, 3), ("a", 1), ("b", 1)]


def test_a_status_is_called_as_the_ticket_that_changed_last_calls_it() -> None:
    new = a_ticket(status="open", updated_at=NOW + timedelta(hours=1))
    old = a_ticket(status="open")
    renamed = Status("open", "To do", StatusCategory.OPEN)
    for order in ((new, old), (old, new)):
        facets = Facets()
        for one in order:
            facets.take(one if one is old else a_ticket(updated_at=one.updated_at).__replace__(status=renamed))
        assert facets.status_names["open"] == "To do"


def test_of_two_names_of_one_moment_the_same_one_is_taken_in_either_order() -> None:
    for order in (("A", "B"), ("B", "A")):
        names = LatestNames()
        for name in order:
            names.take("x", name, NOW)
        assert names["x"] == "B"
