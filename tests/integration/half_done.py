"""Bulk actions that somebody else is at just now, as other requests meet them."""

from datetime import timedelta
from typing import Any

from tests.builders import ANA, ORGANISATION
from tests.integration.aws import Aws
from ticketing.domain.bulk import Bulk, BulkAction, Kind, Phase, Selected, Step
from ticketing.domain.events import Source
from ticketing.domain.principal import Actor
from ticketing.domain.ticket import Priority
from ticketing.store import bulk_records, bulks, idempotency, keys, marks


def a_request(idempotency_key: str, actor: str) -> str:
    """What a bulk action's record says of the request that came with this key."""
    return idempotency.Request(ORGANISATION, actor, idempotency_key, "").key.pk


def a_bulk(aws: Aws, **changes: Any) -> Bulk:
    asked: dict[str, Any] = {
        "id": "blk_at_it",
        "organisation_id": ORGANISATION,
        "action": BulkAction(Kind.PRIORITY, Priority.LOW),
        "actor": Actor(ANA),
        "source": Source.API,
        "request_id": "req_at_it",
        "asked_at": aws.clock(),
        "selected": 1,
        "phase": Phase.QUEUED,
    }
    return Bulk(**asked | changes)


def queue(aws: Aws, ticket_id: str) -> Bulk:
    """One that waits for its worker."""
    bulk = a_bulk(aws)
    aws.table.transact([bulk_records.create(bulk), *bulks.page_writes(bulk, [Selected(ticket_id)], 1_000)])
    return bulk


def prepare(aws: Aws, ticket_id: str, request: str | None = None) -> Bulk:
    """One that has marked its ticket and is about to commit."""
    until = aws.clock() + timedelta(seconds=15)
    bulk = a_bulk(aws, phase=Phase.PREPARING, leased_until=until, attempt_ends_at=until, request=request)
    version = (aws.table.get(keys.ticket_key(ticket_id)) or {})["version"]
    step = Step(ticket_id, version, Priority.LOW, Priority.HIGH)
    aws.table.transact([bulk_records.create(bulk), marks.put(bulk, step)])
    return bulk
