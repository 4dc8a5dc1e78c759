"""Exports in the table: one record each, written whole, and only over the revision that was read."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from math import ceil
from typing import Any

from ticketing.domain import query
from ticketing.domain.export import KEPT, Export, Format, State
from ticketing.domain.ids import is_caller_id
from ticketing.domain.instants import from_text, to_text
from ticketing.domain.query import Position
from ticketing.errors import NotFound
from ticketing.store import keys
from ticketing.store.attributes import Item
from ticketing.store.table import Table
from ticketing.store.writes import Write, put, put_new

_LONGER = timedelta(days=1)
"""A lifecycle rule removes objects at the end of a day: the record tells of a file as long as it may be there."""


def get(table: Table, export_id: str) -> Export | None:
    # What cannot be an id is no key either: the engine refuses keys over 2 KB.
    item = table.get(keys.export_key(export_id)) if is_caller_id(export_id) else None
    return _from(item) if item is not None else None


def find(table: Table, organisation_id: str, export_id: str) -> Export:
    """An export of this organisation. Raises NotFound."""
    found = get(table, export_id)
    if found is None or found.organisation_id != organisation_id or found.asked_at + KEPT <= table.now():
        raise NotFound
    return found


def create(table: Table, export: Export, companions: Sequence[Write]) -> None:
    """Raises CompanionRefused."""
    table.transact([put_new(keys.export_key(export.id), _item(export))], companions)


def write(table: Table, export: Export, **changes: Any) -> Export:
    """The export with these changes, stored. Raises ConditionNotMet if somebody else has written it since."""
    after = replace(export, touched_at=table.now(), revision=export.revision + 1, **changes)
    table.write(
        put(
            keys.export_key(export.id),
            _item(after),
            condition="revision = :revision",
            values={":revision": export.revision},
        )
    )
    return after


def _item(export: Export) -> Item:
    return {
        keys.ORGANISATION: export.organisation_id,
        "id": export.id,
        "format": export.format.value,
        "query": query.to_plain(export.query),
        "zone": export.zone,
        "seen": list(export.seen),
        "asked_at": to_text(export.asked_at),
        "touched_at": to_text(export.touched_at),
        "state": export.state.value,
        "rows": export.rows,
        "size": export.size,
        "after": export.after.to_plain() if export.after else None,
        "upload": export.upload,
        "etags": list(export.etags),
        "rest": export.rest,
        "file": export.file,
        "finished_at": to_text(export.finished_at) if export.finished_at else None,
        "failure": export.failure,
        "revision": export.revision,
        keys.EXPIRES_AT: ceil((export.asked_at + KEPT + _LONGER).timestamp()),
    }


def _from(item: Item) -> Export:
    return Export(
        id=item["id"],
        organisation_id=item[keys.ORGANISATION],
        format=Format(item["format"]),
        query=query.from_plain(item["query"]),
        zone=item["zone"],
        seen=tuple(item["seen"]),
        asked_at=from_text(item["asked_at"]),
        touched_at=from_text(item["touched_at"]),
        state=State(item["state"]),
        rows=item["rows"],
        size=item["size"],
        after=Position.of_plain(item["after"]) if item["after"] else None,
        upload=item["upload"],
        etags=tuple(item["etags"]),
        rest=item["rest"],
        file=item.get("file"),
        finished_at=from_text(item["finished_at"]) if item["finished_at"] else None,
        failure=item["failure"],
        revision=item["revision"],
    )
