"""Exports, as they are asked for and answered."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from ticketing.domain.days import known_zone
from tickets_api.schemas.fields import Body, Shape
from tickets_api.schemas.ticket_lists import TicketFilters


def _known(name: str) -> str:
    if known_zone(name) is None:
        message = "There is no such time zone; use a name like Europe/Zurich"
        raise ValueError(message)
    return name


_Zone = Annotated[
    str,
    Field(max_length=100, description="The IANA zone of the times in a CSV file", examples=["Europe/Zurich"]),
    AfterValidator(_known),
]


class MakeExport(Body):
    """Every ticket that `filter` finds, as a file. It stands in the order of creation, so no other `sort` is taken.

    | format | |
    |---|---|
    | `csv` | one ticket a line, as `GET /v1/reports/tickets.csv` writes it |
    | `jsonl` | one ticket a line, as `GET /v1/tickets/{id}` shows it, with all of its `remarks` and its `history` |
    """

    format: Literal["csv", "jsonl"]
    filter: TicketFilters | None = None
    tz: _Zone = "UTC"


class ExportOut(Shape):
    """An export, and how far it has come. `rows` and `bytes` tell of what is stored so far.

    `url` is there when it is `done`: an address that opens the file to anybody who has it, until `url_expires_at`. Ask
    again for another one, until `expires_at`. `failure` says by a code why an export `failed`.
    """

    id: Annotated[str, Field(examples=["exp_x3k5m2q7v4ntb6ya"])]
    format: Literal["csv", "jsonl"]
    tz: str
    state: Literal["queued", "running", "done", "failed"]
    rows: int
    bytes: int
    url: str | None
    url_expires_at: str | None
    failure: Annotated[str | None, Field(examples=["interrupted"])]
    created_at: str
    finished_at: str | None
    expires_at: str
