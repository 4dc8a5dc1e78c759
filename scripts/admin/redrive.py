"""Giving failed batches to their functions again, by the functions' own protection against doing a thing twice.

    read the batch -> the function takes its records -> the object is removed

An object is removed only when all of its records were taken, so that stopping anywhere loses nothing: the next run
begins with what is left, and what was taken already does no harm. A bad record keeps none behind it: what a function
fails on is divided as Lambda divides it, until the bad one is alone. The object then stays whole.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Protocol

from botocore.config import Config

from scripts.admin.failed_batches import Bucket, FailedBatch, NoFailedBatch, Record
from scripts.admin.problem import Problem
from scripts.admin.stack import Stack
from scripts.admin.ticker import Ticker

FUNCTIONS: Final = {"notifier": "NotifierFunction", "search-indexer": "SearchIndexerFunction"}
"""As they are called on the command line, and the outputs of the stack that name them."""

# Longer than the 60 s of either function; asked again, it would run twice at the same time.
_INVOCATION: Final = Config(read_timeout=75, retries={"mode": "standard", "total_max_attempts": 1})

type Say = Callable[[str], None]


class FunctionFailed(Exception):
    """The function raised, or ran out of time."""


class Invoke(Protocol):
    def __call__(self, function: str, event: Mapping[str, Any]) -> Any:
        """The function's answer. Raises FunctionFailed."""


@dataclass(frozen=True, slots=True)
class Found:
    """A batch that waits: `function` is our name of it, `deployed` that of AWS."""

    key: str
    function: str
    deployed: str
    condition: str
    given_up_at: datetime
    oldest_at: datetime
    records: int


@dataclass(frozen=True, slots=True)
class Redrive:
    bucket: Bucket
    functions: Mapping[str, str]
    """The function's name in AWS -> ours."""
    invoke: Invoke
    say: Say

    @classmethod
    def of(cls, stack: Stack, say: Say) -> "Redrive":
        functions = {stack.output(output): name for name, output in FUNCTIONS.items()}
        bucket = Bucket(stack.connection.client("s3"), stack.output("FailedBatchesBucket"))
        return cls(bucket, functions, _invoking(stack.connection.client("lambda", _INVOCATION)), say)

    def find(self, function: str | None, since: date | None) -> list[Found]:
        """The batches that wait, oldest first; what is none is named, and left where it is."""
        found: list[Found] = []
        ticker = Ticker(self.say)
        for number, key in enumerate(self.bucket.keys(), start=1):
            ticker.tick(f"{number} objects read")
            if (one := self._look(key)) is None:
                continue
            if function in (None, one.function) and (since is None or one.given_up_at.date() >= since):
                found.append(one)
        return sorted(found, key=lambda one: (one.given_up_at, one.key))

    def run(self, found: Sequence[Found], *, is_kept: bool) -> int:
        """Give each batch to its function; how many of them stay."""
        left = 0
        for number, one in enumerate(found, start=1):
            head = f"{number} of {len(found)}: {one.function}, {counted(one.records)}"
            self.say(f"{head} …")
            batch = self.bucket.read(one.key)
            if batch is None:
                self.say(f"{head}: gone meanwhile")
                continue
            refused = self._give(one.deployed, batch.records, Ticker(self.say))
            if refused:
                left += 1
                self.say(f"{head}: {counted(refused)} not taken, it stays: {one.key}")
            else:
                self.bucket.remove(one.key, is_kept=is_kept)
                self.say(f"{head}: taken")
        return left

    def _look(self, key: str) -> Found | None:
        try:
            batch = self.bucket.read(key)
        except NoFailedBatch as reason:
            self.say(f"Left as it is: {key}: {reason}")
            return None
        if batch is None:
            return None
        if batch.function not in self.functions:
            self.say(f"Left as it is: {key}: its function {batch.function} is none of this stack")
            return None
        return _found(batch, self.functions[batch.function])

    def _give(self, function: str, records: Sequence[Record], ticker: Ticker) -> int:
        """How many of the records were not taken."""
        waiting, refused = [records], 0
        while waiting:
            some = waiting.pop(0)
            ticker.tick(f"  {counted(sum(map(len, waiting)) + len(some))} to go")
            rest = self._not_taken(function, some)
            if len(rest) == 1 and len(some) == 1:
                refused += 1
            elif rest:
                waiting[:0] = _divided(rest) if len(rest) == len(some) else [rest]
        return refused

    def _not_taken(self, function: str, records: Sequence[Record]) -> Sequence[Record]:
        """What comes again: from the first record on that the function reports, or all of them."""
        try:
            answer = self.invoke(function, {"Records": list(records)})
        except FunctionFailed:
            return records
        reported = [failure.get("itemIdentifier") for failure in (answer or {}).get("batchItemFailures") or []]
        if not reported:
            return []
        numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
        # A report of something that is not of the batch says nothing of what was taken.
        return records[min(numbers.index(one) if one in numbers else 0 for one in reported) :]


def summary(found: Sequence[Found], now: datetime) -> Iterator[str]:
    """One line a batch, for a person who is to decide."""
    for one in found:
        ages = f"given up {_ago(now - one.given_up_at)} ago, oldest change {_ago(now - one.oldest_at)} old"
        yield f"  {one.function:<15} {counted(one.records):>13}  {ages}  {one.condition}"


def _found(batch: FailedBatch, function: str) -> Found:
    return Found(
        key=batch.key,
        function=function,
        deployed=batch.function,
        condition=batch.condition,
        given_up_at=batch.given_up_at,
        oldest_at=batch.oldest_at,
        records=len(batch.records),
    )


def _divided(records: Sequence[Record]) -> list[Sequence[Record]]:
    middle = len(records) // 2
    return [records[:middle], records[middle:]]


def _invoking(client: Any) -> Invoke:
    def invoke(function: str, event: Mapping[str, Any]) -> Any:
        # As short as Lambda wrote it: a batch may be as large as an invocation can be.
        payload = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        try:
            answer = client.invoke(FunctionName=function, InvocationType="RequestResponse", Payload=payload)
        except client.exceptions.RequestTooLargeException as error:
            raise FunctionFailed("too large") from error  # its halves may fit
        body = answer["Payload"].read()
        if "FunctionError" in answer:
            raise FunctionFailed(answer["FunctionError"])
        return json.loads(body or b"null")

    return invoke


def counted(count: int, noun: str = "record", plural: str = "records") -> str:
    return f"{count} {noun if count == 1 else plural}"


def _ago(delta: Any) -> str:
    hours = delta.total_seconds() / 3600
    return f"{hours / 24:.0f} days" if hours >= 48 else f"{hours:.1f} hours"


def confirmed(question: str, *, is_confirmed: bool, ask: Callable[[str], str]) -> bool:
    """Whether a person says yes. Raises Problem where there is nobody to ask."""
    if is_confirmed:
        return True
    try:
        return ask(f"{question} [y/N] ").strip().lower() in {"y", "yes"}
    except EOFError:
        raise Problem("Nobody is there to say yes. Repeat with --yes.") from None
