from typing import Any
from urllib.parse import quote

import httpx

from ...models.remark_out import RemarkOut


def request(
    ticket_id: str,
    remark_id: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/tickets/{ticket_id}/remarks/{remark_id}".format(
            ticket_id=quote(str(ticket_id), safe=""),
            remark_id=quote(str(remark_id), safe=""),
        ),
    }

    return _kwargs


def answer(response: httpx.Response) -> RemarkOut:
    response_200 = RemarkOut.from_dict(response.json())

    return response_200
