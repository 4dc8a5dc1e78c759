from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="Freshness")


@_attrs_define
class Freshness:
    """Where a list came from, how many rows were read for it, and up to when it is sure to know every change.

    `indexed_through` is null where an index of the table was read: it follows within moments, and tells nobody how
    far it has come. Your own changes are always there if you send `Lodgestory-Seen`.

    """

    source: str
    """ `table`; new values may come """
    indexed_through: None | str
    scanned: int

    def to_dict(self) -> dict[str, Any]:
        source = self.source

        indexed_through: None | str
        indexed_through = self.indexed_through

        scanned = self.scanned

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "source": source,
                "indexed_through": indexed_through,
                "scanned": scanned,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        source = d.pop("source")

        def _parse_indexed_through(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        indexed_through = _parse_indexed_through(d.pop("indexed_through"))

        scanned = d.pop("scanned")

        freshness = cls(
            source=source,
            indexed_through=indexed_through,
            scanned=scanned,
        )

        return freshness
