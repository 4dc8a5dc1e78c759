from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.weekday import Weekday, check_weekday
from ..types import UNSET, Unset

T = TypeVar("T", bound="PatchWeeklyList")


@_attrs_define
class PatchWeeklyList:
    """A part of it, if there is one already; else all of it."""

    day: Weekday | Unset = UNSET
    hour: int | Unset = UNSET
    """ A full hour of the zone's clocks """
    zone: str | Unset = UNSET
    """ A name of the IANA database """

    def to_dict(self) -> dict[str, Any]:
        day: str | Unset = UNSET
        if not isinstance(self.day, Unset):
            day = self.day

        hour = self.hour

        zone = self.zone

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if day is not UNSET:
            field_dict["day"] = day
        if hour is not UNSET:
            field_dict["hour"] = hour
        if zone is not UNSET:
            field_dict["zone"] = zone

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        _day = d.pop("day", UNSET)
        day: Weekday | Unset
        if isinstance(_day, Unset):
            day = UNSET
        else:
            day = check_weekday(_day)

        hour = d.pop("hour", UNSET)

        zone = d.pop("zone", UNSET)

        patch_weekly_list = cls(
            day=day,
            hour=hour,
            zone=zone,
        )

        return patch_weekly_list
