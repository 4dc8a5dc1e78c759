from typing import Any
from urllib.parse import quote

import httpx

from ...models.team_out import TeamOut
from ...types import UNSET, Unset


def request(
    team_id: str,
    *,
    if_none_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_none_match, Unset):
        headers["If-None-Match"] = if_none_match

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/teams/{team_id}".format(
            team_id=quote(str(team_id), safe=""),
        ),
    }

    _kwargs["headers"] = headers
    return _kwargs


def answer(response: httpx.Response) -> TeamOut:
    response_200 = TeamOut.from_dict(response.json())

    return response_200
