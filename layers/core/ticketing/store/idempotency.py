"""Answers of requests that changed something, by the caller's Idempotency-Key: a retried request acts once.

The record is written in the transaction of the effect. So there is no request "in flight": of two twins one writes
effect and record, the other one's transaction is refused as a whole, and it reads the winner's answer.
"""

import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from ticketing.store import keys
from ticketing.store.table import Table
from ticketing.store.writes import Write, put

KEPT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Request:
    """What a record is bound to: `fingerprint` is of the route and the body."""

    organisation_id: str
    actor_id: str
    idempotency_key: str
    fingerprint: str

    @property
    def key(self) -> keys.Key:
        digest = hashlib.sha256(f"{self.actor_id}\0{self.idempotency_key}".encode()).hexdigest()
        return keys.idempotency_key(self.organisation_id, digest)


@dataclass(frozen=True, slots=True)
class Recorded:
    """An answer that was given; `fingerprint` is of the request that it was given to."""

    fingerprint: str
    status: int
    headers: Mapping[str, str]
    body: bytes


def fingerprint(method: str, path: str, body: bytes) -> str:
    return hashlib.sha256(b"\0".join((method.encode(), path.encode(), body))).hexdigest()


def record(request: Request, answer: Recorded, now: datetime) -> Write:
    """The write that belongs into the transaction of the effect; refused if the key was used within 24 hours."""
    item = {
        keys.ORGANISATION: request.organisation_id,
        "fingerprint": answer.fingerprint,
        "status": answer.status,
        "headers": dict(answer.headers),
        "body": zlib.compress(answer.body, level=9),
        keys.EXPIRES_AT: ceil((now + KEPT).timestamp()),
    }
    return put(
        request.key,
        item,
        condition="attribute_not_exists(pk) OR expires_at <= :now",
        values={":now": int(now.timestamp())},
    )


def find(table: Table, request: Request, now: datetime) -> Recorded | None:
    """The answer that was recorded for this key within 24 hours, whatever request it was given to."""
    item = table.get(request.key)
    if item is None or item[keys.EXPIRES_AT] <= now.timestamp():
        return None
    return Recorded(item["fingerprint"], item["status"], item["headers"], zlib.decompress(item["body"]))
