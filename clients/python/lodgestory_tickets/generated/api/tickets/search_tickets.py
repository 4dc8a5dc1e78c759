from typing import Any

import httpx

from ...models.search_tickets import SearchTickets
from ...models.ticket_list import TicketList


def request(
    *,
    body: SearchTickets,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/tickets/search",
    }

    _kwargs["json"] = body.to_dict()

    _kwargs["headers"] = headers
    return _kwargs


def answer(response: httpx.Response) -> TicketList:
    response_200 = TicketList.from_dict(response.json())

    return response_200
