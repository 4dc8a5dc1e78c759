"""What may happen to a ticket."""

from dataclasses import replace
from typing import Any

import pytest

from tests.builders import ANA, BEN, NOW, a_chat, a_creation, a_ticket, a_workflow, an_occasion, later
from ticketing.domain.events import EventKind
from ticketing.domain.principal import Actor
from ticketing.domain.ticket import (
    Change,
    NewTicket,
    Patch,
    Priority,
    Ticket,
    add_remark,
    change,
    change_status,
    create,
    delete,
    needs_workflow,
    restore,
    unwatch,
    watch,
)
from ticketing.domain.workflow import Label
from ticketing.errors import InvalidIssue, InvalidStatusTransition, RestoreExpired, ValidationFailed


def test_a_new_ticket_stands_at_version_1_in_the_initial_status() -> None:
    ticket = a_creation().ticket
    assert (ticket.version, ticket.status.id, ticket.priority) == (1, "open", Priority.MEDIUM)
    assert (ticket.issue.label, ticket.sub_issue and ticket.sub_issue.label) == ("Maintenance", "HVAC")
    assert ticket.created_at == ticket.updated_at == NOW


def test_a_new_ticket_belongs_to_its_chats_channel() -> None:
    assert a_creation().ticket.channel_id == a_chat().channel_id


def test_creation_is_told_by_one_event_of_the_same_version() -> None:
    creation = a_creation()
    assert (creation.event.kind, creation.event.version) == (EventKind.CREATED, creation.ticket.version)
    assignee = creation.event.change_of("assignee")
    assert assignee is not None
    assert (assignee.before, assignee.after) == (None, BEN)


def test_the_first_remark_is_part_of_the_creation() -> None:
    creation = a_creation()
    assert creation.remark is not None
    assert (creation.remark.text, creation.ticket.remark_count) == ("AC not cooling in 204", 1)
    assert creation.ticket.remark_preview == "AC not cooling in 204"


def test_a_ticket_may_be_created_without_remark_assignee_or_sub_issue() -> None:
    creation = a_creation(NewTicket("maintenance"))
    assert creation.remark is None
    assert (creation.ticket.assignee, creation.ticket.sub_issue, creation.ticket.remark_count) == (None, None, 0)


def test_a_watcher_named_twice_watches_once() -> None:
    assert a_creation(NewTicket("maintenance", watchers=(BEN, BEN))).ticket.watchers == (BEN,)


def test_a_category_outside_the_workflow_creates_nothing() -> None:
    with pytest.raises(InvalidIssue):
        a_creation(NewTicket("billing"))


def test_a_workflow_that_starts_resolved_sets_the_resolution_time() -> None:
    creation = create(
        NewTicket("maintenance"),
        ticket_id="tkt_x3k5m2q7v4ntb6ya",
        number=1,
        organisation_id="org_lakeside",
        chat=a_chat(),
        workflow=a_workflow(initial="resolved"),
        on=an_occasion(),
    )
    assert creation.ticket.resolved_at == NOW


def test_a_status_change_bumps_the_version_by_one_and_tells_from_and_to() -> None:
    ticket = a_ticket("open")
    made = change_status(ticket, "in_progress", workflow=a_workflow(), on=an_occasion(now=later(hours=1)))
    assert made is not None
    assert made.ticket == replace(ticket, status=made.ticket.status, version=2, updated_at=later(hours=1))
    (told,) = made.event.changes
    assert (told.field, told.before["id"], told.after["id"]) == ("status", "open", "in_progress")
    assert made.event.version == 2


def test_moving_to_where_it_is_changes_nothing() -> None:
    assert change_status(a_ticket("closed"), "closed", workflow=a_workflow(), on=an_occasion()) is None


def test_a_forbidden_move_changes_nothing() -> None:
    with pytest.raises(InvalidStatusTransition):
        change_status(a_ticket("closed"), "in_progress", workflow=a_workflow(), on=an_occasion())


def test_resolution_time_is_set_on_entering_kept_between_and_cleared_on_leaving() -> None:
    resolved = change_status(a_ticket("open"), "resolved", workflow=a_workflow(), on=an_occasion(now=later(hours=1)))
    assert resolved is not None
    assert resolved.ticket.resolved_at == later(hours=1)
    closed = change_status(resolved.ticket, "closed", workflow=a_workflow(), on=an_occasion(now=later(hours=2)))
    assert closed is not None
    assert closed.ticket.resolved_at == later(hours=1)
    reopened = change_status(closed.ticket, "open", workflow=a_workflow(), on=an_occasion(now=later(hours=3)))
    assert reopened is not None
    assert reopened.ticket.resolved_at is None


def test_a_remark_is_a_change_like_any_other() -> None:
    made = add_remark(a_ticket(), "Part ordered\nfor Monday", on=an_occasion(actor=Actor(BEN), now=later(hours=1)))
    assert (made.ticket.version, made.ticket.remark_count, made.event.version) == (2, 2, 2)
    assert made.ticket.remark_preview == "Part ordered for Monday"
    assert made.remark is not None
    assert (made.remark.version, made.remark.author) == (2, Actor(BEN))


# --- a patch ------------------------------------------------------------------------------------------------------


def patched(ticket: Ticket, **fields: Any) -> Change | None:
    return change(ticket, Patch(**fields), workflow=a_workflow(), on=an_occasion(now=later(hours=1)))


def test_one_patch_changes_several_fields_and_adds_a_remark_at_one_version() -> None:
    made = patched(
        a_ticket(), status="in_progress", priority=Priority.HIGH, assignee=None, sub_issue="plumbing", remark="On it"
    )
    assert made is not None
    assert (made.ticket.version, made.event.version, made.ticket.status.id) == (2, 2, "in_progress")
    assert (made.ticket.priority, made.ticket.assignee) == (Priority.HIGH, None)
    assert made.ticket.sub_issue == Label("plumbing", "Plumbing")
    assert {told.field for told in made.event.changes} == {"status", "priority", "assignee", "sub_issue", "remark"}


def test_if_one_field_of_a_patch_is_refused_nothing_of_it_applies() -> None:
    with pytest.raises(InvalidStatusTransition):
        patched(a_ticket("closed"), priority=Priority.LOW, status="in_progress")
    with pytest.raises(InvalidIssue):
        patched(a_ticket(), priority=Priority.LOW, issue="billing")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"status": "open"},
        {"priority": Priority.MEDIUM},
        {"assignee": BEN},
        {"issue": "maintenance", "sub_issue": "hvac"},
        {"sub_issue": "hvac"},
        {"watchers": ()},
    ],
)
def test_what_changes_nothing_is_written_nowhere(fields: dict[str, Any]) -> None:
    assert patched(a_ticket(), **fields) is None


def test_only_what_differs_is_told() -> None:
    made = patched(a_ticket(), status="open", priority=Priority.LOW, assignee=BEN)
    assert made is not None
    assert [(told.field, told.before, told.after) for told in made.event.changes] == [("priority", "medium", "low")]


def test_another_issue_clears_the_sub_issue_unless_one_is_given() -> None:
    cleared = patched(a_ticket(), issue="follow_up")
    assert cleared is not None
    assert (cleared.ticket.issue.label, cleared.ticket.sub_issue) == ("Follow-up", None)
    given = patched(a_ticket(), issue="follow_up", sub_issue="quote_sent")
    assert given is not None
    assert given.ticket.sub_issue == Label("quote_sent", "Quote sent")


def test_a_sub_issue_must_belong_to_the_issue_and_can_be_cleared() -> None:
    with pytest.raises(InvalidIssue):
        patched(a_ticket(), sub_issue="quote_sent")
    cleared = patched(a_ticket(), sub_issue=None)
    assert cleared is not None
    assert cleared.ticket.sub_issue is None


def test_an_issue_that_the_workflow_lost_stays_while_other_fields_change() -> None:
    ticket = a_ticket(issue=Label("lost", "Lost"), sub_issue=None)
    made = patched(ticket, priority=Priority.HIGH, status="closed")
    assert made is not None
    assert made.ticket.issue == Label("lost", "Lost")
    assert patched(ticket, issue="lost") is None


def test_the_list_of_watchers_is_replaced_as_a_whole() -> None:
    made = patched(a_ticket(watchers=(ANA,)), watchers=(BEN, BEN))
    assert made is not None
    assert made.ticket.watchers == (BEN,)


def test_a_patch_without_workflow_fields_needs_no_workflow() -> None:
    made = change(a_ticket(), Patch(priority=Priority.HIGH), workflow=None, on=an_occasion())
    assert made is not None
    with pytest.raises(ValueError, match="workflow"):
        change(a_ticket(), Patch(status="closed"), workflow=None, on=an_occasion())


@pytest.mark.parametrize(
    ("patch", "is_needed"),
    [
        (Patch(priority=Priority.HIGH, assignee=None, watchers=(), remark="x"), False),
        (Patch(status="open", issue="maintenance", sub_issue="hvac"), False),
        (Patch(sub_issue="hvac"), False),
        (Patch(sub_issue=None), False),
        (Patch(status="closed"), True),
        (Patch(issue="maintenance"), True),
        (Patch(issue="follow_up"), True),
        (Patch(sub_issue="plumbing"), True),
    ],
)
def test_the_workflow_has_no_say_in_what_stays_or_is_cleared(patch: Patch, is_needed: bool) -> None:
    assert needs_workflow(a_ticket(), patch) is is_needed
    if not is_needed:
        change(a_ticket(), patch, workflow=None, on=an_occasion())


# --- delete, restore, watchers ------------------------------------------------------------------------------------


def test_a_deletion_is_a_change_of_its_own_kind() -> None:
    made = delete(a_ticket(), on=an_occasion(now=later(hours=1)), cause="chat_deleted")
    assert (made.ticket.version, made.ticket.deleted_at) == (2, later(hours=1))
    assert (made.event.kind, made.event.cause, made.event.changes) == (EventKind.DELETED, "chat_deleted", ())


def test_a_ticket_comes_back_as_it_was_for_30_days() -> None:
    ticket = a_ticket("waiting_on_vendor")
    deleted = delete(ticket, on=an_occasion()).ticket
    back = restore(deleted, on=an_occasion(now=later(days=30, seconds=-1)))
    assert back is not None
    assert back.ticket == replace(ticket, version=3, updated_at=back.ticket.updated_at)
    with pytest.raises(RestoreExpired):
        restore(deleted, on=an_occasion(now=later(days=30)))


def test_restoring_what_was_not_deleted_changes_nothing() -> None:
    assert restore(a_ticket(), on=an_occasion()) is None


def test_adding_and_removing_one_watcher_loses_nobody() -> None:
    assert watch(a_ticket(watchers=(ANA,)), BEN).watchers == (ANA, BEN)
    assert unwatch(a_ticket(watchers=(ANA, BEN)), ANA).watchers == (BEN,)
    assert watch(a_ticket(watchers=(ANA,)), ANA) == Patch()


def test_the_21st_watcher_is_refused() -> None:
    twenty = tuple(f"mem_{number}" for number in range(20))
    assert watch(a_ticket(watchers=twenty[:19]), BEN).watchers == (*twenty[:19], BEN)
    with pytest.raises(ValidationFailed):
        watch(a_ticket(watchers=twenty), BEN)


def test_time_never_goes_back_whatever_a_clock_says() -> None:
    made = patched(a_ticket(updated_at=later(hours=9)), priority=Priority.HIGH)
    assert made is not None
    assert made.ticket.updated_at == later(hours=9)
