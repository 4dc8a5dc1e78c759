"""Reports: unresolved tickets by age and assignee, and how long resolved ones took."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from ticketing.domain.ageing import AGES, AgeingReport, Backlog
from ticketing.domain.instants import from_text, to_text
from ticketing.domain.policy import Action
from ticketing.domain.principal import Principal
from ticketing.domain.query import Position, TicketQuery, fingerprint
from ticketing.domain.resolution import By, Durations, ResolutionReport, period
from ticketing.domain.ticket import Ticket
from ticketing.errors import Busy, InvalidCursor, PlanRequired, ValidationFailed
from ticketing.store import living
from ticketing.store.walks import Budget
from tickets_api.answers import answer
from tickets_api.dependencies import InServices, may
from tickets_api.documenting import documented, shape
from tickets_api.facet_answers import assignee_names, channel_names
from tickets_api.routers.ticket_lists import query_of
from tickets_api.schemas import reports as schemas
from tickets_api.seen import InSeen, Seen
from tickets_api.services import Services

router = APIRouter(prefix="/v1/reports", tags=["Reports"])

Reader = Annotated[Principal, Depends(may(Action.REPORT_READ))]


def _walk(
    services: Services,
    organisation_id: str,
    query: TicketQuery,
    seen: Seen,
    report: AgeingReport | ResolutionReport,
    budget: Budget,
    after: Position | None = None,
) -> Position | None:
    """Let a report take what the budget allows of its tickets; how far that is, None if it is all of them."""
    own, until = seen.ticket_ids(services.table), after
    for stretch in living.walk(services.table, organisation_id, query, after=after, budget=budget, seen=own):
        until = stretch.until
        for ticket in stretch.tickets:
            report.take(ticket)
    return until


# --- unresolved --------------------------------------------------------------------------------------------------


@router.get(
    "/unresolved",
    summary="Count unresolved tickets by age and assignee",
    responses={
        200: shape(schemas.UnresolvedReport),
        **documented(InvalidCursor, PlanRequired, ValidationFailed, Busy),
    },
)
async def read_unresolved(
    asked: Annotated[schemas.ReadUnresolved, Query()], caller: Reader, services: InServices, seen: InSeen
) -> Response:
    organisation_id, signer = caller.organisation_id, services.signer()
    query = query_of(services, caller, asked.filters())
    purpose = f"unresolved {fingerprint(query)}"
    after, as_of = None, services.now()
    if asked.cursor:
        *place, began = signer.open(purpose, organisation_id, asked.cursor)
        after, as_of = Position.of_plain(place), from_text(began)
    report, budget = AgeingReport(as_of), Budget(services.monotonic)
    until = _walk(services, organisation_id, query, seen, report, budget, after)
    goes_on = until and [*until.to_plain(), to_text(as_of)]
    return answer(
        {
            "as_of": to_text(as_of),
            "total": report.all.count,
            "relation": "eq" if after is None and until is None else "gte",
            "by_age": _ages(report.all),
            "oldest": _oldest(report.all.oldest),
            "by_assignee": _backlogs(services, organisation_id, report),
            "next_cursor": signer.seal(purpose, organisation_id, goes_on) if goes_on else None,
            "has_more": until is not None,
            "scanned": budget.scanned,
        }
    )


def _backlogs(services: Services, organisation_id: str, report: AgeingReport) -> list[dict[str, Any]]:
    found = report.of_each
    names = assignee_names(services.reads, organisation_id, [one.assignee for one in found])
    return [
        {
            "id": one.assignee,
            "name": names[one.assignee],
            "count": one.count,
            "by_age": _ages(one),
            "oldest": _oldest(one.oldest),
        }
        for one in found
    ]


def _ages(backlog: Backlog) -> list[dict[str, Any]]:
    return [
        {"from_days": start, "to_days": end, "count": count}
        for (start, end), count in zip(AGES, backlog.ages, strict=True)
    ]


def _oldest(ticket: Ticket | None) -> dict[str, Any] | None:
    if ticket is None:
        return None
    return {"id": ticket.id, "number": ticket.number, "created_at": to_text(ticket.created_at)}


# --- resolution --------------------------------------------------------------------------------------------------


@router.get(
    "/resolution",
    summary="Tell how long resolved tickets took, by channel, issue and assignee",
    responses={200: shape(schemas.ResolutionReport), **documented(PlanRequired, ValidationFailed, Busy)},
)
async def read_resolution(
    asked: Annotated[schemas.ReadResolution, Query()], caller: Reader, services: InServices, seen: InSeen
) -> Response:
    organisation_id = caller.organisation_id
    query = query_of(services, caller, asked.filters())
    start, end = period(query.created_from, query.created_to, services.now())
    query = replace(query, created_from=start, created_to=end)
    report, budget = ResolutionReport(asked.dimensions), Budget(services.monotonic)
    until = _walk(services, organisation_id, query, seen, report, budget)
    return answer(
        {
            "created_from": to_text(start),
            "created_to": to_text(end) if end else None,
            "relation": "gte" if until else "eq",
            "read_from": until.sort_value if until else to_text(start),
            "all": _times(report.all),
            **_groups(services, organisation_id, report, asked.dimensions),
            "scanned": budget.scanned,
        }
    )


def _groups(
    services: Services, organisation_id: str, report: ResolutionReport, dimensions: list[By]
) -> dict[str, list[dict[str, Any]]]:
    name_of: dict[By, Callable[[list[str]], Mapping[str, str]]] = {
        By.CHANNEL: lambda ids: channel_names(services.reads, organisation_id, ids),
        By.ISSUE: lambda ids: {id_: report.issue_names[id_] for id_ in ids},
        By.ASSIGNEE: lambda ids: assignee_names(services.reads, organisation_id, ids),
    }
    groups: dict[str, list[dict[str, Any]]] = {}
    for by in dimensions:
        found = report.of_each(by)
        names = name_of[by]([id_ for id_, _ in found])
        groups[f"by_{by}"] = [{"id": id_, "name": names[id_], **_times(taken)} for id_, taken in found]
    return groups


def _times(taken: Durations) -> dict[str, Any]:
    figures = taken.figures()
    return {
        "count": figures.count,
        "median_seconds": figures.median,
        "p90_seconds": figures.p90,
        "mean_seconds": figures.mean,
    }
