from typing import Any

import httpx

from ...models.create_ticket import CreateTicket
from ...models.ticket_out import TicketOut
from ...types import UNSET, Unset


def request(
    *,
    body: CreateTicket,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/tickets",
    }

    _kwargs["json"] = body.to_dict()

    _kwargs["headers"] = headers
    return _kwargs


def answer(response: httpx.Response) -> TicketOut:
    response_201 = TicketOut.from_dict(response.json())

    return response_201
