from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="HighlightOut")


@_attrs_define
class HighlightOut:
    """Where the words of `q` were found.

    `fragment` is HTML of at most 160 characters: all of it is escaped but `<mark>`, around what was found.

    """

    field: str
    """ `remarks`, `guest_name`, `guest_phone`, `sub_issue`, `issue`, `number`; new values may come """
    fragment: str

    def to_dict(self) -> dict[str, Any]:
        field = self.field

        fragment = self.fragment

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "field": field,
                "fragment": fragment,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        field = d.pop("field")

        fragment = d.pop("fragment")

        highlight_out = cls(
            field=field,
            fragment=fragment,
        )

        return highlight_out
