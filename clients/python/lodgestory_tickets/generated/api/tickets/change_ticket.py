from typing import Any
from urllib.parse import quote

import httpx

from ...models.change_ticket import ChangeTicket
from ...models.ticket_out import TicketOut
from ...types import UNSET, Unset


def request(
    ticket_id: str,
    *,
    body: ChangeTicket,
    idempotency_key: str | Unset = UNSET,
    if_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    if not isinstance(if_match, Unset):
        headers["If-Match"] = if_match

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/v1/tickets/{ticket_id}".format(
            ticket_id=quote(str(ticket_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    _kwargs["headers"] = headers
    return _kwargs


def answer(response: httpx.Response) -> TicketOut:
    response_200 = TicketOut.from_dict(response.json())

    return response_200
