"""Bulk actions that somebody else is at just now, as other requests meet them."""

from datetime import datetime, timedelta
from typing import Any

from tests.builders import ANA, ORGANISATION
from tests.integration.aws import Aws
from ticketing.domain.bulk import Bulk, BulkAction, Kind, Phase, Plan, Selected, Step
from ticketing.domain.events import Source
from ticketing.domain.principal import Actor
from ticketing.domain.ticket import Priority
from ticketing.store import bulk_records, bulks, idempotency, keys, marks
from ticketing.store.table import Table


def a_request(idempotency_key: str, actor: str) -> str:
    """What a bulk action's record says of the request that came with this key."""
    return idempotency.Request(ORGANISATION, actor, idempotency_key, "").key.pk


def a_bulk(now: datetime, **changes: Any) -> Bulk:
    asked: dict[str, Any] = {
        "id": "blk_at_it",
        "organisation_id": ORGANISATION,
        "action": BulkAction(Kind.PRIORITY, Priority.LOW),
        "actor": Actor(ANA),
        "source": Source.API,
        "request_id": "req_at_it",
        "asked_at": now,
        "selected": 1,
        "phase": Phase.QUEUED,
    }
    return Bulk(**asked | changes)


def queue(aws: Aws, ticket_id: str) -> Bulk:
    """One that waits for its worker."""
    bulk = a_bulk(aws.clock())
    aws.table.transact([bulk_records.create(bulk), *bulks.page_writes(bulk, [Selected(ticket_id)], 1_000)])
    return bulk


def prepare(aws: Aws, ticket_id: str, request: str | None = None) -> Bulk:
    """One that has marked its ticket and is about to commit."""
    return prepare_at(aws.table, ORGANISATION, ticket_id, request)


def prepare_at(table: Table, organisation_id: str, ticket_id: str, request: str | None = None) -> Bulk:
    now = table.now()
    version = (table.get(keys.ticket_key(ticket_id)) or {})["version"]
    step = Step(ticket_id, version, Priority.LOW, Priority.HIGH)
    bulk = a_bulk(
        now,
        organisation_id=organisation_id,
        phase=Phase.PREPARING,
        plan=Plan((step,)),
        leased_until=now + timedelta(seconds=15),
        attempt_ends_at=now + timedelta(seconds=15),
        request=request,
    )
    table.transact([bulk_records.create(bulk), marks.put(bulk, step)])
    return bulk
