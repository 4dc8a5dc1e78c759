"""What the janitor does with bulk actions that did not come to their end, and with those that were kept long enough.

| it finds                           | of one request       | of the worker                        |
|------------------------------------|----------------------|--------------------------------------|
| queued, for a minute               | –                    | sends it again; fails it after a day |
| preparing, and the lease lasts     | leaves it            | leaves it                            |
| preparing, and the lease is over   | aborts and fails it  | aborts it, sends it again            |
| aborted                            | fails it             | sends it again; fails it after a day |
| committed                          | applies what is left | sends it again                       |
| blocked, failed, perhaps with marks | takes them off      | takes them off                       |
| done, blocked, failed, for 30 days | removes it           | removes it                           |
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import batched
from typing import Final

from ticketing.domain.bulk import KEPT, Bulk, Phase
from ticketing.domain.instants import to_text
from ticketing.store import bulk_protocol, bulk_records, bulks, keys, settling
from ticketing.store.bulk_items import bulk_from
from ticketing.store.bulk_protocol import SIZES, Sizes
from ticketing.store.keys import Key
from ticketing.store.table import MAX_BATCH_READS, ConditionNotMet, Table
from ticketing.store.writes import Write, delete

type Send = Callable[[Bulk], None]
"""Give a bulk action to a worker, again."""

_SENT_AGAIN_AFTER: Final = timedelta(minutes=5)
_GIVEN_UP_AFTER: Final = timedelta(days=1)
_PAGE: Final = 100


def come_back(table: Table, key: Key, now: datetime, send: Send, sizes: Sizes = SIZES) -> bool:
    """False if there is nothing to do yet. Raises Busy."""
    item = table.get(key)
    if item is None:
        return False
    bulk = bulk_from(item)
    if item[keys.DUE_AT] > to_text(now):
        return False  # the index is behind
    if bulk.phase.is_over:
        return _remove(table, bulk, sizes) if now >= bulk.asked_at + KEPT else _clear(table, bulk, sizes)
    if bulk.is_held(now):
        return False
    if bulk.plan is None:
        return _send_again(table, bulk, now, send, sizes)
    if bulk.phase is Phase.COMMITTED:
        bulk_protocol.finish(table, bulk, bulk.plan.steps, sizes)
        return True
    return _fail(table, bulk, now, sizes)


def _send_again(table: Table, bulk: Bulk, now: datetime, send: Send, sizes: Sizes) -> bool:
    if bulk.phase is not Phase.COMMITTED and now >= bulk.asked_at + _GIVEN_UP_AFTER:
        return _fail(table, bulk, now, sizes)
    if bulk.phase is Phase.PREPARING and bulk_protocol.abort(table, bulk):
        bulk = replace(bulk, phase=Phase.ABORTED)
    send(bulk)
    _written(table, bulk_records.look_later(bulk, _next_look(bulk, now)))
    return True


def _next_look(bulk: Bulk, now: datetime) -> datetime:
    """When it is twice as old as now, but in time to give it up.

    Most of those that are not done wait for their turn. And of one that fails its worker each time, six times a
    message, a message every five minutes would keep its organisation's others waiting for days.
    """
    later, given_up_at = max(now + _SENT_AGAIN_AFTER, now + (now - bulk.asked_at)), bulk.asked_at + _GIVEN_UP_AFTER
    return min(later, given_up_at) if now < given_up_at else later


def _fail(table: Table, bulk: Bulk, now: datetime, sizes: Sizes) -> bool:
    """Nothing of it was done, and nothing will be. It stays due until its last mark is gone.

    A queued one has none; if it has some by now, a worker has begun in this very moment, and they stay.
    """
    if bulk.phase is Phase.PREPARING:
        if not bulk_protocol.abort(table, bulk):
            return False
        bulk = replace(bulk, phase=Phase.ABORTED)
    if bulk.phase is Phase.ABORTED:
        bulk_protocol.release_all(table, bulk, bulks.plan_of(table, bulk, sizes.page).ticket_ids)
    return _written(table, bulk_records.interrupted(bulk, now))


def _clear(table: Table, bulk: Bulk, sizes: Sizes) -> bool:
    """Take off what marks it has left, if it may have left any."""
    if not bulk.may_have_left_marks:
        return False
    return bulk_protocol.release_left(table, bulk, bulks.plan_of(table, bulk, sizes.page).ticket_ids)


def _remove(table: Table, bulk: Bulk, sizes: Sizes) -> bool:
    """Forget it, after a consistent look at its tickets found no mark of it.

    Without the record nobody could tell what a mark stands for. Its pages go first: nothing leads to them without it.
    """
    ids = bulks.plan_of(table, bulk, sizes.page).ticket_ids
    for some in batched(ids, MAX_BATCH_READS, strict=False):
        settling.get_many(table, [keys.ticket_key(id_) for id_ in some])
    key = keys.bulk_key(bulk.id)
    has_more = True
    while has_more:
        page = table.query(key.pk, limit=_PAGE)
        parts = [part for item in page.items if (part := Key(item["pk"], item["sk"])) != key]
        table.delete_all(parts)
        has_more = page.has_more and bool(parts)
    return _written(table, delete(key, condition="attribute_exists(pk)"))


def _written(table: Table, write: Write) -> bool:
    try:
        table.write(write)
    except ConditionNotMet:
        return False
    return True
