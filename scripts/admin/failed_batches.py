"""The bucket of failed batches: what Lambda leaves there of stream records that a function could not digest.

The form of an object, and its name `aws/lambda/<mapping>/<shard>/YYYY/MM/DD/…`, are those of "Retain discarded records
for a DynamoDB event source in Lambda", AWS Lambda developer guide: JSON, with the whole event as text in `payload`.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from botocore.exceptions import ClientError

from scripts.admin.problem import Problem

_WHERE_LAMBDA_WRITES: Final = "aws/lambda/"
_DONE: Final = "done/"
_MISSING: Final = frozenset({"NoSuchKey", "404"})

type Record = Mapping[str, Any]


class NoFailedBatch(Exception):
    """An object that is none, with the reason."""


@dataclass(frozen=True, slots=True)
class FailedBatch:
    """`function` is the name in the ARN; `condition` is Lambda's word for why it gave the records up."""

    key: str
    function: str
    condition: str
    given_up_at: datetime
    records: Sequence[Record]

    @property
    def oldest_at(self) -> datetime:
        """When the first of its changes was made."""
        first = min(record["dynamodb"].get("ApproximateCreationDateTime", 0) for record in self.records)
        return datetime.fromtimestamp(first, self.given_up_at.tzinfo)


@dataclass(frozen=True, slots=True)
class Bucket:
    client: Any
    name: str

    def keys(self) -> Iterator[str]:
        """Everything below the place where Lambda writes. Raises Problem if there is no bucket."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=_WHERE_LAMBDA_WRITES)
        try:
            for page in pages:
                yield from (entry["Key"] for entry in page.get("Contents", []))
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") == "NoSuchBucket":
                raise Problem(f"There is no bucket {self.name}: the stack's failed batches were kept there.") from None
            raise

    def read(self, key: str) -> FailedBatch | None:
        """One failed batch; None if it is gone by now. Raises NoFailedBatch."""
        try:
            body = self.client.get_object(Bucket=self.name, Key=key)["Body"].read()
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _MISSING:
                return None
            raise
        return parsed(key, body)

    def remove(self, key: str, *, is_kept: bool) -> None:
        """Delete an object, or move it below `done/`, where it is not found again and its 30 days begin anew."""
        if is_kept:
            source = {"Bucket": self.name, "Key": key}
            self.client.copy_object(Bucket=self.name, Key=_DONE + key, CopySource=source)
        self.client.delete_object(Bucket=self.name, Key=key)


def parsed(key: str, body: bytes) -> FailedBatch:
    """What an object says. Raises NoFailedBatch."""
    try:
        document = json.loads(body)
        context = document["requestContext"]
        payload = document["payload"]
        event = json.loads(payload) if isinstance(payload, str) else payload
        batch = FailedBatch(
            key=key,
            function=_function_name(context["functionArn"]),
            condition=str(context.get("condition", "")),
            given_up_at=_instant(document["timestamp"]),
            records=list(event["Records"]),
        )
        if not batch.records or not all(record["dynamodb"]["SequenceNumber"] for record in batch.records):
            raise NoFailedBatch("it holds no stream records")
        _ = batch.oldest_at
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise NoFailedBatch(f"it is not what Lambda writes ({type(error).__name__})") from None
    return batch


def _function_name(arn: str) -> str:
    """`arn:aws:lambda:<region>:<account>:function:<name>`, with or without a version behind it."""
    return arn.split(":")[6] if arn.count(":") >= 6 else arn


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(text)
    return instant
