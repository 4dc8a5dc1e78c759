"""Every error that a caller can see, declared once: its code, its HTTP status, its words.

    TicketingError
    ├── ValidationFailed 422          what was sent is wrong
    │   ├── IssueRequired
    │   ├── InvalidIssue
    │   ├── AssigneeNotMember
    │   ├── ChatNotFound
    │   ├── EmptySelection
    │   ├── TooManyRows
    │   └── IdempotencyMismatch
    ├── InvalidCursor 400
    ├── Unauthenticated 401
    ├── Forbidden 403
    │   ├── WrongOrganisation
    │   └── PlanRequired
    ├── NotFound 404
    │   └── TicketNotFound
    ├── MethodNotAllowed 405
    ├── CursorExpired 410
    ├── PayloadTooLarge 413
    ├── UnsupportedMediaType 415
    ├── InvalidStatusTransition 409   the present state refuses it
    ├── WorkflowMissing 409
    ├── ChannelInUse 409
    ├── ChannelInactive 409
    ├── LastOwner 409
    ├── ChatDeleted 409
    ├── ExternalIdTaken 409
    ├── RestoreExpired 409
    ├── BulkBlocked 409               some of the tickets refuse it
    ├── UndoExpired 409
    ├── ChangedSince 409              of a ticket, when a bulk action is undone
    ├── VersionConflict 412           somebody else was faster
    ├── RateLimited 429               too many requests
    ├── InternalError 500             our mistake
    └── Busy 503                      nothing was changed; try again

Raise an error where the fact is known; it is answered in one place (tickets_api.problems). Nothing ever
decides by reading an error's text. `detail` is the product page's wording where the product page has one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with what was sent. `field` is the path in the body or the name of a parameter."""

    field: str
    code: str
    detail: str

    def as_json(self) -> dict[str, str]:
        return {"field": self.field, "code": self.code, "detail": self.detail}


class TicketingError(Exception):
    """Base of all errors that are answered to a caller. `extra` adds members to the answer."""

    code: ClassVar[str]
    status: ClassVar[int]
    title: ClassVar[str]
    detail: str = ""
    retry_after_s: int | None = None

    def __init__(
        self, detail: str | None = None, *, errors: Sequence[FieldError] = (), extra: Mapping[str, Any] | None = None
    ) -> None:
        self.detail = detail if detail is not None else type(self).detail
        self.errors = tuple(errors)
        self.extra = dict(extra or {})
        super().__init__(self.code)


class ValidationFailed(TicketingError):
    """A field or parameter that was sent is wrong; `errors` names each."""

    code, status, title = "validation_failed", 422, "The request is not valid"
    detail = "Some of what was sent is not valid; errors names each field"

    @classmethod
    def of(cls, field: str, detail: str, code: str = "invalid") -> "ValidationFailed":
        """The error for one wrong field."""
        return cls(errors=[FieldError(field, code, detail)])

    def within(self, place: str) -> "ValidationFailed":
        """The same, of fields that lie within one of the body."""
        return ValidationFailed(
            self.detail, errors=[FieldError(f"{place}.{one.field}", one.code, one.detail) for one in self.errors]
        )


class IssueRequired(ValidationFailed):
    """A ticket was to be created without an issue."""

    code, title = "issue_required", "The ticket has no issue"
    detail = "Issue is required"

    def __init__(self, others: Sequence[FieldError] = ()) -> None:
        super().__init__(errors=[FieldError("issue", self.code, self.detail), *others])


class InvalidIssue(ValidationFailed):
    """The issue or sub-issue is not in the channel's ticket workflow."""

    code, title = "invalid_issue", "The issue is not in the workflow"
    detail = "Invalid issue/sub-issue for this channel"

    def __init__(self, field: str) -> None:
        super().__init__(errors=[FieldError(field, self.code, self.detail)])


class AssigneeNotMember(ValidationFailed):
    """The assignee is neither an active member nor a team of the organisation."""

    code, title = "assignee_not_member", "The assignee cannot take tickets"
    detail = "Assignee must be a member of the organisation"

    def __init__(self, field: str = "assignee") -> None:
        super().__init__(errors=[FieldError(field, self.code, self.detail)])


class ChatNotFound(ValidationFailed):
    """The chat that a ticket was to be attached to does not exist in this organisation."""

    code, title = "chat_not_found", "The chat does not exist"
    detail = "Chat not found"

    def __init__(self, field: str = "chat_id") -> None:
        super().__init__(errors=[FieldError(field, self.code, self.detail)])


class IdempotencyMismatch(ValidationFailed):
    """An Idempotency-Key came again with another request."""

    code, title = "idempotency_mismatch", "The idempotency key was used for another request"
    detail = "Use a new Idempotency-Key for every new request; repeat it only with the very same one"

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("Idempotency-Key", self.code, self.detail)])


class EmptySelection(ValidationFailed):
    """A bulk action for no ticket: no id was given, or the filter finds none."""

    code, title = "empty_selection", "There is no ticket to change"
    detail = "No ticket was selected"


class TooManyRows(ValidationFailed):
    """A file of more rows than one answer holds, or than one request can look through: none, rather than a cut one."""

    code, title = "too_many_rows", "There are too many tickets for one answer"
    detail = (
        "An answer holds 5,000 tickets at most, and of those only what one request can look for. Narrow the filter, "
        "best to fewer days, or ask for a file of any size by POST /v1/exports"
    )


class InvalidCursor(TicketingError):
    """A cursor that was changed, belongs to another query, or to another organisation."""

    code, status, title = "invalid_cursor", 400, "The cursor is not valid"
    detail = "Use a cursor as it was given, with the same filters and sort"


class UnsubscribeInvalid(TicketingError):
    """The link of a mail by which a watcher stops mail about a ticket, changed or cut."""

    code, status, title = "unsubscribe_invalid", 404, "The link is not valid"
    detail = "Open the link as it stands in the mail, or stop watching the ticket in the console"


class CursorExpired(TicketingError):
    """Changes after this cursor are no longer kept, or were undone by a restore, so going on would skip some.

    That of a list by relevance has expired while the search index is away.
    """

    code, status, title = "cursor_expired", 410, "The cursor has expired"
    detail = (
        "Begin again: a list by relevance without its cursor; changes, which are kept for 30 days, with cursor=now, "
        "and then read the tickets"
    )


class Unauthenticated(TicketingError):
    """No key, a malformed, unknown, expired or revoked key."""

    code, status, title = "unauthenticated", 401, "Who is calling is not known"
    detail = "Send a valid API key as: Authorization: Bearer lsk_…"


class Forbidden(TicketingError):
    """The caller is known, and may not do this."""

    code, status, title = "forbidden", 403, "This is not allowed"
    detail = "The role or scopes of this key do not allow this"


class WrongOrganisation(Forbidden):
    """The ticket of the path lives in another organisation."""

    code, title = "wrong_organisation", "The ticket is not yours"
    detail = "Ticket belongs to a different organisation"


class PlanRequired(Forbidden):
    """Tickets are part of the paid plans."""

    code, title = "plan_required", "A paid plan is needed"
    detail = "Tickets are included in all paid plans; this organisation has none"


class NotFound(TicketingError):
    """No such thing, or none that this caller may know of."""

    code, status, title = "not_found", 404, "There is nothing here"
    detail = "Not found"


class TicketNotFound(NotFound):
    """Wrong id, or the ticket was deleted."""

    code, title = "ticket_not_found", "The ticket does not exist"
    detail = "Ticket not found"


class MethodNotAllowed(TicketingError):
    """The path exists, the method does not."""

    code, status, title = "method_not_allowed", 405, "The method is not allowed"
    detail = "This path does not answer this method"


class PayloadTooLarge(TicketingError):
    """The body is over 4 MB. A Lambda event ends at 6 MB, base64 included (Lambda quotas)."""

    code, status, title = "payload_too_large", 413, "The body is too large"
    detail = "A body may have up to 4 MB"


class UnsupportedMediaType(TicketingError):
    """The body is not JSON by its content type."""

    code, status, title = "unsupported_media_type", 415, "The content type is not supported"
    detail = "Send the body as application/json"


class InvalidStatusTransition(TicketingError):
    """The workflow does not lead from the present status to the wanted one. `allowed` lists where it leads."""

    code, status, title = "invalid_status_transition", 409, "The status cannot follow"
    detail = "Invalid status transition"

    def __init__(self, allowed: Sequence[str]) -> None:
        super().__init__(errors=[FieldError("status", self.code, self.detail)], extra={"allowed": list(allowed)})


class WorkflowMissing(TicketingError):
    """The channel has no ticket workflow. `configure_url` leads to where one is made."""

    code, status, title = "workflow_missing", 409, "The channel has no ticket workflow"
    detail = "This channel has no ticket workflow. Create one under Settings → Ticket Workflows"

    def __init__(self, channel_id: str) -> None:
        super().__init__()
        self.channel_id = channel_id


class ExternalIdTaken(TicketingError):
    """Another ticket of the organisation has this external id, also one that was deleted and can be restored."""

    code, status, title = "external_id_taken", 409, "The external id is taken"
    detail = "Another ticket has this external_id; find it with the filter external_id, or among the deleted ones"

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("external_id", self.code, self.detail)])


class ChatDeleted(TicketingError):
    """The chat was deleted, and its tickets with it; its id never lives again."""

    code, status, title = "chat_deleted", 409, "The chat was deleted"
    detail = "A deleted chat does not come back, and neither do its tickets"


class RestoreExpired(TicketingError):
    """A ticket was deleted too long ago to come back."""

    code, status, title = "restore_expired", 409, "It is too late to restore"
    detail = "A deleted ticket can be restored for 30 days"


class ChannelInUse(TicketingError):
    """A channel was to be deactivated that has live chats."""

    code, status, title = "channel_in_use", 409, "The channel has chats"
    detail = "Delete the channel's chats first; a channel with live chats stays"


class ChannelInactive(TicketingError):
    """A chat or a ticket was to be made on a deactivated channel."""

    code, status, title = "channel_inactive", 409, "The channel is deactivated"
    detail = "A deactivated channel takes no new chats and tickets. PUT the channel to activate it again"


class LastOwner(TicketingError):
    """The only active owner was to be deactivated or to lose that role."""

    code, status, title = "last_owner", 409, "The last owner stays"
    detail = "Make another active member an owner first"


class BulkBlocked(TicketingError):
    """Some tickets of a bulk action may not be changed so; `blockers` has each of them, and none was changed."""

    code, status, title = "bulk_blocked", 409, "The bulk action was refused"
    detail = "Nothing was changed. Each ticket that may not be changed so is listed in blockers"

    def __init__(self, blockers: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(extra={"blockers": list(blockers)})


class BulkInProgress(TicketingError):
    """A bulk action has not come to its end; while it is at a ticket, no other one can be."""

    code, status, title = "bulk_in_progress", 409, "A bulk action is in progress"
    detail = "A bulk action is at it. Nothing was changed. Try again when it is done"


class IdempotencyInFlight(TicketingError):
    """The same request came before and has not come to its end; it may yet succeed or fail."""

    code, status, title = "idempotency_in_flight", 409, "The first request is still at it"
    detail = "A request with this key is being carried out. Send it again in a moment to have its answer"
    retry_after_s = 1


class UndoExpired(TicketingError):
    """A bulk action can be undone for ten minutes, unless it changed nothing or was an undo itself."""

    code, status, title = "undo_expired", 409, "It is too late to undo"
    detail = "A bulk action can be undone for 10 minutes"


class ChangedSince(TicketingError):
    """A ticket that a bulk action cannot be undone for: what it set has been changed since."""

    code, status, title = "changed_since", 409, "It was changed since"
    detail = "What the bulk action set has been changed since"


class VersionConflict(TicketingError):
    """The thing was changed by somebody else between reading and writing."""

    code, status, title = "version_conflict", 412, "Somebody else changed it first"
    detail = "Read it again and repeat the change"

    def __init__(self, current_version: int | None = None) -> None:
        super().__init__(extra={"current_version": current_version} if current_version is not None else None)


class RateLimited(TicketingError):
    """Too many requests of an organisation, too many tickets in its bulk actions, or wrong keys from one source."""

    code, status, title = "rate_limited", 429, "Too many requests"
    detail = "Nothing was changed. Try again in a moment"

    def __init__(self, retry_after_s: int, detail: str | None = None) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s


class InternalError(TicketingError):
    """Something that we did not foresee; what it was stands in our logs, under the request's id."""

    code, status, title = "internal_error", 500, "Something went wrong on our side"
    detail = "This is our mistake. The request id helps us to find out what happened"


class Busy(TicketingError):
    """Nothing was changed; the same request may succeed in a moment."""

    code, status, title = "busy", 503, "Too much is going on at once"
    detail = "Nothing was changed. Try again in a moment"
    retry_after_s = 1
