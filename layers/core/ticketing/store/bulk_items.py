"""Bulk actions as items and back; inverse of each other. The steps are packed: a hundred of them are about 3 KB."""

import zlib
from typing import Any

import orjson

from ticketing.domain.bulk import FINISHED_AFTER, KEPT, Bulk, BulkAction, Kind, Step, Target, ToCategory, Value
from ticketing.domain.events import Source
from ticketing.domain.instants import from_text, to_text
from ticketing.domain.principal import Actor
from ticketing.domain.ticket import Priority
from ticketing.domain.workflow import Status, StatusCategory
from ticketing.store import keys
from ticketing.store.attributes import Item


def bulk_item(bulk: Bulk) -> Item:
    item = {
        keys.ORGANISATION: bulk.organisation_id,
        "id": bulk.id,
        "kind": bulk.action.kind.value,
        "value": _value(bulk.action.value),
        "steps": _packed([_step(one) for one in bulk.steps]),
        "unchanged": _packed(list(bulk.unchanged)),
        "left_out": bulk.left_out,
        "actor": bulk.actor.id,
        "source": bulk.source.value,
        "request_id": bulk.request_id,
        "committed_at": to_text(bulk.committed_at),
        "undo_of": bulk.undo_of,
        "applied": bulk.is_applied,
        keys.DUE_KIND: keys.due_kind(keys.Due.BULK, bulk.id),
        keys.DUE_AT: to_text(bulk.committed_at + (KEPT if bulk.is_applied else FINISHED_AFTER)),
    }
    return {name: value for name, value in item.items() if value is not None}


def bulk_from(item: Item) -> Bulk:
    kind = Kind(item["kind"])
    return Bulk(
        id=item["id"],
        organisation_id=item[keys.ORGANISATION],
        action=BulkAction(kind, _value_from(kind, item.get("value"))),
        steps=tuple(_step_from(kind, one) for one in _unpacked(item["steps"])),
        unchanged=tuple(_unpacked(item["unchanged"])),
        left_out=item["left_out"],
        actor=Actor(item["actor"]),
        source=Source(item["source"]),
        request_id=item["request_id"],
        committed_at=from_text(item["committed_at"]),
        undo_of=item.get("undo_of"),
        is_applied=item.get("applied", True),
    )


def _value(value: Value) -> Any:
    return {"category": value.category.value} if isinstance(value, ToCategory) else value


def _value_from(kind: Kind, value: Any) -> Value:
    if isinstance(value, dict):
        return ToCategory(StatusCategory(value["category"]))
    return Priority(value) if kind is Kind.PRIORITY and value is not None else value


def _step(step: Step) -> list[Any]:
    return [step.ticket_id, step.version, _target(step.target), _target(step.previous)]


def _step_from(kind: Kind, packed: list[Any]) -> Step:
    ticket_id, version, target, previous = packed
    return Step(ticket_id, version, _target_from(kind, target), _target_from(kind, previous))


def _target(target: Target) -> Any:
    return [target.id, target.name, target.category.value] if isinstance(target, Status) else target


def _target_from(kind: Kind, packed: Any) -> Target:
    if kind is Kind.STATUS:
        id_, name, category = packed
        return Status(id_, name, StatusCategory(category))
    return Priority(packed) if kind is Kind.PRIORITY else packed


def _packed(what: list[Any]) -> bytes:
    return zlib.compress(orjson.dumps(what), level=9)


def _unpacked(packed: bytes) -> list[Any]:
    found: list[Any] = orjson.loads(zlib.decompress(packed))
    return found
