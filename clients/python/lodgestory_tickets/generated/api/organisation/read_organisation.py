from typing import Any

import httpx

from ...models.organisation_out import OrganisationOut
from ...types import UNSET, Unset


def request(
    *,
    if_none_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_none_match, Unset):
        headers["If-None-Match"] = if_none_match

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/organisation",
    }

    _kwargs["headers"] = headers
    return _kwargs


def answer(response: httpx.Response) -> OrganisationOut:
    response_200 = OrganisationOut.from_dict(response.json())

    return response_200
