"""The product page's filters and sorts, one ticket at a time."""

from dataclasses import replace
from typing import Any

import pytest

from tests.builders import ANA, BEN, CHANNEL, CHAT, NOW, a_ticket, later
from ticketing.domain.principal import Actor
from ticketing.domain.query import (
    Position,
    Sort,
    TicketQuery,
    categories,
    fingerprint,
    meets_filters,
    people,
    position,
)
from ticketing.domain.ticket import Priority, Ticket
from ticketing.domain.workflow import Label, Status, StatusCategory
from ticketing.errors import ValidationFailed


def asks(ticket: Ticket | None = None, /, **filters: Any) -> bool:
    """Whether a ticket is found; a filter's values are given as any collection."""
    given: dict[str, Any] = {
        name: frozenset(value) if isinstance(value, (set, list)) else value for name, value in filters.items()
    }
    return meets_filters(TicketQuery(**given), ticket or a_ticket())


def test_without_filters_every_ticket_is_found() -> None:
    assert asks()


def test_status_is_multi_select() -> None:
    assert asks(a_ticket("in_progress"), statuses={"open", "in_progress"})
    assert not asks(a_ticket("resolved"), statuses={"open", "in_progress"})


def test_a_status_that_the_workflow_forgot_is_found_by_what_the_ticket_carries() -> None:
    ticket = a_ticket(status="open")
    forgotten = replace(ticket, status=Status("on_ice", "On ice", StatusCategory.WAITING))
    assert asks(forgotten, statuses={"on_ice"})


@pytest.mark.parametrize(
    ("status", "is_unresolved"),
    [("open", True), ("in_progress", True), ("waiting_on_vendor", True), ("resolved", False), ("closed", False)],
)
def test_unresolved_is_neither_resolved_nor_closed(status: str, is_unresolved: bool) -> None:
    assert asks(a_ticket(status), categories=categories(["unresolved"])) is is_unresolved


def test_status_categories_add_up() -> None:
    assert categories([]) == frozenset()
    assert categories([StatusCategory.CLOSED]) == {StatusCategory.CLOSED}
    assert categories(["unresolved", StatusCategory.CLOSED]) == frozenset(StatusCategory) - {StatusCategory.RESOLVED}


def test_priority_is_multi_select() -> None:
    assert asks(a_ticket(priority=Priority.HIGH), priorities={Priority.HIGH, Priority.MEDIUM})
    assert not asks(a_ticket(priority=Priority.LOW), priorities={Priority.HIGH, Priority.MEDIUM})


def test_assignee_is_multi_select_plus_unassigned() -> None:
    assert asks(a_ticket(assignee=BEN), assignees={BEN})
    assert asks(a_ticket(assignee="team_maintenance"), assignees={"team_maintenance", ANA})
    assert asks(a_ticket(assignee=None), assignees={"unassigned", BEN})
    assert not asks(a_ticket(assignee=None), assignees={BEN})
    assert not asks(a_ticket(assignee=BEN), assignees={"unassigned"})


def test_creator_is_a_member_or_a_key() -> None:
    assert asks(a_ticket(creator=Actor(ANA)), creators={ANA})
    assert asks(a_ticket(creator=Actor.key("import")), creators={"key:import"})
    assert not asks(a_ticket(creator=Actor(BEN)), creators={ANA})


def test_channel_chat_and_external_id() -> None:
    assert asks(channels={CHANNEL}) and not asks(channels={"mail"})  # noqa: PT018 (one dimension a line)
    assert asks(chats={CHAT}) and not asks(chats={"chat_0002"})  # noqa: PT018
    assert asks(a_ticket(external_id="pms-1"), external_ids={"pms-1"})
    assert not asks(external_ids={"pms-1"})


def test_issue_and_sub_issue() -> None:
    assert asks(issues={"maintenance"}, sub_issues={("maintenance", "hvac")})
    assert not asks(issues={"follow_up"})
    assert not asks(sub_issues={("maintenance", "plumbing")})
    assert not asks(a_ticket(sub_issue=None), sub_issues={("maintenance", "hvac")})
    same_name = a_ticket(issue=Label("other", "Other"))
    assert not asks(same_name, sub_issues={("maintenance", "hvac")})


def test_the_range_of_creation_includes_its_start_and_not_its_end() -> None:
    assert asks(created_from=NOW, created_to=later(seconds=1))
    assert not asks(created_from=later(milliseconds=1))
    assert not asks(created_to=NOW)


def test_all_filters_must_hold() -> None:
    assert asks(issues={"maintenance"}, priorities={Priority.MEDIUM}, assignees={BEN})
    assert not asks(issues={"maintenance"}, priorities={Priority.MEDIUM}, assignees={ANA})


def test_a_deleted_ticket_is_never_found() -> None:
    assert not asks(a_ticket(deleted_at=NOW))


def test_an_empty_set_is_met_by_no_ticket() -> None:
    assert not asks(a_ticket(assignee=None), assignees=frozenset())


def test_me_is_the_caller_and_my_teams_are_the_callers() -> None:
    assert people(["me", BEN], "assignee", member_id=ANA, team_ids=()) == {ANA, BEN}
    assert people(["my_teams"], "assignee", member_id=ANA, team_ids=["team_maintenance"]) == {"team_maintenance"}
    assert people(["my_teams"], "assignee", member_id=ANA, team_ids=()) == frozenset()


@pytest.mark.parametrize("word", ["me", "my_teams"])
def test_a_key_without_a_member_cannot_say_me(word: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        people([word], "assignee", member_id=None, team_ids=())
    assert [(one.field, one.code) for one in refused.value.errors] == [("assignee", "no_member")]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        (Sort.NEWEST, ["new low", "old high"]),
        (Sort.OLDEST, ["old high", "new low"]),
        (Sort.LAST_CHANGED, ["old high", "new low"]),
        (Sort.FIRST_CHANGED, ["new low", "old high"]),
        (Sort.MOST_URGENT, ["old high", "new low"]),
        (Sort.LEAST_URGENT, ["new low", "old high"]),
    ],
)
def test_sorts(sort: Sort, order: list[str]) -> None:
    tickets = [
        a_ticket(id="old high", priority=Priority.HIGH, created_at=NOW, updated_at=later(hours=9)),
        a_ticket(id="new low", priority=Priority.LOW, created_at=later(hours=1), updated_at=later(hours=1)),
    ]
    tickets.sort(key=lambda ticket: position(sort, ticket), reverse=sort.is_descending)
    assert [ticket.id for ticket in tickets] == order


def test_of_equal_priority_the_created_time_decides_and_of_equal_times_the_id() -> None:
    first, second = a_ticket(id="a"), a_ticket(id="b")
    assert position(Sort.LEAST_URGENT, first) < position(Sort.LEAST_URGENT, second)
    assert position(Sort.LEAST_URGENT, a_ticket(created_at=later(hours=1))) > position(Sort.LEAST_URGENT, second)


def test_beyond_is_in_the_direction_of_the_list() -> None:
    first, second = Position("1", "a"), Position("2", "a")
    assert second.is_beyond(first, Sort.OLDEST)
    assert first.is_beyond(second, Sort.NEWEST)
    assert not first.is_beyond(first, Sort.NEWEST)


def test_a_cursor_is_bound_to_all_that_was_asked_in_any_order() -> None:
    one = TicketQuery(statuses=frozenset(["open", "closed"]), created_from=NOW)
    assert fingerprint(one) == fingerprint(TicketQuery(statuses=frozenset(["closed", "open"]), created_from=NOW))
    others = [
        replace(one, statuses=None),
        replace(one, statuses=frozenset()),
        replace(one, issues=frozenset(["open", "closed"]), statuses=None),
        replace(one, created_from=later(seconds=1)),
        replace(one, sub_issues=frozenset([("a", "b")])),
        replace(one, sort=Sort.OLDEST),
    ]
    assert len({fingerprint(one), *map(fingerprint, others)}) == 7
