from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.times_of_group import TimesOfGroup
    from ..models.times_taken import TimesTaken


T = TypeVar("T", bound="ResolutionReport")


@_attrs_define
class ResolutionReport:
    """How long tickets took from `created_at` to `resolved_at`, of those created in the range that are resolved.

    The figures are exact for what was read: everything in the range if `relation` is `eq`. If it is `gte`, the budget
    was spent before: only the tickets created at `read_from` or later were read, and there are at least so many. Ask
    for shorter ranges then. `created_to` is null for now. A group that was not asked for is left out.

    """

    created_from: str
    created_to: None | str
    relation: str
    """ `eq`, `gte`; new values may come """
    read_from: str
    all_: TimesTaken
    """ How long tickets took; null if there is none. Nine of ten took `p90_seconds` or less. """
    scanned: int
    by_channel: list[TimesOfGroup] | None | Unset = UNSET
    by_issue: list[TimesOfGroup] | None | Unset = UNSET
    by_assignee: list[TimesOfGroup] | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        created_from = self.created_from

        created_to: None | str
        created_to = self.created_to

        relation = self.relation

        read_from = self.read_from

        all_ = self.all_.to_dict()

        scanned = self.scanned

        by_channel: list[dict[str, Any]] | None | Unset
        if isinstance(self.by_channel, Unset):
            by_channel = UNSET
        elif isinstance(self.by_channel, list):
            by_channel = []
            for by_channel_type_0_item_data in self.by_channel:
                by_channel_type_0_item = by_channel_type_0_item_data.to_dict()
                by_channel.append(by_channel_type_0_item)

        else:
            by_channel = self.by_channel

        by_issue: list[dict[str, Any]] | None | Unset
        if isinstance(self.by_issue, Unset):
            by_issue = UNSET
        elif isinstance(self.by_issue, list):
            by_issue = []
            for by_issue_type_0_item_data in self.by_issue:
                by_issue_type_0_item = by_issue_type_0_item_data.to_dict()
                by_issue.append(by_issue_type_0_item)

        else:
            by_issue = self.by_issue

        by_assignee: list[dict[str, Any]] | None | Unset
        if isinstance(self.by_assignee, Unset):
            by_assignee = UNSET
        elif isinstance(self.by_assignee, list):
            by_assignee = []
            for by_assignee_type_0_item_data in self.by_assignee:
                by_assignee_type_0_item = by_assignee_type_0_item_data.to_dict()
                by_assignee.append(by_assignee_type_0_item)

        else:
            by_assignee = self.by_assignee

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "created_from": created_from,
                "created_to": created_to,
                "relation": relation,
                "read_from": read_from,
                "all": all_,
                "scanned": scanned,
            }
        )
        if by_channel is not UNSET:
            field_dict["by_channel"] = by_channel
        if by_issue is not UNSET:
            field_dict["by_issue"] = by_issue
        if by_assignee is not UNSET:
            field_dict["by_assignee"] = by_assignee

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.times_of_group import TimesOfGroup  # noqa: PLC0415
        from ..models.times_taken import TimesTaken  # noqa: PLC0415

        d = dict(src_dict)
        created_from = d.pop("created_from")

        def _parse_created_to(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        created_to = _parse_created_to(d.pop("created_to"))

        relation = d.pop("relation")

        read_from = d.pop("read_from")

        all_ = TimesTaken.from_dict(d.pop("all"))

        scanned = d.pop("scanned")

        def _parse_by_channel(data: object) -> list[TimesOfGroup] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                by_channel_type_0 = []
                _by_channel_type_0 = data
                for by_channel_type_0_item_data in _by_channel_type_0:
                    by_channel_type_0_item = TimesOfGroup.from_dict(by_channel_type_0_item_data)

                    by_channel_type_0.append(by_channel_type_0_item)

                return by_channel_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[TimesOfGroup] | None | Unset, data)

        by_channel = _parse_by_channel(d.pop("by_channel", UNSET))

        def _parse_by_issue(data: object) -> list[TimesOfGroup] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                by_issue_type_0 = []
                _by_issue_type_0 = data
                for by_issue_type_0_item_data in _by_issue_type_0:
                    by_issue_type_0_item = TimesOfGroup.from_dict(by_issue_type_0_item_data)

                    by_issue_type_0.append(by_issue_type_0_item)

                return by_issue_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[TimesOfGroup] | None | Unset, data)

        by_issue = _parse_by_issue(d.pop("by_issue", UNSET))

        def _parse_by_assignee(data: object) -> list[TimesOfGroup] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                by_assignee_type_0 = []
                _by_assignee_type_0 = data
                for by_assignee_type_0_item_data in _by_assignee_type_0:
                    by_assignee_type_0_item = TimesOfGroup.from_dict(by_assignee_type_0_item_data)

                    by_assignee_type_0.append(by_assignee_type_0_item)

                return by_assignee_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[TimesOfGroup] | None | Unset, data)

        by_assignee = _parse_by_assignee(d.pop("by_assignee", UNSET))

        resolution_report = cls(
            created_from=created_from,
            created_to=created_to,
            relation=relation,
            read_from=read_from,
            all_=all_,
            scanned=scanned,
            by_channel=by_channel,
            by_issue=by_issue,
            by_assignee=by_assignee,
        )

        return resolution_report
