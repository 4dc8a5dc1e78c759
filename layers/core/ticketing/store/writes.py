"""Writes as they are put together: one action of a transaction, or a single write. The table carries them out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ticketing.store.attributes import Item, encode
from ticketing.store.keys import Key


@dataclass(frozen=True, slots=True)
class Write:
    """One action of a transaction, or a single write. Build it with put, update or check."""

    kind: Literal["Put", "Update", "ConditionCheck", "Delete"]
    key: Key
    item: Item | None = None
    update: str | None = None
    condition: str | None = None
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def request(self, table_name: str) -> dict[str, Any]:
        parts: dict[str, Any] = {"TableName": table_name}
        if self.item is not None:
            parts["Item"] = encode({"pk": self.key.pk, "sk": self.key.sk, **self.item})
        else:
            parts["Key"] = encode(self.key._asdict())
        if self.update is not None:
            parts["UpdateExpression"] = self.update
        if self.condition is not None:
            parts["ConditionExpression"] = self.condition
        if self.names:
            parts["ExpressionAttributeNames"] = dict(self.names)
        if self.values:
            parts["ExpressionAttributeValues"] = encode(self.values)
        return parts


def put(
    key: Key,
    item: Item,
    *,
    condition: str | None = None,
    names: Mapping[str, str] | None = None,
    values: Mapping[str, Any] | None = None,
) -> Write:
    return Write("Put", key, item=item, condition=condition, names=names or {}, values=values or {})


def put_new(key: Key, item: Item) -> Write:
    """Put an item that must not exist yet."""
    return put(key, item, condition="attribute_not_exists(pk)")


def check(
    key: Key, condition: str, *, names: Mapping[str, str] | None = None, values: Mapping[str, Any] | None = None
) -> Write:
    return Write("ConditionCheck", key, condition=condition, names=names or {}, values=values or {})


def update(
    key: Key,
    expression: str,
    *,
    condition: str | None = None,
    names: Mapping[str, str] | None = None,
    values: Mapping[str, Any] | None = None,
) -> Write:
    return Write("Update", key, update=expression, condition=condition, names=names or {}, values=values or {})


def delete(
    key: Key,
    *,
    condition: str | None = None,
    names: Mapping[str, str] | None = None,
    values: Mapping[str, Any] | None = None,
) -> Write:
    return Write("Delete", key, condition=condition, names=names or {}, values=values or {})


def difference(
    key: Key,
    before: Item,
    after: Item,
    *,
    condition: str,
    values: Mapping[str, Any] | None = None,
    names: Mapping[str, str] | None = None,
) -> Write:
    """An update that writes only what differs.

    What neither item names is left alone, so that attributes of a newer release survive an older one.
    """
    changed = [name for name, value in after.items() if before.get(name, _ABSENT) != value]
    gone = [name for name in before if name not in after]
    aliases = {f"#a{index}": name for index, name in enumerate(changed + gone)}
    sets = ", ".join(f"#a{index} = :a{index}" for index in range(len(changed)))
    removes = ", ".join(f"#a{index}" for index in range(len(changed), len(aliases)))
    expression = " ".join(part for part in (sets and f"SET {sets}", removes and f"REMOVE {removes}") if part)
    new_values = {f":a{index}": after[name] for index, name in enumerate(changed)}
    return update(
        key,
        expression,
        condition=condition,
        names={**aliases, **(names or {})},
        values={**new_values, **(values or {})},
    )


_ABSENT = object()
