from typing import Any
from urllib.parse import quote

import httpx

from ...models.bulk_out import BulkOut


def request(
    bulk_id: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/bulk/{bulk_id}".format(
            bulk_id=quote(str(bulk_id), safe=""),
        ),
    }

    return _kwargs


def answer(response: httpx.Response) -> BulkOut:
    response_200 = BulkOut.from_dict(response.json())

    return response_200
