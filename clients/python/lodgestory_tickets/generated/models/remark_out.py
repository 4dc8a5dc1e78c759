from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.actor_ref import ActorRef


T = TypeVar("T", bound="RemarkOut")


@_attrs_define
class RemarkOut:
    """A remark; `version` is the version of the ticket that it made.

    `text_url` is null when `text` is all of it. A text of more than 64 KB is shown by its beginning; then `text_url`,
    which follows the API's base address, is where the whole of it is read.

    """

    id: str
    version: int
    text: str
    text_url: None | str
    author: ActorRef
    created_at: str

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        version = self.version

        text = self.text

        text_url: None | str
        text_url = self.text_url

        author = self.author.to_dict()

        created_at = self.created_at

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "version": version,
                "text": text,
                "text_url": text_url,
                "author": author,
                "created_at": created_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.actor_ref import ActorRef  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        version = d.pop("version")

        text = d.pop("text")

        def _parse_text_url(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        text_url = _parse_text_url(d.pop("text_url"))

        author = ActorRef.from_dict(d.pop("author"))

        created_at = d.pop("created_at")

        remark_out = cls(
            id=id,
            version=version,
            text=text,
            text_url=text_url,
            author=author,
            created_at=created_at,
        )

        return remark_out
