"""Write units, computed by the rules that DynamoDB publishes, from what a client wrote and what was there before.

    an item                 1 for each KB of it, the larger of before and after; twice in a transaction, checks too
    its entry in an index   1 for each KB that is projected, for each that is put, removed or rewritten in place;
                            both when its key changes; nothing when nothing projected changes; never twice

What the engine says itself stands beside it, since moto answers `ReturnConsumedCapacity` with constants. What a refused
write costs is not counted. (Developer guide: "Read and write operations", "Item sizes and formats", "Global secondary
indexes".)
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from math import ceil
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_UNIT_BYTES = 1024

type Image = Mapping[str, Any]
"""An item as the engine speaks of it: attribute names to typed values."""


@dataclass(frozen=True)
class _Index:
    name: str
    key: tuple[str, ...]
    projected: frozenset[str]

    def entry(self, item: Image | None) -> Image | None:
        """What the index holds of an item; None if the item lacks a part of the key."""
        if item is None or not all(name in item for name in self.key):
            return None
        return {name: value for name, value in item.items() if name in self.projected}

    def units(self, before: Image | None, after: Image | None) -> int:
        old, new = self.entry(before), self.entry(after)
        if old == new:
            return 0
        is_moved = old is not None and new is not None and any(old[name] != new[name] for name in self.key)
        if is_moved or old is None or new is None:
            return sum(_units(entry) for entry in (old, new) if entry is not None)
        return max(_units(old), _units(new))


@dataclass(frozen=True)
class _Written:
    key: Image
    weight: int
    before: Image | None


class WriteMeter:
    """Register it once on a botocore client; `total` is by the rules, `by_part` for what: kinds of items, and indexes.

    `aside` is another client of the same table; it looks at items before and after, unseen by what counts the calls.
    """

    def __init__(self, client: "DynamoDBClient", aside: "DynamoDBClient", table_name: str) -> None:
        self._aside = aside
        self._table_name = table_name
        self._indexes = _indexes(aside, table_name)
        self._writing: list[_Written] = []
        self.by_part: Counter[str] = Counter()
        self.by_engine = 0.0
        """The total as the engine told it."""
        client.meta.events.register("provide-client-params.dynamodb", self._before)
        client.meta.events.register("after-call.dynamodb", self._after)

    def start(self) -> None:
        self.by_part.clear()
        self.by_engine = 0.0

    @property
    def total(self) -> int:
        return self.by_part.total()

    def _before(self, params: Any, model: Any, **_: Any) -> None:
        weight = 2 if model.name == "TransactWriteItems" else 1
        self._writing = [_Written(key, weight, self._item(key)) for key in self._keys(model.name, params)]
        if self._writing:
            params["ReturnConsumedCapacity"] = "TOTAL"

    def _after(self, http_response: Any, parsed: Any, **_: Any) -> None:
        if self._writing and http_response.status_code == HTTPStatus.OK:
            for written in self._writing:
                self._add(written, self._item(written.key))
            told = parsed["ConsumedCapacity"]
            self.by_engine += sum(one["CapacityUnits"] for one in (told if isinstance(told, list) else [told]))
        self._writing = []

    def _add(self, written: _Written, after: Image | None) -> None:
        kind = "/".join(written.key[name]["S"].partition("#")[0] for name in ("pk", "sk"))
        self.by_part[kind] += written.weight * max(_units(written.before or {}), _units(after or {}))
        for index in self._indexes:
            self.by_part[index.name] += index.units(written.before, after)

    def _item(self, key: Image) -> Image | None:
        answer = self._aside.get_item(TableName=self._table_name, Key=dict(key), ConsistentRead=True)
        return answer.get("Item")

    def _keys(self, operation: str, params: Any) -> Sequence[Image]:
        match operation:
            case "PutItem" | "UpdateItem" | "DeleteItem":
                return [_key(params)]
            case "TransactWriteItems":
                return [_key(action) for one in params["TransactItems"] for action in one.values()]
            case "BatchWriteItem":
                return [_key(action) for one in params["RequestItems"][self._table_name] for action in one.values()]
        return []


def size_of(item: Image) -> int:
    """An item in bytes, names and values."""
    return sum(len(name.encode()) + _size(value) for name, value in item.items())


def _size(typed: Mapping[str, Any]) -> int:
    ((kind, value),) = typed.items()
    match kind:
        case "S":
            return len(str(value).encode())
        case "N":
            digits = str(value).lstrip("-").strip("0")
            return ceil(len(digits) / 2) + 1 + str(value).startswith("-")
        case "B":
            return len(value)
        case "BOOL" | "NULL":
            return 1
        case "L":
            return 3 + sum(1 + _size(element) for element in value)
        case "M":
            return 3 + len(value) + size_of(value)
    message = f"an item of ours never holds an attribute of type {kind}"
    raise TypeError(message)


def _units(item: Image) -> int:
    """What a write of so much costs. Something costs the least of all: one."""
    return max(1, ceil(size_of(item) / _UNIT_BYTES))


def _key(action: Mapping[str, Any]) -> Image:
    item = action.get("Key") or action["Item"]
    return {"pk": item["pk"], "sk": item["sk"]}


def _indexes(client: "DynamoDBClient", table_name: str) -> list[_Index]:
    described = client.describe_table(TableName=table_name)["Table"].get("GlobalSecondaryIndexes", [])
    indexes = []
    for index in described:
        key = tuple(part["AttributeName"] for part in index["KeySchema"])
        projection = index["Projection"]
        assert projection["ProjectionType"] in {"INCLUDE", "KEYS_ONLY"}, "every write would pay for all of the item"
        projected = frozenset({"pk", "sk", *key, *projection.get("NonKeyAttributes", [])})
        indexes.append(_Index(index["IndexName"], key, projected))
    return indexes
