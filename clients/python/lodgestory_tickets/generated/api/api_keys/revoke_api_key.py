from typing import Any
from urllib.parse import quote

import httpx

from ...models.api_key_out import ApiKeyOut
from ...types import UNSET, Unset


def request(
    key_id: str,
    *,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/v1/api-keys/{key_id}".format(
            key_id=quote(str(key_id), safe=""),
        ),
    }

    _kwargs["headers"] = headers
    return _kwargs


def answer(response: httpx.Response) -> ApiKeyOut:
    response_200 = ApiKeyOut.from_dict(response.json())

    return response_200
