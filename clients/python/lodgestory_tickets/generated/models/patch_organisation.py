from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.patch_weekly_list import PatchWeeklyList


T = TypeVar("T", bound="PatchOrganisation")


@_attrs_define
class PatchOrganisation:
    """A JSON merge patch of the settings: what it names is replaced, null switches off."""

    guest_mail: bool | Unset = UNSET
    weekly_list: None | PatchWeeklyList | Unset = UNSET
    retention_days: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.patch_weekly_list import PatchWeeklyList  # noqa: PLC0415

        guest_mail = self.guest_mail

        weekly_list: dict[str, Any] | None | Unset
        if isinstance(self.weekly_list, Unset):
            weekly_list = UNSET
        elif isinstance(self.weekly_list, PatchWeeklyList):
            weekly_list = self.weekly_list.to_dict()
        else:
            weekly_list = self.weekly_list

        retention_days: int | None | Unset
        if isinstance(self.retention_days, Unset):
            retention_days = UNSET
        else:
            retention_days = self.retention_days

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if guest_mail is not UNSET:
            field_dict["guest_mail"] = guest_mail
        if weekly_list is not UNSET:
            field_dict["weekly_list"] = weekly_list
        if retention_days is not UNSET:
            field_dict["retention_days"] = retention_days

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.patch_weekly_list import PatchWeeklyList  # noqa: PLC0415

        d = dict(src_dict)
        guest_mail = d.pop("guest_mail", UNSET)

        def _parse_weekly_list(data: object) -> None | PatchWeeklyList | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                weekly_list_type_0 = PatchWeeklyList.from_dict(data)

                return weekly_list_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PatchWeeklyList | Unset, data)

        weekly_list = _parse_weekly_list(d.pop("weekly_list", UNSET))

        def _parse_retention_days(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        retention_days = _parse_retention_days(d.pop("retention_days", UNSET))

        patch_organisation = cls(
            guest_mail=guest_mail,
            weekly_list=weekly_list,
            retention_days=retention_days,
        )

        return patch_organisation
