"""A request of schemathesis as the event that Lambda would get, and the function's answer as the one that it checks."""

from typing import Any

import pytest
import requests

from tests.fuzz.gateway import ADDRESS, Gateway, all_requests_to

ANSWER = {
    "statusCode": 201,
    "headers": {"content-type": "application/json", "content-length": "6"},
    "multiValueHeaders": {"vary": ["A", "B"]},
    "body": '"Zoë"',
    "isBase64Encoded": False,
}


class Function:
    def __init__(self) -> None:
        self.event: dict[str, Any] = {}
        self.heard: list[tuple[str, str, int]] = []

    def __call__(self, event: dict[str, Any], _: Any) -> dict[str, Any]:
        self.event = event
        return ANSWER


def test_a_request_becomes_an_event_and_reaches_no_network() -> None:
    function, begun = Function(), list[str]()
    gateway = Gateway(function, lambda: begun.append("case"), lambda *heard: function.heard.append(heard))
    with all_requests_to(gateway):
        answer = requests.post(
            f"{ADDRESS}/v1/a%20b?x=1&x=&y=%C3%BC", data='{"a": "ü"}'.encode(), headers={"X-One": "1"}, timeout=1
        )
    event = function.event
    assert (event["httpMethod"], event["path"], event["body"]) == ("POST", "/v1/a b", '{"a": "ü"}')
    assert event["multiValueQueryStringParameters"] == {"x": ["1", ""], "y": ["ü"]}
    assert (event["headers"]["X-One"], event["isBase64Encoded"]) == ("1", False)
    assert (answer.status_code, answer.json(), answer.headers["vary"]) == (201, "Zoë", "A, B")
    assert (begun, function.heard) == (["case"], [("POST", "/v1/a b", 201)])


@pytest.mark.parametrize(("body", "sent"), [(b"\xff", "/w=="), (b"", None)])
def test_bytes_that_are_no_text_come_in_base64(body: bytes, sent: str | None) -> None:
    function = Function()
    with all_requests_to(Gateway(function, lambda: None, lambda *_: None)):
        requests.put(f"{ADDRESS}/v1/me", data=body, timeout=1)
    assert (function.event["body"], function.event["isBase64Encoded"]) == (sent, sent is not None)
