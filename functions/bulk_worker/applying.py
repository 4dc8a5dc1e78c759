"""The last thing that a worker does: change each ticket of a committed bulk action, as fast as leaves room for others.

Tickets are read ahead of the transactions that change them, so that both are full. What changes in between is seen by
the transaction, which is refused, and read again.
"""

import time
from collections.abc import Callable, Sequence
from typing import Final

from ticketing.domain.bulk import Bulk, Step
from ticketing.domain.bulk_audience import Audience, as_left
from ticketing.domain.ticket import Ticket
from ticketing.store import bulk_protocol, bulk_records, items, keys, tickets
from ticketing.store.bulk_protocol import Pending, Sizes
from ticketing.store.table import Table

TICKETS_A_SECOND: Final = 200
"""So fast are tickets applied: an index partition takes a thousand writes a second, and others write, too."""
_COUNTED_ONCE_IN: Final = 4
"""Transactions. A count takes the room of a ticket; at the pace above, who looks sees it grow once a second."""


class Applying:
    """One run. `audience` is told of everybody who has met a ticket of it."""

    def __init__(
        self,
        table: Table,
        bulk: Bulk,
        sizes: Sizes,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._table = table
        self._bulk = bulk
        self._sizes = sizes
        self._sleep = sleep
        self._clock = clock
        self._audience = Audience()
        self._waiting: list[Pending] = []
        self._uncounted = 0
        self._transactions = 0
        self._applied = 0
        self._began_at = clock()

    def take(self, steps: Sequence[Step]) -> None:
        """Change as many of all that were taken so far as fill transactions. Raises Busy."""
        found = self._table.get_many(keys.ticket_key(step.ticket_id) for step in steps)
        pending = bulk_protocol.pending(self._bulk, found.values())
        left = {one.ticket.id: one.change.ticket for one in pending}
        for step in steps:
            item = found.get(keys.ticket_key(step.ticket_id))
            if item is not None:
                self._audience.add(left.get(step.ticket_id) or self._left(step, items.ticket_from(item)))
        # Those that an earlier run has applied are passed over: they need no pace.
        self._waiting += pending
        while len(self._waiting) >= self._room:
            self._change(self._room)

    def end(self) -> None:
        """Change the rest, and note that nothing is left to do. Raises Busy."""
        if bulk_protocol.apply_and_end(self._table, self._bulk, self._waiting, self._sizes, self._audience):
            return
        while self._waiting:
            self._change(self._room)
        bulk_protocol.note_done(self._table, self._bulk, self._audience)

    def stop(self) -> None:
        """Somebody else goes on: tell how far it is. Raises Busy."""
        if self._uncounted:
            self._table.write(bulk_records.count(self._bulk, self._uncounted))

    def _left(self, step: Step, ticket: Ticket) -> Ticket:
        """A ticket that somebody has applied, as the bulk action left it."""
        if ticket.version == step.version + 1:
            return ticket
        return as_left(ticket, self._bulk.id, tickets.events_since(self._table, ticket, step.version))

    @property
    def _is_counted(self) -> bool:
        return self._transactions % _COUNTED_ONCE_IN == _COUNTED_ONCE_IN - 1

    @property
    def _room(self) -> int:
        """Tickets of the next transaction: each takes two writes."""
        return min(self._sizes.applied, (self._sizes.writes - self._is_counted) // 2)

    def _change(self, number: int) -> None:
        some, self._waiting = self._waiting[:number], self._waiting[number:]
        counts = self._uncounted if self._is_counted else None
        changed = bulk_protocol.apply_pending(self._table, self._bulk, some, counts=counts)
        self._uncounted = 0 if changed and counts is not None else self._uncounted + changed
        self._transactions += 1
        self._applied += len(some)
        self._sleep(max(0.0, self._began_at + self._applied / TICKETS_A_SECOND - self._clock()))
