"""Queues: what is sent to SQS, and what its refusals mean to callers."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from ticketing.errors import Busy
from ticketing.store.queues import MAX_DELAY_S, FifoQueue, Queue

URL = "https://sqs.example/bulk.fifo"


def refusal(status: int, code: str) -> ClientError:
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "SendMessage")  # type: ignore[typeddict-item]


class Sqs:
    """A client that notes what it is asked, and fails as it is told."""

    def __init__(self, error: Exception | None = None) -> None:
        self._error = error
        self.asked: list[dict[str, Any]] = []

    def send_message(self, **arguments: Any) -> Any:
        self.asked.append(arguments)
        if self._error:
            raise self._error

    change_message_visibility = send_message


def fifo(client: Any) -> FifoQueue:
    return FifoQueue(lambda: client, URL)


def send(queue: FifoQueue) -> None:
    queue.send({"bulk_id": "blk_1"}, group="org_lakeside", deduplication_id="blk_1#1")


@pytest.mark.parametrize(("delay_s", "sent"), [(0, 0), (-5, 0), (90.4, 90), (10_000, MAX_DELAY_S)])
def test_a_message_is_held_back_as_long_as_sqs_can(delay_s: float, sent: int) -> None:
    client: Any = Sqs()
    Queue(client, URL).send({"version": 1}, delay_s=delay_s)
    assert client.asked == [{"QueueUrl": URL, "MessageBody": '{"version":1}', "DelaySeconds": sent}]


def test_a_message_of_a_group_names_it_and_is_told_from_others_by_an_id() -> None:
    client = Sqs()
    send(fifo(client))
    assert client.asked == [
        {
            "QueueUrl": URL,
            "MessageBody": '{"bulk_id":"blk_1"}',
            "MessageGroupId": "org_lakeside",
            "MessageDeduplicationId": "blk_1#1",
        }
    ]


def test_a_message_that_is_released_comes_again_when_it_is_said() -> None:
    client = Sqs()
    fifo(client).release("handle", 30)
    assert client.asked == [{"QueueUrl": URL, "ReceiptHandle": "handle", "VisibilityTimeout": 30}]


@pytest.mark.parametrize(
    "error",
    [
        refusal(503, "ServiceUnavailable"),
        refusal(500, "InternalFailure"),
        refusal(400, "RequestThrottled"),
        refusal(400, "ThrottlingException"),
        refusal(400, "KMS.ThrottlingException"),
        EndpointConnectionError(endpoint_url=URL),
        ReadTimeoutError(endpoint_url=URL),
    ],
)
def test_a_queue_that_cannot_take_a_message_now_is_busy(error: Exception) -> None:
    queue = fifo(Sqs(error))
    with pytest.raises(Busy):
        send(queue)
    with pytest.raises(Busy):
        queue.release("handle", 0)


def test_a_refusal_that_waiting_does_not_heal_is_not_called_busy() -> None:
    with pytest.raises(ClientError):
        send(fifo(Sqs(refusal(403, "AccessDenied"))))


def test_the_queue_is_connected_to_once_and_only_when_it_is_needed() -> None:
    connections: list[Sqs] = []

    def connect() -> Any:
        connections.append(Sqs())
        return connections[-1]

    queue = FifoQueue(connect, URL)
    assert not connections
    send(queue)
    queue.release("handle", 0)
    assert len(connections) == 1
