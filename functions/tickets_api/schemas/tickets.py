"""Tickets, as they are asked for and answered."""

from typing import Annotated, Literal

from pydantic import Field

from ticketing.domain.query import MAX_LIMIT
from ticketing.domain.ticket import MAX_WATCHERS, NewTicket, Patch, Priority
from tickets_api.schemas.fields import AssigneeId, Body, CallerId, ExternalId, LabelText, MemberId, RemarkText, Shape

_Issue = Annotated[str, Field(min_length=1, max_length=40, examples=["maintenance"])]
_SubIssue = Annotated[str, Field(min_length=1, max_length=40, examples=["hvac"])]
_StatusId = Annotated[str, Field(min_length=1, max_length=40, examples=["in_progress"])]
_Watchers = Annotated[list[MemberId], Field(max_length=MAX_WATCHERS)]
PriorityWord = Annotated[Priority, Field(strict=False)]


class CreateTicket(Body):
    """A ticket to be made on a chat; issue and sub-issue are ids of the channel's ticket workflow."""

    chat_id: CallerId
    issue: _Issue
    sub_issue: _SubIssue | None = None
    priority: PriorityWord = Priority.MEDIUM
    assignee: AssigneeId | None = None
    watchers: _Watchers = Field(default_factory=list)
    remarks: RemarkText | None = None
    external_id: ExternalId | None = None
    source: Annotated[Literal["api", "console", "bot"], Field(description="How the ticket came")] = "api"

    def to_domain(self) -> NewTicket:
        return NewTicket(
            issue=self.issue,
            sub_issue=self.sub_issue,
            priority=self.priority,
            assignee=self.assignee,
            watchers=tuple(self.watchers),
            remarks=self.remarks,
            external_id=self.external_id,
        )


class ChangeTicket(Body):
    """A JSON merge patch of a ticket: what it names is replaced, null clears; `remark` is appended to the thread.

    All of it applies, or nothing does.
    """

    # Factories, because a default in the document would say that leaving a field out sets it.
    status: _StatusId = Field(default_factory=str)
    priority: PriorityWord = Field(default_factory=lambda: Priority.MEDIUM)
    assignee: AssigneeId | None = None
    issue: _Issue = Field(default_factory=str)
    sub_issue: _SubIssue | None = None
    watchers: _Watchers = Field(default_factory=list)
    remark: RemarkText | None = None

    def to_domain(self) -> Patch:
        """The patch of what was sent; a default stands for what was not."""
        return Patch(**{name: getattr(self, name) for name in self.model_fields_set})


class ChatRef(Shape):
    id: str
    guest_name: str


class ChannelRef(Shape):
    id: str
    name: str
    type: str | None


class LabelOut(Shape):
    id: str
    label: LabelText


class StatusOut(Shape):
    id: str
    name: str
    category: Literal["open", "active", "waiting", "resolved", "closed"]


class AssigneeRef(Shape):
    id: str
    name: str
    type: Literal["member", "team"]


class ActorRef(Shape):
    id: str
    name: str
    type: Literal["member", "team", "key", "system"]


class TicketShown(Shape):
    """What lists and details show of a ticket."""

    id: Annotated[str, Field(examples=["tkt_x3k5m2q7v4ntb6ya"])]
    number: int
    chat: ChatRef
    channel: ChannelRef
    issue: LabelOut
    sub_issue: LabelOut | None
    priority: Literal["low", "medium", "high"]
    status: StatusOut
    assignee: AssigneeRef | None
    creator: ActorRef
    remark_preview: str
    remark_count: int
    media_count: int
    source: str
    external_id: str | None
    version: int
    created_at: str
    updated_at: str
    resolved_at: str | None


class TicketOut(TicketShown):
    """A whole ticket."""

    watchers: list[AssigneeRef]


class DeletedTicket(TicketOut):
    """A ticket that was deleted; it can be restored for 30 days."""

    deleted_at: str


class ChangeEntry(Shape):
    """A ticket that changed, or is shown otherwise with its chat; `ticket` is as it is now, null if it is gone.

    Take it unless you hold a higher version.
    """

    ticket_id: str
    version: int
    deleted: bool
    ticket: TicketOut | None


class ChangeList(Shape):
    """Changes in their order; ask again with `next_cursor`, at once while `has_more`."""

    data: list[ChangeEntry]
    next_cursor: str
    has_more: bool


class ReadChanges(Body):
    """`cursor=now` starts at the end; without a cursor, at the oldest change that is kept."""

    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT, strict=False)] = MAX_LIMIT
    cursor: Annotated[str, Field(min_length=1, max_length=2000)] | None = None


class FieldProblem(Shape):
    """One thing wrong with what was sent; `field` is the path in the body, or the name of a parameter or header."""

    field: str
    code: str
    detail: str


class BlockerOut(Shape):
    """Why a ticket may not be changed so: the code and words that a change of it alone would be refused with."""

    ticket_id: str
    code: str
    detail: str
    allowed: list[str] | None = None


class Problem(Shape):
    """An error (RFC 9457). `code` is stable; `errors` names the fields; keep `request_id` when you ask us."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldProblem]
    request_id: str
    allowed: list[str] | None = None
    configure_url: str | None = None
    current_version: int | None = None
    blockers: list[BlockerOut] | None = None
