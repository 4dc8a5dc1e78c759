"""A mapping's settings, as `template.yaml` deploys them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.fakes.stream.patterns import fits
from tests.unit.template.template import stream_of


@dataclass(frozen=True, slots=True)
class MappingSettings:
    """The defaults are those of AWS: "Lambda parameters for Amazon DynamoDB event source mappings".

    `max_retries` and `max_age` None: until the stream forgets the record. `patterns`: one of them is enough; with none
    of them every record comes. `keeps_failed`: what is given up goes to a bucket.
    """

    batch_size: int = 100
    reports_failures: bool = False
    bisects: bool = False
    max_retries: int | None = None
    max_age: timedelta | None = None
    patterns: tuple[Mapping[str, Any], ...] = ()
    keeps_failed: bool = False

    @classmethod
    def of(cls, function: str) -> "MappingSettings":
        """Those of the function with this logical id."""
        stream = stream_of(function)
        destination = stream.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
        return cls(
            batch_size=stream["BatchSize"],
            reports_failures="ReportBatchItemFailures" in stream.get("FunctionResponseTypes", []),
            bisects=stream.get("BisectBatchOnFunctionError", False),
            max_retries=_unless_endless(stream.get("MaximumRetryAttempts", -1)),
            max_age=_seconds(_unless_endless(stream.get("MaximumRecordAgeInSeconds", -1))),
            patterns=tuple(json.loads(one["Pattern"]) for one in stream.get("FilterCriteria", {}).get("Filters", [])),
            keeps_failed=destination == {"Fn::GetAtt": "FailedBatches.Arn"},
        )

    def wants(self, record: Mapping[str, Any]) -> bool:
        return not self.patterns or any(fits(pattern, record) for pattern in self.patterns)


def _unless_endless(value: int) -> int | None:
    return None if value == -1 else value


def _seconds(value: int | None) -> timedelta | None:
    return None if value is None else timedelta(seconds=value)
