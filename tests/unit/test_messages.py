"""What the functions behind queues share: reading their messages, and giving them back."""

from typing import Any

import pytest

from tests.fakes.logs import Log
from ticketing import messages
from ticketing.messages import Message

RECORD = {
    "messageId": "m-1",
    "receiptHandle": "handle",
    "body": '{"export_id": "exp_1"}',
    "attributes": {"ApproximateReceiveCount": "2"},
}


def read(*records: dict[str, Any]) -> list[Message]:
    found: list[Message] = []

    def is_done(message: Message) -> bool:
        found.append(message)
        return True

    messages.work_off({"Records": records}, "export_id", is_done)
    return found


def test_a_message_names_its_item_which_its_log_lines_tell() -> None:
    facts = {"message_id": "m-1", "receives": "2", "export_id": "exp_1"}
    assert read(RECORD) == [Message("exp_1", "handle", facts)]


@pytest.mark.parametrize("body", ["", "{", "[]", '"exp_1"', "{}", '{"export_id": 7}', '{"bulk_id": "blk_1"}'])
def test_a_message_that_names_nothing_is_told_by_its_own_id_alone(body: str) -> None:
    assert read(RECORD | {"body": body}) == [Message(None, "handle", {"message_id": "m-1", "receives": "2"})]


def test_only_what_is_not_done_comes_again() -> None:
    records = [RECORD, RECORD | {"messageId": "m-2", "body": "{"}]
    answer = messages.work_off({"Records": records}, "export_id", lambda message: message.named is not None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m-2"}]}


def test_a_queue_that_fails_to_release_is_told_to_the_log_alone() -> None:
    class Down:
        def release(self, receipt_handle: str, delay_s: int) -> None:
            raise RuntimeError(receipt_handle, delay_s)

    (message,), log = read(RECORD), Log()
    messages.release(Down(), message, 30, log)
    ((_, said, facts),) = log.lines
    assert (said, facts["message_id"], facts["error"]) == ("release failed", "m-1", "RuntimeError")
