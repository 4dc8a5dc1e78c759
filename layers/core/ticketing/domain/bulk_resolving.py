"""The guests of a bulk action that resolves tickets: told once each, when it can be undone no more."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from ticketing.domain.bulk import UNDO_FOR, Bulk, Step, status_of
from ticketing.domain.ticket import Ticket
from ticketing.domain.workflow import StatusCategory

WAIT: Final = UNDO_FOR + timedelta(seconds=30)
"""From the end of a bulk action until its guests are mailed.

An undo that is asked for in the last moment ends with its request, which lasts 29 seconds at most (API Gateway quotas).
"""


def resolves(step: Step) -> bool:
    """Whether it takes a ticket into the category resolved from another one."""
    target, previous = status_of(step.target), status_of(step.previous)
    becomes = target is not None and target.category is StatusCategory.RESOLVED
    was = previous is not None and previous.category is StatusCategory.RESOLVED
    return becomes and not was


def tells_guests(bulk: Bulk, steps: Iterable[Step]) -> bool:
    """Whether any guest may have to be mailed about it. What an undo brings back was told before."""
    return bulk.undo_of is None and any(map(resolves, steps))


def is_still(bulk: Bulk, ticket: Ticket) -> bool:
    """Whether a ticket is resolved since this very bulk action, or longer.

    Who was opened and resolved again since is told by that: by its own mail, or by the later bulk action's.
    """
    since, by = ticket.resolved_at, bulk.committed_at
    return ticket.status.category.is_resolved and by is not None and (since is None or since <= by)


def due_at(bulk: Bulk) -> datetime:
    return (bulk.finished_at or bulk.asked_at) + WAIT
