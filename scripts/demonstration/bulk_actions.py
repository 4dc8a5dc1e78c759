"""A bulk action that is long over: what nobody had was given to the technicians before the night.

It is so long ago that nobody is mailed about it any more, and that it can be undone no more.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from scripts.demonstration import well_known
from scripts.demonstration.tickets import REQUEST_ID, History
from ticketing.domain import bulk_audience
from ticketing.domain import bulk_plan as rules
from ticketing.domain.bulk import Bulk, BulkAction, Kind, Phase, Selected
from ticketing.domain.events import Source
from ticketing.domain.principal import Actor

_AGO: Final = timedelta(hours=9)
_ACTION: Final = BulkAction(Kind.ASSIGN, well_known.MAINTENANCE)


def handed_over(histories: Sequence[History], now: datetime) -> tuple[Bulk, Sequence[History]]:
    """The bulk action, and all histories with its change in those of the tickets that it is for."""
    at = now - _AGO
    meant = [one for history in histories if (one := _meant(history, at)) is not None]
    found = {history[-1].ticket.id: history[-1].ticket for history in histories}
    plan = rules.plan(meant, found, rules.judging(_ACTION, at), lambda _: None)
    bulk = Bulk(
        well_known.LAKESIDE_BULK,
        well_known.LAKESIDE,
        _ACTION,
        Actor(well_known.LAKESIDE_ADMIN),
        Source.IMPORT,
        REQUEST_ID,
        asked_at=at,
        selected=len(meant),
        phase=Phase.DONE,
        plan=plan,
        counts=plan.counts,
        committed_at=at,
        finished_at=at,
    )
    changes = {step.ticket_id: rules.apply(bulk, found[step.ticket_id], step.target) for step in plan.steps}
    told = [[*history, changes[id_]] if (id_ := history[-1].ticket.id) in changes else history for history in histories]
    return replace(bulk, audience=bulk_audience.of(change.ticket for change in changes.values())), told


def _meant(history: History, at: datetime) -> Selected | None:
    """A ticket about maintenance that nobody had by then, and that nothing has happened to since."""
    ticket, last = history[-1].ticket, history[-1].event
    is_open = not ticket.status.category.is_resolved
    is_meant = is_open and ticket.assignee is None and ticket.issue.id == "maintenance" and last.at < at
    return Selected(ticket.id) if is_meant else None
