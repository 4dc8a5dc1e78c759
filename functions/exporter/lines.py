"""The tickets of an export, each as the line that it is in the file, in the order of their creation."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

import orjson

from ticketing import presenting, threads
from ticketing.domain import csv_rows
from ticketing.domain.export import Export, Format
from ticketing.domain.query import MAX_LIMIT, Position, position
from ticketing.domain.remark import Remark
from ticketing.domain.ticket import Ticket
from ticketing.store import finder, keys, long_remarks, tickets
from ticketing.store.cached_reads import CachedReads
from ticketing.store.objects import Objects
from ticketing.store.table import Table
from ticketing.store.walks import Budget


@dataclass(frozen=True, slots=True)
class Line:
    """`text` may be empty: nothing was found, but the walk has come as far as `after`; None there is its end."""

    text: bytes
    after: Position | None


@dataclass(frozen=True, slots=True)
class Source:
    """Where tickets are read. `clock` counts seconds."""

    table: Table
    reads: CachedReads
    objects: Objects
    clock: Callable[[], float]


_THREAD_PAGE: Final = 100


def beginning(export: Export) -> bytes:
    """What stands before the first ticket."""
    if export.format is Format.JSONL:
        return b""
    return (csv_rows.BOM + csv_rows.header(ZoneInfo(export.zone))).encode()


def lines(source: Source, export: Export) -> Iterator[Line]:
    """One line after the other, from where the export has come to. No more than one page of tickets is in hand."""
    for page in finder.pages(
        source.table,
        export.organisation_id,
        export.query,
        after=export.after,
        limit=MAX_LIMIT,
        budget=lambda: Budget(source.clock),
        seen=export.seen,
        objects=source.objects,
    ):
        for ticket, text in _texts(source, export, _whole(source, export, page.tickets)):
            yield Line(text, position(export.query.sort, ticket))
        yield Line(b"", page.after)


def _whole(source: Source, export: Export, found: Sequence[Ticket]) -> list[Ticket]:
    return finder.whole(source.table, export.organisation_id, export.query, found)


def _texts(source: Source, export: Export, found: Sequence[Ticket]) -> Iterator[tuple[Ticket, bytes]]:
    """The lines of these tickets; those of deleted chats have none."""
    by_id = {ticket.id: ticket for ticket in found}
    zone = ZoneInfo(export.zone)
    for shown, phone in presenting.tickets_with_phones(source.reads, export.organisation_id, found):
        ticket = by_id[shown["id"]]
        if export.format is Format.CSV:
            yield ticket, csv_rows.row(shown, phone, zone).encode()
        else:
            yield ticket, orjson.dumps(shown | _threads(source, ticket)) + b"\n"


def _threads(source: Source, ticket: Ticket) -> dict[str, Any]:
    """The whole thread, the oldest remark first, and the whole history, the newest entry first, as their routes do."""
    organisation_id = ticket.organisation_id
    remarks = [long_remarks.whole(source.objects, one) for one in _remarks(source.table, ticket.id)]
    history: list[dict[str, Any]] = []
    before, has_more = keys.LAST_VERSION, True
    while has_more:
        events, has_more = tickets.history(source.table, ticket.id, before=before, limit=_THREAD_PAGE)
        history += threads.history(source.reads, organisation_id, events)
        before = events[-1].version if events else 0
        has_more = has_more and bool(events)
    return {"remarks": threads.remarks(source.reads, organisation_id, ticket.id, remarks), "history": history}


def _remarks(table: Table, ticket_id: str) -> Iterator[Remark]:
    after, has_more = 0, True
    while has_more:
        found, has_more = tickets.remarks(table, ticket_id, after=after, limit=_THREAD_PAGE)
        yield from found
        after = found[-1].version if found else after
        has_more = has_more and bool(found)
