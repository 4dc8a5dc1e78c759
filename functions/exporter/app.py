"""The entry of the exporter: each message names an export that is to be brought to its end.

A message may come twice, and again after an exporter died: what is done with it is safe to repeat.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import orjson
from aws_lambda_powertools import Logger

from exporter.lines import Source
from exporter.work import work
from ticketing import faults
from ticketing.config import Settings
from ticketing.store import clients
from ticketing.store.cached_reads import CachedReads
from ticketing.store.objects import Objects
from ticketing.store.queues import Queue
from ticketing.store.table import Table

AFTER_A_FAULT_S = 60
"""Late enough for a table that was busy, or for another run that is at the same export."""

_log = Logger()


class Context(Protocol):
    def get_remaining_time_in_millis(self) -> int: ...


class Work(Protocol):
    """`exporter.work.work`."""

    def __call__(self, source: Source, export_id: str, *, remaining_s: Callable[[], float]) -> bool: ...


@dataclass(frozen=True, slots=True)
class App:
    """What a warm function keeps."""

    source: Source
    queue: Queue
    work: Work = work

    @classmethod
    def from_environment(cls) -> "App":
        settings = Settings.from_environment()
        table = Table(clients.dynamodb(), settings.table_name)
        objects = Objects(clients.s3_for_files, settings.content_bucket)
        source = Source(table, CachedReads(table), objects, time.monotonic)
        return cls(source, Queue(clients.sqs(), settings.export_queue_url))

    def handle(self, event: Mapping[str, Any], context: Context) -> dict[str, Any]:
        """Work off each message, and report those that must come again."""

        def remaining_s() -> float:
            return context.get_remaining_time_in_millis() / 1000

        failed = [record["messageId"] for record in event["Records"] if not self._is_done(record, remaining_s)]
        return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in failed]}

    def _is_done(self, record: Mapping[str, Any], remaining_s: Callable[[], float]) -> bool:
        facts = {"message_id": record["messageId"], "receives": record["attributes"]["ApproximateReceiveCount"]}
        export_id = _export_id(record["body"])
        if export_id is None:
            _log.error("unreadable message", extra=facts)
            return False
        facts["export_id"] = export_id
        try:
            is_done = self.work(self.source, export_id, remaining_s=remaining_s)
            if not is_done:
                # A new message, since a receive of this one would count as a failure of it.
                self.queue.send({"export_id": export_id})
        except Exception as error:  # noqa: BLE001 (it comes again, and is a dead letter after five times)
            _log.error("export failed", extra={**facts, **faults.describe(error)})
            self._release(record, facts)
            return False
        _log.info("export" if is_done else "export goes on in another run", extra=facts)
        return True

    def _release(self, record: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
        try:
            self.queue.release(record["receiptHandle"], AFTER_A_FAULT_S)
        except Exception as error:  # noqa: BLE001 (it comes again all the same, only later)
            _log.error("release failed", extra={**facts, **faults.describe(error)})


def _export_id(body: str) -> str | None:
    """The export that a message names; None if it names none."""
    try:
        message = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    export_id = message.get("export_id") if isinstance(message, dict) else None
    return export_id if isinstance(export_id, str) else None


_app = App.from_environment()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """What Lambda calls."""
    return _app.handle(event, context)
