from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="Freshness")


@_attrs_define
class Freshness:
    """Where a list came from, how many rows were read for it, and up to when it is sure to know every change.

    `source` is the search index where there is one that answers, else the table. Of the table `indexed_through` is
    null where one of its own indexes was read: it follows within moments, and tells nobody how far it has come. Your
    own changes are always there if you send `Lodgestory-Seen`. `sort` is the order of this list: not `relevance`,
    though that was asked for, if it is from the table. `typos`: words are found by one typo too.

    """

    source: str
    """ `table`, `index`; new values may come """
    indexed_through: None | str
    scanned: int
    sort: str
    """ `-created_at`, `created_at`, `-updated_at`, `updated_at`, `-priority`, `priority`, `relevance`; new values
    may come """
    typos: bool

    def to_dict(self) -> dict[str, Any]:
        source = self.source

        indexed_through: None | str
        indexed_through = self.indexed_through

        scanned = self.scanned

        sort = self.sort

        typos = self.typos

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "source": source,
                "indexed_through": indexed_through,
                "scanned": scanned,
                "sort": sort,
                "typos": typos,
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

        sort = d.pop("sort")

        typos = d.pop("typos")

        freshness = cls(
            source=source,
            indexed_through=indexed_through,
            scanned=scanned,
            sort=sort,
            typos=typos,
        )

        return freshness
