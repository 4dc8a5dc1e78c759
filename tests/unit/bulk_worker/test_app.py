"""The bulk worker's entry: which messages are done, which come again, and when; the work itself is a stand-in's."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.fakes.events import from_file
from tests.fakes.logs import Log
from ticketing.store.queues import FifoQueue

BULK = "blk_x3k5m2q7v4ntb6ya"
(MESSAGE,) = from_file("queue_bulk_action")["Records"]
DONE: dict[str, Any] = {"batchItemFailures": []}
COMES_AGAIN = {"batchItemFailures": [{"itemIdentifier": MESSAGE["messageId"]}]}
GUESTS_WORDS = "AC not cooling in 402"


@dataclass
class Worker:
    """The entry with a worker that answers as it is told, and a queue that notes what is released."""

    answer: bool | Exception = True
    left_ms: int = 300_000
    sqs_error: Exception | None = None
    worked_on: list[tuple[Any, str, float]] = field(default_factory=list)
    released: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, *messages: dict[str, Any]) -> dict[str, Any]:
        from bulk_worker.app import App

        connect: Any = lambda: self  # noqa: E731 (a client, of which this is the only method asked)
        table: Any = "the table"
        app = App(table, FifoQueue(connect, "https://sqs.example/bulk.fifo"), self.work)
        return app.handle({"Records": messages}, self)

    def work(self, table: Any, bulk_id: str, *, remaining_s: Callable[[], float]) -> bool:
        self.worked_on.append((table, bulk_id, remaining_s()))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def change_message_visibility(self, **arguments: Any) -> None:
        if self.sqs_error:
            raise self.sqs_error
        self.released.append(arguments)

    def get_remaining_time_in_millis(self) -> int:
        return self.left_ms


@pytest.fixture(autouse=True)
def log(monkeypatch: pytest.MonkeyPatch) -> Log:
    """What the function writes; its module reads its environment when it is imported."""
    monkeypatch.setenv("TABLE_NAME", "none")
    monkeypatch.setenv("BULK_QUEUE_URL", "https://sqs.example/bulk.fifo")
    monkeypatch.setenv("CONTENT_BUCKET", "none")
    from bulk_worker import app

    log = Log()
    monkeypatch.setattr(app, "_log", log)
    return log


def test_the_bulk_action_that_a_message_names_is_worked_on_with_the_time_that_is_left() -> None:
    worker = Worker(left_ms=123_456)
    worker(MESSAGE)
    assert worker.worked_on == [("the table", BULK, 123.456)]


def test_a_bulk_action_that_is_done_does_not_come_again() -> None:
    worker = Worker()
    assert (worker(MESSAGE), worker.released) == (DONE, [])


def test_one_that_ran_out_of_time_comes_again_at_once() -> None:
    worker = Worker(answer=False)
    assert worker(MESSAGE) == COMES_AGAIN
    assert [(one["ReceiptHandle"], one["VisibilityTimeout"]) for one in worker.released] == [
        (MESSAGE["receiptHandle"], 0)
    ]


def test_one_that_failed_comes_again_soon_so_that_it_does_not_hold_up_those_behind_it_for_long() -> None:
    worker = Worker(answer=RuntimeError())
    assert worker(MESSAGE) == COMES_AGAIN
    assert [released["VisibilityTimeout"] for released in worker.released] == [30]


def test_a_failure_is_told_by_its_type_and_place_and_never_by_its_words(log: Log) -> None:
    Worker(answer=ValueError(GUESTS_WORDS))(MESSAGE)
    ((level, said, facts),) = log.lines
    assert (level, said, facts["bulk_id"], facts["error"]) == ("error", "bulk action failed", BULK, "ValueError")
    assert facts["at"][-1].startswith("test_app.py")
    assert GUESTS_WORDS not in log.text()


@pytest.mark.parametrize("body", ["", "{", "[]", '"blk_1"', "{}", '{"bulk_id": 7}', '{"bulk_id": null}', GUESTS_WORDS])
def test_a_message_that_names_no_bulk_action_is_worked_by_nobody_and_soon_a_dead_letter(body: str, log: Log) -> None:
    worker = Worker()
    assert worker(MESSAGE | {"body": body}) == COMES_AGAIN
    assert not worker.worked_on
    assert [one["VisibilityTimeout"] for one in worker.released] == [0], "those behind it wait as long as it does"
    assert [(level, said) for level, said, _ in log.lines] == [("error", "unreadable message")]
    assert GUESTS_WORDS not in log.text()


@pytest.mark.parametrize("message", [MESSAGE, MESSAGE | {"body": "{"}])
def test_a_message_that_could_not_be_released_comes_again_all_the_same(message: dict[str, Any], log: Log) -> None:
    assert Worker(answer=False, sqs_error=RuntimeError())(message) == COMES_AGAIN
    assert log.lines[-1][1] == "release failed"


def test_one_message_that_fails_keeps_no_other_from_its_turn() -> None:
    worker = Worker()
    assert worker(MESSAGE | {"body": "{"}, MESSAGE | {"messageId": "another"}) == COMES_AGAIN
    assert [bulk_id for _, bulk_id, _ in worker.worked_on] == [BULK]
