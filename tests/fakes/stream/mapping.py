"""Lambda's side: an event source mapping that gives batches to a function, again and again, until they are done."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import batched
from random import Random
from typing import Any, Protocol
from uuid import UUID

from tests.fakes.stream.failures import RETRIES_EXHAUSTED, TOO_OLD, FailedBatch
from tests.fakes.stream.records import Record, Stream
from tests.fakes.stream.settings import MappingSettings

_LONGEST_PAUSE_S = 60


class MovingClock(Protocol):
    now: datetime


@dataclass(frozen=True, slots=True)
class _Try:
    """A batch that is to be given to the function, after so many retries and invocations of it."""

    records: Sequence[Record]
    retries: int = 0
    invocations: int = 0


class EventSourceMapping:
    """One reader of a stream. `clock` moves on while it waits between retries, whose lengths AWS does not document.

    `failures` are what ends an invocation badly; a test whose process dies adds what it dies of. `lost_checkpoints` is
    the share of batches that are done and come again all the same ("How Lambda processes records from stream and
    queue-based event sources": each event is processed at least once).
    """

    def __init__(
        self,
        settings: MappingSettings,
        function: Callable[[dict[str, Any]], Any],
        clock: MovingClock,
        *,
        function_arn: str = "arn:aws:lambda:eu-central-1:000000000000:function:reader",
        failures: tuple[type[BaseException], ...] = (Exception,),
        random: Random | None = None,
        lost_checkpoints: float = 0.0,
    ) -> None:
        self._settings = settings
        self._function = function
        self._clock = clock
        self._function_arn = function_arn
        self._failures = failures
        self._random = random or Random(0)  # noqa: S311 (no secret)
        self._lost_checkpoints = lost_checkpoints
        self._id = self._uuid()
        self.invocations: list[list[str]] = []
        """The sequence numbers of each invocation's records."""
        self.given_up: list[FailedBatch] = []
        """All batches that were given up, kept or not."""

    @property
    def failed(self) -> list[FailedBatch]:
        """What lies in the bucket."""
        return self.given_up if self._settings.keeps_failed else []

    def read(self, stream: Stream) -> None:
        """Read the stream from its beginning to its end, the batches of each shard one after the other.

        "Using AWS Lambda with Amazon DynamoDB", polling and batching streams. Between shards there is no order.
        """
        rows = {name: self._batches(records) for name, records in stream.shards.items()}
        while rows:
            shard = self._random.choice(list(rows))
            batch = next(rows[shard], None)
            if batch is None:
                del rows[shard]
            else:
                self._see_through(shard, batch)

    def _batches(self, records: Sequence[Record]) -> Iterator[Sequence[Record]]:
        """What the filter lets through, `BatchSize` at a time. A record that does not fit counts as read."""
        yield from batched(
            [one for one in records if self._settings.wants(one)], self._settings.batch_size, strict=False
        )

    def _see_through(self, shard: str, batch: Sequence[Record]) -> None:
        """Until it is done or given up, nothing behind it in its shard is read."""
        waiting = [_Try(batch)]
        while waiting:
            now = self._without_the_old(shard, waiting.pop(0))
            if not now.records:
                continue
            after = self._invoke(now)
            if after is None:
                if self._random.random() < self._lost_checkpoints:
                    waiting.insert(0, now)
            elif self._is_exhausted(after[0]):
                self._give_up(shard, now.records, RETRIES_EXHAUSTED, after[0].invocations)
            else:
                waiting[:0] = after
                self._pause(after[0].retries)

    def _invoke(self, this: _Try) -> list[_Try] | None:
        """What is left to try, in order, the most retried first; None if the batch is done."""
        records, seen = this.records, this.invocations + 1
        numbers = [_number(record) for record in records]
        self.invocations.append(numbers)
        try:
            answer = self._function({"Records": list(records)})
        except self._failures:
            return self._halves(replace(this, invocations=seen))
        checkpoint = self._checkpoint(answer, numbers)
        if checkpoint is None:
            return None
        if checkpoint == -1:
            return self._halves(replace(this, invocations=seen))
        if checkpoint == 0 or not self._settings.bisects:
            # Nothing of it is done, and the page says nothing of halves then: the worse is assumed.
            return [_Try(records[checkpoint:], this.retries + 1, seen)]
        # "Configuring partial batch response …", bisecting a batch: it is bisected at the returned sequence number, and
        # only the remaining records are retried.
        return [_Try(records[checkpoint:], this.retries, seen)]

    def _halves(self, this: _Try) -> list[_Try]:
        """`BisectBatchOnFunctionError`: "splits a failed batch into two smaller batches […]. Splitting batches doesn't
        consume the retry quota." ("Retain discarded records for a DynamoDB event source in Lambda")"""
        if not self._settings.bisects or len(this.records) == 1:
            return [replace(this, retries=this.retries + 1)]
        middle = len(this.records) // 2
        return [replace(this, records=this.records[:middle]), replace(this, records=this.records[middle:])]

    def _checkpoint(self, answer: Any, numbers: Sequence[str]) -> int | None:
        """Where to go on: None is behind the batch, -1 says that all of it failed.

        "Configuring partial batch response with DynamoDB and Lambda": an empty or null list or answer is a complete
        success; an empty, null or badly named `itemIdentifier` a complete failure; of several, "Lambda uses the record
        with the lowest sequence number as the checkpoint. Lambda then retries all records starting from that
        checkpoint." One that is not of the batch is not documented; the worse is assumed.
        """
        if not self._settings.reports_failures or not answer or not answer.get("batchItemFailures"):
            return None
        reported = [failure.get("itemIdentifier") for failure in answer["batchItemFailures"]]
        if not all(number in numbers for number in reported):
            return -1
        return min(numbers.index(number) for number in reported)

    def _is_exhausted(self, this: _Try) -> bool:
        """`MaximumRetryAttempts` counts the attempts after the first one."""
        return self._settings.max_retries is not None and this.retries > self._settings.max_retries

    def _without_the_old(self, shard: str, this: _Try) -> _Try:
        """`MaximumRecordAgeInSeconds`: what is older is given up, tried or not ("Retain discarded records …")."""
        max_age = self._settings.max_age
        if max_age is None:
            return this
        old = [record for record in this.records if self._clock.now - _arrival(record) > max_age]
        if not old:
            return this
        self._give_up(shard, old, TOO_OLD, this.invocations)
        return replace(this, records=[record for record in this.records if record not in old])

    def _give_up(self, shard: str, records: Sequence[Record], why: str, invocations: int) -> None:
        self.given_up.append(
            FailedBatch(
                tuple(records), why, invocations, shard, self._function_arn, self._id, self._uuid(), self._clock.now
            )
        )

    def _pause(self, retries: int) -> None:
        self._clock.now += timedelta(seconds=min(2**retries, _LONGEST_PAUSE_S))

    def _uuid(self) -> str:
        return str(UUID(int=self._random.getrandbits(128), version=4))


def _number(record: Record) -> str:
    number: str = record["dynamodb"]["SequenceNumber"]
    return number


def _arrival(record: Record) -> datetime:
    return datetime.fromtimestamp(record["dynamodb"]["ApproximateCreationDateTime"], UTC)
