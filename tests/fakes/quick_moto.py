"""moto's DynamoDB without what makes long tests slow; what it answers stays the same.

moto copies the whole table, stream records included, for each action of a transaction, so that it can take it back.
Here the copy shares its items with the table, and an update works on a copy of the one item that it changes. An index
query sorts the table by keys that are texts, not by moto's objects of them.
"""

import copy
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table


@contextmanager
def quick_tables() -> Iterator[None]:
    """Transactions that cost what they write, however full the table is."""
    update = DynamoDBBackend.update_item

    def update_a_copy(backend: DynamoDBBackend, table_name: str, key: Any, *more: Any, **named: Any) -> Any:
        _replace_by_copy(backend.get_table(table_name), key)
        return update(backend, table_name, key, *more, **named)

    with (
        patch.object(Table, "__deepcopy__", _shared, create=True),
        patch.object(Table, "all_items", _all_items),
        patch.object(DynamoDBBackend, "update_item", update_a_copy),
    ):
        yield


class Snapshot:
    """A table as it is now, to be brought back as often as a test likes."""

    def __init__(self, region: str, name: str) -> None:
        self._tables = dynamodb_backends[DEFAULT_ACCOUNT_ID][region].tables
        self._name = name
        self._tables[name].stream_shard = None
        self._kept = _shared(self._tables[name])

    def bring_back(self) -> None:
        self._tables[self._name] = _shared(self._kept)


def _shared(table: Table, _memo: object = None) -> Table:
    other = copy.copy(table)
    other.items = defaultdict(dict, {hash_: dict(ranges) for hash_, ranges in table.items.items()})
    return other


def _all_items(table: Table) -> list[Item]:
    found = [item for ranges in table.items.values() for item in ranges.values()]
    return sorted(found, key=lambda item: (item.hash_key.value, item.range_key.value))


def _replace_by_copy(table: Table, key: dict[str, Any]) -> None:
    hash_, range_ = (DynamoType(key[str(name)]) for name in (table.hash_key_attr, table.range_key_attr))
    item = table.items.get(hash_, {}).get(range_)
    if item is not None:
        table.items[hash_][range_] = copy.deepcopy(item)
