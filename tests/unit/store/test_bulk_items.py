"""A bulk action's record, its pages and what they say come back from the table as they were."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.builders import ANA, BEN, NOW, ORGANISATION, a_ticket
from ticketing.domain import bulk_audience
from ticketing.domain.bulk import (
    Blocker,
    Bulk,
    BulkAction,
    Counts,
    Kind,
    LeftOut,
    Phase,
    Plan,
    Row,
    Search,
    Selected,
    Step,
    ToCategory,
    Unchanged,
)
from ticketing.domain.bulk_audience import Part
from ticketing.domain.events import Source
from ticketing.domain.principal import Actor
from ticketing.domain.query import Position, Sort, TicketQuery, from_plain, to_plain
from ticketing.domain.ticket import Priority
from ticketing.domain.workflow import Status, StatusCategory
from ticketing.store.bulk_items import bulk_from, bulk_item, pack, unpack

OPEN, FIXED = Status("open", "Open", StatusCategory.OPEN), Status("fixed", "Fixed", StatusCategory.RESOLVED)
QUERY = TicketQuery(
    statuses=frozenset({"open", "fixed"}),
    categories=frozenset({StatusCategory.OPEN}),
    priorities=frozenset({Priority.LOW, Priority.HIGH}),
    assignees=frozenset({ANA}),
    sub_issues=frozenset({("maintenance", "hvac")}),
    creators=frozenset(),
    created_from=NOW,
    sort=Sort.FIRST_CHANGED,
)
QUEUED = Bulk(
    id="blk_1",
    organisation_id=ORGANISATION,
    action=BulkAction(Kind.PRIORITY, Priority.LOW),
    actor=Actor(ANA),
    source=Source.API,
    request_id="req_1",
    asked_at=NOW,
    selected=250,
    phase=Phase.QUEUED,
)


@pytest.mark.parametrize(
    "bulk",
    [
        QUEUED,
        replace(QUEUED, search=Search(QUERY, Position("2026", "tkt_9"), ("tkt_1",)), undo_of="blk_0", request="IDEM#1"),
        replace(QUEUED, action=BulkAction(Kind.STATUS, ToCategory(StatusCategory.RESOLVED))),
        replace(QUEUED, action=BulkAction(Kind.STATUS, "fixed"), plan=Plan((Step("tkt_1", 3, FIXED, OPEN),))),
        replace(QUEUED, action=BulkAction(Kind.ASSIGN), counts=Counts(1, 2, 3, 4), attempt=3, judged=2, applied=9),
        replace(QUEUED, phase=Phase.PREPARING, leased_until=NOW, attempt_ends_at=NOW + timedelta(minutes=2)),
        replace(QUEUED, phase=Phase.DONE, committed_at=NOW, finished_at=NOW, audience=bulk_audience.of([a_ticket()])),
        replace(QUEUED, phase=Phase.FAILED, failure="interrupted", finished_at=NOW),
    ],
)
def test_a_record_comes_back_as_it_was(bulk: Bulk) -> None:
    assert bulk_from(bulk_item(bulk)) == bulk


@pytest.mark.parametrize(
    ("kind", "target", "previous"),
    [
        (Kind.ASSIGN, ANA, None),
        (Kind.STATUS, FIXED, OPEN),
        (Kind.PRIORITY, Priority.LOW, Priority.HIGH),
        (Kind.DELETE, None, None),
    ],
)
def test_every_row_of_a_page_comes_back_as_it_was(kind: Kind, target: Any, previous: Any) -> None:
    rows: tuple[Row, ...] = (
        Selected("tkt_1"),
        Selected("tkt_2", 7),
        Step("tkt_3", 1, target, previous),
        Step("tkt_4", 2, target, previous, is_expected=True),
        Unchanged("tkt_5"),
        LeftOut("tkt_6"),
        Blocker("tkt_7", "ticket_not_found", "There is no such ticket"),
        Blocker("tkt_8", "invalid_status_transition", "No", ("open",)),
    )
    assert unpack(kind, pack(rows)) == rows


@pytest.mark.parametrize("query", [TicketQuery(), QUERY, TicketQuery(categories=frozenset({StatusCategory.CLOSED}))])
def test_a_query_comes_back_as_it_was(query: TicketQuery) -> None:
    assert from_plain(to_plain(query)) == query


def test_who_is_concerned_is_counted_by_what_they_have_to_do_with_a_ticket() -> None:
    both = [a_ticket(assignee=BEN, watchers=(ANA,)), a_ticket(id="tkt_2", assignee=None, watchers=(ANA, BEN))]
    assert bulk_audience.of(both).counts == {
        Part.ASSIGNEE: Counter({BEN: 1}),
        Part.CREATOR: Counter({both[0].creator.id: 2}),
        Part.WATCHER: Counter({ANA: 2, BEN: 1}),
    }


def test_a_page_of_a_thousand_is_far_below_what_an_item_may_hold() -> None:
    rows = [Step(f"tkt_{number * 7919:016x}", 3, FIXED, OPEN, is_expected=True) for number in range(1_000)]
    assert len(pack(rows)) < 40_000
