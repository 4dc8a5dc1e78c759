from typing import Any
from urllib.parse import quote

import httpx

from ...models.member_out import MemberOut
from ...types import UNSET, Unset


def request(
    member_id: str,
    *,
    if_none_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_none_match, Unset):
        headers["If-None-Match"] = if_none_match

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/members/{member_id}".format(
            member_id=quote(str(member_id), safe=""),
        ),
    }

    _kwargs["headers"] = headers
    return _kwargs


def answer(response: httpx.Response) -> MemberOut:
    response_200 = MemberOut.from_dict(response.json())

    return response_200
