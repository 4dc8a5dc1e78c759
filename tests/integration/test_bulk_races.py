"""Two who are at one bulk action in the very same moment, and answers that do not come: still all of it or nothing.

The orders of steps are those in which the model of the protocol (`tests/unit/bulk_model`) found harm.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bulk_worker import planning
from bulk_worker.work import Worker
from tests.builders import an_occasion
from tests.bulk_sweep.floor import CHAT, LATER, ORGANISATION, PATHS, Case, Floor, queue, work
from tests.bulk_sweep.recoveries import readers
from tests.bulk_sweep.sweep import whole
from tests.integration.aws import Aws
from ticketing.domain import bulk_plan as rules
from ticketing.domain import ticket as ticket_rules
from ticketing.domain.bulk import Bulk, BulkAction, Kind, Phase, Search, Step
from ticketing.domain.directory import Chat, delete_chat
from ticketing.domain.query import TicketQuery
from ticketing.domain.ticket import PURGED_AFTER, Priority
from ticketing.errors import Busy
from ticketing.store import (
    bulk_protocol,
    bulk_records,
    bulk_requests,
    bulks,
    directory,
    keys,
    marks,
    overdue_bulks,
    purging,
    tickets,
)
from ticketing.store.attributes import Item
from ticketing.store.bulk_items import bulk_from
from ticketing.store.keys import Key
from ticketing.store.marks import MARK
from ticketing.store.table import OutcomeUnknown, Table, TransactionRefused
from ticketing.store.writes import Write

LOWER = BulkAction(Kind.PRIORITY, Priority.LOW)
BY_WORKER = PATHS["by a worker"]


class Disturbed(Table):
    """A table on which something happens just before the n-th transaction of whoever uses it, counted from 1."""

    def __init__(self, table: Table, **happens: Callable[[], None]) -> None:
        super().__init__(table._client, table._name, sleep=lambda _: self.pauses(), now=table.now)
        self._happens = happens
        self._transactions = 0

    def pauses(self) -> None:
        self._happens.get("in_a_pause", lambda: None)()

    def transact(self, writes: Any, companions: Any = ()) -> None:
        self._transactions += 1
        self._happens.get(f"before_{self._transactions}", lambda: None)()
        super().transact(writes, companions)


class Stale(Table):
    """What somebody sees who has read a record a moment ago."""

    def __init__(self, table: Table, read: Item) -> None:
        super().__init__(table._client, table._name, sleep=lambda _: None, now=table.now)
        self._read = read

    def get(self, key: Key) -> Item | None:
        return self._read if key == Key(self._read["pk"], self._read["sk"]) else super().get(key)


@pytest.fixture
def floor(aws: Aws) -> Floor:
    return Floor(Table(aws.table._client, aws.table._name, sleep=lambda _: None))


def queued(floor: Floor, action: BulkAction = LOWER, **changes: Any) -> Case:
    """One that a worker is to do, written down by its request."""
    case = floor.case(BY_WORKER, action)
    queue(floor.table, case, **changes)
    return case


def record(floor: Floor, case: Case) -> Item:
    found = floor.table.get(keys.bulk_key(case.bulk.id))
    assert found is not None
    return found


def told(floor: Floor, case: Case) -> Bulk:
    found = bulks.get(floor.table, case.bulk.id)
    assert found is not None
    return found


def worker(table: Table) -> Worker:
    return Worker(table, remaining_s=lambda: 300.0, sizes=BY_WORKER.sizes, sleep=lambda _: None, clock=lambda: 0.0)


def marked(floor: Floor, case: Case) -> list[str]:
    return [id_ for id_, item in floor.items(case).items() if MARK in item]


def wrong(floor: Floor, case: Case, action: BulkAction = LOWER) -> list[str]:
    return list(whole(floor, case, action, readers))


@pytest.mark.parametrize("found", [Phase.QUEUED, Phase.ABORTED])
def test_a_worker_that_begins_while_the_janitor_gives_up_loses_no_mark(floor: Floor, found: Phase) -> None:
    case = queued(floor)
    if found is Phase.ABORTED:
        planning.begin(floor.table, told(floor, case), BY_WORKER.sizes, lambda: 0.0)
        bulk_protocol.abort(floor.table, told(floor, case))
    read_before = Stale(floor.table, record(floor, case))
    assert read_before.get(keys.bulk_key(case.bulk.id)) == record(floor, case)
    assert told(floor, case).phase is found

    def janitor() -> None:
        assert marked(floor, case)
        a_day_later = LATER + timedelta(days=2)
        overdue_bulks.come_back(read_before, keys.bulk_key(case.bulk.id), a_day_later, lambda _: None, BY_WORKER.sizes)

    commit = {Phase.QUEUED: "before_3", Phase.ABORTED: "before_2"}[found]
    worker(Disturbed(floor.table, **{commit: janitor})).bring_to_end(case.bulk.id)
    assert told(floor, case).phase is Phase.DONE
    assert wrong(floor, case) == []


def test_an_attempt_that_takes_too_long_is_not_committed_and_the_next_one_is(floor: Floor) -> None:
    case = queued(floor)

    def late() -> None:
        floor.now += timedelta(minutes=10)

    assert worker(Disturbed(floor.table, before_2=late)).bring_to_end(case.bulk.id)
    assert (told(floor, case).phase, told(floor, case).attempt) == (Phase.DONE, 2)
    assert not wrong(floor, case)


def test_what_one_attempt_spared_the_next_one_spares_and_counts_once(floor: Floor) -> None:
    case = queued(floor)
    first = next(iter(case.found))

    def lower() -> None:
        tickets.change(
            floor.table,
            ORGANISATION,
            first,
            lambda ticket: ticket_rules.overwrite(ticket, on=an_occasion(now=LATER), priority=Priority.LOW),
        )

    def abort() -> None:
        assert told(floor, case).counts.unchanged == 1
        bulk_protocol.abort(floor.table, told(floor, case))

    # The plan, marks that are refused, what was judged again, marks without it, and the commit that does not come.
    worker(Disturbed(floor.table, before_2=lower, before_5=abort)).bring_to_end(case.bulk.id)
    bulk = told(floor, case)
    assert (bulk.phase, bulk.attempt) == (Phase.DONE, 2)
    assert (bulk.counts.changed, bulk.counts.unchanged) == (len(case.found) - 1, 1)


def test_a_ticket_that_is_as_it_was_planned_is_not_left_out(floor: Floor) -> None:
    case = queued(floor, search=Search(TicketQuery()))
    first = keys.ticket_key(next(iter(case.found)))
    rival = replace(case.bulk, id="blk_rival", phase=Phase.PREPARING, leased_until=LATER + timedelta(hours=9))
    step = Step(keys.ticket_id_of(first.pk), case.found[keys.ticket_id_of(first.pk)].version, Priority.LOW, None)

    def gone(chat: Chat | None) -> Chat:
        assert chat is not None
        return delete_chat(chat, LATER)

    def mark() -> None:
        floor.table.transact([bulk_records.create(rival), marks.put(rival, step)])

    def release() -> None:
        """The rival goes, and so does the chat."""
        found = marks.of(floor.table.get(first) or {})
        if found is not None and found.bulk_id == rival.id:
            floor.table.write(marks.release(first, found))
            directory.put_chat(floor.table, ORGANISATION, CHAT.id, gone)

    worker(Disturbed(floor.table, before_2=mark, in_a_pause=release)).bring_to_end(case.bulk.id)
    assert told(floor, case).counts.left_out == 0
    assert wrong(floor, case) == []


def test_a_worker_is_not_held_up_by_marks_of_its_own_bulk_action(floor: Floor) -> None:
    case = queued(floor, BulkAction(Kind.RESTORE))
    planning.begin(floor.table, told(floor, case), BY_WORKER.sizes, lambda: 0.0)
    bulk = told(floor, case)
    step = bulks.plan_of(floor.table, bulk, BY_WORKER.sizes.page).steps[0]
    floor.table.transact([marks.put(bulk, step)])
    judge = rules.judging(bulk.action, LATER)
    assert planning.judged(floor.table, bulk, [step.selected], judge) == [step]


def test_a_ticket_whose_time_to_be_restored_ends_before_it_is_marked_is_not_restored(floor: Floor) -> None:
    case = queued(floor, BulkAction(Kind.RESTORE))
    planning.begin(floor.table, told(floor, case), BY_WORKER.sizes, lambda: 0.0)
    floor.now += PURGED_AFTER
    assert work(floor.table, case)
    bulk = told(floor, case)
    blockers = bulks.plan_of(floor.table, bulk, BY_WORKER.sizes.page).blockers
    assert (bulk.phase, bulk.counts.blocked) == (Phase.BLOCKED, len(case.found))
    assert {(one.ticket_id, one.code) for one in blockers} == {(id_, "restore_expired") for id_ in case.found}
    assert marked(floor, case) == []


def test_a_ticket_that_a_bulk_action_may_yet_restore_keeps_its_history(floor: Floor, aws: Aws) -> None:
    case = floor.case(BY_WORKER, BulkAction(Kind.RESTORE))
    id_, ticket = next(iter(case.found.items()))
    bulk = replace(case.bulk, phase=Phase.PREPARING, leased_until=LATER + timedelta(minutes=1))
    assert bulk.plan is not None
    floor.table.transact([bulk_records.create(bulk), marks.put(bulk, bulk.plan.steps[0])])
    assert ticket.deleted_at is not None
    assert not purging.purge(floor.table, aws.objects, keys.ticket_key(id_), ticket.deleted_at + PURGED_AFTER)
    assert len(floor.events(id_)) == ticket.version


class Unheard(Table):
    """The commit of a request is refused while an earlier try of it is still on its way; the abort is not answered."""

    sent: tuple[list[Write], list[Write]] | None = None

    def transact(self, writes: Any, companions: Any = ()) -> None:
        if self.sent is None and any(":new_committed_at" in write.values for write in writes):
            self.sent = list(writes), list(companions)
            raise TransactionRefused([1])
        super().transact(writes, companions)

    def write(self, *_: Any, **__: Any) -> None:
        raise OutcomeUnknown


def test_marks_stay_until_it_is_known_that_the_commit_cannot_come_any_more(floor: Floor) -> None:
    path = PATHS["prepared, then committed"]
    case = floor.case(path, LOWER)
    table = Unheard(floor.table._client, floor.table._name, sleep=lambda _: None, now=floor.table.now)
    with pytest.raises(OutcomeUnknown):
        bulk_requests.carry_out(table, case.bulk, case.found, case.companions, path.sizes)
    assert table.sent is not None
    floor.table.transact(*table.sent)  # it arrives
    readers(floor, case)
    assert floor.is_committed(case)
    assert wrong(floor, case) == []


class Delayed(Table):
    """The first marks of a request come to the engine only when it writes that it has failed; and are aborted then."""

    sent: tuple[list[Write], list[Write]] | None = None

    def transact(self, writes: Any, companions: Any = ()) -> None:
        if self.sent is None:
            self.sent = list(writes), list(companions)
            raise OutcomeUnknown
        super().transact(writes, companions)

    def write(self, write: Write, **tells: Any) -> None:
        if write.values.get(":new_phase") == Phase.FAILED.value and self.sent is not None:
            super().transact(*self.sent)
            bulk_protocol.abort(self, bulk_from(self.get(write.key) or {}))
        super().write(write, **tells)


def test_a_request_that_was_not_written_down_writes_no_end_of_it(floor: Floor) -> None:
    path = PATHS["prepared, then committed"]
    case = floor.case(path, LOWER)
    table = Delayed(floor.table._client, floor.table._name, sleep=lambda _: None, now=floor.table.now)
    with pytest.raises(Busy):
        bulk_requests.carry_out(table, case.bulk, case.found, case.companions, path.sizes)
    assert table.sent is not None
    if bulks.get(floor.table, case.bulk.id) is None:
        floor.table.transact(*table.sent)
    for minutes in (2, 4):  # nobody reads: the janitor alone comes
        at = LATER + timedelta(minutes=minutes)
        floor.now = at
        overdue_bulks.come_back(floor.table, keys.bulk_key(case.bulk.id), at, lambda _: None, path.sizes)
    assert (told(floor, case).phase, marked(floor, case)) == (Phase.FAILED, [])


class Mute(Table):
    """No write is answered, and none is done."""

    def transact(self, *_: Any, **__: Any) -> None:
        raise OutcomeUnknown

    def write(self, *_: Any, **__: Any) -> None:
        raise OutcomeUnknown


def test_a_bulk_action_has_not_failed_before_its_last_mark_is_gone(floor: Floor) -> None:
    case = floor.case(PATHS["prepared, then committed"], LOWER)
    bulk = replace(case.bulk, phase=Phase.PREPARING, leased_until=LATER)
    assert bulk.plan is not None
    floor.table.transact([bulk_records.create(bulk), *(marks.put(bulk, step) for step in bulk.plan.steps)])
    mute = Mute(floor.table._client, floor.table._name, sleep=lambda _: None, now=floor.table.now)
    with pytest.raises(Busy):
        bulk_protocol.release_all(mute, bulk, list(case.found))


@pytest.mark.parametrize("path", ["in one transaction", "committed by marks", "prepared, then committed"])
def test_the_mark_of_another_one_that_was_faster_stays(floor: Floor, path: str) -> None:
    case = floor.case(PATHS[path], LOWER)
    assert case.bulk.plan is not None
    first = case.bulk.plan.steps[0]
    until = LATER + timedelta(minutes=1)
    rival = replace(case.bulk, id="blk_rival", phase=Phase.PREPARING, leased_until=until, attempt_ends_at=until)
    floor.table.transact([bulk_records.create(rival), marks.put(rival, first)])
    with pytest.raises(TransactionRefused):
        bulk_requests.carry_out(floor.table, case.bulk, case.found, case.companions, case.path.sizes)
    assert marked(floor, case) == [first.ticket_id]
    mark = marks.of(floor.items(case)[first.ticket_id])
    assert mark is not None
    assert mark.bulk_id == rival.id


def committed(floor: Floor) -> tuple[Case, Bulk]:
    """One of a request, of which no ticket is applied."""
    case = floor.case(PATHS["committed by marks"], LOWER)
    assert case.bulk.plan is not None
    bulk = replace(case.bulk, phase=Phase.COMMITTED, committed_at=LATER, leased_until=LATER)
    floor.table.transact([bulk_records.create(bulk), *(marks.put(bulk, step) for step in case.bulk.plan.steps)])
    return case, bulk


def test_a_ticket_that_is_purged_in_this_very_moment_does_not_come_back(floor: Floor) -> None:
    case, bulk = committed(floor)
    pending = bulk_protocol.pending(bulk, floor.items(case).values())
    gone = keys.ticket_key(pending[0].ticket.id)
    floor.table.delete_all([gone])
    assert not bulk_protocol.apply(floor.table, pending)
    assert not bulk_protocol.apply(floor.table, pending[:1])
    assert floor.table.get(gone) is None


def test_a_record_is_not_removed_before_its_last_mark_was_applied(floor: Floor) -> None:
    case, bulk = committed(floor)
    floor.table.write(bulk_records.end(bulk, Phase.DONE, LATER))
    a_month_on = LATER + timedelta(days=31)
    assert overdue_bulks.come_back(floor.table, keys.bulk_key(bulk.id), a_month_on, lambda _: None, case.path.sizes)
    assert bulks.get(floor.table, bulk.id) is None
    assert marked(floor, case) == []
    assert {item["priority"] for item in floor.items(case).values()} == {"low"}


def test_the_lease_of_a_request_is_short(floor: Floor) -> None:
    path = PATHS["prepared, then committed"]
    case = floor.case(path, LOWER)
    found: list[Bulk] = []
    table = Disturbed(floor.table, before_2=lambda: found.append(told(floor, case)))
    bulk_requests.carry_out(table, case.bulk, case.found, case.companions, path.sizes)
    until = LATER + timedelta(seconds=15)
    assert (found[0].phase, found[0].leased_until, found[0].attempt_ends_at) == (Phase.PREPARING, until, until)
