"""A table to ask an engine about, and short words for the requests that are asked."""

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from botocore.exceptions import ClientError

from ticketing.store.attributes import decode, encode

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

type Item = dict[str, Any]

_PATIENCE_S = 30.0
"""How long an index or a stream may take to tell of a write; only an engine that never does lets us wait."""


class Lab:
    """One behaviour's own corner of a table: its keys begin with a word that nobody else uses."""

    def __init__(self, client: "DynamoDBClient", table: str, streams: Any) -> None:
        self.client = client
        self.table = table
        self.streams = streams
        self._word = uuid4().hex[:12]

    # --- Keys and items

    def pk(self, name: str) -> str:
        return f"{self._word}#{name}"

    def key(self, name: str) -> dict[str, Any]:
        return encode({"pk": self.pk(name), "sk": "S"})

    def get(self, name: str) -> Item | None:
        """The item without its keys."""
        return self._of(self.client.get_item(TableName=self.table, Key=self.key(name), ConsistentRead=True))

    def get_at(self, partition: str, sort_key: str) -> Item | None:
        key = encode({"pk": self.pk(partition), "sk": sort_key})
        return self._of(self.client.get_item(TableName=self.table, Key=key))

    def _of(self, answer: Any) -> Item | None:
        item = answer.get("Item")
        return _without_keys(decode(item)) if item is not None else None

    # --- Single writes

    def put(self, name: str, *, condition: str | None = None, seen: Any = None, **item: Any) -> None:
        self.client.put_item(**self._put(name, condition, seen, item))

    def put_at(self, partition: str, sort_key: str, **item: Any) -> None:
        whole = {"pk": self.pk(partition), "sk": sort_key, **item}
        self.client.put_item(TableName=self.table, Item=encode(whole))

    def set(self, name: str, *, condition: str | None = None, seen: Any = None, **item: Any) -> None:
        self.client.update_item(**self._set(name, condition, seen, item))

    def found_instead(self, name: str, *, condition: str, seen: Any = None, **item: Any) -> Item | None:
        """The item that a refused update tells, as it is; None if it tells none."""
        update = self._set(name, condition, seen, item) | {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
        try:
            self.client.update_item(**update)
        except ClientError as error:
            found: Any = error.response
            return self._of(found)
        raise AssertionError("it was not refused")

    def delete(self, name: str, *, condition: str | None = None, seen: Any = None) -> None:
        self.client.delete_item(TableName=self.table, Key=self.key(name), **_demand(condition, seen))

    def add(self, name: str, amount: int) -> int:
        answer = self.client.update_item(**self._add(name, amount, None, None), ReturnValues="UPDATED_NEW")
        return int(decode(answer["Attributes"])["n"])

    # --- Writes of a transaction

    def put_of(self, name: str, *, condition: str | None = None, seen: Any = None, **item: Any) -> Item:
        return {"Put": self._put(name, condition, seen, item)}

    def set_of(self, name: str, *, condition: str | None = None, seen: Any = None, **item: Any) -> Item:
        return {"Update": self._set(name, condition, seen, item)}

    def add_of(self, name: str, amount: int, *, condition: str | None = None, seen: Any = None) -> Item:
        return {"Update": self._add(name, amount, condition, seen)}

    def delete_of(self, name: str) -> Item:
        return {"Delete": {"TableName": self.table, "Key": self.key(name)}}

    def check_of(self, name: str, condition: str) -> Item:
        return {"ConditionCheck": {"TableName": self.table, "Key": self.key(name), **_demand(condition, None)}}

    def transact(self, *writes: Item, token: str | None = None) -> None:
        more = {"ClientRequestToken": token} if token else {}
        self.client.transact_write_items(TransactItems=list(writes), **more)  # type: ignore[arg-type]  # plain dicts

    def refusal(self, call: Callable[..., Any], *arguments: Any, **more: Any) -> str | None:
        """The code that a call is refused with; None if it succeeds."""
        try:
            call(*arguments, **more)
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return None

    def reasons(self, *writes: Item) -> list[str]:
        """Why a transaction is refused, one word a write."""
        try:
            self.transact(*writes)
        except ClientError as error:
            found: Any = error.response.get("CancellationReasons", [])
            return [reason.get("Code", "None") for reason in found]
        return []

    # --- Reads of many

    def page(self, partition: str, *, limit: int) -> tuple[list[str], bool]:
        answer = self._query(partition, " ", "\U0010ffff", Limit=limit)
        return [decode(item)["sk"] for item in answer["Items"]], "LastEvaluatedKey" in answer

    def sort_keys(self, partition: str, first: str, last: str, *, newest_first: bool = False) -> list[str]:
        answer = self._query(partition, first, last, ScanIndexForward=not newest_first)
        return [decode(item)["sk"] for item in answer["Items"]]

    def get_batch(self, names: Sequence[str]) -> list[int]:
        request: Any = {self.table: {"Keys": [self.key(name) for name in names]}}
        answer = self.client.batch_get_item(RequestItems=request)
        return [decode(item)["n"] for item in answer["Responses"].get(self.table, [])]

    def write_batch(self, names: Sequence[str]) -> None:
        requests: Any = [{"PutRequest": {"Item": self.key(name)}} for name in names]
        self.client.batch_write_item(RequestItems={self.table: requests})

    def index_rows(self, index: str, range_name: str, *, consistent: bool = False) -> list[Item]:
        """The rows of this corner's organisation "o", in the order of the index."""
        answer = self.client.query(
            TableName=self.table,
            IndexName=index,
            KeyConditionExpression="org = :org AND #range > :first",
            ExpressionAttributeNames={"#range": range_name},
            ExpressionAttributeValues=encode({":org": self._own("o"), ":first": " "}),
            ConsistentRead=consistent,
        )
        return [decode(item) for item in answer["Items"]]

    def indexed(self, index: str, range_name: str) -> list[str]:
        return [row["pk"] for row in self.index_rows(index, range_name)]

    def eventually(self, look: Callable[[], Any], wanted: Any) -> bool:
        """Whether a look finds what is wanted, within the patience that an index deserves."""
        deadline = time.monotonic() + _PATIENCE_S
        while look() != wanted:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True

    def _query(self, partition: str, first: str, last: str, **more: Any) -> Any:
        return self.client.query(
            TableName=self.table,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues=encode({":pk": self.pk(partition), ":first": first, ":last": last}),
            ConsistentRead=True,
            **more,
        )

    # --- The stream

    def streamed(self, name: str, count: int) -> list[tuple[str, Item | None, Item | None]]:
        """What the stream tells of an item: kind, before, after. It waits for so many, and a little for one more."""
        deadline = time.monotonic() + _PATIENCE_S
        while len(found := self._records(name)) < count and time.monotonic() < deadline:
            time.sleep(0.1)
        return found

    def _records(self, name: str) -> list[tuple[str, Item | None, Item | None]]:
        arn = self.client.describe_table(TableName=self.table)["Table"]["LatestStreamArn"]
        found: list[tuple[str, Item | None, Item | None]] = []
        for shard in self.streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
            iterator = self.streams.get_shard_iterator(
                StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
            ).get("ShardIterator")
            while iterator:
                answer = self.streams.get_records(ShardIterator=iterator)
                if not answer["Records"]:
                    break
                found += [self._told(record) for record in answer["Records"] if self._is_of(record, name)]
                iterator = answer.get("NextShardIterator")
        return found

    def _is_of(self, record: Any, name: str) -> bool:
        return bool(record["dynamodb"]["Keys"]["pk"]["S"] == self.pk(name))

    def _told(self, record: Any) -> tuple[str, Item | None, Item | None]:
        images = (record["dynamodb"].get(image) for image in ("OldImage", "NewImage"))
        before, after = (_without_keys(decode(image)) if image else None for image in images)
        return record["eventName"], before, after

    # --- Requests

    def _put(self, name: str, condition: str | None, seen: Any, item: Item) -> Any:
        whole = {"pk": self.pk(name), "sk": "S", **self._owned(item)}
        return {"TableName": self.table, "Item": encode(whole), **_demand(condition, seen)}

    def _set(self, name: str, condition: str | None, seen: Any, item: Item) -> Any:
        sets = ", ".join(f"#{index} = :{index}" for index in range(len(item)))
        names = {f"#{index}": attribute for index, attribute in enumerate(item)}
        values = {f":{index}": value for index, value in enumerate(item.values())}
        return self._update(name, f"SET {sets}", names, values, condition, seen)

    def _add(self, name: str, amount: int, condition: str | None, seen: Any) -> Any:
        return self._update(name, "ADD #n :by", {"#n": "n"}, {":by": amount}, condition, seen)

    def _update(
        self, name: str, expression: str, names: Item, values: Item, condition: str | None, seen: Any
    ) -> dict[str, Any]:
        demand = _demand(condition, seen)
        values = encode(values) | demand.pop("ExpressionAttributeValues", {})
        return {
            "TableName": self.table,
            "Key": self.key(name),
            "UpdateExpression": expression,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": values,
            **demand,
        }

    def _owned(self, item: Item) -> Item:
        return item | {"org": self._own(item["org"])} if "org" in item else item

    def _own(self, organisation: str) -> str:
        return f"{self._word}#{organisation}"


def _demand(condition: str | None, seen: Any) -> dict[str, Any]:
    demand: dict[str, Any] = {"ConditionExpression": condition} if condition else {}
    return demand | ({"ExpressionAttributeValues": encode({":seen": seen})} if seen is not None else {})


def _without_keys(item: Item) -> Item:
    return {name: value for name, value in item.items() if name not in {"pk", "sk"}}
