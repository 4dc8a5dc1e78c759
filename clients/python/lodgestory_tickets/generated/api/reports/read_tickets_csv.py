from typing import Any

import httpx

from ...models.read_tickets_csv_priority_item import ReadTicketsCsvPriorityItem
from ...models.read_tickets_csv_sort import ReadTicketsCsvSort
from ...models.read_tickets_csv_status_category_item import (
    ReadTicketsCsvStatusCategoryItem,
)
from ...types import UNSET, Unset


def request(
    *,
    status: list[str] | Unset = UNSET,
    status_category: list[ReadTicketsCsvStatusCategoryItem] | Unset = UNSET,
    priority: list[ReadTicketsCsvPriorityItem] | Unset = UNSET,
    assignee: list[str] | Unset = UNSET,
    creator: list[str] | Unset = UNSET,
    channel: list[str] | Unset = UNSET,
    issue: list[str] | Unset = UNSET,
    sub_issue: list[str] | Unset = UNSET,
    external_id: list[str] | Unset = UNSET,
    chat: list[str] | Unset = UNSET,
    created_from: None | str | Unset = UNSET,
    created_to: None | str | Unset = UNSET,
    tz: str | Unset = UNSET,
    q: None | str | Unset = UNSET,
    sort: ReadTicketsCsvSort | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_status: list[str] | Unset = UNSET
    if not isinstance(status, Unset):
        json_status = status

    params["status"] = json_status

    json_status_category: list[str] | Unset = UNSET
    if not isinstance(status_category, Unset):
        json_status_category = []
        for status_category_item_data in status_category:
            status_category_item: str = status_category_item_data
            json_status_category.append(status_category_item)

    params["status_category"] = json_status_category

    json_priority: list[str] | Unset = UNSET
    if not isinstance(priority, Unset):
        json_priority = []
        for priority_item_data in priority:
            priority_item: str = priority_item_data
            json_priority.append(priority_item)

    params["priority"] = json_priority

    json_assignee: list[str] | Unset = UNSET
    if not isinstance(assignee, Unset):
        json_assignee = assignee

    params["assignee"] = json_assignee

    json_creator: list[str] | Unset = UNSET
    if not isinstance(creator, Unset):
        json_creator = creator

    params["creator"] = json_creator

    json_channel: list[str] | Unset = UNSET
    if not isinstance(channel, Unset):
        json_channel = channel

    params["channel"] = json_channel

    json_issue: list[str] | Unset = UNSET
    if not isinstance(issue, Unset):
        json_issue = issue

    params["issue"] = json_issue

    json_sub_issue: list[str] | Unset = UNSET
    if not isinstance(sub_issue, Unset):
        json_sub_issue = sub_issue

    params["sub_issue"] = json_sub_issue

    json_external_id: list[str] | Unset = UNSET
    if not isinstance(external_id, Unset):
        json_external_id = external_id

    params["external_id"] = json_external_id

    json_chat: list[str] | Unset = UNSET
    if not isinstance(chat, Unset):
        json_chat = chat

    params["chat"] = json_chat

    json_created_from: None | str | Unset
    if isinstance(created_from, Unset):
        json_created_from = UNSET
    else:
        json_created_from = created_from
    params["created_from"] = json_created_from

    json_created_to: None | str | Unset
    if isinstance(created_to, Unset):
        json_created_to = UNSET
    else:
        json_created_to = created_to
    params["created_to"] = json_created_to

    params["tz"] = tz

    json_q: None | str | Unset
    if isinstance(q, Unset):
        json_q = UNSET
    else:
        json_q = q
    params["q"] = json_q

    json_sort: str | Unset = UNSET
    if not isinstance(sort, Unset):
        json_sort = sort

    params["sort"] = json_sort

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/reports/tickets.csv",
        "params": params,
    }

    return _kwargs


def answer(response: httpx.Response) -> str:
    response_200 = response.text
    return response_200
