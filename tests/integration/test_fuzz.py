"""Schemathesis against the whole function, in process: a small round of what `make fuzz` plays, and what it finds.

`LODGESTORY_SEED` draws other requests; `make fuzz` sends many more. The seed, the number and a table are printed (-s).
"""

import os
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from tests.fuzz import in_words, settings
from tests.fuzz.effort import Effort
from tests.fuzz.findings import findings
from tests.fuzz.gateway import Gateway, Handler, all_requests_to
from tests.fuzz.play import play, run
from tests.fuzz.stage import Stage, staged
from tests.fuzz.verdict import LEAST_SHARE
from tests.fuzz.vocabulary import words
from tests.integration.hall import SECRET

SEED = int(os.environ.get("LODGESTORY_SEED", "20260301"))
LEAST_REQUESTS = 1_000


def test_whatever_schemathesis_sends_is_answered_as_documented() -> None:
    played = play(SEED, Effort.of_about(LEAST_REQUESTS))
    tally, rows = played.tally, played.rows
    print(f"\nseed {SEED}: {tally.total:,} requests, {tally.share:.1%} answered 2xx\n{tally.table(played.routes)}")
    print(rows.text())
    assert [one.text() for one in played.findings] == []
    assert tally.faults == 0
    assert tally.total >= LEAST_REQUESTS
    assert tally.share >= LEAST_SHARE
    assert tally.untouched(played.routes) == []
    assert min(rows.made, rows.read, rows.changed, rows.deleted) > 0


type Breaks = Callable[[dict[str, Any]], dict[str, Any]]


def with_a_fault(answer: dict[str, Any]) -> dict[str, Any]:
    return answer | {"statusCode": 500}


def with_a_status_of_its_own(answer: dict[str, Any]) -> dict[str, Any]:
    return answer | {"statusCode": 418}


def without_a_field(answer: dict[str, Any]) -> dict[str, Any]:
    body = orjson.loads(answer["body"])
    return answer | {"body": orjson.dumps({name: body[name] for name in sorted(body)[1:]}).decode()}


def with_a_secret(answer: dict[str, Any]) -> dict[str, Any]:
    return answer | {"body": answer["body"].replace('"name":"org_lakeside"', f'"name":"{SECRET}"')}


def as_text(answer: dict[str, Any]) -> dict[str, Any]:
    return answer | {"headers": answer["headers"] | {"content-type": "text/plain"}}


def broken(handler: Handler, breaks: Breaks) -> Handler:
    """The function, its answers changed but of a length that is right."""

    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        answer = breaks(handler(event, context))
        return answer | {"headers": answer["headers"] | {"content-length": str(len(answer["body"]))}}

    return handle


def found(stage: Stage, path: str, handler: Handler) -> set[str]:
    """The checks that fail on this path alone, if the function answers like this."""
    document = in_words.told(stage.document)
    document["paths"] = {path: document["paths"][path]}
    named = words(stage, document)
    config = settings.of_all(stage, named, SEED, Effort(3, 3))
    with all_requests_to(Gateway(handler, stage.before, lambda *_: None)):
        return {one.check for event in run(stage, document, named, config) for one in findings(event)}


@pytest.mark.parametrize(
    ("breaks", "check"),
    [
        (with_a_fault, "not_a_server_error"),
        (with_a_status_of_its_own, "status_code_conformance"),
        (without_a_field, "response_schema_conformance"),
        (as_text, "content_type_conformance"),
        (with_a_secret, "tells_nothing_of_others"),
    ],
)
def test_a_wrong_answer_is_found(breaks: Breaks, check: str) -> None:
    with staged() as stage:
        assert found(stage, "/v1/me", stage.caller.handler) == set()
        assert check in found(stage, "/v1/me", broken(stage.caller.handler, breaks))


def test_a_route_that_needs_no_key_is_found() -> None:
    with staged() as stage:
        key = {"Authorization": f"Bearer {stage.caller.key}"}

        def open_to_all(event: dict[str, Any], context: Any) -> dict[str, Any]:
            headers = {name: value for name, value in event["headers"].items() if name != "Authorization"} | key
            many = {name: [value] for name, value in headers.items()}
            answer: dict[str, Any] = stage.caller.handler(
                event | {"headers": headers, "multiValueHeaders": many}, context
            )
            return answer

        assert "ignored_auth" in found(stage, "/v1/me", open_to_all)
