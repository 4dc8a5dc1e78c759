"""The table's own stream, as moto keeps it, for whoever plays the indexer."""

from base64 import b64encode
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends


def records_of(region: str, table: str, after: int = 0) -> list[dict[str, Any]]:
    """All records since the table was brought back but the first `after`, oldest first.

    moto keeps bytes where a stream has base64.
    """
    shard = dynamodb_backends[DEFAULT_ACCOUNT_ID][region].tables[table].stream_shard
    return [_as_sent(one.to_json()) for one in shard.items[after:]] if shard else []


def _as_sent(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _as_sent(one) for name, one in value.items()}
    return b64encode(value).decode() if isinstance(value, bytes) else value
