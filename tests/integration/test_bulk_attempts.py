"""A large bulk action whose worker begins anew: it goes on from how the attempt before has judged."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from bulk_worker.work import Worker
from tests.builders import BEN, an_occasion
from tests.bulk_sweep.floor import CHAT, LATER, ORGANISATION, PATHS, ZOE, Floor, carry_out, queue, work
from tests.integration.aws import Aws
from ticketing.domain import ticket as rules
from ticketing.domain.bulk import Bulk, BulkAction, Counts, Kind, Phase, Step
from ticketing.domain.bulk_audience import Part
from ticketing.domain.directory import delete_chat
from ticketing.domain.ticket import Change, Patch, Priority, Ticket
from ticketing.errors import Busy
from ticketing.store import bulk_protocol, bulk_records, bulks, directory, keys, marks, overdue_bulks, tickets
from ticketing.store.marks import MARK
from ticketing.store.table import TransactionRefused
from ticketing.store.writes import Write


def low(ticket: Ticket) -> Change | None:
    return rules.overwrite(ticket, on=an_occasion(now=LATER), priority=Priority.LOW)


def abort_once_judged(floor: Floor, bulk: Bulk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody finds the lease over, as soon as the first ticket was judged again."""
    transact, done = floor.table.transact, list[str]()

    def transacting(writes: Sequence[Write], companions: Sequence[Write] = ()) -> None:
        transact(writes, companions)
        judged = [one for one in writes if one.key.sk.startswith(keys.bulk_judged_key(bulk.id, "").sk)]
        if judged and not done:
            done.append(bulk.id)
            floor.table.write(bulk_records.abort(replace(bulk, phase=Phase.PREPARING)))

    monkeypatch.setattr(floor.table, "transact", transacting)


def test_a_ticket_that_two_attempts_leave_alone_is_counted_once(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    floor = Floor(aws.table)
    case = floor.case(PATHS["by a worker"], BulkAction(Kind.PRIORITY, Priority.LOW))
    bulk, other = queue(floor.table, case), next(iter(case.found))
    still: dict[str, Any] = {"sleep": lambda _: None, "clock": lambda: 0.0}
    minutes = iter([300.0, 0.0])  # time enough to plan, and no more
    worker = Worker(aws.table, remaining_s=lambda: next(minutes, 300.0), sizes=case.path.sizes, **still)
    assert not worker.bring_to_end(bulk.id)
    tickets.change(aws.table, ORGANISATION, other, low)
    abort_once_judged(floor, bulk, monkeypatch)
    assert worker.bring_to_end(bulk.id)
    found = bulks.get(aws.table, bulk.id)
    assert found is not None
    assert (found.phase, found.attempt, found.counts) == (Phase.DONE, 2, Counts(changed=5, unchanged=1))


def test_a_ticket_that_a_twin_marks_while_a_rival_is_waited_for_blocks_nothing(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    floor = Floor(aws.table)
    case = floor.case(PATHS["by a worker"], BulkAction(Kind.PRIORITY, Priority.LOW))
    bulk, contested = queue(floor.table, case), next(iter(case.found))
    minutes = iter([300.0, 0.0])
    worker = Worker(aws.table, remaining_s=lambda: next(minutes, 300.0), sizes=case.path.sizes, sleep=lambda _: None)
    assert not worker.bring_to_end(bulk.id)
    until = floor.now + timedelta(seconds=15)
    rival = replace(bulk, id="blk_rival", phase=Phase.PREPARING, leased_until=until, attempt_ends_at=until)
    step = Step(contested, 1, Priority.LOW, Priority.HIGH)
    aws.table.transact([bulk_records.create(rival), marks.put(rival, step)])

    def pause(attempt: int) -> None:
        """The rival gives up, and a second worker of the same bulk action is the first one at the ticket."""
        if attempt == 0:
            assert bulk_protocol.abort(aws.table, rival)
            bulk_protocol.release_all(aws.table, rival, [contested])
            aws.table.write(marks.put(bulk, step))

    monkeypatch.setattr(aws.table, "pause", pause)
    assert worker.bring_to_end(bulk.id)
    found = bulks.get(aws.table, bulk.id)
    assert found is not None
    assert (found.phase, found.counts) == (Phase.DONE, Counts(changed=6))


@pytest.mark.parametrize("kind", [Kind.PRIORITY, Kind.RESTORE])
def test_all_tickets_that_may_not_be_changed_any_more_are_told(aws: Aws, kind: Kind) -> None:
    floor = Floor(aws.table)
    value = Priority.LOW if kind is Kind.PRIORITY else None
    case = floor.case(PATHS["by a worker"], BulkAction(kind, value))
    bulk = queue(floor.table, case)
    minutes = iter([300.0, 0.0])
    worker = Worker(aws.table, remaining_s=lambda: next(minutes, 300.0), sizes=case.path.sizes, sleep=lambda _: None)
    assert not worker.bring_to_end(bulk.id)
    fine, *gone = case.found
    if kind is Kind.RESTORE:
        directory.put_chat(aws.table, ORGANISATION, CHAT.id, lambda _: delete_chat(CHAT, LATER))
        gone = [fine, *gone]
    for id_ in gone if kind is Kind.PRIORITY else ():
        tickets.change(aws.table, ORGANISATION, id_, lambda ticket: rules.delete(ticket, on=an_occasion(now=LATER)))
    assert worker.bring_to_end(bulk.id)
    found = bulks.get(aws.table, bulk.id)
    assert found is not None
    told = bulks.plan_of(aws.table, found, case.path.sizes.page).blockers
    assert (found.phase, found.counts.blocked) == (Phase.BLOCKED, len(gone))
    assert {one.ticket_id for one in told} == set(gone)
    assert not any("mark" in item for item in floor.items(case).values())


def test_a_digest_counts_a_ticket_as_the_bulk_action_left_it(aws: Aws) -> None:
    floor = Floor(aws.table)
    case = floor.case(PATHS["by a worker"], BulkAction(Kind.PRIORITY, Priority.LOW))
    bulk, (read, *_) = queue(floor.table, case), case.found
    minutes = iter([300.0, 300.0, 0.0])  # time enough to commit, and no more
    assert not Worker(aws.table, remaining_s=lambda: next(minutes), sizes=case.path.sizes).bring_to_end(bulk.id)
    tickets.get_with_deleted(aws.table, ORGANISATION, read)
    for patch in (Patch(assignee=ZOE), Patch(watchers=(ZOE,)), Patch(assignee=None)):
        change = partial(rules.change, patch=patch, workflow=None, on=an_occasion(now=LATER))
        tickets.change(aws.table, ORGANISATION, read, change)
    assert work(floor.table, case)
    found = bulks.get(aws.table, bulk.id)
    assert found is not None
    assert found.audience is not None
    assert (found.audience.counts[Part.ASSIGNEE], found.audience.counts[Part.WATCHER]) == ({BEN: 6}, {})


def test_marks_that_a_blocked_one_has_left_are_taken_off_by_the_janitor(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    floor = Floor(aws.table)
    case = floor.case(PATHS["by a worker, overtaken"], BulkAction(Kind.PRIORITY, Priority.LOW))
    key, (*_, last) = keys.bulk_key(case.bulk.id), case.found
    tickets.change(aws.table, ORGANISATION, last, lambda ticket: rules.delete(ticket, on=an_occasion(now=LATER)))
    with monkeypatch.context() as stopped:
        stopped.setattr(bulk_protocol, "release_all", busy)
        with pytest.raises(Busy):
            work(floor.table, case)
    marked = [id_ for id_, item in floor.items(case).items() if MARK in item]
    assert marked
    blocked = aws.table.get(key)
    assert blocked is not None
    assert blocked["phase"] == Phase.BLOCKED
    floor.now += timedelta(minutes=1)
    assert overdue_bulks.come_back(floor.table, key, floor.now, lambda _: None, case.path.sizes)
    assert not [id_ for id_, item in floor.items(case).items() if MARK in item]
    assert (floor.phase(case), floor.is_at_rest(case)) == (Phase.BLOCKED, True)


def test_one_that_the_worker_has_blocked_itself_is_due_for_nothing_more(aws: Aws) -> None:
    floor = Floor(aws.table)
    case = floor.case(PATHS["by a worker, overtaken"], BulkAction(Kind.PRIORITY, Priority.LOW))
    *_, last = case.found
    tickets.change(aws.table, ORGANISATION, last, lambda ticket: rules.delete(ticket, on=an_occasion(now=LATER)))
    assert work(floor.table, case)
    assert (floor.phase(case), floor.is_at_rest(case)) == (Phase.BLOCKED, True)


@pytest.mark.parametrize("path", ["in one transaction", "committed by marks", "prepared, then committed"])
def test_nothing_is_restored_to_a_chat_that_is_deleted_in_this_very_moment(aws: Aws, path: str) -> None:
    floor = Floor(aws.table)
    case = floor.case(PATHS[path], BulkAction(Kind.RESTORE))
    before = floor.items(case)
    directory.put_chat(aws.table, ORGANISATION, CHAT.id, lambda _: delete_chat(CHAT, LATER))
    with pytest.raises(TransactionRefused):
        carry_out(floor.table, case)
    assert floor.items(case) == before


def busy(*_: Any) -> None:
    raise Busy
