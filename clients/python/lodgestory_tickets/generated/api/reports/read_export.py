from typing import Any
from urllib.parse import quote

import httpx

from ...models.export_out import ExportOut


def request(
    export_id: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/exports/{export_id}".format(
            export_id=quote(str(export_id), safe=""),
        ),
    }

    return _kwargs


def answer(response: httpx.Response) -> ExportOut:
    response_200 = ExportOut.from_dict(response.json())

    return response_200
