"""Counts are added up from what the index tells of all values together, and are never those of a part."""

from dataclasses import replace
from typing import Any

import pytest

from tests.builders import a_ticket
from ticketing.domain.search_document import counted_as, of_counted
from ticketing.domain.ticket import Ticket
from ticketing.domain.workflow import Status, StatusCategory
from ticketing.search import counting
from ticketing.search.tenant import Answer


def values(buckets: dict[str, int], other: int = 0) -> Any:
    return {
        "sum_other_doc_count": other,
        "buckets": [{"key": key, "doc_count": count} for key, count in buckets.items()],
    }


def of_status(status: Status) -> Ticket:
    return replace(a_ticket(), status=status)


def answer(counted: dict[str, int], total: int, assignees: dict[str, int] | None = None, other: int = 0) -> Answer:
    return Answer([], total, {"counted": values(counted, other), "assignee": values(assignees or {})})


def test_what_a_ticket_is_counted_by_is_taken_apart_again_whatever_its_status_is_called() -> None:
    ticket = of_status(Status("on_hold", "On hold / parts / vendor", StatusCategory.WAITING))
    told = of_counted(counted_as(ticket))
    assert told == ("on_hold", "waiting", ticket.priority.value, ticket.channel_id, "On hold / parts / vendor")


def test_each_facet_is_the_sum_of_the_values_it_is_in() -> None:
    counted = {"open/open/high/web/Open": 3, "open/open/low/web/Open": 4, "done/closed/low/mail/Done": 5}
    found = counting.found(answer(counted, 12, {"mem_1": 2, "unassigned": 10}))
    facets = found.facets
    assert facets.total == 12
    assert facets.statuses == {"open": 7, "done": 5}
    assert facets.categories == {"open": 7, "closed": 5}
    assert facets.priorities == {"high": 3, "low": 9}
    assert facets.channels == {"web": 7, "mail": 5}
    assert facets.assignees == {"mem_1": 2, "unassigned": 10}
    assert found.is_whole
    assert [facets.status_names[id_] for id_ in ("open", "done")] == ["Open", "Done"]


def test_a_document_of_an_older_release_that_says_nothing_is_noticed() -> None:
    with pytest.raises(counting.NotCounted):
        counting.found(answer({"open/open/high/web/Open": 3}, 4))
    with pytest.raises(counting.NotCounted):
        counting.found(answer({}, 4))


def test_more_values_than_are_told_are_no_whole_count() -> None:
    assert not counting.found(answer({"open/open/high/web/Open": 3}, 4, other=1)).is_whole


def test_a_status_is_looked_up_only_if_it_goes_by_several_names() -> None:
    found = counting.found(answer({"open/open/high/web/Open": 3, "open/open/low/web/Offen": 1}, 4))
    assert found.several([]) == ["open"]
    plain = counting.found(answer({"open/open/high/web/Open": 3}, 3))
    assert plain.several([]) == []
    renamed, new = Status("open", "Opened", StatusCategory.OPEN), Status("new", "New", StatusCategory.OPEN)
    assert plain.several([of_status(renamed), of_status(new)]) == ["open"]
