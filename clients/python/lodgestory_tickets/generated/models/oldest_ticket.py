from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="OldestTicket")


@_attrs_define
class OldestTicket:
    id: str
    number: int
    created_at: str

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        number = self.number

        created_at = self.created_at

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "number": number,
                "created_at": created_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        number = d.pop("number")

        created_at = d.pop("created_at")

        oldest_ticket = cls(
            id=id,
            number=number,
            created_at=created_at,
        )

        return oldest_ticket
