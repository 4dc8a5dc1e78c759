from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.blocker_out import BlockerOut
    from ..models.would_change import WouldChange


T = TypeVar("T", bound="DryRun")


@_attrs_define
class DryRun:
    """What a bulk action would do, and what keeps it from it."""

    would_change: list[WouldChange]
    unchanged: int
    left_out: int
    blockers: list[BlockerOut]

    def to_dict(self) -> dict[str, Any]:
        would_change = []
        for would_change_item_data in self.would_change:
            would_change_item = would_change_item_data.to_dict()
            would_change.append(would_change_item)

        unchanged = self.unchanged

        left_out = self.left_out

        blockers = []
        for blockers_item_data in self.blockers:
            blockers_item = blockers_item_data.to_dict()
            blockers.append(blockers_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "would_change": would_change,
                "unchanged": unchanged,
                "left_out": left_out,
                "blockers": blockers,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.blocker_out import BlockerOut  # noqa: PLC0415
        from ..models.would_change import WouldChange  # noqa: PLC0415

        d = dict(src_dict)
        would_change = []
        _would_change = d.pop("would_change")
        for would_change_item_data in _would_change:
            would_change_item = WouldChange.from_dict(would_change_item_data)

            would_change.append(would_change_item)

        unchanged = d.pop("unchanged")

        left_out = d.pop("left_out")

        blockers = []
        _blockers = d.pop("blockers")
        for blockers_item_data in _blockers:
            blockers_item = BlockerOut.from_dict(blockers_item_data)

            blockers.append(blockers_item)

        dry_run = cls(
            would_change=would_change,
            unchanged=unchanged,
            left_out=left_out,
            blockers=blockers,
        )

        return dry_run
