"""What is sent to DynamoDB is what botocore would send, only written faster."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.session import Session
from hypothesis import given
from hypothesis import strategies as st

from ticketing.store import clients
from ticketing.store.attributes import encode
from ticketing.store.keys import Key
from ticketing.store.table import Table
from ticketing.store.writes import put, put_new, update

HOUSE: dict[str, Any] = {"region_name": "us-east-1", "aws_access_key_id": "k", "aws_secret_access_key": "s"}

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
ITEMS = st.dictionaries(st.text(), VALUES, max_size=5)

type Both = Callable[[Callable[[Any], object]], tuple[Any, Any]]


class Wire:
    """Keeps what clients send, and answers each request as it is told."""

    def __init__(self, *statuses: int) -> None:
        self.sent: list[Any] = []
        self._statuses = list(statuses)

    def listen(self, client: Any) -> Any:
        client.meta.events.register("before-send", self._hear)
        return client

    def _hear(self, request: Any, **_: Any) -> AWSResponse:
        assert int(request.headers["Content-Length"]) == len(request.body)
        self.sent.append((request.headers["X-Amz-Target"], json.loads(request.body)))
        status = self._statuses.pop(0) if self._statuses else 200
        return AWSResponse(request.url, status, {}, self)  # type: ignore[arg-type]  # any mapping, any stream

    def stream(self) -> Iterator[bytes]:
        yield b"{}"


@pytest.fixture(scope="module")
def both() -> Both:
    """What our client sends for a request, and what botocore's own does."""
    wire = Wire()
    asked = [wire.listen(one) for one in (clients.dynamodb(**HOUSE), Session().create_client("dynamodb", **HOUSE))]

    def sent(ask: Callable[[Any], object]) -> tuple[Any, Any]:
        wire.sent.clear()
        for client in asked:
            ask(client)
        ours, theirs = wire.sent
        return ours, theirs

    return sent


@given(item=ITEMS, other=ITEMS)
def test_a_transaction_is_sent_as_botocore_would(both: Both, item: Any, other: Any) -> None:
    writes = [
        put_new(Key("A", "B"), item),
        update(
            Key("A", "C"), "SET #a = :a", condition="b = :b", names={"#a": "a"}, values={":a": other, ":b": b"\xff"}
        ),
    ]
    actions: Any = [{one.kind: one.request("tickets")} for one in writes]
    ours, theirs = both(lambda client: client.transact_write_items(TransactItems=actions, ClientRequestToken="once"))
    assert ours == theirs


@given(items=st.lists(ITEMS, min_size=1, max_size=3))
def test_items_that_are_put_together_are_sent_as_botocore_would(both: Both, items: Any) -> None:
    requests: Any = {"tickets": [{"PutRequest": {"Item": encode(item)}} for item in items]}
    ours, theirs = both(lambda client: client.batch_write_item(RequestItems=requests))
    assert ours == theirs


def test_keys_that_are_read_together_are_sent_as_botocore_would(both: Both) -> None:
    requests: Any = {"tickets": {"Keys": [encode({"pk": "A", "sk": "B"})], "ConsistentRead": True}}
    ours, theirs = both(lambda client: client.batch_get_item(RequestItems=requests))
    assert ours == theirs


def test_a_repetition_sends_the_same_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    wire = Wire(500)
    Table(wire.listen(clients.dynamodb(**HOUSE)), "tickets").transact([put(Key("A", "B"), {"text": "a"})])
    first, second = wire.sent
    assert first == second
    assert first[1]["TransactItems"][0]["Put"]["Item"]["text"] == {"S": "a"}


def test_what_is_asked_for_beside_a_request_is_sent_with_it() -> None:
    def ask_for_units(params: Any, **_: Any) -> None:
        params["ReturnConsumedCapacity"] = "TOTAL"

    wire = Wire()
    client = wire.listen(clients.dynamodb(**HOUSE))
    client.meta.events.register("before-parameter-build.dynamodb.BatchGetItem", ask_for_units)
    client.batch_get_item(RequestItems={"tickets": {"Keys": [encode({"pk": "A", "sk": "B"})]}})
    ((_, body),) = wire.sent
    assert body["ReturnConsumedCapacity"] == "TOTAL"
    assert body["RequestItems"]["tickets"]["Keys"] == [{"pk": {"S": "A"}, "sk": {"S": "B"}}]


def test_what_no_attribute_can_hold_is_not_sent() -> None:
    wire = Wire()
    client = wire.listen(clients.dynamodb(**HOUSE))
    with pytest.raises(TypeError):
        client.transact_write_items(TransactItems=[{"Put": {"Item": {"pk": {"S": object()}}}}])
    assert wire.sent == []
