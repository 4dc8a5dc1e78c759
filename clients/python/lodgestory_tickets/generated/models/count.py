from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="Count")


@_attrs_define
class Count:
    """So many tickets have this; `id` is what the filter of the same name takes, `unassigned` for nobody's."""

    id: str
    name: str
    count: int

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        count = self.count

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "name": name,
                "count": count,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        count = d.pop("count")

        count = cls(
            id=id,
            name=name,
            count=count,
        )

        return count
