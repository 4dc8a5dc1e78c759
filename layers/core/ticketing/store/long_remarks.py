"""Remarks too long for the table: the text is an object of its own, and the remark holds its beginning.

    a note that an object comes -> the object -> the transaction of the ticket, with the remark that names it

| it stops …            | what is left behind                                                               |
|-----------------------|-----------------------------------------------------------------------------------|
| after the note        | the note: the janitor finds no remark that names the object, and removes both     |
| after the object      | the same                                                                          |
| after the transaction | the note: the janitor finds the remark, and removes the note alone                |

The name of an object holds when its change was decided, so a later attempt with the same text never shares it: what is
removed a day later can be nobody else's.
"""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from ticketing.domain.events import Event
from ticketing.domain.instants import from_text, to_text
from ticketing.domain.remark import Remark
from ticketing.domain.ticket import Change
from ticketing.store import items, keys
from ticketing.store.keys import Key
from ticketing.store.objects import Objects
from ticketing.store.table import Table
from ticketing.store.writes import delete, put

_SETTLED_AFTER = timedelta(days=1)
"""When a note is looked at: long after the request that wrote it must have ended."""

_TEXT = "text/plain; charset=utf-8"


def kept(table: Table, objects: Objects, change: Change) -> Change:
    """The change as it is to be stored: a long remark's text is kept apart first. Raises Busy."""
    remark, event = change.remark, change.event
    if remark is None or not remark.is_long:
        return change
    digest = _digest(event, remark.text)
    name = keys.object_name(event.ticket_id, event.version, digest)
    note = items.object_note_item(event.organisation_id, event.version, name, event.at + _SETTLED_AFTER)
    table.write(put(keys.object_note_key(event.ticket_id, event.version, digest), note))
    objects.put(name, remark.text.encode(), _TEXT)
    return replace(change, remark=remark.kept_apart(name))


def whole(objects: Objects, remark: Remark) -> Remark:
    """The remark with all of its text. Raises Busy."""
    if remark.kept_as is None:
        return remark
    return replace(remark, text=objects.get(remark.kept_as).decode(), kept_as=None)


def settle(table: Table, objects: Objects, key: Key, now: datetime) -> bool:
    """Look at the note at `key`: remove the object that no remark came to name, and the note; False if not due."""
    note = table.get(key)
    if note is None or now < from_text(note[keys.DUE_AT]):
        return False
    name = note[keys.OBJECT]
    remark = table.get(keys.remark_key(keys.ticket_id_of(key.pk), note["version"]))
    if remark is None or remark.get(keys.OBJECT) != name:
        objects.delete(name)
    table.write(delete(key))
    return True


def _digest(event: Event, text: str) -> str:
    parts = (to_text(event.at), event.request_id, text)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
