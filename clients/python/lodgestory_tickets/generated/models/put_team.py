from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="PutTeam")


@_attrs_define
class PutTeam:
    """A team as it is now; it is active from then on. With `source_version`, one that arrives late changes nothing."""

    name: str
    lead: str
    """ A member's id; it begins with `mem_` """
    members: list[str]
    source_version: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        lead = self.lead

        members = self.members

        source_version: int | None | Unset
        if isinstance(self.source_version, Unset):
            source_version = UNSET
        else:
            source_version = self.source_version

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "lead": lead,
                "members": members,
            }
        )
        if source_version is not UNSET:
            field_dict["source_version"] = source_version

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        lead = d.pop("lead")

        members = cast(list[str], d.pop("members"))

        def _parse_source_version(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        source_version = _parse_source_version(d.pop("source_version", UNSET))

        put_team = cls(
            name=name,
            lead=lead,
            members=members,
            source_version=source_version,
        )

        return put_team
