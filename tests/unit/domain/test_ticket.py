"""What may happen to a ticket."""

from dataclasses import replace

import pytest

from tests.builders import BEN, NOW, a_chat, a_creation, a_ticket, a_workflow, an_occasion, later
from ticketing.domain.events import EventKind
from ticketing.domain.principal import Actor
from ticketing.domain.ticket import NewTicket, Priority, add_remark, change_status, create
from ticketing.errors import InvalidIssue, InvalidStatusTransition


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
    change = change_status(ticket, "in_progress", workflow=a_workflow(), on=an_occasion(now=later(hours=1)))
    assert change is not None
    assert change.ticket == replace(ticket, status=change.ticket.status, version=2, updated_at=later(hours=1))
    (told,) = change.event.changes
    assert (told.field, told.before["id"], told.after["id"]) == ("status", "open", "in_progress")
    assert change.event.version == 2


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
    change = add_remark(a_ticket(), "Part ordered\nfor Monday", on=an_occasion(actor=Actor(BEN), now=later(hours=1)))
    assert (change.ticket.version, change.ticket.remark_count, change.event.version) == (2, 2, 2)
    assert change.ticket.remark_preview == "Part ordered for Monday"
    assert change.remark is not None
    assert (change.remark.version, change.remark.author) == (2, Actor(BEN))
