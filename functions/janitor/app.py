"""The entry of the janitor: on a schedule, whatever is due is brought to its end.

Each task is safe to repeat and to stop anywhere; what is left is still due and is found by the next run. One thing
that fails does not keep the others from their turn.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Protocol

from aws_lambda_powertools import Logger

from janitor.tasks import TASKS, Stores, Task
from ticketing import faults
from ticketing.config import Settings
from ticketing.domain.instants import to_milliseconds
from ticketing.store import clients, due, keys
from ticketing.store.keys import Key
from ticketing.store.objects import Objects
from ticketing.store.queues import FifoQueue, Queue
from ticketing.store.table import Table

_AT_ONCE = 25
_RESERVE_MS = 10_000
"""A task is begun only while so much time is left: more than the longest one needs."""

_log = Logger()


class Context(Protocol):
    def get_remaining_time_in_millis(self) -> int: ...


class App:
    """What a warm function keeps."""

    def __init__(self, settings: Settings, now: Callable[[], datetime]) -> None:
        objects = Objects(lambda: clients.make("s3"), settings.content_bucket)
        bulks = FifoQueue(clients.sqs, settings.bulk_queue_url)
        mails = Queue(clients.sqs(), settings.mail_retry_queue_url)
        self._stores = Stores(Table(clients.dynamodb(), settings.table_name), objects, bulks, mails)
        self._now = now

    def handle(self, context: Context) -> dict[str, int]:
        """Do what is due until it is done or the time is up; counts by task."""
        done: dict[str, int] = {}
        for task in TASKS:
            done[task.name] = sum(self._run(task, key) for key in self._due(task, context))
            if done[task.name]:
                _log.info("janitor", extra={"task": task.name, "done": done[task.name]})
        return done

    def _due(self, task: Task, context: Context) -> Iterator[Key]:
        for shard in range(keys.DUE_SHARDS):
            for key in due.due(self._stores.table, task.kind, shard, self._now(), limit=_AT_ONCE):
                if context.get_remaining_time_in_millis() < _RESERVE_MS:
                    return
                yield key

    def _run(self, task: Task, key: Key) -> bool:
        try:
            return task.run(self._stores, key, self._now())
        except Exception as error:  # noqa: BLE001 (it is still due: the next run tries again)
            _log.error("task failed", extra={"task": task.name, "pk": key.pk, **faults.describe(error)})
            return False


def _now() -> datetime:
    return to_milliseconds(datetime.now(UTC))


_app = App(Settings.from_environment(), _now)


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:  # noqa: ARG001 (Lambda's signature)
    """What Lambda calls."""
    return _app.handle(context)
