from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.count import Count


T = TypeVar("T", bound="Facets")


@_attrs_define
class Facets:
    """How many tickets of the whole list there are of each kind, the most frequent first; those of none are left out.

    `relation` is `eq` if all of the list was counted; `gte` if its budget was spent before, so that there are at least
    so many of each. `scanned` rows were read for page and counts together.

    """

    status: list[Count]
    status_category: list[Count]
    priority: list[Count]
    assignee: list[Count]
    channel: list[Count]
    relation: str
    """ `eq`, `gte`; new values may come """
    scanned: int

    def to_dict(self) -> dict[str, Any]:
        status = []
        for status_item_data in self.status:
            status_item = status_item_data.to_dict()
            status.append(status_item)

        status_category = []
        for status_category_item_data in self.status_category:
            status_category_item = status_category_item_data.to_dict()
            status_category.append(status_category_item)

        priority = []
        for priority_item_data in self.priority:
            priority_item = priority_item_data.to_dict()
            priority.append(priority_item)

        assignee = []
        for assignee_item_data in self.assignee:
            assignee_item = assignee_item_data.to_dict()
            assignee.append(assignee_item)

        channel = []
        for channel_item_data in self.channel:
            channel_item = channel_item_data.to_dict()
            channel.append(channel_item)

        relation = self.relation

        scanned = self.scanned

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "status": status,
                "status_category": status_category,
                "priority": priority,
                "assignee": assignee,
                "channel": channel,
                "relation": relation,
                "scanned": scanned,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.count import Count  # noqa: PLC0415

        d = dict(src_dict)
        status = []
        _status = d.pop("status")
        for status_item_data in _status:
            status_item = Count.from_dict(status_item_data)

            status.append(status_item)

        status_category = []
        _status_category = d.pop("status_category")
        for status_category_item_data in _status_category:
            status_category_item = Count.from_dict(status_category_item_data)

            status_category.append(status_category_item)

        priority = []
        _priority = d.pop("priority")
        for priority_item_data in _priority:
            priority_item = Count.from_dict(priority_item_data)

            priority.append(priority_item)

        assignee = []
        _assignee = d.pop("assignee")
        for assignee_item_data in _assignee:
            assignee_item = Count.from_dict(assignee_item_data)

            assignee.append(assignee_item)

        channel = []
        _channel = d.pop("channel")
        for channel_item_data in _channel:
            channel_item = Count.from_dict(channel_item_data)

            channel.append(channel_item)

        relation = d.pop("relation")

        scanned = d.pop("scanned")

        facets = cls(
            status=status,
            status_category=status_category,
            priority=priority,
            assignee=assignee,
            channel=channel,
            relation=relation,
            scanned=scanned,
        )

        return facets
