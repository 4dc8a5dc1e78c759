from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="ChatRef")


@_attrs_define
class ChatRef:
    id: str
    guest_name: str

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        guest_name = self.guest_name

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "guest_name": guest_name,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        guest_name = d.pop("guest_name")

        chat_ref = cls(
            id=id,
            guest_name=guest_name,
        )

        return chat_ref
