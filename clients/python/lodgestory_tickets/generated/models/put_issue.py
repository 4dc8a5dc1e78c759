from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.put_sub_issue import PutSubIssue


T = TypeVar("T", bound="PutIssue")


@_attrs_define
class PutIssue:
    """An issue; `follow_up` marks those that the pending follow-ups report lists."""

    id: str
    """ 1 to 40 of `A-Z a-z 0-9 _ -`, chosen by you """
    label: str
    follow_up: bool | Unset = UNSET
    """ (`false` if left out) """
    sub_issues: list[PutSubIssue] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        label = self.label

        follow_up = self.follow_up

        sub_issues: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.sub_issues, Unset):
            sub_issues = []
            for sub_issues_item_data in self.sub_issues:
                sub_issues_item = sub_issues_item_data.to_dict()
                sub_issues.append(sub_issues_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "label": label,
            }
        )
        if follow_up is not UNSET:
            field_dict["follow_up"] = follow_up
        if sub_issues is not UNSET:
            field_dict["sub_issues"] = sub_issues

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.put_sub_issue import PutSubIssue  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        label = d.pop("label")

        follow_up = d.pop("follow_up", UNSET)

        _sub_issues = d.pop("sub_issues", UNSET)
        sub_issues: list[PutSubIssue] | Unset = UNSET
        if _sub_issues is not UNSET:
            sub_issues = []
            for sub_issues_item_data in _sub_issues:
                sub_issues_item = PutSubIssue.from_dict(sub_issues_item_data)

                sub_issues.append(sub_issues_item)

        put_issue = cls(
            id=id,
            label=label,
            follow_up=follow_up,
            sub_issues=sub_issues,
        )

        return put_issue
