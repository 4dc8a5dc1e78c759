from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.facets import Facets
    from ..models.freshness import Freshness
    from ..models.ticket_row import TicketRow


T = TypeVar("T", bound="TicketList")


@_attrs_define
class TicketList:
    """A page of tickets; `next_cursor` leads to the next one while `has_more`, also from a page that is not full.

    `total` counts the tickets of the whole list on its first page: exactly (`eq`), or at least so many (`gte`). With
    `facets` it stands on every page, and is what they add up to.

    """

    data: list[TicketRow]
    next_cursor: None | str
    has_more: bool
    freshness: Freshness
    """ Where a list came from, how many rows were read for it, and up to when it is sure to know every change.

    `source` is the search index where there is one that answers, else the table. Of the table `indexed_through` is
    null where one of its own indexes was read: it follows within moments, and tells nobody how far it has come.
    Your
    own changes are always there if you send `Lodgestory-Seen`. `sort` is the order of this list: not `relevance`,
    though that was asked for, if it is from the table. `typos`: words are found by one typo too. """
    total: int | None | Unset = UNSET
    total_relation: None | str | Unset = UNSET
    facets: Facets | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.facets import Facets  # noqa: PLC0415

        data = []
        for data_item_data in self.data:
            data_item = data_item_data.to_dict()
            data.append(data_item)

        next_cursor: None | str
        next_cursor = self.next_cursor

        has_more = self.has_more

        freshness = self.freshness.to_dict()

        total: int | None | Unset
        if isinstance(self.total, Unset):
            total = UNSET
        else:
            total = self.total

        total_relation: None | str | Unset
        if isinstance(self.total_relation, Unset):
            total_relation = UNSET
        else:
            total_relation = self.total_relation

        facets: dict[str, Any] | None | Unset
        if isinstance(self.facets, Unset):
            facets = UNSET
        elif isinstance(self.facets, Facets):
            facets = self.facets.to_dict()
        else:
            facets = self.facets

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "data": data,
                "next_cursor": next_cursor,
                "has_more": has_more,
                "freshness": freshness,
            }
        )
        if total is not UNSET:
            field_dict["total"] = total
        if total_relation is not UNSET:
            field_dict["total_relation"] = total_relation
        if facets is not UNSET:
            field_dict["facets"] = facets

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.facets import Facets  # noqa: PLC0415
        from ..models.freshness import Freshness  # noqa: PLC0415
        from ..models.ticket_row import TicketRow  # noqa: PLC0415

        d = dict(src_dict)
        data = []
        _data = d.pop("data")
        for data_item_data in _data:
            data_item = TicketRow.from_dict(data_item_data)

            data.append(data_item)

        def _parse_next_cursor(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        next_cursor = _parse_next_cursor(d.pop("next_cursor"))

        has_more = d.pop("has_more")

        freshness = Freshness.from_dict(d.pop("freshness"))

        def _parse_total(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        total = _parse_total(d.pop("total", UNSET))

        def _parse_total_relation(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        total_relation = _parse_total_relation(d.pop("total_relation", UNSET))

        def _parse_facets(data: object) -> Facets | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                facets_type_0 = Facets.from_dict(data)

                return facets_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Facets | None | Unset, data)

        facets = _parse_facets(d.pop("facets", UNSET))

        ticket_list = cls(
            data=data,
            next_cursor=next_cursor,
            has_more=has_more,
            freshness=freshness,
            total=total,
            total_relation=total_relation,
            facets=facets,
        )

        return ticket_list
