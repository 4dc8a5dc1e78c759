"""Queues: messages that name an item by its ids, never its content."""

from collections.abc import Callable, Mapping, Sequence
from itertools import batched
from typing import TYPE_CHECKING, Any

import orjson
from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NotReached

from ticketing.errors import Busy

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MAX_DELAY_S = 900
"""SQS holds a message back for 15 minutes at most (SQS API reference, SendMessage)."""

_MAX_BATCH = 10
"""SQS API reference, SendMessageBatch."""

_SERVER_ERROR = 500
_THROTTLES = frozenset({"RequestThrottled", "ThrottlingException", "KMS.ThrottlingException"})
"""Refusals that waiting heals, although they come as a 400 (SQS API reference, SendMessage and common errors)."""


class Queue:
    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def send(self, message: Mapping[str, Any], *, delay_s: float = 0) -> None:
        delay = min(max(round(delay_s), 0), MAX_DELAY_S)
        self._client.send_message(QueueUrl=self._url, MessageBody=_text(message), DelaySeconds=delay)

    def release(self, receipt_handle: str, delay_s: int) -> None:
        """Let a message that was received come again after `delay_s` seconds, and not when its time is up."""
        self._client.change_message_visibility(
            QueueUrl=self._url, ReceiptHandle=receipt_handle, VisibilityTimeout=delay_s
        )

    def send_all(self, messages: Sequence[Mapping[str, Any]]) -> None:
        """Any number of messages, ten a call. Raises Busy if SQS does not take one of them; others may be sent then."""
        for some in batched(messages, _MAX_BATCH, strict=False):
            entries: Any = [{"Id": str(nth), "MessageBody": _text(one)} for nth, one in enumerate(some)]
            if self._client.send_message_batch(QueueUrl=self._url, Entries=entries).get("Failed"):
                raise Busy


class FifoQueue:
    """A queue that keeps the order of each group: the next message of a group comes when the one before it is gone.

    It is connected to when first needed, which most calls of a function never do. Everything here raises Busy when SQS
    cannot serve it now; a message may have been sent all the same, so it is sent again with the same deduplication id.
    """

    def __init__(self, connect: Callable[[], "SQSClient"], url: str) -> None:
        self._connect = connect
        self._url = url
        self._client: SQSClient | None = None

    def send(self, message: Mapping[str, Any], *, group: str, deduplication_id: str) -> None:
        """Send a message behind those of its group; SQS holds none of a FIFO queue back by a time of its own.

        A message whose deduplication id was sent within the last five minutes is taken and never delivered, even if the
        first one was worked off since. So whoever sends again what may be lost needs another id, or waits longer.
        """
        text = _text(message)
        self._call("send_message", MessageBody=text, MessageGroupId=group, MessageDeduplicationId=deduplication_id)

    def release(self, receipt_handle: str, delay_s: int) -> None:
        """Let a message that was received come again after `delay_s` seconds, and not when its time is up."""
        self._call("change_message_visibility", ReceiptHandle=receipt_handle, VisibilityTimeout=delay_s)

    def _call(self, operation: str, **arguments: Any) -> None:
        self._client = self._client or self._connect()
        try:
            getattr(self._client, operation)(QueueUrl=self._url, **arguments)
        except ClientError as error:
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)
            if status >= _SERVER_ERROR or error.response["Error"]["Code"] in _THROTTLES:
                raise Busy from None
            raise
        except (NotReached, HTTPClientError):
            raise Busy from None


def _text(message: Mapping[str, Any]) -> str:
    return orjson.dumps(dict(message)).decode("utf-8")
