"""The bulk worker on a queue: what becomes of a message, and its pace. What is done with tickets is told elsewhere."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bulk_worker.applying import TICKETS_A_SECOND
from bulk_worker.work import Worker
from tests.builders import ANA
from tests.fakes.events import from_file
from tests.integration.aws import Aws
from tests.integration.world import World
from ticketing.domain.bulk import MOST_AT_ONCE


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


# --- the pace ----------------------------------------------------------------------------------------------------


def test_a_run_that_goes_on_keeps_the_pace_for_what_is_left_and_passes_over_the_rest(world: World) -> None:
    ids = [world.a_ticket()["id"] for _ in range(MOST_AT_ONCE + 120)]
    asked = world.api("POST", "/v1/tickets/bulk", {"action": "assign", "ids": ids, "value": ANA})
    # Plan, attempt and the first 100 are begun in time; what is left is for the next run.
    times = iter([300.0, 300.0, 300.0, 300.0, 0.0])
    slept: list[float] = []
    runs = [
        Worker(world.aws.table, remaining_s=remaining_s, sleep=slept.append, clock=lambda: 0.0)
        for remaining_s in (lambda: next(times), lambda: 300.0)
    ]
    assert not runs[0].bring_to_end(asked.body["id"])
    assert world.api("GET", asked.headers["location"]).body["done"] == 100
    slept.clear()
    assert runs[1].bring_to_end(asked.body["id"])
    assert slept == [50 / TICKETS_A_SECOND, 100 / TICKETS_A_SECOND]  # the last ones end it, and nothing comes after
