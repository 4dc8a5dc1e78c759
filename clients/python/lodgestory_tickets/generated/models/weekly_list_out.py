from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="WeeklyListOut")


@_attrs_define
class WeeklyListOut:
    day: str
    hour: int
    zone: str

    def to_dict(self) -> dict[str, Any]:
        day = self.day

        hour = self.hour

        zone = self.zone

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "day": day,
                "hour": hour,
                "zone": zone,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        day = d.pop("day")

        hour = d.pop("hour")

        zone = d.pop("zone")

        weekly_list_out = cls(
            day=day,
            hour=hour,
            zone=zone,
        )

        return weekly_list_out
