"""Large bulk actions of several organisations at the same time: who waits for whom, by the queue that is deployed.

The worker is the deployed one, with its pace; the queue and Lambda's reading of it are those of `tests/fakes`, since no
local engine works off two groups at once. Time passes only while all of them sleep.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from bulk_worker.applying import TICKETS_A_SECOND
from bulk_worker.work import Worker
from tests.builders import BEN, NOW, a_chat, a_ticket, an_occasion
from tests.fakes.fifo_queue import FifoQueueOfLambda, QueueSettings
from tests.fakes.timeline import Timeline
from tests.integration.aws import Aws
from ticketing.domain.bulk import Bulk, BulkAction, Kind, Phase, Selected
from ticketing.store import bulk_records, bulks, items, keys
from ticketing.store.bulk_protocol import Sizes
from ticketing.store.queues import FifoQueue
from ticketing.store.table import Table

SETTINGS = QueueSettings.of("BulkQueue", "BulkWorker")
SIZES = Sizes(writes=9, applied=4, read=8, page=50)
"""So that a giant of forty tickets is applied in ten steps."""
GIANT, SMALL = 40, 4


@dataclass
class Hall:
    """Organisations whose bulk actions wait in one queue. `ended_s` tells when each was worked off."""

    aws: Aws
    settings: QueueSettings = SETTINGS
    broken: str | None = None
    """The organisation whose first bulk action ends its worker each time."""
    timeline: Timeline = field(default_factory=Timeline)
    begun_s: dict[str, list[float]] = field(default_factory=dict)
    ended_s: dict[str, float] = field(default_factory=dict)
    at_it: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.aws.table.now = lambda: NOW + timedelta(seconds=self.timeline.now_s)
        self.queue = FifoQueueOfLambda(self.timeline, self.settings, self._called)

    def asks(self, organisation_id: str, number: int, *, at_s: float = 0.0) -> str:
        """A bulk action on so many tickets of their own, in a chat that its tickets share."""
        bulk_id = f"blk_{organisation_id}_{len(self.begun_s)}"
        self.begun_s[bulk_id] = []
        chat = a_chat(id=f"chat_{bulk_id}")
        tickets = [
            a_ticket(id=f"tkt_{bulk_id}x{nth}", organisation_id=organisation_id, chat_id=chat.id, assignee=BEN)
            for nth in range(number)
        ]
        table = self.aws.table
        table.put_all([(keys.chat_key(organisation_id, chat.id), items.chat_item(organisation_id, chat))])
        table.put_all((keys.ticket_key(one.id), items.ticket_item(one)) for one in tickets)
        on, action = an_occasion(), BulkAction(Kind.ASSIGN, None)
        bulk = Bulk(bulk_id, organisation_id, action, on.actor, on.source, on.request_id, NOW, number, Phase.QUEUED)
        table.transact(
            [bulk_records.create(bulk), *bulks.page_writes(bulk, [Selected(one.id) for one in tickets], SIZES.page)]
        )
        self.timeline.start(partial(self.queue.send, {"bulk_id": bulk_id}, organisation_id), after_s=at_s)
        return bulk_id

    def phase(self, bulk_id: str) -> Phase:
        found = bulks.get(self.aws.table, bulk_id)
        assert found is not None
        return found.phase

    def _called(self, event: dict[str, Any], context: Any) -> Mapping[str, Any]:
        from bulk_worker.app import App

        connect: Any = lambda: self.queue  # noqa: E731 (its client)
        return App(self.aws.table, FifoQueue(connect, "https://sqs.example/bulk.fifo"), self._work).handle(
            event, context
        )

    def _work(self, table: Table, bulk_id: str, *, remaining_s: Callable[[], float]) -> bool:
        organisation_id = bulk_id.split("_")[1]
        assert organisation_id not in self.at_it, "two of one organisation at a time"
        self.at_it.add(organisation_id)
        self.begun_s[bulk_id].append(self.timeline.now_s)
        try:
            if bulk_id == f"blk_{self.broken}_0":
                self.timeline.sleep(1)
                raise RuntimeError
            worker = Worker(
                table, remaining_s=remaining_s, sizes=SIZES, sleep=self.timeline.sleep, clock=self.timeline.clock
            )
            is_done = worker.bring_to_end(bulk_id)
        finally:
            self.at_it.discard(organisation_id)
        if is_done:
            self.ended_s[bulk_id] = self.timeline.now_s
        return is_done


@pytest.fixture
def hall(aws: Aws) -> Hall:
    return Hall(aws)


def test_one_of_an_organisation_is_worked_off_at_a_time_and_another_organisation_waits_for_none_of_it(
    hall: Hall,
) -> None:
    giant, next_one = hall.asks("lake", GIANT), hall.asks("lake", SMALL)
    other = hall.asks("bay", SMALL, at_s=0.05)
    hall.timeline.run()
    print(f"\n{hall.begun_s} {hall.ended_s}")
    assert {hall.phase(one) for one in (giant, next_one, other)} == {Phase.DONE}
    assert hall.begun_s[other] == [0.05]
    assert hall.ended_s[other] < hall.ended_s[giant] <= hall.begun_s[next_one][0]
    assert hall.ended_s[giant] >= (GIANT - SMALL) / TICKETS_A_SECOND


def test_who_comes_when_all_workers_are_taken_waits_for_the_first_that_is_free(hall: Hall) -> None:
    organisations = [f"org{nth}" for nth in range(SETTINGS.concurrency)]
    firsts = [hall.asks(one, GIANT) for one in organisations]
    late = hall.asks("late", SMALL, at_s=0.01)
    seconds = [hall.asks(one, GIANT, at_s=0.02) for one in organisations]
    hall.timeline.run()
    assert hall.queue.most_at_once == SETTINGS.concurrency
    assert hall.begun_s[late][0] == min(hall.ended_s[one] for one in firsts)
    assert hall.ended_s[late] < min(hall.ended_s[one] for one in seconds)
    assert {hall.phase(one) for one in (*firsts, *seconds, late)} == {Phase.DONE}


def test_a_giant_that_needs_several_runs_goes_on_before_the_next_one_and_disturbs_no_other(aws: Aws) -> None:
    # A run that has less than twenty seconds left begins nothing.
    hall = Hall(aws, replace(SETTINGS, timeout_s=20.08))
    giant, next_one = hall.asks("lake", GIANT), hall.asks("lake", SMALL)
    other = hall.asks("bay", SMALL, at_s=0.05)
    hall.timeline.run()
    print(f"\n{len(hall.begun_s[giant])} runs")
    assert len(hall.begun_s[giant]) > 1
    assert hall.ended_s[giant] <= hall.begun_s[next_one][0]
    assert hall.begun_s[other] == [0.05]
    assert {hall.phase(one) for one in (giant, next_one, other)} == {Phase.DONE}
    assert hall.queue.dead_letters == []


def test_one_that_fails_each_time_is_a_dead_letter_and_keeps_only_its_own_organisation_waiting(aws: Aws) -> None:
    hall = Hall(aws, broken="lake")
    broken, next_one = hall.asks("lake", GIANT), hall.asks("lake", SMALL)
    other = hall.asks("bay", SMALL, at_s=0.05)
    hall.timeline.run()
    print(f"\n{hall.begun_s}")
    assert len(hall.begun_s[broken]) == SETTINGS.max_receives
    assert [letter for letter in hall.queue.dead_letters if broken in letter] == hall.queue.dead_letters != []
    assert hall.begun_s[other] == [0.05]
    assert (hall.phase(broken), hall.phase(next_one), hall.phase(other)) == (Phase.QUEUED, Phase.DONE, Phase.DONE)
