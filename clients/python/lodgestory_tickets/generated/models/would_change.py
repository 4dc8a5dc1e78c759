from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.would_change_changes_item import WouldChangeChangesItem


T = TypeVar("T", bound="WouldChange")


@_attrs_define
class WouldChange:
    """What would be changed of a ticket: field by field, as its history would tell."""

    ticket_id: str
    changes: list[WouldChangeChangesItem]

    def to_dict(self) -> dict[str, Any]:
        ticket_id = self.ticket_id

        changes = []
        for changes_item_data in self.changes:
            changes_item = changes_item_data.to_dict()
            changes.append(changes_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "ticket_id": ticket_id,
                "changes": changes,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.would_change_changes_item import WouldChangeChangesItem  # noqa: PLC0415

        d = dict(src_dict)
        ticket_id = d.pop("ticket_id")

        changes = []
        _changes = d.pop("changes")
        for changes_item_data in _changes:
            changes_item = WouldChangeChangesItem.from_dict(changes_item_data)

            changes.append(changes_item)

        would_change = cls(
            ticket_id=ticket_id,
            changes=changes,
        )

        return would_change
