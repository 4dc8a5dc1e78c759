"""The entry of the bulk worker: each message names a bulk action that is to be brought to its end.

A call brings one message, and the queue gives out no other one of the organisation until this one is gone. So an
organisation's large bulk actions are carried out one after the other, and hold up nobody else's. A message may come
twice, and again after a worker died: what is done with it is safe to repeat.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import orjson
from aws_lambda_powertools import Logger

from bulk_worker.work import work
from ticketing import faults
from ticketing.config import Settings
from ticketing.store import clients
from ticketing.store.objects import Objects
from ticketing.store.queues import FifoQueue
from ticketing.store.table import Table

AFTER_A_FAULT_S = 30
"""Soon, since its organisation's next one waits for it; late enough for a table that was busy."""

_log = Logger()


class Context(Protocol):
    def get_remaining_time_in_millis(self) -> int: ...


class Work(Protocol):
    """`bulk_worker.work`."""

    def __call__(self, table: Table, bulk_id: str, *, remaining_s: Callable[[], float]) -> bool: ...


@dataclass(frozen=True, slots=True)
class App:
    """What a warm function keeps."""

    table: Table
    queue: FifoQueue
    work: Work = work

    @classmethod
    def from_environment(cls) -> "App":
        settings = Settings.from_environment()
        objects = Objects(lambda: clients.make("s3"), settings.content_bucket)
        queue = FifoQueue(clients.sqs, settings.bulk_queue_url)
        return cls(Table(clients.dynamodb(), settings.table_name), queue, partial(work, objects=objects))

    def handle(self, event: Mapping[str, Any], context: Context) -> dict[str, Any]:
        """Work off each message, and report those that must come again."""

        def remaining_s() -> float:
            return context.get_remaining_time_in_millis() / 1000

        failed = [record["messageId"] for record in event["Records"] if not self._is_done(record, remaining_s)]
        return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in failed]}

    def _is_done(self, record: Mapping[str, Any], remaining_s: Callable[[], float]) -> bool:
        facts = {"message_id": record["messageId"], "receives": record["attributes"]["ApproximateReceiveCount"]}
        bulk_id = _bulk_id(record["body"])
        if bulk_id is None:
            # No wait makes it readable. It comes again at once, until it is a dead letter: those behind it wait.
            _log.error("unreadable message", extra=facts)
            self._release(record, facts)
            return False
        facts["bulk_id"] = bulk_id
        try:
            is_done = self._run(bulk_id, remaining_s)
        except Exception as error:  # noqa: BLE001 (it comes again, and is a dead letter after six times)
            _log.error("bulk action failed", extra={**facts, **faults.describe(error)})
            self._release(record, facts, AFTER_A_FAULT_S)
            return False
        _log.info("bulk action" if is_done else "bulk action goes on in another run", extra=facts)
        if not is_done:
            self._release(record, facts)
        return is_done

    def _run(self, bulk_id: str, remaining_s: Callable[[], float]) -> bool:
        return self.work(self.table, bulk_id, remaining_s=remaining_s)

    def _release(self, record: Mapping[str, Any], facts: Mapping[str, Any], delay_s: int = 0) -> None:
        try:
            self.queue.release(record["receiptHandle"], delay_s)
        except Exception as error:  # noqa: BLE001 (it comes again all the same, only later)
            _log.error("release failed", extra={**facts, **faults.describe(error)})


def _bulk_id(body: str) -> str | None:
    """The bulk action that a message names; None if it names none."""
    try:
        message = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    bulk_id = message.get("bulk_id") if isinstance(message, dict) else None
    return bulk_id if isinstance(bulk_id, str) else None


_app = App.from_environment()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """What Lambda calls."""
    return _app.handle(event, context)
