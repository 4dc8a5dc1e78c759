from typing import Any

import httpx

from ...models.me import Me


def request() -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/me",
    }

    return _kwargs


def answer(response: httpx.Response) -> Me:
    response_200 = Me.from_dict(response.json())

    return response_200
