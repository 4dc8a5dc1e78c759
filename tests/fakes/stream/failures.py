"""What a mapping leaves in S3 of records that it gave up: "Retain discarded records for a DynamoDB event source in
Lambda", AWS Lambda developer guide."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.fakes.stream.records import ARN, Record
from ticketing.domain.instants import to_text

RETRIES_EXHAUSTED = "RetryAttemptsExhausted"
TOO_OLD = "RecordAgeExceeded"


@dataclass(frozen=True, slots=True)
class FailedBatch:
    """`condition` says why it was given up; `invocations` how often the function was asked."""

    records: Sequence[Record]
    condition: str
    invocations: int
    shard: str
    function_arn: str
    mapping_id: str
    object_id: str
    given_up_at: datetime

    @property
    def key(self) -> str:
        """`aws/lambda/<ESM-UUID>/<shardID>/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-<Random UUID>`"""
        day, instant = self.given_up_at.strftime("%Y/%m/%d"), self.given_up_at.strftime("%Y-%m-%dT%H.%M.%S")
        return f"aws/lambda/{self.mapping_id}/{self.shard}/{day}/{instant}-{self.object_id}"

    @property
    def body(self) -> bytes:
        """The whole records come with S3 alone, as "an escaped JSON string" in `payload`."""
        answered = {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"}
        return json.dumps(
            {
                "requestContext": {
                    "requestId": self.object_id,
                    "functionArn": self.function_arn,
                    "condition": self.condition,
                    "approximateInvokeCount": self.invocations,
                },
                "responseContext": answered,
                "version": "1.0",
                "timestamp": to_text(self.given_up_at),
                "DDBStreamBatchInfo": self._batch(),
                "payload": json.dumps({"Records": list(self.records)}),
            }
        ).encode()

    def _batch(self) -> dict[str, Any]:
        first, last = self.records[0]["dynamodb"], self.records[-1]["dynamodb"]
        return {
            "shardId": self.shard,
            "startSequenceNumber": first["SequenceNumber"],
            "endSequenceNumber": last["SequenceNumber"],
            "approximateArrivalOfFirstRecord": _second(first),
            "approximateArrivalOfLastRecord": _second(last),
            "batchSize": len(self.records),
            "streamArn": ARN,
        }


def _second(change: dict[str, Any]) -> str:
    return datetime.fromtimestamp(change["ApproximateCreationDateTime"], UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
