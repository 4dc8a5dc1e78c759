from typing import Any
from urllib.parse import quote

import httpx

from ...models.member_out import MemberOut
from ...models.put_member import PutMember
from ...types import UNSET, Unset


def request(
    member_id: str,
    *,
    body: PutMember,
    if_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_match, Unset):
        headers["If-Match"] = if_match

    _kwargs: dict[str, Any] = {
        "method": "put",
        "url": "/v1/members/{member_id}".format(
            member_id=quote(str(member_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    _kwargs["headers"] = headers
    return _kwargs


def answer(response: httpx.Response) -> MemberOut:
    response_200 = MemberOut.from_dict(response.json())

    return response_200
