from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.age_count import AgeCount
    from ..models.oldest_ticket import OldestTicket


T = TypeVar("T", bound="AssigneeBacklog")


@_attrs_define
class AssigneeBacklog:
    """What one assignee has; `id` is `unassigned` for what nobody has."""

    id: str
    name: str
    count: int
    by_age: list[AgeCount]
    oldest: OldestTicket

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        count = self.count

        by_age = []
        for by_age_item_data in self.by_age:
            by_age_item = by_age_item_data.to_dict()
            by_age.append(by_age_item)

        oldest = self.oldest.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "name": name,
                "count": count,
                "by_age": by_age,
                "oldest": oldest,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.age_count import AgeCount  # noqa: PLC0415
        from ..models.oldest_ticket import OldestTicket  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        count = d.pop("count")

        by_age = []
        _by_age = d.pop("by_age")
        for by_age_item_data in _by_age:
            by_age_item = AgeCount.from_dict(by_age_item_data)

            by_age.append(by_age_item)

        oldest = OldestTicket.from_dict(d.pop("oldest"))

        assignee_backlog = cls(
            id=id,
            name=name,
            count=count,
            by_age=by_age,
            oldest=oldest,
        )

        return assignee_backlog
