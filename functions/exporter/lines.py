"""The tickets of an export, each as the line that it is in the file, in the order of their creation.

A line of JSON has the whole thread and history, which may be gigabytes. So it comes in pieces, none of which holds more
than one remark that is an object, or one query's of others.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
    """`text` may be empty: nothing was found, but the walk has come as far as `after`; None there is its end.

    If it is not whole, more of the same line follows, and nothing can go on from here.
    """

    text: bytes
    after: Position | None
    is_whole: bool = True


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
        for ticket, pieces in _texts(source, export, _whole(source, export, page.tickets)):
            last = b""
            for piece in pieces:
                if last:
                    yield Line(last, None, is_whole=False)
                last = piece
            yield Line(last, position(export.query.sort, ticket))
        yield Line(b"", page.after)


def _whole(source: Source, export: Export, found: Sequence[Ticket]) -> list[Ticket]:
    return finder.whole(source.table, export.organisation_id, export.query, found)


def _texts(source: Source, export: Export, found: Sequence[Ticket]) -> Iterator[tuple[Ticket, Iterable[bytes]]]:
    """The lines of these tickets, in pieces; those of deleted chats have none."""
    by_id = {ticket.id: ticket for ticket in found}
    zone = ZoneInfo(export.zone)
    for shown, phone in presenting.tickets_with_phones(source.reads, export.organisation_id, found):
        ticket = by_id[shown["id"]]
        if export.format is Format.CSV:
            yield ticket, [csv_rows.row(shown, phone, zone).encode()]
        else:
            yield ticket, _json(source, ticket, shown)


def _json(source: Source, ticket: Ticket, shown: Mapping[str, Any]) -> Iterator[bytes]:
    """A ticket with its thread, the oldest remark first, and its history, the newest entry first, as routes do."""
    yield orjson.dumps(shown).removesuffix(b"}")
    yield from _array("remarks", _remarks(source, ticket))
    yield from _array("history", _history(source, ticket))
    yield b"}\n"


def _array(name: str, values: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    yield f',"{name}":['.encode()
    for number, one in enumerate(values):
        if number:
            yield b","
        yield orjson.dumps(one)
    yield b"]"


def _remarks(source: Source, ticket: Ticket) -> Iterator[dict[str, Any]]:
    after, has_more = 0, True
    while has_more:
        found, has_more = tickets.remarks(source.table, ticket.id, after=after, limit=_THREAD_PAGE)
        for shown, one in zip(_shown(source, ticket, found), found, strict=True):
            yield shown if one.kept_as is None else _shown(source, ticket, [long_remarks.whole(source.objects, one)])[0]
        after = found[-1].version if found else after
        has_more = has_more and bool(found)


def _shown(source: Source, ticket: Ticket, found: Sequence[Remark]) -> list[dict[str, Any]]:
    return threads.remarks(source.reads, ticket.organisation_id, ticket.id, found)


def _history(source: Source, ticket: Ticket) -> Iterator[dict[str, Any]]:
    before, has_more = keys.LAST_VERSION, True
    while has_more:
        events, has_more = tickets.history(source.table, ticket.id, before=before, limit=_THREAD_PAGE)
        yield from threads.history(source.reads, ticket.organisation_id, events)
        before = events[-1].version if events else 0
        has_more = has_more and bool(events)
