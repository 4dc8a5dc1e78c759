"""What belongs to a ticket: its remarks, and its history."""

from typing import Annotated, Any, Literal

from pydantic import Field

from ticketing.domain.query import DEFAULT_LIMIT, MAX_LIMIT
from tickets_api.schemas.fields import Body, RemarkText, Shape
from tickets_api.schemas.tickets import ActorRef


class PostRemark(Body):
    text: RemarkText


class PageOf(Body):
    """Paging of a thread or a history."""

    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT, strict=False)] = DEFAULT_LIMIT
    cursor: Annotated[str, Field(min_length=1, max_length=2000)] | None = None


class RemarkOut(Shape):
    """A remark; `version` is the version of the ticket that it made.

    `text_url` is null when `text` is all of it. A text of more than 64 KB is shown by its beginning; then `text_url`,
    which follows the API's base address, is where the whole of it is read.
    """

    id: Annotated[str, Field(examples=["rmk_7"])]
    version: int
    text: str
    text_url: Annotated[str | None, Field(examples=[None])]
    author: ActorRef
    created_at: str


class RemarkList(Shape):
    """A page of the thread, the oldest first."""

    data: list[RemarkOut]
    next_cursor: str | None
    has_more: bool


class FieldChangeOut(Shape):
    field: str
    from_: Annotated[Any, Field(alias="from")]
    to: Any


class HistoryEntry(Shape):
    """One change set: all that one request, or one bulk action, did to the ticket.

    `guest_ack_due` is true of a creation that no mail acknowledges, because the guest has no verified address: tell
    them in the chat.
    """

    version: int
    kind: Literal["created", "changed", "deleted", "restored"]
    at: str
    actor: ActorRef
    source: str
    request_id: str
    bulk_id: str | None
    cause: str | None
    guest_ack_due: bool
    changes: list[FieldChangeOut]


class History(Shape):
    """A page of change sets, the newest first."""

    data: list[HistoryEntry]
    next_cursor: str | None
    has_more: bool
