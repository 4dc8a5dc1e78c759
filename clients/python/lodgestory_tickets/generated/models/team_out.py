from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="TeamOut")


@_attrs_define
class TeamOut:
    id: str
    name: str
    lead: str
    members: list[str]
    active: bool
    source_version: int | None
    version: int

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        lead = self.lead

        members = self.members

        active = self.active

        source_version: int | None
        source_version = self.source_version

        version = self.version

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "name": name,
                "lead": lead,
                "members": members,
                "active": active,
                "source_version": source_version,
                "version": version,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        lead = d.pop("lead")

        members = cast(list[str], d.pop("members"))

        active = d.pop("active")

        def _parse_source_version(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        source_version = _parse_source_version(d.pop("source_version"))

        version = d.pop("version")

        team_out = cls(
            id=id,
            name=name,
            lead=lead,
            members=members,
            active=active,
            source_version=source_version,
            version=version,
        )

        return team_out
