from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.preferences_out import PreferencesOut


T = TypeVar("T", bound="MemberOut")


@_attrs_define
class MemberOut:
    id: str
    name: str
    email: str
    role: str
    active: bool
    preferences: PreferencesOut
    source_version: int | None
    version: int

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        email = self.email

        role = self.role

        active = self.active

        preferences = self.preferences.to_dict()

        source_version: int | None
        source_version = self.source_version

        version = self.version

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "name": name,
                "email": email,
                "role": role,
                "active": active,
                "preferences": preferences,
                "source_version": source_version,
                "version": version,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.preferences_out import PreferencesOut  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        email = d.pop("email")

        role = d.pop("role")

        active = d.pop("active")

        preferences = PreferencesOut.from_dict(d.pop("preferences"))

        def _parse_source_version(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        source_version = _parse_source_version(d.pop("source_version"))

        version = d.pop("version")

        member_out = cls(
            id=id,
            name=name,
            email=email,
            role=role,
            active=active,
            preferences=preferences,
            source_version=source_version,
            version=version,
        )

        return member_out
