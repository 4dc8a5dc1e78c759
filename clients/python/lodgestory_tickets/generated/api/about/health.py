from typing import Any

import httpx

from ...models.health import Health


def request() -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/health",
    }

    return _kwargs


def answer(response: httpx.Response) -> Health:
    response_200 = Health.from_dict(response.json())

    return response_200
