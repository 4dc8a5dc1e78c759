from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="StatusOut")


@_attrs_define
class StatusOut:
    id: str
    name: str
    category: str
    """ `open`, `active`, `waiting`, `resolved`, `closed`; new values may come """

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        category = self.category

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "name": name,
                "category": category,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        category = d.pop("category")

        status_out = cls(
            id=id,
            name=name,
            category=category,
        )

        return status_out
