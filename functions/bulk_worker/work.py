"""What a worker does with a bulk action, whatever phase it finds it in, until it has come to its end.

It may stop anywhere, come again, or be at it twice at the same time: each turn goes on from what the record says, and
writes nothing that the record does not allow (`ticketing.store.bulk_protocol`).
"""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import batched
from typing import Final

from bulk_worker import planning
from bulk_worker.applying import Applying
from bulk_worker.attempt import Attempt
from ticketing.domain.bulk import ATTEMPTS, Bulk, Phase, Plan
from ticketing.errors import Busy, TicketingError
from ticketing.store import bulk_protocol, bulk_records, bulks
from ticketing.store.bulk_protocol import BY_WORKER, SIZES, Sizes
from ticketing.store.objects import Objects
from ticketing.store.table import ConditionNotMet, Table

RESERVE_S: Final = 20.0
"""With less time left, nothing is begun that takes longer."""
_TURNS: Final = 4 * ATTEMPTS


class _TimeIsUp(Exception):
    """The process must end before it can do more."""


class Worker:
    """`remaining_s` tells how long the process may go on; `sleep` and `clock` are there for the pace.

    `objects` hold the long remarks, which words of a filter may be in.
    """

    def __init__(
        self,
        table: Table,
        *,
        remaining_s: Callable[[], float],
        sizes: Sizes = SIZES,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        objects: Objects | None = None,
    ) -> None:
        self._table = table
        self._objects = objects
        self._remaining_s = remaining_s
        self._sizes = sizes
        self._sleep = sleep
        self._clock = clock
        self._plans: dict[tuple[str, int], Plan] = {}
        """Read once an attempt. What is judged again in it is found by whoever marks it, and no ticket joins a plan.

        The next attempt goes on from how the last one judged, or it would count a ticket twice that it left alone.
        """

    def bring_to_end(self, bulk_id: str) -> bool:
        """False if it is to go on at once, by somebody else. Raises Busy."""
        bulk = bulks.get(self._table, bulk_id)
        for _ in range(_TURNS):
            if bulk is None or bulk.phase is Phase.DONE:
                return True
            if bulk.phase.is_over:
                self._release(bulk)
                return True
            try:
                bulk = self._turn(bulk) or bulks.get(self._table, bulk_id)
            except _TimeIsUp:
                return False
        return False

    def _turn(self, bulk: Bulk) -> Bulk | None:
        """What it is after it went on from one phase to another; None if only its record can tell."""
        self._check_time()
        match bulk.phase:
            case Phase.QUEUED:
                return self._begin(bulk)
            case Phase.PREPARING:
                return self._prepare(bulk)
            case Phase.ABORTED:
                self._try_again(bulk)
                return None
            case _:
                return self._apply(bulk)

    def _check_time(self) -> None:
        if self._remaining_s() < RESERVE_S:
            raise _TimeIsUp

    def _begin(self, bulk: Bulk) -> Bulk | None:
        begun = planning.begin(self._table, bulk, self._sizes, self._clock, self._objects)
        if begun is None:
            return None
        self._plans[bulk.id, bulk.attempt] = begun[1]
        return begun[0]

    def _prepare(self, bulk: Bulk) -> Bulk | None:
        """Go on with an attempt, whoever began it."""
        try:
            judge = planning.judge_of(self._table, bulk, self._table.now(), self._sizes)
            return Attempt(self._table, bulk, judge, self._sizes).run(self._plan(bulk).steps)
        except Busy:
            raise
        except TicketingError as error:
            self._fail(bulk, error.code)
            return None

    def _try_again(self, bulk: Bulk) -> None:
        """The next attempt, or none if there were three."""
        if bulk.attempt >= ATTEMPTS:
            self._fail(bulk, "interrupted")
            return
        now = self._table.now()
        ends_at = now + timedelta(seconds=BY_WORKER.most_s)
        try:
            until = bulk_protocol.leased_until(now, BY_WORKER, ends_at)
            self._table.write(bulk_records.try_again(bulk, until, ends_at))
        except ConditionNotMet:
            return

    def _fail(self, bulk: Bulk, code: str) -> None:
        try:
            self._table.write(bulk_records.end(bulk, Phase.FAILED, self._table.now(), failure=code))
        except ConditionNotMet:
            return

    def _release(self, bulk: Bulk) -> None:
        """Nothing of it will ever be done: nobody should meet a mark of it."""
        if bulk.may_have_left_marks:
            bulk_protocol.release_left(self._table, bulk, self._plan(bulk).ticket_ids)

    def _apply(self, bulk: Bulk) -> Bulk:
        """Whoever goes on where the time was up meets every ticket once more, so that the audience has all of them."""
        if bulk.judged:
            self._plans.pop((bulk.id, bulk.attempt), None)
        applying = Applying(self._table, bulk, self._sizes, sleep=self._sleep, clock=self._clock)
        for some in batched(self._plan(bulk).steps, self._sizes.read, strict=False):
            try:
                self._check_time()
            except _TimeIsUp:
                applying.stop()
                raise
            applying.take(some)
        applying.end()
        return replace(bulk, phase=Phase.DONE)

    def _plan(self, bulk: Bulk) -> Plan:
        key = bulk.id, bulk.attempt
        if key not in self._plans:
            self._plans[key] = bulks.plan_of(self._table, bulk, self._sizes.page)
        return self._plans[key]


def work(table: Table, bulk_id: str, *, remaining_s: Callable[[], float], objects: Objects | None = None) -> bool:
    """Bring a bulk action to its end; False if time ran out and the message must come again at once. Raises Busy."""
    return Worker(table, remaining_s=remaining_s, objects=objects).bring_to_end(bulk_id)
