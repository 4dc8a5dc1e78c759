from typing import Any

import httpx

from ...models.list_members_active import ListMembersActive
from ...models.member_list import MemberList
from ...types import UNSET, Unset


def request(
    *,
    limit: int | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    active: ListMembersActive | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["limit"] = limit

    json_cursor: None | str | Unset
    if isinstance(cursor, Unset):
        json_cursor = UNSET
    else:
        json_cursor = cursor
    params["cursor"] = json_cursor

    json_active: str | Unset = UNSET
    if not isinstance(active, Unset):
        json_active = active

    params["active"] = json_active

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/members",
        "params": params,
    }

    return _kwargs


def answer(response: httpx.Response) -> MemberList:
    response_200 = MemberList.from_dict(response.json())

    return response_200
