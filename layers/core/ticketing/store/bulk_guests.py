"""The guests of a finished bulk action, who are mailed when it can be undone no more; the janitor sees to it.

Its note counts the parts of the plan that were worked off, so that whoever goes on after a stop begins there. A part
may be worked off twice: the mail ledger lets each guest's mail out once.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import batched
from typing import Any, Final

from ticketing.domain import bulk_resolving
from ticketing.domain.bulk import Bulk, Phase
from ticketing.domain.instants import to_text
from ticketing.store import bulks, items, keys, settling
from ticketing.store.attributes import Item
from ticketing.store.bulk_items import bulk_from
from ticketing.store.bulk_protocol import SIZES
from ticketing.store.keys import Due, Key
from ticketing.store.table import MAX_BATCH_READS, ConditionNotMet, Table
from ticketing.store.writes import Write, update

type SendAll = Callable[[Sequence[dict[str, Any]]], None]
"""Give messages to the notifier's retry queue."""

_PARTS: Final = "parts"
_UNDO: Final = "undo"
_NEVER: Final = "~"
_LOOKS_AGAIN: Final = timedelta(minutes=5)
_NOTED_EVERY: Final = 10
"""Parts of 100 tickets between two notes of how far it has come."""


def note(table: Table, bulk: Bulk) -> None:
    """That its guests are to be mailed; once, whoever says it again."""
    values: dict[str, Any] = {
        keys.ORGANISATION: bulk.organisation_id,
        _PARTS: 0,
        keys.DUE_KIND: keys.due_kind(Due.GUEST_MAIL, bulk.id),
        keys.DUE_AT: to_text(bulk_resolving.due_at(bulk)),
    }
    write = update(
        keys.bulk_guests_key(bulk.id),
        f"SET {', '.join(f'#{name} = :{name}' for name in values)}",
        condition=f"attribute_not_exists(#{_PARTS})",
        names={f"#{name}": name for name in values},
        values={f":{name}": value for name, value in values.items()},
    )
    try:
        table.write(write)
    except ConditionNotMet:
        return


def wait_for(undo: Bulk, bulk_id: str) -> Write:
    """That an undo was accepted in time: until it is over nobody knows which guests are to be mailed.

    It goes into the transaction in which the undo is queued, whether there is a note yet or not.
    """
    return update(keys.bulk_guests_key(bulk_id), "SET #undo = :undo", names={"#undo": _UNDO}, values={":undo": undo.id})


def hand_out(table: Table, key: Key, now: datetime, send: SendAll) -> bool:
    """Have each chat's guest mailed whose ticket is resolved still; False if it is not due, or has to wait.

    Raises Busy.
    """
    found = table.get_many([key, Key(key.pk, keys.bulk_key("").sk)])
    noted, record = found.pop(key, None), next(iter(found.values()), None)
    if noted is None or noted.get(keys.DUE_AT, _NEVER) > to_text(now):
        return False
    if _is_being_undone(table, noted):
        _write(table, key, "SET #at = :at", {":at": to_text(now + _LOOKS_AGAIN)}, {"#at": keys.DUE_AT})
        return False
    bulk = bulk_from(record) if record is not None else None
    if bulk is not None and bulk.phase is Phase.DONE:
        _hand_out(table, bulk, key, int(noted[_PARTS]), send)
    # Kept, with nothing due, until the bulk action is forgotten: who says it again must not begin anew.
    _write(table, key, "REMOVE #kind, #at", {}, {"#kind": keys.DUE_KIND, "#at": keys.DUE_AT})
    return True


def _is_being_undone(table: Table, noted: Item) -> bool:
    undo = bulks.get(table, str(noted[_UNDO])) if _UNDO in noted else None
    return undo is not None and not undo.phase.is_over


def _hand_out(table: Table, bulk: Bulk, key: Key, parts: int, send: SendAll) -> None:
    steps = [step for step in bulks.plan_of(table, bulk, SIZES.page).steps if bulk_resolving.resolves(step)]
    for nth, some in enumerate(batched(steps, MAX_BATCH_READS, strict=False)):
        if nth < parts:
            continue
        # As a reader by id sees them: an undo that is committed counts, applied or not.
        read = settling.get_many(table, [keys.ticket_key(step.ticket_id) for step in some])
        of_chat: dict[str, list[str]] = defaultdict(list)
        for one in map(items.ticket_from, read.values()):
            if bulk_resolving.is_still(bulk, one):
                of_chat[one.chat_id].append(one.id)
        send([{"bulk_id": bulk.id, "chat_id": chat, "ticket_ids": found} for chat, found in of_chat.items()])
        if (nth + 1) % _NOTED_EVERY == 0:
            _write(table, key, "SET #parts = :parts", {":parts": nth + 1}, {"#parts": _PARTS})


def _write(table: Table, key: Key, expression: str, values: Mapping[str, Any], names: Mapping[str, str]) -> None:
    """Change the note, unless it was removed with its bulk action meanwhile."""
    try:
        table.write(update(key, expression, condition="attribute_exists(pk)", values=values, names=names))
    except ConditionNotMet:
        return
