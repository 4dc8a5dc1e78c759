"""The entry of the exporter: each message names an export that is to be brought to its end.

A message may come twice, and again after an exporter died: what is done with it is safe to repeat.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from aws_lambda_powertools import Logger

from exporter.lines import Source
from exporter.work import work
from ticketing import faults, messages
from ticketing.config import Settings
from ticketing.messages import Context, Message
from ticketing.store import clients
from ticketing.store.cached_reads import CachedReads
from ticketing.store.objects import Objects
from ticketing.store.queues import Queue
from ticketing.store.table import Table

AFTER_A_FAULT_S = 60
"""Late enough for a table that was busy, or for another run that is at the same export."""

_log = Logger()


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
        return messages.work_off(event, "export_id", lambda message: self._is_done(message, context))

    def _is_done(self, message: Message, context: Context) -> bool:
        if message.named is None:
            _log.error("unreadable message", extra=message.facts)
            return False
        try:
            is_done = self.work(self.source, message.named, remaining_s=partial(messages.remaining_s, context))
            if not is_done:
                # A new message, since a receive of this one would count as a failure of it.
                self.queue.send({"export_id": message.named})
        except Exception as error:  # noqa: BLE001 (it comes again, and is a dead letter after five times)
            _log.error("export failed", extra={**message.facts, **faults.describe(error)})
            messages.release(self.queue, message, AFTER_A_FAULT_S, _log)
            return False
        _log.info("export" if is_done else "export goes on in another run", extra=message.facts)
        return True


_app = App.from_environment()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """What Lambda calls."""
    return _app.handle(event, context)
