"""Queues: messages that name an item by its ids, never its content."""

from collections.abc import Iterable, Mapping
from itertools import batched
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MAX_BATCH_MESSAGES = 10
MAX_DELAY_S = 900
"""SQS holds a message back for 15 minutes at most (SQS API reference, SendMessage)."""


class NotQueued(Exception):
    """The queue did not take all of several messages."""


class Queue:
    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def send(self, message: Mapping[str, Any], *, delay_s: float = 0) -> None:
        delay = min(max(round(delay_s), 0), MAX_DELAY_S)
        self._client.send_message(QueueUrl=self._url, MessageBody=_body(message), DelaySeconds=delay)

    def send_all(self, messages: Iterable[Mapping[str, Any]]) -> None:
        """Send any number of messages, ten a call. Raises NotQueued; some may have been taken then."""
        for some in batched(messages, MAX_BATCH_MESSAGES, strict=False):
            answer = self._client.send_message_batch(
                QueueUrl=self._url,
                Entries=[{"Id": str(index), "MessageBody": _body(message)} for index, message in enumerate(some)],
            )
            if answer.get("Failed"):
                raise NotQueued


def _body(message: Mapping[str, Any]) -> str:
    return orjson.dumps(dict(message)).decode("utf-8")
