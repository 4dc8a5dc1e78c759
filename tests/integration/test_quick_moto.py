"""The quick tables of these tests are moto's: the same answers, and nothing of one test is seen by the next."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from tests.fakes.quick_moto import Snapshot, quick_tables
from tests.fakes.tables import create_table
from tests.integration.aws import REGION, Aws
from tests.integration.world import furnish
from ticketing.store import clients

TABLE = "tickets"
KEYS = [{"pk": {"S": pk}, "sk": {"S": sk}} for pk in "ab" for sk in ("1", "2")]
EVERY_TYPE = {
    "text": {"S": "Zoë"},
    "number": {"N": "1.5"},
    "bytes": {"B": b"\x00\xff"},
    "flag": {"BOOL": False},
    "nothing": {"NULL": True},
    "list": {"L": [{"S": ""}, {"M": {"S": {"N": "1"}}}, {"L": []}]},
    "map": {"M": {"s": {"SS": ["x", "y"]}, "N": {"M": {}}}},
    "numbers": {"NS": ["1", "2"]},
}
UPDATE: dict[str, Any] = {
    "UpdateExpression": "SET #list[0] = :v, #map.#s = :v, added = :v REMOVE #text",
    "ExpressionAttributeNames": {"#list": "list", "#map": "map", "#s": "s", "#text": "text"},
    "ExpressionAttributeValues": {":v": {"S": "changed"}},
}
REFUSED = {"ConditionExpression": "attribute_not_exists(pk)"}


def fill(client: Any) -> None:
    for key in reversed(KEYS[:3]):
        client.put_item(TableName=TABLE, Item=key | EVERY_TYPE)


def change(client: Any) -> list[Any]:
    """Write in every way that there is; what was answered."""
    answers = [
        client.update_item(TableName=TABLE, Key=KEYS[0], **UPDATE, ReturnValues="ALL_NEW"),
        client.update_item(TableName=TABLE, Key=KEYS[1], **UPDATE, ReturnValues="ALL_OLD"),
        client.put_item(TableName=TABLE, Item=KEYS[3] | {"new": {"S": "yes"}}, ReturnValues="ALL_OLD"),
        client.delete_item(TableName=TABLE, Key=KEYS[1], ReturnValues="ALL_OLD"),
        client.batch_write_item(RequestItems={TABLE: [{"PutRequest": {"Item": KEYS[1]}}]}),
    ]
    update = {"Update": {"TableName": TABLE, "Key": KEYS[2], **UPDATE}}
    put = {"Put": {"TableName": TABLE, "Item": KEYS[0] | {"put": {"N": "1"}}}}
    answers.append(
        client.transact_write_items(TransactItems=[update, {"Delete": {"TableName": TABLE, "Key": KEYS[3]}}])
    )
    refused = {
        "Put": {"TableName": TABLE, "Item": KEYS[1], **REFUSED, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    }
    answers.append(refusal(lambda: client.transact_write_items(TransactItems=[put, update, refused])))
    return answers


def refusal(call: Callable[[], Any]) -> Any:
    with pytest.raises(ClientError) as caught:
        call()
    return caught.value.response


def read(client: Any) -> list[Any]:
    return [
        client.get_item(TableName=TABLE, Key=KEYS[0]),
        client.batch_get_item(RequestItems={TABLE: {"Keys": KEYS}}),
        client.transact_get_items(TransactItems=[{"Get": {"TableName": TABLE, "Key": KEYS[2]}}]),
        client.query(
            TableName=TABLE,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": "a"}},
            ScanIndexForward=False,
        ),
        client.scan(TableName=TABLE),
        *(client.scan(TableName=TABLE, Limit=limit) for limit in (1, 2)),
    ]


def stream(client: Any) -> list[Any]:
    """The records of the stream, but for what moto draws and what the clock says."""
    shard = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables[TABLE].stream_shard
    assert shard is not None
    records = [record.record for record in shard.items]
    kept = ("Keys", "NewImage", "OldImage", "SequenceNumber")
    return [(record["eventName"], {name: record["dynamodb"].get(name) for name in kept}) for record in records]


def play(how: AbstractContextManager[None]) -> list[Any]:
    with mock_aws(), how:
        client = clients.dynamodb()
        create_table(client, TABLE)
        fill(client)
        answers = [*read(client), *change(client), *read(client)]
        return [*map(_without_metadata, answers), stream(client)]


def _without_metadata(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def test_quick_tables_answer_and_tell_their_stream_what_motos_own_do() -> None:
    assert play(quick_tables()) == play(nullcontext())


def test_a_table_brought_back_holds_what_it_held_whatever_was_written_since(aws: Aws) -> None:
    client = aws.table._client
    fill(client)
    snapshot = Snapshot(REGION, TABLE)
    before = aws.items()
    for _ in range(2):
        change(client)
        assert aws.items() != before
        snapshot.bring_back()
        assert (aws.items(), stream(client)) == (before, [])


def test_a_furnished_table_is_the_same_after_a_test_that_changed_all_of_it(aws: Aws) -> None:
    keys = furnish(aws)
    furnished = aws.items()
    client = aws.table._client
    for pk, sk in furnished:
        key = {"pk": {"S": pk}, "sk": {"S": sk}}
        client.update_item(
            TableName=TABLE, Key=key, UpdateExpression="SET x = :x", ExpressionAttributeValues={":x": {"N": "1"}}
        )
        client.delete_item(TableName=TABLE, Key=key)
    assert furnish(aws) == keys
    assert aws.items() == furnished
