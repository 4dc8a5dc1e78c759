"""Which status may follow which, and which issues a channel knows."""

from dataclasses import replace

import pytest

from tests.builders import HOSPITALITY_STATUSES, a_free_workflow, a_workflow
from ticketing.domain.workflow import (
    Label,
    Status,
    StatusCategory,
    allowed_next,
    check,
    initial_status,
    move,
    pick_issue,
)
from ticketing.errors import InvalidIssue, InvalidStatusTransition, ValidationFailed


def status(id_: str) -> Status:
    return next(one for one in HOSPITALITY_STATUSES if one.id == id_)


@pytest.mark.parametrize(
    ("current", "allowed"),
    [
        ("open", ("in_progress", "waiting_on_vendor", "resolved", "closed")),
        ("in_progress", ("open", "waiting_on_vendor", "resolved", "closed")),
        ("waiting_on_vendor", ("in_progress", "resolved", "closed")),
        ("resolved", ("open", "closed")),
        ("closed", ("open",)),
    ],
)
def test_hospitality_workflow_leads_where_the_product_page_says(current: str, allowed: tuple[str, ...]) -> None:
    assert allowed_next(a_workflow(), current) == allowed


def test_a_move_that_is_not_named_is_refused_with_the_allowed_ones() -> None:
    with pytest.raises(InvalidStatusTransition) as refused:
        move(a_workflow(), status("closed"), "resolved")
    assert refused.value.extra == {"allowed": ["open"]}


def test_an_unknown_status_is_refused_with_the_allowed_ones() -> None:
    with pytest.raises(InvalidStatusTransition) as refused:
        move(a_workflow(), status("resolved"), "reopened")
    assert refused.value.extra == {"allowed": ["open", "closed"]}


def test_a_workflow_without_transitions_allows_every_move() -> None:
    assert allowed_next(a_free_workflow(), "closed") == ("open", "in_progress", "resolved")


def test_a_ticket_whose_status_was_removed_may_move_to_any_current_status() -> None:
    removed = Status("lost", "Lost", StatusCategory.WAITING)
    assert move(a_workflow(), removed, "closed").id == "closed"


def test_a_status_that_names_no_successor_leads_nowhere() -> None:
    workflow = replace(a_workflow(), transitions={"open": ("closed",)})
    assert allowed_next(workflow, "closed") == ()


def test_the_first_status_is_the_initial_one_unless_another_is_named() -> None:
    assert initial_status(a_workflow()).id == "open"
    assert initial_status(a_workflow(initial="in_progress")).id == "in_progress"


def test_issue_and_sub_issue_come_with_their_labels() -> None:
    assert pick_issue(a_workflow(), "maintenance", "hvac") == (
        Label("maintenance", "Maintenance"),
        Label("hvac", "HVAC"),
    )
    assert pick_issue(a_workflow(), "maintenance", None) == (Label("maintenance", "Maintenance"), None)


@pytest.mark.parametrize(
    ("issue", "sub_issue", "field"),
    [("plumbing", None, "issue"), ("maintenance", "quote_sent", "sub_issue"), ("Maintenance", "hvac", "issue")],
)
def test_a_category_outside_the_workflow_is_refused_by_field(issue: str, sub_issue: str | None, field: str) -> None:
    with pytest.raises(InvalidIssue) as refused:
        pick_issue(a_workflow(), issue, sub_issue)
    assert [error.field for error in refused.value.errors] == [field]
    assert refused.value.detail == "Invalid issue/sub-issue for this channel"


def test_a_sound_workflow_passes() -> None:
    check(a_workflow(initial="closed"))


def test_every_contradiction_of_a_workflow_is_listed() -> None:
    twice = (*HOSPITALITY_STATUSES, HOSPITALITY_STATUSES[0])
    broken = a_workflow(statuses=twice, initial="nowhere", transitions={"open": ("gone",), "ghost": ("open",)})
    with pytest.raises(ValidationFailed) as refused:
        check(broken)
    assert {(error.field, error.code) for error in refused.value.errors} == {
        ("statuses", "repeated_id"),
        ("initial", "unknown_status"),
        ("transitions.open", "unknown_status"),
        ("transitions.ghost", "unknown_status"),
    }


@pytest.mark.parametrize("category", list(StatusCategory))
def test_resolved_and_closed_are_the_categories_of_done(category: StatusCategory) -> None:
    assert category.is_resolved is (category.value in {"resolved", "closed"})
