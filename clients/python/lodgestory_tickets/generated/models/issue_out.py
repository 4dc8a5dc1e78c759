from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.sub_issue_out import SubIssueOut


T = TypeVar("T", bound="IssueOut")


@_attrs_define
class IssueOut:
    id: str
    label: str
    follow_up: bool
    sub_issues: list[SubIssueOut]

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        label = self.label

        follow_up = self.follow_up

        sub_issues = []
        for sub_issues_item_data in self.sub_issues:
            sub_issues_item = sub_issues_item_data.to_dict()
            sub_issues.append(sub_issues_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "label": label,
                "follow_up": follow_up,
                "sub_issues": sub_issues,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.sub_issue_out import SubIssueOut  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        label = d.pop("label")

        follow_up = d.pop("follow_up")

        sub_issues = []
        _sub_issues = d.pop("sub_issues")
        for sub_issues_item_data in _sub_issues:
            sub_issues_item = SubIssueOut.from_dict(sub_issues_item_data)

            sub_issues.append(sub_issues_item)

        issue_out = cls(
            id=id,
            label=label,
            follow_up=follow_up,
            sub_issues=sub_issues,
        )

        return issue_out
