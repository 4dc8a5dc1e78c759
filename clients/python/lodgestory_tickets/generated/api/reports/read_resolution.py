from typing import Any

import httpx

from ...models.read_resolution_by_type_0 import ReadResolutionByType0
from ...models.read_resolution_priority_item import ReadResolutionPriorityItem
from ...models.resolution_report import ResolutionReport
from ...types import UNSET, Unset


def request(
    *,
    priority: list[ReadResolutionPriorityItem] | Unset = UNSET,
    assignee: list[str] | Unset = UNSET,
    creator: list[str] | Unset = UNSET,
    channel: list[str] | Unset = UNSET,
    issue: list[str] | Unset = UNSET,
    sub_issue: list[str] | Unset = UNSET,
    created_from: None | str | Unset = UNSET,
    created_to: None | str | Unset = UNSET,
    tz: str | Unset = UNSET,
    by: None | ReadResolutionByType0 | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

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

    json_by: None | str | Unset
    if isinstance(by, Unset):
        json_by = UNSET
    elif isinstance(by, str):
        json_by = by
    else:
        json_by = by
    params["by"] = json_by

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/reports/resolution",
        "params": params,
    }

    return _kwargs


def answer(response: httpx.Response) -> ResolutionReport:
    response_200 = ResolutionReport.from_dict(response.json())

    return response_200
