from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.priority import Priority, check_priority
from ..types import UNSET, Unset

T = TypeVar("T", bound="ChangeTicket")


@_attrs_define
class ChangeTicket:
    """A JSON merge patch of a ticket: what it names is replaced, null clears; `remark` is appended to the thread.

    All of it applies, or nothing does.

    """

    status: str | Unset = UNSET
    priority: Priority | Unset = UNSET
    assignee: None | str | Unset = UNSET
    issue: str | Unset = UNSET
    sub_issue: None | str | Unset = UNSET
    watchers: list[str] | Unset = UNSET
    remark: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        status = self.status

        priority: str | Unset = UNSET
        if not isinstance(self.priority, Unset):
            priority = self.priority

        assignee: None | str | Unset
        if isinstance(self.assignee, Unset):
            assignee = UNSET
        else:
            assignee = self.assignee

        issue = self.issue

        sub_issue: None | str | Unset
        if isinstance(self.sub_issue, Unset):
            sub_issue = UNSET
        else:
            sub_issue = self.sub_issue

        watchers: list[str] | Unset = UNSET
        if not isinstance(self.watchers, Unset):
            watchers = self.watchers

        remark: None | str | Unset
        if isinstance(self.remark, Unset):
            remark = UNSET
        else:
            remark = self.remark

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if status is not UNSET:
            field_dict["status"] = status
        if priority is not UNSET:
            field_dict["priority"] = priority
        if assignee is not UNSET:
            field_dict["assignee"] = assignee
        if issue is not UNSET:
            field_dict["issue"] = issue
        if sub_issue is not UNSET:
            field_dict["sub_issue"] = sub_issue
        if watchers is not UNSET:
            field_dict["watchers"] = watchers
        if remark is not UNSET:
            field_dict["remark"] = remark

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        status = d.pop("status", UNSET)

        _priority = d.pop("priority", UNSET)
        priority: Priority | Unset
        if isinstance(_priority, Unset):
            priority = UNSET
        else:
            priority = check_priority(_priority)

        def _parse_assignee(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        assignee = _parse_assignee(d.pop("assignee", UNSET))

        issue = d.pop("issue", UNSET)

        def _parse_sub_issue(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        sub_issue = _parse_sub_issue(d.pop("sub_issue", UNSET))

        watchers = cast(list[str], d.pop("watchers", UNSET))

        def _parse_remark(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        remark = _parse_remark(d.pop("remark", UNSET))

        change_ticket = cls(
            status=status,
            priority=priority,
            assignee=assignee,
            issue=issue,
            sub_issue=sub_issue,
            watchers=watchers,
            remark=remark,
        )

        return change_ticket
