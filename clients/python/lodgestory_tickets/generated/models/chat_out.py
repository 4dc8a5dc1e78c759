from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.guest_out import GuestOut


T = TypeVar("T", bound="ChatOut")


@_attrs_define
class ChatOut:
    id: str
    channel_id: str
    guest: GuestOut
    url: None | str
    source_version: int | None
    version: int
    created_at: str
    updated_at: str

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        channel_id = self.channel_id

        guest = self.guest.to_dict()

        url: None | str
        url = self.url

        source_version: int | None
        source_version = self.source_version

        version = self.version

        created_at = self.created_at

        updated_at = self.updated_at

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "channel_id": channel_id,
                "guest": guest,
                "url": url,
                "source_version": source_version,
                "version": version,
                "created_at": created_at,
                "updated_at": updated_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.guest_out import GuestOut  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        channel_id = d.pop("channel_id")

        guest = GuestOut.from_dict(d.pop("guest"))

        def _parse_url(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        url = _parse_url(d.pop("url"))

        def _parse_source_version(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        source_version = _parse_source_version(d.pop("source_version"))

        version = d.pop("version")

        created_at = d.pop("created_at")

        updated_at = d.pop("updated_at")

        chat_out = cls(
            id=id,
            channel_id=channel_id,
            guest=guest,
            url=url,
            source_version=source_version,
            version=version,
            created_at=created_at,
            updated_at=updated_at,
        )

        return chat_out
