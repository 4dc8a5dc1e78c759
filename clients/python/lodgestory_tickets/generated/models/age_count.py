from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="AgeCount")


@_attrs_define
class AgeCount:
    """How many tickets are `from_days` old or older, and younger than `to_days`; days of 24 hours."""

    from_days: int
    to_days: int | None
    count: int

    def to_dict(self) -> dict[str, Any]:
        from_days = self.from_days

        to_days: int | None
        to_days = self.to_days

        count = self.count

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "from_days": from_days,
                "to_days": to_days,
                "count": count,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        from_days = d.pop("from_days")

        def _parse_to_days(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        to_days = _parse_to_days(d.pop("to_days"))

        count = d.pop("count")

        age_count = cls(
            from_days=from_days,
            to_days=to_days,
            count=count,
        )

        return age_count
