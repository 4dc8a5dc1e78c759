from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="Health")


@_attrs_define
class Health:
    """It is up; `build` changes with whatever is deployed with it."""

    status: str
    """ `ok`; new values may come """
    build: str

    def to_dict(self) -> dict[str, Any]:
        status = self.status

        build = self.build

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "status": status,
                "build": build,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        status = d.pop("status")

        build = d.pop("build")

        health = cls(
            status=status,
            build=build,
        )

        return health
