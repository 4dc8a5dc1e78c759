"""A table of moto's, kept as it is at a moment, so that every case of a test can begin there for next to nothing."""

import pickle
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from tests.fakes.images import item_of
from ticketing.store.attributes import Item


class SavedTable:
    """Saved when it is made."""

    def __init__(self, client: Any, name: str) -> None:
        self._tables: Any = dynamodb_backends[DEFAULT_ACCOUNT_ID][client.meta.region_name]
        self._name = name
        self._saved = pickle.dumps(self._table.items)

    @property
    def _table(self) -> Any:
        """Another one after each transaction that was refused: moto then goes on with a copy."""
        return self._tables.tables[self._name]

    def restore(self) -> None:
        """Every item as it was; the stream is empty."""
        table = self._table
        table.items = pickle.loads(self._saved)  # noqa: S301 (our own)
        table.stream_shard.items.clear()

    def items(self) -> list[Item]:
        """All that the table holds now, asked of no client."""
        rows = (row.values() for row in self._table.items.values())
        return [item_of(item.to_json()["Attributes"]) for row in rows for item in row]
