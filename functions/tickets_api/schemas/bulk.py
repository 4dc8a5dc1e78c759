"""Bulk actions, as they are asked for and answered."""

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from ticketing.domain.bulk import MOST, BulkAction, Kind, ToCategory, Value
from ticketing.domain.ids import is_member_id, is_team_id
from ticketing.domain.query import MAX_LIMIT
from ticketing.domain.ticket import Priority
from ticketing.domain.workflow import StatusCategory
from ticketing.errors import EmptySelection, FieldError, ValidationFailed
from tickets_api.schemas.fields import Body, CallerId, Shape, TicketId, Version
from tickets_api.schemas.ticket_lists import TicketFilters
from tickets_api.schemas.tickets import ActorRef, BlockerOut

_Kind = Literal["assign", "status", "priority", "delete", "restore"]


class ToCategoryIn(Body):
    """The first status of this category that may follow, by each ticket's own workflow."""

    category: Literal["open", "active", "waiting", "resolved", "closed"]


_Text = Annotated[str, Field(min_length=1, max_length=40)]
_Value = Annotated[
    Annotated[_Text, Tag("[text]")] | Annotated[ToCategoryIn, Tag("[category]")],
    # One form is tried, so that what is wrong is told of that one; its tag is told to nobody (`problems.py`).
    Discriminator(lambda value: "[category]" if isinstance(value, dict | ToCategoryIn) else "[text]"),
]


class DoBulk(Body):
    """One change for many tickets: all of them are changed, or none is.

    The tickets are named by `ids`, or found by `filter`, which is the body of `POST /v1/tickets/search` without paging.

    | action | `value` |
    |---|---|
    | `assign` | the id of a member or team, or null for nobody |
    | `status` | the id of a status, or `{"category": "resolved"}` |
    | `priority` | `low`, `medium` or `high` |
    | `delete`, `restore` | none; what is deleted is in no list, so it is restored by `ids` |
    """

    action: _Kind
    ids: Annotated[list[CallerId], Field(max_length=MOST, description="Ids of tickets, none of them twice")] = Field(
        default_factory=list
    )
    filter: TicketFilters | None = None
    value: _Value | None = None
    expected_versions: Annotated[
        dict[TicketId, Version],
        Field(max_length=MOST, description="By ticket id: one that has another version by now blocks the action"),
    ] = Field(default_factory=dict)
    dry_run: Annotated[bool, Field(description="Say what would change, and change nothing")] = False

    def to_domain(self) -> BulkAction:
        """The action, if all that was said of it fits together. Raises ValidationFailed, EmptySelection."""
        kind = Kind(self.action)
        errors = [*self._wrong_selection(kind), *self._wrong_versions()]
        if errors:
            raise ValidationFailed(errors=errors)
        if not self.ids and self.filter is None:
            raise EmptySelection(errors=[FieldError("ids", "empty_selection", "Name at least one ticket")])
        return BulkAction(kind, self._value(kind))

    def _wrong_selection(self, kind: Kind) -> list[FieldError]:
        given = self.model_fields_set & {"ids", "filter"}
        if given != {"ids"} and kind is Kind.RESTORE:
            return [FieldError("filter", "invalid", "What is deleted is in no list: name it by ids")]
        if len(given) != 1:
            return [FieldError("ids", "invalid", "Give either ids or filter")]
        known: set[str] = set()
        errors: list[FieldError] = []
        for at, id_ in enumerate(self.ids):
            if id_ in known:
                errors.append(FieldError(f"ids[{at}]", "repeated_id", "This ticket was named before"))
            known.add(id_)
        return errors

    def _wrong_versions(self) -> list[FieldError]:
        if self.filter is not None:
            return []
        named = set(self.ids)
        strangers = [id_ for id_ in self.expected_versions if id_ not in named]
        return [FieldError(f"expected_versions.{id_[:40]}", "invalid", "It is not among ids") for id_ in strangers]

    def _value(self, kind: Kind) -> Value:
        value, is_given = self.value, "value" in self.model_fields_set
        match kind, value:
            case ((Kind.DELETE | Kind.RESTORE), _) if not is_given:
                return None
            case Kind.ASSIGN, None if is_given:
                return None
            case Kind.ASSIGN, str() if is_member_id(value) or is_team_id(value):
                return value
            case Kind.STATUS, str():
                return value
            case Kind.STATUS, ToCategoryIn():
                return ToCategory(StatusCategory(value.category))
            case Kind.PRIORITY, str() if value in Priority:
                return Priority(value)
            case _:
                raise ValidationFailed.of("value", _VALUES[kind], "invalid" if is_given else "required")


_VALUES = {
    Kind.ASSIGN: "The id of a member or team, or null for nobody",
    Kind.STATUS: 'The id of a status, or {"category": …}',
    Kind.PRIORITY: "low, medium or high",
    Kind.DELETE: "Deleting takes no value",
    Kind.RESTORE: "Restoring takes no value",
}


class BulkOut(Shape):
    """A bulk action on many tickets: all of them are changed, or none is.

    | state | |
    |---|---|
    | `queued` | it waits for its turn; an organisation's large ones are done one after the other |
    | `running` | its tickets are looked at, then changed; from `committed_at` on each one read by id is changed |
    | `done` | every ticket is changed, in lists, too |
    | `blocked` | nothing was changed: `blocked` tickets may not be, and its `/tickets` say why |
    | `failed` | nothing was changed: `failure` is the code of what kept it from being done |

    `total` counts the tickets that it is for, `done` those that are as they should be. `unchanged` tickets were so
    already; `left_out` ones met the filter when it was asked and not any more a moment later. `undo_until` is null for
    what undid another one, `undo_of`.
    """

    id: Annotated[str, Field(examples=["blk_x3k5m2q7v4ntb6ya"])]
    action: _Kind
    state: Literal["queued", "running", "done", "blocked", "failed"]
    total: int
    done: int
    changed: int
    unchanged: int
    left_out: int
    blocked: int
    failure: Annotated[str | None, Field(examples=["interrupted"])]
    undo_until: str | None
    undo_of: str | None
    actor: ActorRef
    created_at: str
    committed_at: str | None
    finished_at: str | None


class WouldChange(Shape):
    """What would be changed of a ticket: field by field, as its history would tell."""

    ticket_id: str
    changes: list[dict[str, Any]]


class DryRun(Shape):
    """What a bulk action would do, and what keeps it from it."""

    would_change: list[WouldChange]
    unchanged: int
    left_out: int
    blockers: list[BlockerOut]


class BulkTicket(Shape):
    """What became of a ticket.

    `version` is the one that the bulk action made, null for a ticket that it did not change. While it is `queued` or
    `running` its tickets are `pending`; of one that was blocked or failed they are `not_changed`, and those that may
    not be changed are `blocked`, each by its `blocker`.
    """

    ticket_id: str
    result: Literal["pending", "changed", "unchanged", "left_out", "blocked", "not_changed"]
    version: int | None
    blocker: BlockerOut | None


class BulkTickets(Shape):
    data: list[BulkTicket]
    next_cursor: str | None
    has_more: bool


class ReadBulkTickets(Body):
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT, strict=False)] = MAX_LIMIT
    cursor: Annotated[str, Field(min_length=1, max_length=2000)] | None = None
