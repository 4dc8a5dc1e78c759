"""The table: reads, conditional writes and transactions; the only place that reads an AWS error.

A write whose condition is not met raises ConditionNotMet; a transaction raises TransactionRefused, whose reasons
keep the positions of its writes. Conflicts and throttling are retried here, within a bound; everything else goes up.
"""

import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NotReached

from ticketing.domain.instants import to_milliseconds
from ticketing.errors import Busy
from ticketing.store.attributes import Item, decode, encode
from ticketing.store.keys import Key
from ticketing.store.writes import Write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MAX_TRANSACTION_WRITES = 100
MAX_BATCH_READS = 100
MAX_BATCH_WRITES = 25
"""TransactWriteItems, BatchGetItem and BatchWriteItem take that many (DynamoDB API reference)."""

_ATTEMPTS = 5
_FIRST_PAUSE_S = 0.05
_WORTH_REPEATING = frozenset({"None", "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
_THROTTLED = frozenset({"ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded"})
_SERVER_ERROR = 500
_STILL_AT_IT = "TransactionInProgressException"
"""An earlier attempt with the same token has not come to its end."""
_CONDITION_FAILED = "ConditionalCheckFailed"


class ConditionNotMet(Exception):
    """The item was not as a single write demanded; nothing was written.

    `found` is the item as it is, for a write that asked for it; None if there is none.
    """

    def __init__(self, found: Item | None = None) -> None:
        self.found = found
        super().__init__()


class TransactionRefused(Exception):
    """At least one condition was not met; nothing was written. `failed` holds the positions of those writes."""

    def __init__(self, failed: Iterable[int]) -> None:
        self.failed = frozenset(failed)
        super().__init__(sorted(self.failed))


class CompanionRefused(Exception):
    """What goes along with a change was refused, and the change with it: all was done before, by a twin."""


class OutcomeUnknown(Busy):
    """The engine was asked and gave no answer, also after repetitions: it may have been written or not."""

    detail = (
        "It is not known whether this took effect. Read before you repeat it, or repeat it with its Idempotency-Key"
    )


@dataclass(frozen=True, slots=True)
class QueryPage:
    items: list[Item]
    has_more: bool


class Table:
    """One DynamoDB table. Reads are strongly consistent unless they use an index."""

    def __init__(
        self,
        client: "DynamoDBClient",
        name: str,
        *,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], datetime] = lambda: to_milliseconds(datetime.now(UTC)),
    ) -> None:
        self._client = client
        self._name = name
        self._sleep = sleep
        self.now = now
        """For leases, whose holders and finders never compare more than an end with a clock."""

    def get(self, key: Key) -> Item | None:
        answer = self._call(self._client.get_item, Key=encode(key._asdict()), ConsistentRead=True)
        item = answer.get("Item")
        return decode(item) if item is not None else None

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Item]:
        """The items that exist, of any number of keys, in their order; 100 a call."""
        wanted = list(dict.fromkeys(keys))
        found: dict[Key, Item] = {}
        for start in range(0, len(wanted), MAX_BATCH_READS):
            for item in self._get_batch(wanted[start : start + MAX_BATCH_READS]):
                found[Key(item["pk"], item["sk"])] = item
        # An engine answers in any order: what follows from it should be the same each time.
        return {key: found[key] for key in wanted if key in found}

    def _get_batch(self, keys: Sequence[Key]) -> list[Item]:
        request: Any = {self._name: {"Keys": [encode(key._asdict()) for key in keys], "ConsistentRead": True}}
        items: list[Item] = []
        for attempt in range(_ATTEMPTS):
            answer = _answer(self._client.batch_get_item, RequestItems=request)
            items += [decode(item) for item in answer["Responses"].get(self._name, [])]
            request = answer.get("UnprocessedKeys")
            if not request:
                return items
            self.pause(attempt)
        raise Busy

    def query(
        self, partition: str, *, first: str = " ", last: str = "~", limit: int, is_newest_first: bool = False
    ) -> QueryPage:
        """Items of a partition with sort keys from `first` to `last`, both included, at most `limit` of them."""
        return self._query(
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues=encode({":pk": partition, ":first": first, ":last": last}),
            ConsistentRead=True,
            ScanIndexForward=not is_newest_first,
            Limit=limit,
        )

    def query_index(
        self,
        index: str,
        *,
        hash_name: str,
        hash_value: str,
        range_name: str,
        before: str | None,
        limit: int,
        is_newest_first: bool = True,
    ) -> QueryPage:
        """Items of an index, highest sort key first, those below `before` if it is given."""
        names = {"#hash": hash_name}
        values = {":hash": hash_value}
        condition = "#hash = :hash"
        if before is not None:
            names["#range"] = range_name
            values[":before"] = before
            condition += " AND #range < :before"
        return self._query(
            IndexName=index,
            KeyConditionExpression=condition,
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=encode(values),
            ScanIndexForward=not is_newest_first,
            Limit=limit,
        )

    def query_index_between(
        self,
        index: str,
        *,
        hash_name: str,
        hash_value: str,
        range_name: str,
        first: str,
        last: str,
        limit: int,
        is_newest_first: bool,
    ) -> QueryPage:
        """Items of an index with sort keys from `first` to `last`, both included, in either direction."""
        return self._query(
            IndexName=index,
            KeyConditionExpression="#hash = :hash AND #range BETWEEN :first AND :last",
            ExpressionAttributeNames={"#hash": hash_name, "#range": range_name},
            ExpressionAttributeValues=encode({":hash": hash_value, ":first": first, ":last": last}),
            ScanIndexForward=not is_newest_first,
            Limit=limit,
        )

    def _query(self, **arguments: Any) -> QueryPage:
        answer = self._call(self._client.query, **arguments)
        return QueryPage([decode(item) for item in answer["Items"]], has_more="LastEvaluatedKey" in answer)

    def write(self, write: Write, *, tells_found: bool = False) -> None:
        """One conditional write. Raises ConditionNotMet (with the item, if it `tells_found`), Busy, OutcomeUnknown."""
        calls: dict[str, Callable[..., Any]] = {
            "Put": self._client.put_item,
            "Update": self._client.update_item,
            "Delete": self._client.delete_item,
        }
        call = calls[write.kind]
        request = write.request(self._name)
        if tells_found:
            request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        try:
            self._past_conflicts(lambda: _outcome(call, **request))
        except ClientError as error:
            if _code(error) == "ConditionalCheckFailedException":
                found: Any = error.response.get("Item")
                raise ConditionNotMet(decode(found) if found else None) from None
            raise

    def add(self, key: Key, attribute: str, amount: int) -> int:
        """Add to a number, which starts at 0, and return it."""
        answer = self._past_conflicts(
            lambda: self._call(
                self._client.update_item,
                Key=encode(key._asdict()),
                UpdateExpression="ADD #n :by",
                ExpressionAttributeNames={"#n": attribute},
                ExpressionAttributeValues=encode({":by": amount}),
                ReturnValues="UPDATED_NEW",
            )
        )
        return int(decode(answer["Attributes"])[attribute])

    def _past_conflicts[T](self, write: Callable[[], T]) -> T:
        """A single write, again while a transaction is at its item. Raises Busy when there always is one."""
        for attempt in range(_ATTEMPTS):
            try:
                return write()
            except ClientError as error:
                if _code(error) != "TransactionConflictException":
                    raise
                self.pause(attempt)
        raise Busy

    def transact(self, writes: Sequence[Write], companions: Sequence[Write] = ()) -> None:
        """All of the writes or none, `companions` included.

        Raises CompanionRefused if the condition of a companion is not met, which outweighs the others: it says that
        all was done before. Raises TransactionRefused if another one is not, Busy after conflicts, OutcomeUnknown.
        """
        items = [{write.kind: write.request(self._name)} for write in (*writes, *companions)]
        # One token for all attempts, those of the client too: whatever became of an answer, it is applied once. After
        # a cancellation the engine judges it anew (docs/engines.md).
        token = str(uuid4())
        for attempt in range(_ATTEMPTS):
            try:
                _outcome(self._client.transact_write_items, TransactItems=items, ClientRequestToken=token)
            except ClientError as error:
                codes = _cancellation_codes(error)
                if _CONDITION_FAILED in codes:
                    failed = [at for at, code in enumerate(codes) if code == _CONDITION_FAILED]
                    raise (CompanionRefused if failed[-1] >= len(writes) else TransactionRefused(failed)) from None
                if not codes or not _WORTH_REPEATING.issuperset(codes):
                    raise
                self.pause(attempt)
            else:
                return
        raise Busy

    def put_all(self, items: Iterable[tuple[Key, Item]]) -> None:
        """Write items without any condition; for imports into an empty place only."""
        self._write_all([{"PutRequest": {"Item": encode({**key._asdict(), **item})}} for key, item in items])

    def delete_all(self, keys: Iterable[Key]) -> None:
        """Remove items without any condition, whether they are there or not."""
        self._write_all([{"DeleteRequest": {"Key": encode(key._asdict())}} for key in keys])

    def _write_all(self, requests: Sequence[dict[str, Any]]) -> None:
        for start in range(0, len(requests), MAX_BATCH_WRITES):
            pending: Any = {self._name: requests[start : start + MAX_BATCH_WRITES]}
            for attempt in range(_ATTEMPTS):
                pending = _answer(self._client.batch_write_item, RequestItems=pending).get("UnprocessedItems")
                if not pending:
                    break
                self.pause(attempt)
            else:
                raise Busy

    def _call(self, call: Callable[..., Any], **arguments: Any) -> Any:
        return _answer(call, TableName=self._name, **arguments)

    def pause(self, attempt: int) -> None:
        """Wait a little before a repetition, longer from one to the next; counted from 0."""
        # Full jitter: those who met once do not meet again.
        self._sleep(random.uniform(0, _FIRST_PAUSE_S * 2**attempt))  # noqa: S311 (not a secret)


def _answer(call: Callable[..., Any], **arguments: Any) -> Any:
    """The engine's answer to a read.

    Raises Busy when the engine is still throttled, at fault, or not reached, after the client's own repetitions.
    """
    try:
        return call(**arguments)
    except ClientError as error:
        if _code(error) in _THROTTLED or _status(error) >= _SERVER_ERROR:
            raise Busy from None
        raise
    except (NotReached, HTTPClientError):
        raise Busy from None


def _outcome(call: Callable[..., Any], **arguments: Any) -> None:
    """A write. Raises Busy when it certainly did nothing, OutcomeUnknown when nobody knows."""
    try:
        call(**arguments)
    except ClientError as error:
        told = error.response.get("ResponseMetadata", {})
        if _code(error) in _THROTTLED:
            # An attempt before the throttled one may have been carried out, its answer lost.
            raise (OutcomeUnknown if told.get("RetryAttempts") else Busy) from None
        if _code(error) == _STILL_AT_IT or _status(error) >= _SERVER_ERROR:
            raise OutcomeUnknown from None
        raise
    except (NotReached, HTTPClientError):
        raise OutcomeUnknown from None


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _status(error: ClientError) -> int:
    return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)


def _cancellation_codes(error: ClientError) -> list[str]:
    """The codes of a cancelled transaction, one a write; empty if the error is another one."""
    if _code(error) != "TransactionCanceledException":
        return []
    reasons: list[dict[str, str]] = error.response.get("CancellationReasons", [])  # type: ignore[assignment]
    return [reason.get("Code", "None") for reason in reasons]
