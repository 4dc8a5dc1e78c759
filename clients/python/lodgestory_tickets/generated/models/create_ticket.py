from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.create_ticket_source import CreateTicketSource, check_create_ticket_source
from ..models.priority import Priority, check_priority
from ..types import UNSET, Unset

T = TypeVar("T", bound="CreateTicket")


@_attrs_define
class CreateTicket:
    """A ticket to be made on a chat; issue and sub-issue are ids of the channel's ticket workflow."""

    chat_id: str
    """ 1 to 40 of `A-Z a-z 0-9 _ -`, chosen by you """
    issue: str
    sub_issue: None | str | Unset = UNSET
    priority: Priority | Unset = UNSET
    assignee: None | str | Unset = UNSET
    watchers: list[str] | Unset = UNSET
    remarks: None | str | Unset = UNSET
    external_id: None | str | Unset = UNSET
    source: CreateTicketSource | Unset = UNSET
    """ How the ticket came (`api` if left out) """

    def to_dict(self) -> dict[str, Any]:
        chat_id = self.chat_id

        issue = self.issue

        sub_issue: None | str | Unset
        if isinstance(self.sub_issue, Unset):
            sub_issue = UNSET
        else:
            sub_issue = self.sub_issue

        priority: str | Unset = UNSET
        if not isinstance(self.priority, Unset):
            priority = self.priority

        assignee: None | str | Unset
        if isinstance(self.assignee, Unset):
            assignee = UNSET
        else:
            assignee = self.assignee

        watchers: list[str] | Unset = UNSET
        if not isinstance(self.watchers, Unset):
            watchers = self.watchers

        remarks: None | str | Unset
        if isinstance(self.remarks, Unset):
            remarks = UNSET
        else:
            remarks = self.remarks

        external_id: None | str | Unset
        if isinstance(self.external_id, Unset):
            external_id = UNSET
        else:
            external_id = self.external_id

        source: str | Unset = UNSET
        if not isinstance(self.source, Unset):
            source = self.source

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "chat_id": chat_id,
                "issue": issue,
            }
        )
        if sub_issue is not UNSET:
            field_dict["sub_issue"] = sub_issue
        if priority is not UNSET:
            field_dict["priority"] = priority
        if assignee is not UNSET:
            field_dict["assignee"] = assignee
        if watchers is not UNSET:
            field_dict["watchers"] = watchers
        if remarks is not UNSET:
            field_dict["remarks"] = remarks
        if external_id is not UNSET:
            field_dict["external_id"] = external_id
        if source is not UNSET:
            field_dict["source"] = source

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        chat_id = d.pop("chat_id")

        issue = d.pop("issue")

        def _parse_sub_issue(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        sub_issue = _parse_sub_issue(d.pop("sub_issue", UNSET))

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

        watchers = cast(list[str], d.pop("watchers", UNSET))

        def _parse_remarks(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        remarks = _parse_remarks(d.pop("remarks", UNSET))

        def _parse_external_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        external_id = _parse_external_id(d.pop("external_id", UNSET))

        _source = d.pop("source", UNSET)
        source: CreateTicketSource | Unset
        if isinstance(_source, Unset):
            source = UNSET
        else:
            source = check_create_ticket_source(_source)

        create_ticket = cls(
            chat_id=chat_id,
            issue=issue,
            sub_issue=sub_issue,
            priority=priority,
            assignee=assignee,
            watchers=watchers,
            remarks=remarks,
            external_id=external_id,
            source=source,
        )

        return create_ticket
