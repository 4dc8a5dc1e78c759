"""Bulk actions as items and back; inverse of each other. Rows of a plan are packed: a thousand are about 30 KB."""

import zlib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson

from ticketing.domain.bulk import (
    FINISHED_AFTER,
    KEPT,
    Blocker,
    Bulk,
    BulkAction,
    Counts,
    Kind,
    LeftOut,
    Phase,
    Plan,
    Resolved,
    Row,
    Search,
    Selected,
    Step,
    Target,
    ToCategory,
    Unchanged,
    Value,
)
from ticketing.domain.bulk_audience import Audience, Part
from ticketing.domain.events import Source
from ticketing.domain.instants import from_text, to_text
from ticketing.domain.principal import Actor
from ticketing.domain.query import Position, from_plain, to_plain
from ticketing.domain.ticket import Priority
from ticketing.domain.workflow import Status, StatusCategory
from ticketing.store import keys
from ticketing.store.attributes import Item

_COUNTED = ("changed", "unchanged", "left_out", "blocked")


def bulk_item(bulk: Bulk) -> Item:
    item = {
        keys.ORGANISATION: bulk.organisation_id,
        "id": bulk.id,
        "kind": bulk.action.kind.value,
        "value": _value(bulk.action.value),
        "actor": bulk.actor.id,
        "source": bulk.source.value,
        "request_id": bulk.request_id,
        "asked_at": to_text(bulk.asked_at),
        "selected": bulk.selected,
        "phase": bulk.phase.value,
        "plan": pack(bulk.plan.rows) if bulk.plan is not None else None,
        **counts_item(bulk.counts),
        "attempt": bulk.attempt,
        "leased_until": _instant(bulk.leased_until),
        "attempt_ends_at": _instant(bulk.attempt_ends_at),
        "committed_at": _instant(bulk.committed_at),
        "finished_at": _instant(bulk.finished_at),
        "applied": bulk.applied,
        "judged": bulk.judged,
        "failure": bulk.failure,
        "search": _search(bulk.search),
        "undo_of": bulk.undo_of,
        "request": bulk.request,
        "audience": audience_item(bulk.audience) if bulk.audience is not None else None,
        keys.DUE_KIND: keys.due_kind(keys.Due.BULK, bulk.id),
        keys.DUE_AT: due_at(bulk.phase, bulk.asked_at),
    }
    return {name: value for name, value in item.items() if value is not None}


def due_at(phase: Phase, asked_at: datetime) -> str:
    """When the janitor looks at it: soon if it may have been forgotten, else when it is to be removed."""
    return to_text(asked_at + (KEPT if phase.is_over else FINISHED_AFTER))


def counts_item(counts: Counts) -> dict[str, int]:
    return {name: getattr(counts, name) for name in _COUNTED}


def bulk_from(item: Item) -> Bulk:
    kind = Kind(item["kind"])
    return Bulk(
        id=item["id"],
        organisation_id=item[keys.ORGANISATION],
        action=BulkAction(kind, _value_from(kind, item.get("value"))),
        actor=Actor(item["actor"]),
        source=Source(item["source"]),
        request_id=item["request_id"],
        asked_at=from_text(item["asked_at"]),
        selected=item["selected"],
        phase=Phase(item["phase"]),
        plan=Plan(unpack(kind, item["plan"])) if "plan" in item else None,
        counts=Counts(*(item[name] for name in _COUNTED)),
        attempt=item["attempt"],
        leased_until=_instant_from(item.get("leased_until")),
        attempt_ends_at=_instant_from(item.get("attempt_ends_at")),
        committed_at=_instant_from(item.get("committed_at")),
        finished_at=_instant_from(item.get("finished_at")),
        applied=item["applied"],
        judged=item["judged"],
        failure=item.get("failure"),
        search=_search_from(item.get("search")),
        undo_of=item.get("undo_of"),
        request=item.get("request"),
        audience=_audience_from(item.get("audience")),
    )


def pack(rows: Sequence[Row]) -> bytes:
    return zlib.compress(orjson.dumps([_row(one) for one in rows]), level=9)


def unpack(kind: Kind, packed: bytes) -> tuple[Row, ...]:
    rows: list[list[Any]] = orjson.loads(zlib.decompress(packed))
    return tuple(_row_from(kind, one) for one in rows)


def target_item(target: Target) -> Any:
    """What a step sets, as a value of an item."""
    match target:
        case Status(id_, name, category):
            return [id_, name, category.value]
        case Resolved(Status(id_, name, category), at):
            return [id_, name, category.value, to_text(at)]
        case _:
            return target


def target_from(kind: Kind, packed: Any) -> Target:
    if kind is Kind.STATUS:
        id_, name, category, *resolved_at = packed
        status = Status(id_, name, StatusCategory(category))
        return Resolved(status, from_text(resolved_at[0])) if resolved_at else status
    return Priority(packed) if kind is Kind.PRIORITY else packed


def audience_item(audience: Audience) -> bytes:
    return zlib.compress(orjson.dumps({part.value: dict(counts) for part, counts in audience.counts.items()}))


def _audience_from(packed: bytes | None) -> Audience | None:
    if packed is None:
        return None
    found: dict[str, dict[str, int]] = orjson.loads(zlib.decompress(packed))
    return Audience({part: Counter(found.get(part.value, {})) for part in Part})


def _row(row: Row) -> list[Any]:
    match row:
        case Step():
            values = target_item(row.target), target_item(row.previous)
            return [row.ticket_id, "expected" if row.is_expected else "step", row.version, *values]
        case Selected(id_, None):
            return [id_]
        case Selected(id_, version):
            return [id_, "selected", version]
        case Unchanged(id_):
            return [id_, "unchanged"]
        case LeftOut(id_):
            return [id_, "left_out"]
        case Blocker(id_, code, detail, allowed):
            return [id_, "blocker", code, detail, allowed]


def _row_from(kind: Kind, packed: list[Any]) -> Row:
    match packed:
        case [id_, "step" | "expected" as how, version, target, previous]:
            values = target_from(kind, target), target_from(kind, previous)
            return Step(id_, version, *values, is_expected=how == "expected")
        case [id_]:
            return Selected(id_)
        case [id_, "selected", version]:
            return Selected(id_, version)
        case [id_, "unchanged"]:
            return Unchanged(id_)
        case [id_, "left_out"]:
            return LeftOut(id_)
        case [id_, "blocker", code, detail, allowed]:
            return Blocker(id_, code, detail, tuple(allowed) if allowed is not None else None)
        case _:
            message = f"a row of a plan of {len(packed)} parts"
            raise ValueError(message)


def _value(value: Value) -> Any:
    return {"category": value.category.value} if isinstance(value, ToCategory) else value


def _value_from(kind: Kind, value: Any) -> Value:
    if isinstance(value, dict):
        return ToCategory(StatusCategory(value["category"]))
    return Priority(value) if kind is Kind.PRIORITY and value is not None else value


def _search(search: Search | None) -> bytes | None:
    if search is None:
        return None
    after = search.after.to_plain() if search.after is not None else None
    return zlib.compress(orjson.dumps([to_plain(search.query), after, search.seen, search.expected]))


def _search_from(packed: bytes | None) -> Search | None:
    if packed is None:
        return None
    query, after, seen, expected = orjson.loads(zlib.decompress(packed))
    return Search(from_plain(query), Position.of_plain(after) if after is not None else None, tuple(seen), expected)


def _instant(at: datetime | None) -> str | None:
    return to_text(at) if at is not None else None


def _instant_from(text: str | None) -> datetime | None:
    return from_text(text) if text is not None else None
