from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="DeletedChat")


@_attrs_define
class DeletedChat:
    """A chat that was deleted; its id never lives again."""

    id: str
    version: int
    deleted_at: str

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        version = self.version

        deleted_at = self.deleted_at

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "version": version,
                "deleted_at": deleted_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        version = d.pop("version")

        deleted_at = d.pop("deleted_at")

        deleted_chat = cls(
            id=id,
            version=version,
            deleted_at=deleted_at,
        )

        return deleted_chat
