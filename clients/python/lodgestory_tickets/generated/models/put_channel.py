from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.channel_type import ChannelType, check_channel_type
from ..types import UNSET, Unset

T = TypeVar("T", bound="PutChannel")


@_attrs_define
class PutChannel:
    """A channel as it is now; it is active from then on. With `source_version`, a late one changes nothing."""

    name: str
    type_: ChannelType
    source_version: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        type_: str = self.type_

        source_version: int | None | Unset
        if isinstance(self.source_version, Unset):
            source_version = UNSET
        else:
            source_version = self.source_version

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "type": type_,
            }
        )
        if source_version is not UNSET:
            field_dict["source_version"] = source_version

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        type_ = check_channel_type(d.pop("type"))

        def _parse_source_version(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        source_version = _parse_source_version(d.pop("source_version", UNSET))

        put_channel = cls(
            name=name,
            type_=type_,
            source_version=source_version,
        )

        return put_channel
