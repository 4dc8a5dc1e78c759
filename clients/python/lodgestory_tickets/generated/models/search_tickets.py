from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.search_tickets_priority_item import (
    SearchTicketsPriorityItem,
    check_search_tickets_priority_item,
)
from ..models.search_tickets_sort import SearchTicketsSort, check_search_tickets_sort
from ..models.search_tickets_status_category_item import (
    SearchTicketsStatusCategoryItem,
    check_search_tickets_status_category_item,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="SearchTickets")


@_attrs_define
class SearchTickets:
    """The same as a body, since filters can outgrow a URL; several values are lists."""

    status: list[str] | Unset = UNSET
    """ Ids of statuses """
    status_category: list[SearchTicketsStatusCategoryItem] | Unset = UNSET
    """ `unresolved` is any but resolved and closed """
    priority: list[SearchTicketsPriorityItem] | Unset = UNSET
    """ Priorities """
    assignee: list[str] | Unset = UNSET
    """ Members, teams, `unassigned`, `me`, `my_teams` """
    creator: list[str] | Unset = UNSET
    """ Who created it; `me` """
    channel: list[str] | Unset = UNSET
    """ Ids of channels """
    issue: list[str] | Unset = UNSET
    """ Ids of issues """
    sub_issue: list[str] | Unset = UNSET
    """ Sub-issues, each as `issue/sub_issue` """
    external_id: list[str] | Unset = UNSET
    """ Ids that you gave """
    chat: list[str] | Unset = UNSET
    """ Ids of chats """
    created_from: None | str | Unset = UNSET
    """ A date in `tz`, from its start; or an instant """
    created_to: None | str | Unset = UNSET
    """ A date in `tz`, to its end; or an instant before which """
    tz: str | Unset = UNSET
    """ The IANA zone of dates (`UTC` if left out) """
    q: None | str | Unset = UNSET
    """ Words, each of which is in a remark, the guest's name, the issue's or the sub-issue's label; the last one
    may be its beginning. `"…"` is a phrase, `#1042` a ticket's number; digits are a number, a word, or four and
    more of the guest's phone. At most 256 characters and 32 words """
    sort: SearchTicketsSort | Unset = UNSET
    """ `relevance`, only with `q`: the best match first, then the last created. While the search index is away, or
    where there is none, such a list comes in the order of `-created_at`, which `freshness.sort` says (`-created_at`
    if left out) """
    limit: int | Unset = UNSET
    """ (`25` if left out) """
    cursor: None | str | Unset = UNSET
    facets: bool | Unset = UNSET
    """ Count the whole list's tickets by status, category, priority, assignee and channel (`false` if left out) """

    def to_dict(self) -> dict[str, Any]:
        status: list[str] | Unset = UNSET
        if not isinstance(self.status, Unset):
            status = self.status

        status_category: list[str] | Unset = UNSET
        if not isinstance(self.status_category, Unset):
            status_category = []
            for status_category_item_data in self.status_category:
                status_category_item: str = status_category_item_data
                status_category.append(status_category_item)

        priority: list[str] | Unset = UNSET
        if not isinstance(self.priority, Unset):
            priority = []
            for priority_item_data in self.priority:
                priority_item: str = priority_item_data
                priority.append(priority_item)

        assignee: list[str] | Unset = UNSET
        if not isinstance(self.assignee, Unset):
            assignee = self.assignee

        creator: list[str] | Unset = UNSET
        if not isinstance(self.creator, Unset):
            creator = self.creator

        channel: list[str] | Unset = UNSET
        if not isinstance(self.channel, Unset):
            channel = self.channel

        issue: list[str] | Unset = UNSET
        if not isinstance(self.issue, Unset):
            issue = self.issue

        sub_issue: list[str] | Unset = UNSET
        if not isinstance(self.sub_issue, Unset):
            sub_issue = self.sub_issue

        external_id: list[str] | Unset = UNSET
        if not isinstance(self.external_id, Unset):
            external_id = self.external_id

        chat: list[str] | Unset = UNSET
        if not isinstance(self.chat, Unset):
            chat = self.chat

        created_from: None | str | Unset
        if isinstance(self.created_from, Unset):
            created_from = UNSET
        else:
            created_from = self.created_from

        created_to: None | str | Unset
        if isinstance(self.created_to, Unset):
            created_to = UNSET
        else:
            created_to = self.created_to

        tz = self.tz

        q: None | str | Unset
        if isinstance(self.q, Unset):
            q = UNSET
        else:
            q = self.q

        sort: str | Unset = UNSET
        if not isinstance(self.sort, Unset):
            sort = self.sort

        limit = self.limit

        cursor: None | str | Unset
        if isinstance(self.cursor, Unset):
            cursor = UNSET
        else:
            cursor = self.cursor

        facets = self.facets

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if status is not UNSET:
            field_dict["status"] = status
        if status_category is not UNSET:
            field_dict["status_category"] = status_category
        if priority is not UNSET:
            field_dict["priority"] = priority
        if assignee is not UNSET:
            field_dict["assignee"] = assignee
        if creator is not UNSET:
            field_dict["creator"] = creator
        if channel is not UNSET:
            field_dict["channel"] = channel
        if issue is not UNSET:
            field_dict["issue"] = issue
        if sub_issue is not UNSET:
            field_dict["sub_issue"] = sub_issue
        if external_id is not UNSET:
            field_dict["external_id"] = external_id
        if chat is not UNSET:
            field_dict["chat"] = chat
        if created_from is not UNSET:
            field_dict["created_from"] = created_from
        if created_to is not UNSET:
            field_dict["created_to"] = created_to
        if tz is not UNSET:
            field_dict["tz"] = tz
        if q is not UNSET:
            field_dict["q"] = q
        if sort is not UNSET:
            field_dict["sort"] = sort
        if limit is not UNSET:
            field_dict["limit"] = limit
        if cursor is not UNSET:
            field_dict["cursor"] = cursor
        if facets is not UNSET:
            field_dict["facets"] = facets

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        status = cast(list[str], d.pop("status", UNSET))

        _status_category = d.pop("status_category", UNSET)
        status_category: list[SearchTicketsStatusCategoryItem] | Unset = UNSET
        if _status_category is not UNSET:
            status_category = []
            for status_category_item_data in _status_category:
                status_category_item = check_search_tickets_status_category_item(status_category_item_data)

                status_category.append(status_category_item)

        _priority = d.pop("priority", UNSET)
        priority: list[SearchTicketsPriorityItem] | Unset = UNSET
        if _priority is not UNSET:
            priority = []
            for priority_item_data in _priority:
                priority_item = check_search_tickets_priority_item(priority_item_data)

                priority.append(priority_item)

        assignee = cast(list[str], d.pop("assignee", UNSET))

        creator = cast(list[str], d.pop("creator", UNSET))

        channel = cast(list[str], d.pop("channel", UNSET))

        issue = cast(list[str], d.pop("issue", UNSET))

        sub_issue = cast(list[str], d.pop("sub_issue", UNSET))

        external_id = cast(list[str], d.pop("external_id", UNSET))

        chat = cast(list[str], d.pop("chat", UNSET))

        def _parse_created_from(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        created_from = _parse_created_from(d.pop("created_from", UNSET))

        def _parse_created_to(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        created_to = _parse_created_to(d.pop("created_to", UNSET))

        tz = d.pop("tz", UNSET)

        def _parse_q(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        q = _parse_q(d.pop("q", UNSET))

        _sort = d.pop("sort", UNSET)
        sort: SearchTicketsSort | Unset
        if isinstance(_sort, Unset):
            sort = UNSET
        else:
            sort = check_search_tickets_sort(_sort)

        limit = d.pop("limit", UNSET)

        def _parse_cursor(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        cursor = _parse_cursor(d.pop("cursor", UNSET))

        facets = d.pop("facets", UNSET)

        search_tickets = cls(
            status=status,
            status_category=status_category,
            priority=priority,
            assignee=assignee,
            creator=creator,
            channel=channel,
            issue=issue,
            sub_issue=sub_issue,
            external_id=external_id,
            chat=chat,
            created_from=created_from,
            created_to=created_to,
            tz=tz,
            q=q,
            sort=sort,
            limit=limit,
            cursor=cursor,
            facets=facets,
        )

        return search_tickets
