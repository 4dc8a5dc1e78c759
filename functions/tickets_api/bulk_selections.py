"""What a bulk action is asked for: the tickets that are named, or those that a filter finds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ticketing.domain.bulk import MOST, MOST_AT_ONCE, BulkAction, Plan, Search, Selected, Step
from ticketing.domain.bulk_plan import Judge
from ticketing.domain.query import MAX_LIMIT, Position, Sort, TicketQuery
from ticketing.errors import EmptySelection, FieldError, ValidationFailed
from ticketing.store import finder
from ticketing.store.walks import Budget
from tickets_api.seen import Seen
from tickets_api.services import Services


@dataclass(frozen=True, slots=True)
class Selection:
    """Tickets that an action is for, not looked at yet; with `search`, those that a filter has found so far."""

    action: BulkAction
    tickets: tuple[Selected, ...]
    judge: Judge
    search: Search | None = None
    undo_of: str | None = None

    @property
    def is_complete(self) -> bool:
        """Whether all of its tickets are found."""
        return self.search is None or self.search.after is None

    @property
    def is_large(self) -> bool:
        """Whether it is too much to be done while its caller waits."""
        return len(self.tickets) > MOST_AT_ONCE or not self.is_complete

    def check_not_empty(self, plan: Plan) -> None:
        """Raises EmptySelection if no ticket of a filter meets it any more."""
        if self.search is not None and plan.counts.left_out == len(plan.rows):
            raise _empty()


def named(action: BulkAction, ids: Sequence[str], expected_versions: Mapping[str, int], judge: Judge) -> Selection:
    return Selection(action, tuple(Selected(id_, expected_versions.get(id_)) for id_ in ids), judge)


def undoing(action: BulkAction, steps: Sequence[Step], judge: Judge, undo_of: str) -> Selection:
    return Selection(action, tuple(Selected(step.ticket_id) for step in steps), judge, undo_of=undo_of)


def found(
    services: Services,
    organisation_id: str,
    action: BulkAction,
    query: TicketQuery,
    expected_versions: Mapping[str, int],
    judge: Judge,
    seen: Seen,
) -> Selection:
    """What a filter finds within the time that a request has; what is beyond, the worker finds.

    Its sort does not count: only in the order of creation no ticket changes its place while others are looked for.
    Raises EmptySelection, and ValidationFailed if it is too much.
    """
    query = replace(query, sort=Sort.NEWEST)
    own, budget = seen.ticket_ids(services.table), Budget(services.monotonic)
    ids: dict[str, None] = {}
    after: Position | None = None
    for page in finder.pages(
        services.table,
        organisation_id,
        query,
        after=None,
        limit=MAX_LIMIT,
        budget=lambda: budget,
        seen=own,
        objects=services.objects,
    ):
        ids |= dict.fromkeys(one.id for one in page.tickets)
        if len(ids) > MOST:
            raise ValidationFailed.of("filter", f"It finds more than {MOST} tickets", "too_many")
        after = page.after
        if budget.is_spent:
            break
    if not ids and after is None:
        raise _empty()
    tickets = tuple(Selected(id_, expected_versions.get(id_)) for id_ in ids)
    still_expected = {id_: version for id_, version in expected_versions.items() if after and id_ not in ids}
    return Selection(action, tickets, judge, Search(query, after, own, still_expected))


def _empty() -> EmptySelection:
    return EmptySelection(errors=[FieldError("filter", EmptySelection.code, "It finds no ticket")])
