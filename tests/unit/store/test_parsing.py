"""What DynamoDB answers is read as botocore reads it, only faster; errors and other services stay botocore's."""

import json
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError
from botocore.parsers import JSONParser
from botocore.session import Session
from hypothesis import given
from hypothesis import strategies as st

from ticketing.store import clients
from ticketing.store.attributes import Item, decode, encode
from ticketing.store.keys import Key
from ticketing.store.parsing import ParserFactory
from ticketing.store.table import Table

KEY = Key("A", "B")
HEADERS = {"x-amzn-requestid": "req-1", "Content-Type": "application/x-amz-json-1.0"}
SERVICES = {name: Session().get_service_model(name) for name in ("dynamodb", "secretsmanager")}

ITEM: Item = {
    "pk": "TICKET#1",
    "text": 'Zoë\'s 🧳 "left"\n\u2028',
    "empty": "",
    "number": 7,
    "below": -3,
    "large": 10**30,
    "yes": True,
    "no": False,
    "nothing": None,
    "bytes": b"\x00\xff\xfe}",
    "no bytes": b"",
    "list": ["a", 1, None, [], [b"\x80"], {"deep": [{"deeper": 2}]}],
    "no list": [],
    "map": {"a": {"b": {"c": b"\x01"}}, "": "unnamed"},
    "no map": {},
}

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def wire(value: Any) -> Any:
    """What botocore takes for a request, as JSON carries it."""
    if isinstance(value, bytes):
        return b64encode(value).decode("ascii")
    if isinstance(value, dict):
        return {name: wire(one) for name, one in value.items()}
    return [wire(one) for one in value] if isinstance(value, list) else value


def answer(body: Any, operation: str, status: int = 200) -> dict[str, Any]:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return {"status_code": status, "headers": HEADERS, "body": text, "context": {"operation_name": operation}}


def read(body: Any, operation: str, status: int = 200, *, service: str = "dynamodb") -> tuple[Any, Any]:
    """How an answer is read by us, and by botocore."""
    shape = SERVICES[service].operation_model(operation).output_shape
    assert shape is not None
    given = answer(body, operation, status)
    return ParserFactory().create_parser("json").parse(given, shape), JSONParser().parse(given, shape)


def test_every_type_of_attribute_is_read() -> None:
    ours, theirs = read({"Item": wire(encode(ITEM))}, "GetItem")
    assert decode(ours["Item"]) == ITEM
    assert theirs["Item"] == encode(ITEM)
    assert ours["ResponseMetadata"] == theirs["ResponseMetadata"]


@given(st.dictionaries(st.text(), VALUES, max_size=5))
def test_any_item_is_read_as_it_was_written(item: Item) -> None:
    ours, theirs = read({"Items": [wire(encode(item))], "Count": 1}, "Query")
    assert [decode(one) for one in ours["Items"]] == [item]
    assert theirs["Items"] == [encode(item)]


def test_a_page_says_whether_there_is_more() -> None:
    ours, _ = read({"Items": [], "LastEvaluatedKey": {"pk": {"S": "A"}}}, "Query")
    assert ours["LastEvaluatedKey"] == {"pk": {"S": "A"}}
    ours, theirs = read({"Items": [], "LastEvaluatedKey": None}, "Query")
    assert ours == theirs
    assert "LastEvaluatedKey" not in ours


@pytest.mark.parametrize("kind", ["SS", "NS", "BS", "X"])
def test_a_type_that_our_items_never_hold_is_refused_by_name(kind: str) -> None:
    with pytest.raises(TypeError, match=kind):
        decode({"list": {"L": [{kind: []}]}})


REFUSED = {
    "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
    "Message": "Transaction cancelled",
    "CancellationReasons": [{"Code": "None"}, {"Code": "ConditionalCheckFailed", "Item": {"b": {"B": "gA=="}}}],
}


@pytest.mark.parametrize(
    ("status", "body", "operation"),
    [
        (400, REFUSED, "TransactWriteItems"),
        (400, {"__type": "x#ConditionalCheckFailedException", "message": "no"}, "PutItem"),
        (400, {"__type": "x#ThrottlingException"}, "Query"),
        (500, {"__type": "x#InternalServerError", "message": "oh"}, "GetItem"),
        (503, b"<html>Service Unavailable</html>", "GetItem"),
        (503, b"", "Query"),
        (200, b'{"Items": [{"pk"', "Query"),
        (200, b"", "GetItem"),
    ],
)
def test_errors_and_broken_answers_are_read_by_botocore(status: int, body: Any, operation: str) -> None:
    ours, theirs = read(body, operation, status)
    assert ours == theirs


def test_other_services_are_read_by_botocore() -> None:
    secret = {"SecretString": "s", "SecretBinary": "gA==", "CreatedDate": 1.5}
    ours, theirs = read(secret, "GetSecretValue", service="secretsmanager")
    assert ours == theirs
    assert ours["SecretBinary"] == b"\x80"


class Engine:
    """Answers a real client's requests without a network, one prepared answer after the other."""

    def __init__(self, *answers: tuple[int, bytes, dict[str, str]]) -> None:
        self._answers = list(answers)
        client = clients.dynamodb(region_name="us-east-1", aws_access_key_id="k", aws_secret_access_key="s")  # noqa: S106 (an emulator's)
        client.meta.events.register("before-send", self._send)  # type: ignore[arg-type]  # it may answer
        self.table = Table(client, "tickets", sleep=lambda _: None)

    def _send(self, request: Any, **_: Any) -> AWSResponse:
        status, self._body, headers = self._answers.pop(0)
        return AWSResponse(request.url, status, headers, self)  # type: ignore[arg-type]  # any mapping

    def stream(self) -> Iterator[bytes]:
        yield self._body

    @property
    def left(self) -> int:
        return len(self._answers)


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)


def test_a_client_of_ours_reads_by_it() -> None:
    body = json.dumps({"Item": wire(encode(ITEM))}).encode()
    assert Engine((200, body, HEADERS)).table.get(KEY) == ITEM


def test_an_answer_that_was_damaged_on_its_way_is_asked_for_again() -> None:
    damaged = (200, b'{"Item": {"pk": {"S": "', {**HEADERS, "x-amz-crc32": "1"})
    engine = Engine(damaged, (200, b'{"Item": {"pk": {"S": "A"}}}', HEADERS))
    assert engine.table.get(KEY) == {"pk": "A"}
    assert engine.left == 0


def test_an_engine_that_failed_is_asked_again() -> None:
    engine = Engine((500, b"", {}), (200, b"{}", HEADERS))
    assert engine.table.get(KEY) is None
    assert engine.left == 0


def test_a_cancelled_transaction_keeps_its_reasons() -> None:
    engine = Engine((400, json.dumps(REFUSED).encode(), HEADERS))
    with pytest.raises(ClientError) as refused:
        engine.table._client.transact_write_items(TransactItems=[])
    reasons: Any = refused.value.response["CancellationReasons"]
    assert [reason["Code"] for reason in reasons] == ["None", "ConditionalCheckFailed"]
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
