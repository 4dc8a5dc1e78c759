"""The plan of a bulk action, decided ticket by ticket, and the plan turned round."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import ANA, BEN, NOW, ORGANISATION, a_free_workflow, a_ticket, a_workflow, an_occasion
from ticketing.domain import bulk as nouns
from ticketing.domain import bulk_plan as rules
from ticketing.domain import ticket as tickets
from ticketing.domain.bulk import Bulk, BulkAction, Kind, Phase, Plan, Selected, Step, ToCategory, Unchanged
from ticketing.domain.bulk_plan import Place
from ticketing.domain.events import Event
from ticketing.domain.ticket import RESTORABLE_FOR, Priority, Ticket
from ticketing.domain.workflow import Status, StatusCategory, Workflow
from ticketing.errors import ChatDeleted, TicketNotFound, UndoExpired

ONE, TWO = a_ticket(id="tkt_one", assignee=BEN, version=3), a_ticket(id="tkt_two", assignee=BEN)
LOW = BulkAction(Kind.PRIORITY, Priority.LOW)


def planned(action: BulkAction, ids: list[str], found: dict[str, Ticket], place: Place, **expected: int) -> Plan:
    selected = [Selected(id_, expected.get(id_)) for id_ in ids]
    return rules.plan(selected, found, rules.judging(action, NOW), place)


def plan(action: BulkAction, *found: Ticket, workflow: Workflow | None = None, **expected: int) -> Plan:
    known = {one.id: one for one in found}
    return planned(action, list(known), known, lambda _: workflow or a_free_workflow(), **expected)


def carried_out(action: BulkAction, *found: Ticket) -> tuple[Bulk, dict[str, Ticket]]:
    """A bulk action that was carried out, and the tickets after it."""
    known, before = {one.id: one for one in found}, plan(action, *found)
    bulk = a_bulk(action, before)
    return bulk, {step.ticket_id: rules.apply(bulk, known[step.ticket_id], step.target).ticket for step in before.steps}


def a_bulk(action: BulkAction, before: Plan) -> Bulk:
    on = an_occasion()
    return Bulk(
        id="blk_1",
        organisation_id=ORGANISATION,
        action=action,
        actor=on.actor,
        source=on.source,
        request_id=on.request_id,
        asked_at=NOW,
        selected=len(before.rows),
        phase=Phase.DONE,
        plan=before,
        counts=before.counts,
        committed_at=NOW,
    )


def steps_of(bulk: Bulk) -> tuple[Step, ...]:
    assert bulk.plan is not None
    return bulk.plan.steps


def undo(bulk: Bulk, found: dict[str, Ticket], workflow: Workflow | None = None, events: Sequence[Event] = ()) -> Plan:
    """`events` are those behind the bulk action."""
    steps = {step.ticket_id: step for step in steps_of(bulk)}
    judge = rules.judging_undo(bulk, steps, NOW, lambda _, version: [one for one in events if one.version > version])
    return rules.plan([Selected(id_) for id_ in steps], found, judge, lambda _: workflow or a_free_workflow())


def codes(plan: Plan) -> list[tuple[str, str]]:
    return [(blocker.ticket_id, blocker.code) for blocker in plan.blockers]


def test_a_step_holds_the_version_that_it_was_decided_on_and_both_values() -> None:
    assert plan(LOW, ONE).steps == (Step("tkt_one", 3, Priority.LOW, ONE.priority),)


def test_a_ticket_that_is_so_already_has_no_step() -> None:
    low = replace(ONE, priority=Priority.LOW)
    assert [type(row) for row in plan(LOW, low, TWO).rows] == [Unchanged, Step]


def test_what_is_not_there_or_deleted_blocks() -> None:
    gone = replace(ONE, deleted_at=NOW)
    found = planned(LOW, ["tkt_none", "tkt_one"], {"tkt_one": gone}, lambda _: None)
    assert codes(found) == [("tkt_none", "ticket_not_found"), ("tkt_one", "ticket_not_found")]


@pytest.mark.parametrize(("error", "code"), [(TicketNotFound, "ticket_not_found"), (ChatDeleted, "chat_deleted")])
def test_a_chat_that_is_gone_blocks(error: type[Exception], code: str) -> None:
    def place(_: Ticket) -> Workflow:
        raise error

    assert codes(planned(LOW, ["tkt_one"], {"tkt_one": ONE}, place)) == [("tkt_one", code)]


def test_an_expected_version_that_is_another_blocks() -> None:
    assert codes(plan(LOW, ONE, tkt_one=2)) == [("tkt_one", "version_conflict")]
    assert codes(plan(LOW, ONE, tkt_one=3)) == []


def test_a_status_that_may_not_follow_blocks_with_those_that_may() -> None:
    closed = replace(a_ticket("closed"), id="tkt_one")
    (blocker,) = plan(BulkAction(Kind.STATUS, "in_progress"), closed, workflow=a_workflow()).blockers
    assert (blocker.code, blocker.allowed) == ("invalid_status_transition", ("open",))


def test_a_category_is_the_first_status_of_it_that_may_follow() -> None:
    statuses = (
        Status("open", "Open", StatusCategory.OPEN),
        Status("fixed", "Fixed", StatusCategory.RESOLVED),
        Status("paid", "Paid", StatusCategory.RESOLVED),
    )
    workflow = a_workflow(statuses=statuses, transitions={"open": ("paid",)})
    (step,) = plan(BulkAction(Kind.STATUS, ToCategory(StatusCategory.RESOLVED)), ONE, workflow=workflow).steps
    assert step.target == statuses[2]
    paid = replace(ONE, status=statuses[2])
    assert plan(BulkAction(Kind.STATUS, ToCategory(StatusCategory.RESOLVED)), paid, workflow=workflow).counts.unchanged


def test_a_workflow_is_needed_for_another_status_alone() -> None:
    def nowhere(_: Ticket) -> None:
        return None

    known = {"tkt_one": ONE}
    assert codes(planned(BulkAction(Kind.STATUS, "closed"), ["tkt_one"], known, nowhere)) == [
        ("tkt_one", "workflow_missing")
    ]
    assert planned(BulkAction(Kind.STATUS, "open"), ["tkt_one"], known, nowhere).counts.unchanged


def test_too_late_to_restore_blocks() -> None:
    late = replace(ONE, deleted_at=NOW - RESTORABLE_FOR)
    assert codes(plan(BulkAction(Kind.RESTORE), late)) == [("tkt_one", "restore_expired")]


def test_whoever_applies_a_step_makes_the_same_change() -> None:
    bulk, _ = carried_out(BulkAction(Kind.STATUS, "resolved"), ONE)
    first, second = (rules.apply(bulk, ONE, steps_of(bulk)[0].target) for _ in range(2))
    assert first == second
    assert (first.event.bulk_id, first.event.at, first.ticket.resolved_at) == ("blk_1", NOW, NOW)
    alone = tickets.change_status(ONE, "resolved", workflow=a_free_workflow(), on=an_occasion())
    assert alone is not None
    assert replace(first.event, bulk_id=None) == alone.event, "exactly as a single change"


@pytest.mark.parametrize(
    "action", [BulkAction(Kind.ASSIGN, ANA), BulkAction(Kind.ASSIGN), LOW, BulkAction(Kind.STATUS, "closed")]
)
def test_an_undo_sets_back_what_was_set(action: BulkAction) -> None:
    bulk, after = carried_out(action, ONE, TWO)
    assert [(step.target, step.previous) for step in undo(bulk, after).steps] == [
        (step.previous, step.target) for step in steps_of(bulk)
    ]


def test_what_was_deleted_is_restored_and_the_other_way_round() -> None:
    bulk, after = carried_out(BulkAction(Kind.DELETE), ONE)
    assert nouns.undoing(bulk).kind is Kind.RESTORE
    assert [step.ticket_id for step in undo(bulk, after).steps] == ["tkt_one"]
    assert codes(undo(bulk, {"tkt_one": ONE})) == [("tkt_one", "changed_since")], "somebody restored it"


def test_what_was_changed_since_blocks_an_undo_and_a_remark_does_not() -> None:
    bulk, after = carried_out(BulkAction(Kind.ASSIGN, ANA), ONE)
    remarked = tickets.add_remark(after["tkt_one"], "Seen to", on=an_occasion()).ticket
    assert codes(undo(bulk, {"tkt_one": remarked})) == []
    assert codes(undo(bulk, {"tkt_one": replace(remarked, assignee=None)})) == [("tkt_one", "changed_since")]
    assert codes(undo(bulk, {})) == [("tkt_one", "ticket_not_found")]


def test_what_was_set_to_the_same_again_blocks_an_undo_too() -> None:
    bulk, after = carried_out(BulkAction(Kind.ASSIGN, ANA), ONE)
    away = tickets.overwrite(after["tkt_one"], on=an_occasion(), assignee=None)
    assert away is not None
    back = tickets.overwrite(away.ticket, on=an_occasion(), assignee=ANA)
    assert back is not None
    events = [away.event, back.event]
    assert codes(undo(bulk, {"tkt_one": back.ticket}, events=events)) == [("tkt_one", "changed_since")]
    urgent = tickets.overwrite(after["tkt_one"], on=an_occasion(), priority=Priority.HIGH)
    assert urgent is not None
    assert codes(undo(bulk, {"tkt_one": urgent.ticket}, events=[urgent.event])) == []


def test_what_was_restored_and_deleted_again_stays_deleted() -> None:
    bulk, after = carried_out(BulkAction(Kind.DELETE), ONE)
    restored = tickets.restore(after["tkt_one"], on=an_occasion())
    assert restored is not None
    deleted = tickets.delete(restored.ticket, on=an_occasion())
    events = [restored.event, deleted.event]
    assert codes(undo(bulk, {"tkt_one": deleted.ticket}, events=events)) == [("tkt_one", "changed_since")]


def test_an_undo_of_a_reopening_brings_back_when_it_was_resolved() -> None:
    resolved = tickets.change_status(ONE, "resolved", workflow=a_free_workflow(), on=an_occasion())
    assert resolved is not None
    bulk, after = carried_out(BulkAction(Kind.STATUS, "open"), resolved.ticket)
    (step,) = undo(bulk, after).steps
    later = replace(bulk, action=nouns.undoing(bulk), committed_at=NOW + timedelta(days=5), undo_of=bulk.id)
    back = rules.apply(later, after["tkt_one"], step.target).ticket
    assert (back.status.id, back.resolved_at) == ("resolved", resolved.ticket.resolved_at)


def test_an_undo_asks_no_transition_but_the_status_must_be_there() -> None:
    bulk, after = carried_out(BulkAction(Kind.STATUS, "closed"), ONE)
    assert codes(undo(bulk, after, a_free_workflow())) == []
    without = a_workflow(statuses=(Status("closed", "Closed", StatusCategory.CLOSED),), transitions=None)
    assert codes(undo(bulk, after, without)) == [("tkt_one", "invalid_status_transition")]


def test_an_undo_ends_after_ten_minutes_and_is_not_undone_itself() -> None:
    bulk, _ = carried_out(LOW, ONE)
    nouns.check_undo(bulk, NOW + timedelta(minutes=9, seconds=59))
    for late in (bulk, replace(bulk, undo_of="blk_0")):
        with pytest.raises(UndoExpired):
            nouns.check_undo(late, NOW + timedelta(minutes=10))


def test_what_changed_nothing_is_not_undone() -> None:
    bulk, _ = carried_out(LOW, replace(ONE, priority=Priority.LOW))
    assert bulk.counts.unchanged == 1
    with pytest.raises(UndoExpired):
        nouns.check_undo(bulk, NOW)


def test_no_more_is_told_to_be_done_than_there_is_though_a_lost_answer_counted_it_twice() -> None:
    bulk, _ = carried_out(LOW, ONE, TWO)
    assert replace(bulk, phase=Phase.COMMITTED, applied=3).done == 2
