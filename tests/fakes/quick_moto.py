"""moto's DynamoDB without what makes tests slow; what it answers stays the same.

moto copies the whole table, stream records included, for each action of a transaction, so that it can take it back.
Here the copy shares its items with the table, and an update works on a copy of the one item that it changes. An index
query sorts the table by keys that are texts, not by moto's objects of them. And each attribute of an answer is looked
up by its one name, not by ten names that it might have in services whose answers are objects. One thing is mended: the
old images of the stream.
"""

import copy
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.core.serialize import ResponseSerializer
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table

from tests.fakes.images import item_of
from ticketing.store import attributes

_update = DynamoDBBackend.update_item
_get_value = ResponseSerializer.get_value


@contextmanager
def quick_tables() -> Iterator[None]:
    """Transactions that cost what they write, however full the table is, and answers that cost what they hold."""
    with (
        patch.object(Table, "__deepcopy__", _shared, create=True),
        patch.object(Table, "all_items", _all_items),
        patch.object(DynamoDBBackend, "update_item", _update_a_copy),
        patch.object(ResponseSerializer, "get_value", _attribute_or_value),
    ):
        yield


class Snapshot:
    """A table as it is now, to be brought back as often as tests like. Only among `quick_tables`: it shares items."""

    def __init__(self, region: str, name: str) -> None:
        self._place, self._name = region, name
        self._kept = _shared(self._table)
        if self._kept.stream_shard is not None:
            self._kept.stream_shard.items = []

    @property
    def _tables(self) -> dict[str, Table]:
        return dynamodb_backends[DEFAULT_ACCOUNT_ID][self._place].tables

    @property
    def _table(self) -> Table:
        """Another one after each transaction that was refused: moto then goes on with a copy."""
        return self._tables[self._name]

    def bring_back(self) -> None:
        """Every item as it was; the stream is empty."""
        self._tables[self._name] = _shared(self._kept)

    def items(self) -> list[attributes.Item]:
        """All that the table holds now, asked of no client."""
        return [item_of(item.to_json()["Attributes"]) for item in _all_items(self._table)]


def _shared(table: Table, _memo: object = None) -> Table:
    other = copy.copy(table)
    other.items = defaultdict(dict, {hash_: dict(ranges) for hash_, ranges in table.items.items()})
    if table.stream_shard is not None:
        other.stream_shard = copy.copy(table.stream_shard)
        other.stream_shard.table = other
        other.stream_shard.items = list(table.stream_shard.items)
    return other


def _all_items(table: Table) -> list[Item]:
    found = [item for ranges in table.items.values() for item in ranges.values()]
    return sorted(found, key=lambda item: (item.hash_key.value, item.range_key.value))


def _update_a_copy(backend: DynamoDBBackend, table_name: str, key: dict[str, Any], *more: Any, **named: Any) -> Any:
    table = backend.get_table(table_name)
    hash_, range_ = (DynamoType(key[str(name)]) for name in (table.hash_key_attr, table.range_key_attr))
    item = table.items.get(hash_, {}).get(range_)
    if item is not None:
        table.items[hash_][range_] = copy.deepcopy(item)
    updated = _update(backend, table_name, key, *more, **named)
    if item is not None and table.stream_shard is not None:
        # moto's old image is made of what it has just changed; a stream tells the item as it was.
        table.stream_shard.items[-1].record["dynamodb"]["OldImage"] = item.to_json()["Attributes"]
    return updated


def _attribute_or_value(serializer: ResponseSerializer, value: Any, key: str, shape: Any) -> Any:
    if isinstance(value, dict) and getattr(getattr(shape, "parent", None), "name", None) == "AttributeValue":
        return value.get(key)
    return _get_value(serializer, value, key, shape)
