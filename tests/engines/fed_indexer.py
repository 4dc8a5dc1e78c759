"""The indexer as it runs when it is deployed: behind a table's stream and its own queue, here on two threads.

The table is one of DynamoDB Local; a stream is asked four times a second, as Lambda does, and a batch that fails comes
again. The queue is in memory.
"""

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Self

import orjson

from tests.engines.lab import Lab
from tests.fakes.logs import Log
from tests.fakes.stream import MappingSettings
from ticketing.config import Settings
from ticketing.search import indexes
from ticketing.search.comparing import Comparison
from ticketing.search.indexing import Indexing
from ticketing.search.reading import Source
from ticketing.store.table import Table

_ENVIRONMENT: Final = {
    "TABLE_NAME": "none",
    "DEAD_LETTER_QUEUE_URL": "none",
    "SEARCH_ENDPOINT": "",
    "AWS_DEFAULT_REGION": "us-east-1",
}
_BETWEEN_LOOKS_S: Final = 0.25
"""AWS Lambda developer guide, "Using AWS Lambda with Amazon DynamoDB": four times a second."""


@dataclass
class _Message:
    id: str
    body: str
    visible_at: float
    received: int = 0


class MemoryQueue:
    """SQS, as far as the indexer needs it; `haste` divides all delays."""

    def __init__(self, *, haste: float = 1.0) -> None:
        self._messages: dict[str, _Message] = {}
        self._haste = haste
        self._lock = threading.Lock()
        self.sent = 0

    def __len__(self) -> int:
        return len(self._messages)

    def send(self, message: Mapping[str, Any], *, delay_s: float = 0) -> None:
        with self._lock:
            self.sent += 1
            body = orjson.dumps(message).decode()
            one = _Message(str(self.sent), body, time.monotonic() + delay_s / self._haste)
            self._messages[one.id] = one

    def release(self, receipt_handle: str, delay_s: int) -> None:
        with self._lock:
            self._messages[receipt_handle].visible_at = time.monotonic() + delay_s / self._haste

    def received(self, at_most: int = 10) -> list[dict[str, Any]]:
        """Those whose time has come, as Lambda gives them to a function."""
        with self._lock:
            due = [one for one in self._messages.values() if one.visible_at <= time.monotonic()][:at_most]
            for one in due:
                one.received += 1
                one.visible_at = float("inf")  # until it is deleted or released
        return [
            {
                "messageId": one.id,
                "receiptHandle": one.id,
                "body": one.body,
                "attributes": {"ApproximateReceiveCount": str(one.received)},
            }
            for one in due
        ]

    def delete(self, ids: Iterator[str]) -> None:
        with self._lock:
            for id_ in ids:
                del self._messages[id_]


@dataclass
class FedIndexer:
    """Use it in a `with`; `client` is of the cluster."""

    lab: Lab
    table: Table
    client: Any
    haste: float = 1.0
    log: Log = field(default_factory=Log)
    counts: Counter[str] = field(default_factory=Counter[str])

    def __post_init__(self) -> None:
        os.environ |= {name: value for name, value in _ENVIRONMENT.items() if name not in os.environ}
        from search_indexer.app import App
        from search_indexer.drift import Drifts
        from search_indexer.index import Index
        from search_indexer.search import Search

        nothing: Any = None  # no remark of these tests is so long that it lies in the bucket
        self.source = Source(self.table, nothing, 1)
        self.queue, self.dead = MemoryQueue(haste=self.haste), MemoryQueue()
        queue: Any = self.queue
        dead: Any = self.dead
        self._app = App(Settings.from_environment(), lambda: datetime.now(UTC))
        self._app._table, self._app._dead_letters = self.table, dead
        index = Index(self.source, self.client, queue, dead, self.log)
        self._app._search = Search(index, Drifts(self.source, self.client, self.log, queue, self.table.now))
        self._wants = MappingSettings.of("SearchIndexer").wants
        self._is_over = threading.Event()
        self._is_idle = threading.Event()
        self._threads = [threading.Thread(target=self._repeat, args=[one]) for one in (self._follow, self._work_off)]
        self._iterators: dict[str, str] = {}
        self._arn = self.lab.client.describe_table(TableName=self.table._name)["Table"]["LatestStreamArn"]
        self._begin()

    def __enter__(self) -> Self:
        for one in self._threads:
            one.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        for one in self._threads:
            one.join()

    def fill(self, organisation_id: str, client: Any, index: str) -> int:
        """Let an index have the tickets that are there already; how many."""
        indexes.refresh(client, index)
        comparison = Comparison(self.source, client, index)
        missing = [one.id for one in comparison.suspects(organisation_id)]
        outcome = Indexing(self.source, client).index(missing, only=[index])
        assert outcome.written == len(missing), outcome
        return outcome.written

    def has_caught_up(self) -> bool:
        """Whether the stream was found at its end, and nothing waits, since it was asked for the last time."""
        was_idle = self._is_idle.is_set()
        self._is_idle.clear()
        return was_idle and not len(self.queue)

    def _repeat(self, step: Callable[[], bool]) -> None:
        while not self._is_over.is_set():
            if not step():
                self._is_over.wait(_BETWEEN_LOOKS_S)

    def _begin(self) -> None:
        """From what is written from now on."""
        for shard in self._shards():
            self._iterators[shard] = self._iterator(shard, "LATEST")

    def _shards(self) -> list[str]:
        described = self.lab.streams.describe_stream(StreamArn=self._arn)["StreamDescription"]
        return [shard["ShardId"] for shard in described["Shards"]]

    def _iterator(self, shard: str, kind: str) -> str:
        asked = {"StreamArn": self._arn, "ShardId": shard, "ShardIteratorType": kind}
        return str(self.lab.streams.get_shard_iterator(**asked)["ShardIterator"])

    def _follow(self) -> bool:
        """One look at each shard; whether there was anything."""
        found = 0
        for shard in self._shards():
            iterator = self._iterators.get(shard) or self._iterator(shard, "TRIM_HORIZON")
            answer = self.lab.streams.get_records(ShardIterator=iterator, Limit=1000) if iterator != "end" else {}
            records = [record for record in answer.get("Records", ()) if self._wants(record)]
            for start in range(0, len(records), 100):
                self._handle(records[start : start + 100])
            if answer:
                self._iterators[shard] = answer.get("NextShardIterator") or "end"
            found += len(answer.get("Records", ()))
        if not found:
            self._is_idle.set()
        return bool(found)

    def _handle(self, records: list[Any]) -> None:
        while not self._is_over.is_set():
            try:
                self._app.handle({"Records": records})
            except Exception as error:  # noqa: BLE001 (whatever it is, Lambda delivers the batch again)
                self.counts[f"again after {type(error).__name__}"] += 1
                self._is_over.wait(1)
            else:
                self.counts["batches"] += 1
                self.counts["records"] += len(records)
                return

    def _work_off(self) -> bool:
        records = self.queue.received()
        if not records:
            return False
        answer = self._app.handle({"Records": records})
        failed = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
        self.counts["retried"] += len(records)
        self.queue.delete(one["messageId"] for one in records if one["messageId"] not in failed)
        return True
