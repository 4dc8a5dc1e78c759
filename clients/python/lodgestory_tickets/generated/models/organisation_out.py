from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.weekly_list_out import WeeklyListOut


T = TypeVar("T", bound="OrganisationOut")


@_attrs_define
class OrganisationOut:
    """`weekly_list` null: none is mailed. `retention_days` null: tickets are kept for ever."""

    id: str
    name: str
    plan: str
    created_at: str
    guest_mail: bool
    weekly_list: None | WeeklyListOut
    retention_days: int | None
    version: int

    def to_dict(self) -> dict[str, Any]:
        from ..models.weekly_list_out import WeeklyListOut  # noqa: PLC0415

        id = self.id

        name = self.name

        plan = self.plan

        created_at = self.created_at

        guest_mail = self.guest_mail

        weekly_list: dict[str, Any] | None
        if isinstance(self.weekly_list, WeeklyListOut):
            weekly_list = self.weekly_list.to_dict()
        else:
            weekly_list = self.weekly_list

        retention_days: int | None
        retention_days = self.retention_days

        version = self.version

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "name": name,
                "plan": plan,
                "created_at": created_at,
                "guest_mail": guest_mail,
                "weekly_list": weekly_list,
                "retention_days": retention_days,
                "version": version,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.weekly_list_out import WeeklyListOut  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        plan = d.pop("plan")

        created_at = d.pop("created_at")

        guest_mail = d.pop("guest_mail")

        def _parse_weekly_list(data: object) -> None | WeeklyListOut:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                weekly_list_type_0 = WeeklyListOut.from_dict(data)

                return weekly_list_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | WeeklyListOut, data)

        weekly_list = _parse_weekly_list(d.pop("weekly_list"))

        def _parse_retention_days(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        retention_days = _parse_retention_days(d.pop("retention_days"))

        version = d.pop("version")

        organisation_out = cls(
            id=id,
            name=name,
            plan=plan,
            created_at=created_at,
            guest_mail=guest_mail,
            weekly_list=weekly_list,
            retention_days=retention_days,
            version=version,
        )

        return organisation_out
