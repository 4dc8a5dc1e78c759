"""Queues: messages that name an item by its ids, never its content."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MAX_DELAY_S = 900
"""SQS holds a message back for 15 minutes at most (SQS API reference, SendMessage)."""


class Queue:
    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def send(self, message: Mapping[str, Any], *, delay_s: float = 0) -> None:
        delay = min(max(round(delay_s), 0), MAX_DELAY_S)
        self._client.send_message(
            QueueUrl=self._url, MessageBody=orjson.dumps(dict(message)).decode("utf-8"), DelaySeconds=delay
        )
