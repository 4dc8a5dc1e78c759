"""How a deployed function is asked, and what an object of the bucket says."""

import io
import json
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from scripts.admin import failed_batches, redrive
from scripts.admin.redrive import FunctionFailed


class TooLarge(Exception):
    pass


class Lambda:
    """What botocore's client of Lambda is asked, and answers; at most 50 bytes are taken."""

    exceptions = SimpleNamespace(RequestTooLargeException=TooLarge)

    def __init__(self, body: bytes, **more: str) -> None:
        self._answer = {"StatusCode": 200, "Payload": io.BytesIO(body), **more}
        self.asked: dict[str, Any] = {}

    def invoke(self, **request: Any) -> dict[str, Any]:
        if len(request["Payload"]) > 50:
            raise TooLarge
        self.asked = request
        return self._answer


def test_the_deployed_function_is_invoked_and_its_answer_awaited() -> None:
    client = Lambda(b'{"batchItemFailures": []}')
    assert redrive._invoking(client)("notifier", {"Records": []}) == {"batchItemFailures": []}
    assert client.asked == {
        "FunctionName": "notifier",
        "InvocationType": "RequestResponse",
        "Payload": b'{"Records":[]}',
    }


def test_a_function_that_raised_has_failed_though_the_call_went_well() -> None:
    with pytest.raises(FunctionFailed):
        redrive._invoking(Lambda(b'{"errorMessage": "x"}', FunctionError="Unhandled"))("notifier", {})


def test_a_batch_that_is_too_large_to_send_is_divided_like_one_that_fails() -> None:
    with pytest.raises(FunctionFailed):
        redrive._invoking(Lambda(b"{}"))("notifier", {"Records": ["a" * 50]})


def test_what_guests_write_is_sent_as_short_as_it_came() -> None:
    client = Lambda(b"{}")
    redrive._invoking(client)("notifier", {"Records": ["Zoë Müller 你好"]})
    assert client.asked["Payload"] == '{"Records":["Zoë Müller 你好"]}'.encode()


def test_a_batch_says_when_it_was_given_up_and_how_old_it_is() -> None:
    record = {"dynamodb": {"SequenceNumber": "1", "ApproximateCreationDateTime": 1772402400}}
    document = {
        "requestContext": {"functionArn": "arn:aws:lambda:eu-central-1:000000000000:function:f:7", "condition": "c"},
        "timestamp": "2026-03-02T00:00:00.000Z",
        "payload": json.dumps({"Records": [record]}),
    }
    batch = failed_batches.parsed("k", json.dumps(document).encode())
    assert (batch.function, batch.condition) == ("f", "c")
    assert batch.given_up_at == datetime.fromisoformat("2026-03-02T00:00:00+00:00")
    assert batch.oldest_at == datetime.fromisoformat("2026-03-01T22:00:00+00:00")
