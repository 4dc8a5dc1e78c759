"""The messages that a function is called with by its queue. Each names one item by its id."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import orjson

from ticketing import faults


class Context(Protocol):
    """Lambda's."""

    def get_remaining_time_in_millis(self) -> int: ...


class Log(Protocol):
    def error(self, msg: str, *args: Any, extra: dict[str, Any]) -> None: ...


class Queue(Protocol):
    def release(self, receipt_handle: str, delay_s: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Message:
    """`named` is the id of its item, None if it names none; `facts` are what a log tells of it."""

    named: str | None
    receipt_handle: str
    facts: dict[str, Any]


def work_off(event: Mapping[str, Any], field: str, is_done: Callable[[Message], bool]) -> dict[str, Any]:
    """Give each message to `is_done`, and answer Lambda so that those come again that are not done.

    `field` is where a message names its item.
    """
    failed = [record["messageId"] for record in event["Records"] if not is_done(_message(record, field))]
    return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in failed]}


def remaining_s(context: Context) -> float:
    """The seconds that are left of a call."""
    return context.get_remaining_time_in_millis() / 1000


def release(queue: Queue, message: Message, delay_s: int, log: Log) -> None:
    """Let a message come again after `delay_s` seconds; if the queue fails, when its time is up."""
    try:
        queue.release(message.receipt_handle, delay_s)
    except Exception as error:  # noqa: BLE001 (it comes again all the same, only later)
        # Not its text, which `exception` would log.
        log.error("release failed", extra={**message.facts, **faults.describe(error)})  # noqa: TRY400


def _message(record: Mapping[str, Any], field: str) -> Message:
    named = _named(record["body"], field)
    facts = {"message_id": record["messageId"], "receives": record["attributes"]["ApproximateReceiveCount"]}
    return Message(named, record["receiptHandle"], facts | ({field: named} if named is not None else {}))


def _named(body: str, field: str) -> str | None:
    try:
        message = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    named = message.get(field) if isinstance(message, dict) else None
    return named if isinstance(named, str) else None
