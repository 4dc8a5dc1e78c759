from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.to_category_in_category import (
    ToCategoryInCategory,
    check_to_category_in_category,
)

T = TypeVar("T", bound="ToCategoryIn")


@_attrs_define
class ToCategoryIn:
    """The first status of this category that may follow, by each ticket's own workflow."""

    category: ToCategoryInCategory

    def to_dict(self) -> dict[str, Any]:
        category: str = self.category

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "category": category,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        category = check_to_category_in_category(d.pop("category"))

        to_category_in = cls(
            category=category,
        )

        return to_category_in
