"""The entry of the bulk worker: each message names a bulk action that is to be brought to its end.

A call brings one message, and the queue gives out no other one of the organisation until this one is gone. So an
organisation's large bulk actions are carried out one after the other, and hold up nobody else's. A message may come
twice, and again after a worker died: what is done with it is safe to repeat.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from aws_lambda_powertools import Logger

from bulk_worker.work import work
from ticketing import faults, messages
from ticketing.config import Settings
from ticketing.messages import Context, Message
from ticketing.store import clients
from ticketing.store.objects import Objects
from ticketing.store.queues import FifoQueue
from ticketing.store.table import Table

AFTER_A_FAULT_S = 30
"""Soon, since its organisation's next one waits for it; late enough for a table that was busy."""

_log = Logger()


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
        return messages.work_off(event, "bulk_id", lambda message: self._is_done(message, context))

    def _is_done(self, message: Message, context: Context) -> bool:
        if message.named is None:
            # No wait makes it readable. It comes again at once, until it is a dead letter: those behind it wait.
            _log.error("unreadable message", extra=message.facts)
            messages.release(self.queue, message, 0, _log)
            return False
        try:
            is_done = self.work(self.table, message.named, remaining_s=partial(messages.remaining_s, context))
        except Exception as error:  # noqa: BLE001 (it comes again, and is a dead letter after six times)
            _log.error("bulk action failed", extra={**message.facts, **faults.describe(error)})
            messages.release(self.queue, message, AFTER_A_FAULT_S, _log)
            return False
        _log.info("bulk action" if is_done else "bulk action goes on in another run", extra=message.facts)
        if not is_done:
            messages.release(self.queue, message, 0, _log)
        return is_done


_app = App.from_environment()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """What Lambda calls."""
    return _app.handle(event, context)
