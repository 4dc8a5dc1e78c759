"""The stream's side: records in their shards, numbered, and what may and may not change their order."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from itertools import count
from random import Random
from typing import Any

type Record = dict[str, Any]

ARN = "arn:aws:dynamodb:eu-central-1:000000000000:table/tickets/stream/2026-03-01T00:00:00.000"


class Stream:
    """What a table's stream holds: one row of records a shard, oldest first."""

    def __init__(self, clock: Callable[[], datetime], shards: int = 1) -> None:
        self._clock = clock
        self._numbers = count(1)
        self.shards: dict[str, list[Record]] = {f"shardId-{number:020d}-a1b2c3d4": [] for number in range(shards)}

    def put(self, *records: Mapping[str, Any]) -> None:
        """Append changes of items. A record's number is higher than that of any before it in its shard.

        Those of one item are in one shard ("Change data capture for DynamoDB Streams": "for each item that is modified
        […], the stream records appear in the same sequence as the actual modifications to the item").
        """
        for record in records:
            number = next(self._numbers)
            change = {
                **record["dynamodb"],
                "SequenceNumber": f"{number:021d}",
                "ApproximateCreationDateTime": int(self._clock().timestamp()),
                "StreamViewType": "NEW_AND_OLD_IMAGES",
            }
            self._shard_of(record).append(
                {**record, "eventID": f"{number:032x}", "eventSourceARN": ARN, "awsRegion": ARN.split(":")[3]}
                | {"dynamodb": change}
            )

    def _shard_of(self, record: Mapping[str, Any]) -> list[Record]:
        names = list(self.shards)
        return self.shards[names[sum(item_of(record).encode()) % len(names)]]


def item_of(record: Mapping[str, Any]) -> str:
    """The item that a record is of."""
    return repr(sorted(record["dynamodb"]["Keys"].items()))


def shuffled(records: Iterable[Mapping[str, Any]], random: Random, twice: float = 0.0) -> list[Mapping[str, Any]]:
    """The same records in another order, some of them twice; those of one item stay in theirs.

    No order between items is promised, not even within one transaction ("Managing complex workflows with DynamoDB
    transactions"). `twice` is the share that comes a second time, at any later moment: delivery is at least once
    ("How Lambda processes records from stream and queue-based event sources").
    """
    of_items: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for record in records:
        of_items[item_of(record)].append(record)
    again = [(item, len(row)) for item, row in of_items.items() if random.random() < twice]
    for item, length in again:
        of_items[item].extend(of_items[item][:length])
    turns = [item for item, row in of_items.items() for _ in row]
    random.shuffle(turns)
    rows = {item: iter(row) for item, row in of_items.items()}
    return [next(rows[item]) for item in turns]
