"""The guests of a finished bulk action, who are mailed when it can be undone no more; the janitor sees to it.

Its note counts the parts of the plan that were worked off, so that whoever goes on after a stop begins there. A part
may be worked off twice: the mail ledger lets each guest's mail out once.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import batched
from typing import Any, Final

from ticketing.domain import bulk_resolving
from ticketing.domain.bulk import Bulk, Phase
from ticketing.domain.instants import to_text
from ticketing.store import bulks, items, keys
from ticketing.store.bulk_items import bulk_from
from ticketing.store.bulk_protocol import SIZES
from ticketing.store.keys import Due, Key
from ticketing.store.table import MAX_BATCH_READS, ConditionNotMet, Table
from ticketing.store.writes import put_new, update

type SendAll = Callable[[Sequence[dict[str, Any]]], None]
"""Give messages to the notifier's retry queue."""

_NOTED_EVERY: Final = 10
"""Parts of 100 tickets between two notes of how far it has come."""


def note(table: Table, bulk: Bulk) -> None:
    """That its guests are to be mailed; once, whoever says it again."""
    item = {
        keys.ORGANISATION: bulk.organisation_id,
        "parts": 0,
        keys.DUE_KIND: keys.due_kind(Due.GUEST_MAIL, bulk.id),
        keys.DUE_AT: to_text(bulk_resolving.due_at(bulk)),
    }
    try:
        table.write(put_new(keys.bulk_guests_key(bulk.id), item))
    except ConditionNotMet:
        return


def hand_out(table: Table, key: Key, now: datetime, send: SendAll) -> bool:
    """Have each chat's guest mailed whose ticket is resolved still; False if it is not due.

    Raises Busy.
    """
    found = table.get_many([key, Key(key.pk, keys.bulk_key("").sk)])
    noted, record = found.pop(key, None), next(iter(found.values()), None)
    if noted is None or noted[keys.DUE_AT] > to_text(now):
        return False
    bulk = bulk_from(record) if record is not None else None
    if bulk is not None and bulk.phase is Phase.DONE:
        _hand_out(table, bulk, key, int(noted["parts"]), send)
    # Kept, with nothing due, until the bulk action is forgotten: who says it again must not begin anew.
    table.write(update(key, "REMOVE #kind, #at", names={"#kind": keys.DUE_KIND, "#at": keys.DUE_AT}))
    return True


def _hand_out(table: Table, bulk: Bulk, key: Key, parts: int, send: SendAll) -> None:
    steps = [step for step in bulks.plan_of(table, bulk, SIZES.page).steps if bulk_resolving.resolves(step)]
    for nth, some in enumerate(batched(steps, MAX_BATCH_READS, strict=False)):
        if nth < parts:
            continue
        read = table.get_many(keys.ticket_key(step.ticket_id) for step in some)
        tickets = [one for one in map(items.ticket_from, read.values()) if one.status.category.is_resolved]
        first_of_chat = {one.chat_id: one.id for one in reversed(tickets)}
        send([{"bulk_id": bulk.id, "chat_id": chat, "ticket_id": id_} for chat, id_ in first_of_chat.items()])
        if (nth + 1) % _NOTED_EVERY == 0:
            table.write(update(key, "SET parts = :parts", values={":parts": nth + 1}))
