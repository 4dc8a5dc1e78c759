from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.put_guest import PutGuest


T = TypeVar("T", bound="PutChat")


@_attrs_define
class PutChat:
    """A chat as it is now. With `source_version`, one that arrives late changes nothing."""

    channel_id: str
    """ 1 to 40 of `A-Z a-z 0-9 _ -`, chosen by you """
    guest: PutGuest
    url: None | str | Unset = UNSET
    source_version: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        channel_id = self.channel_id

        guest = self.guest.to_dict()

        url: None | str | Unset
        if isinstance(self.url, Unset):
            url = UNSET
        else:
            url = self.url

        source_version: int | None | Unset
        if isinstance(self.source_version, Unset):
            source_version = UNSET
        else:
            source_version = self.source_version

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "channel_id": channel_id,
                "guest": guest,
            }
        )
        if url is not UNSET:
            field_dict["url"] = url
        if source_version is not UNSET:
            field_dict["source_version"] = source_version

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.put_guest import PutGuest  # noqa: PLC0415

        d = dict(src_dict)
        channel_id = d.pop("channel_id")

        guest = PutGuest.from_dict(d.pop("guest"))

        def _parse_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        url = _parse_url(d.pop("url", UNSET))

        def _parse_source_version(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        source_version = _parse_source_version(d.pop("source_version", UNSET))

        put_chat = cls(
            channel_id=channel_id,
            guest=guest,
            url=url,
            source_version=source_version,
        )

        return put_chat
