"""The bulk worker on a queue: what becomes of a message. What is done with a bulk action is told elsewhere."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.fakes.events import from_file
from tests.integration.aws import Aws


class Context:
    def get_remaining_time_in_millis(self) -> int:
        return 300_000


type End = Callable[[], bool]
type Deliver = Callable[[End], dict[str, Any]]


def out_of_time() -> bool:
    return False


def failing() -> bool:
    raise RuntimeError


@pytest.fixture
def deliver(aws: Aws) -> Deliver:
    """Give the function the message that the queue hands out, and say how its work ends."""
    from bulk_worker.app import App

    def delivered(end: End) -> dict[str, Any]:
        (message,) = handed_out(aws)
        record = from_file("queue_bulk_action")["Records"][0] | {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
        }
        return replace(App.from_environment(), work=lambda *_, **__: end()).handle({"Records": [record]}, Context())

    aws.bulks.send({"bulk_id": "blk_1"}, group="org_lakeside", deduplication_id="blk_1")
    return delivered


def handed_out(aws: Aws) -> list[Any]:
    """What the queue gives to whoever asks now."""
    found: list[Any] = aws.queues.receive_message(QueueUrl=aws.settings.bulk_queue_url).get("Messages", [])
    return found


def test_a_bulk_action_that_ran_out_of_time_is_handed_out_again_at_once(aws: Aws, deliver: Deliver) -> None:
    assert len(deliver(out_of_time)["batchItemFailures"]) == 1
    assert [one["Body"] for one in handed_out(aws)] == ['{"bulk_id":"blk_1"}']


def test_one_that_failed_is_not_handed_out_before_its_time_is_up(aws: Aws, deliver: Deliver) -> None:
    assert len(deliver(failing)["batchItemFailures"]) == 1
    assert handed_out(aws) == []
    assert aws.waiting(aws.settings.bulk_queue_url) == [{"bulk_id": "blk_1"}]


def test_the_next_of_an_organisation_waits_and_another_organisations_does_not(aws: Aws, deliver: Deliver) -> None:
    aws.bulks.send({"bulk_id": "blk_2"}, group="org_lakeside", deduplication_id="blk_2")
    aws.bulks.send({"bulk_id": "blk_3"}, group="org_northwind", deduplication_id="blk_3")
    deliver(failing)
    assert [one["Body"] for one in handed_out(aws)] == ['{"bulk_id":"blk_3"}']
    assert handed_out(aws) == []


def test_what_is_sent_twice_by_the_same_id_is_there_once(aws: Aws) -> None:
    for number in (1, 1, 2):
        aws.bulks.send({"bulk_id": "blk_1"}, group="org_lakeside", deduplication_id=f"blk_1#{number}")
    assert len(aws.waiting(aws.settings.bulk_queue_url)) == 2
