"""Exports of many parts, by many runs: whole, whatever happens on the way."""

import itertools
import json
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import orjson
import pytest

from exporter.lines import Source
from exporter.work import work
from tests.builders import ANA, NOW, a_ticket
from tests.integration.exporting import (
    LONG,
    TINY,
    Killed,
    a_new_export,
    asked,
    content,
    killed,
    read,
    rows,
    small_parts,
    source,
)
from tests.integration.test_golden_searches import add_remark
from tests.integration.test_ticket_lists import stored
from tests.integration.world import World
from ticketing.domain.csv_rows import unguarded
from ticketing.domain.export import Format, State
from ticketing.domain.principal import Actor
from ticketing.domain.query import Position, Sort, TicketPage, position
from ticketing.domain.remark import Remark
from ticketing.store import clients, exports
from ticketing.store.cached_reads import CachedReads
from ticketing.store.objects import Objects
from ticketing.store.table import ConditionNotMet, Table

__all__ = ["small_parts"]


@pytest.mark.usefixtures("small_parts")
def test_killed_at_every_call_it_goes_on_and_the_file_is_whole(world: World) -> None:
    for number in range(1, 10):
        stored(world, number)
    whole = a_new_export(world, "whole")
    with killed(0, after=False) as calls:
        assert work(source(world), whole.id, remaining_s=lambda: LONG, part_bytes=TINY)
    wanted, total = content(world, whole.id), len(calls)
    assert calls.count("UploadPart") >= 3
    assert calls.count("CompleteMultipartUpload") == 1

    def go_on(export_id: str) -> None:
        assert work(source(world), export_id, remaining_s=lambda: LONG, part_bytes=TINY)

    check_every_kill(world, total, go_on, wanted, 9)


@pytest.mark.usefixtures("small_parts")
def test_killed_at_every_call_within_a_long_thread_it_goes_on_and_the_file_is_whole(world: World) -> None:
    for number in range(1, 4):
        ticket = stored(world, number, remark_count=0)
        for text in ["still waiting " * 20] * (9 if number == 2 else 1):
            add_remark(world, ticket, text)
    whole = a_new_export(world, "whole", Format.JSONL)
    with killed(0, after=False) as calls:
        assert work(source(world), whole.id, remaining_s=lambda: LONG, part_bytes=TINY)
    wanted, total = content(world, whole.id, "jsonl"), len(calls)
    assert [len(json.loads(line)["remarks"]) for line in wanted.splitlines()] == [1, 9, 1]
    assert calls.count("UploadPart") >= 5, "most of them in the midst of a line"

    def go_on(export_id: str) -> None:
        while not work(source(world), export_id, remaining_s=lambda: 1.0, part_bytes=TINY):
            pass

    check_every_kill(world, total, go_on, wanted, 3, Format.JSONL)


def check_every_kill(
    world: World,
    calls: int,
    go_on: Callable[[str], None],
    wanted: bytes,
    rows: int,
    format_: Format = Format.CSV,
) -> None:
    """A run that is killed before or after any of its calls is gone on with, and the file is as it would have been."""
    count = 0
    for at, after in itertools.product(range(1, calls + 1), (False, True)):
        export = a_new_export(world, f"{at}{after}", format_)
        with pytest.raises(Killed), killed(at, after=after):
            work(source(world), export.id, remaining_s=lambda: LONG, part_bytes=TINY)
        go_on(export.id)
        assert content(world, export.id, format_.value) == wanted
        done = exports.get(world.aws.table, export.id)
        assert done is not None
        assert (done.state, done.rows, done.size) == (State.DONE, rows, len(wanted))
        count += 1
    print(f"killed before and after each of {calls} calls of a run: {count} cases, every file whole")


@pytest.mark.usefixtures("small_parts")
def test_a_run_without_time_puts_aside_what_it_has_and_the_next_one_goes_on(world: World) -> None:
    for number in range(1, 10):
        stored(world, number)
    whole = a_new_export(world, "whole")
    work(source(world), whole.id, remaining_s=lambda: LONG, part_bytes=TINY)
    export = a_new_export(world, "hasty")
    runs = 1
    while not work(source(world), export.id, remaining_s=lambda: 1.0, part_bytes=TINY):
        runs += 1
        known = exports.get(world.aws.table, export.id)
        assert known is not None
        assert known.rows == runs - 1
    assert runs == 10, "one ticket a run, and one that finds the end"
    assert content(world, export.id) == content(world, whole.id)


@pytest.mark.usefixtures("small_parts")
def test_it_goes_on_after_the_last_part_that_the_record_tells_of(world: World) -> None:
    for number in range(1, 10):
        stored(world, number)
    whole, export = a_new_export(world, "whole"), a_new_export(world, "x")
    with killed(0, after=False) as calls:
        work(source(world), whole.id, remaining_s=lambda: LONG, part_bytes=TINY)
    third = [number for number, name in enumerate(calls, 1) if name == "UploadPart"][2]
    with pytest.raises(Killed), killed(third, after=False):
        work(source(world), export.id, remaining_s=lambda: LONG, part_bytes=TINY)
    known = exports.get(world.aws.table, export.id)
    assert known is not None
    assert len(known.etags) == 2
    assert 0 < read(world, export.id)["rows"] == known.rows < 9, "progress is told"
    with killed(0, after=False) as again:
        work(source(world), export.id, remaining_s=lambda: LONG, part_bytes=TINY)
    assert again.count("UploadPart") == calls.count("UploadPart") - 2


@pytest.mark.usefixtures("small_parts")
def test_of_two_at_the_same_export_one_stops_and_the_file_is_whole(world: World) -> None:
    for number in range(1, 10):
        stored(world, number)
    whole, export = a_new_export(world, "whole"), a_new_export(world, "twice")
    work(source(world), whole.id, remaining_s=lambda: LONG, part_bytes=TINY)
    other: list[bool] = []

    def meanwhile() -> float:
        if not other:
            other.append(True)
            work(source(world), export.id, remaining_s=lambda: LONG, part_bytes=TINY)
        return LONG

    with pytest.raises(ConditionNotMet):
        work(source(world), export.id, remaining_s=meanwhile, part_bytes=TINY)
    assert work(source(world), export.id, remaining_s=lambda: LONG, part_bytes=TINY)
    assert content(world, export.id) == content(world, whole.id)


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("gone", [{"upload": "gone", "etags": ("a",), "after": None}, {"rest": "exports/gone"}])
def test_what_s3_has_lost_of_an_upload_or_of_what_was_put_aside_is_written_again(
    world: World, gone: dict[str, Any]
) -> None:
    for number in range(1, 10):
        stored(world, number)
    whole, export = a_new_export(world, "whole"), a_new_export(world, "lost")
    work(source(world), whole.id, remaining_s=lambda: LONG, part_bytes=TINY)
    exports.write(world.aws.table, export, state=State.RUNNING, rows=3, size=9, **gone)
    assert work(source(world), export.id, remaining_s=lambda: LONG, part_bytes=TINY)
    assert content(world, export.id) == content(world, whole.id)


@pytest.mark.usefixtures("small_parts")
def test_an_upload_for_which_nothing_is_left_becomes_an_empty_file(world: World) -> None:
    """S3 makes no object of no parts."""
    ticket = stored(world, 1)
    export = a_new_export(world, "left", Format.JSONL)
    with pytest.raises(Killed), patch.object(Objects, "put_part", side_effect=Killed):
        work(source(world), export.id, remaining_s=lambda: LONG, part_bytes=1)
    assert world.api("DELETE", f"/v1/tickets/{ticket}").status == 200
    assert work(source(world), export.id, remaining_s=lambda: LONG, part_bytes=1)
    assert read(world, export.id)["state"] == "done"
    assert content(world, export.id, "jsonl") == b""


@pytest.mark.usefixtures("small_parts")
def test_tickets_that_change_while_it_is_written_are_there_once(world: World) -> None:
    made = [stored(world, number) for number in range(1, 10)]
    export = a_new_export(world, "busy")
    touched: list[str] = []

    def meanwhile() -> float:
        for id_ in made[len(touched) : len(touched) + 1]:
            touched.append(id_)
            assert world.api("PATCH", f"/v1/tickets/{id_}", {"priority": "high"}).status == 200
        return 1.0

    while not work(source(world), export.id, remaining_s=meanwhile, part_bytes=TINY):
        pass
    assert [unguarded(row["id"]) for row in rows(content(world, export.id))] == made
    assert len(touched) > 5


class _Bucket:
    """Takes parts, and keeps none."""

    def __init__(self) -> None:
        self.parts = 0

    def __getattr__(self, operation: str) -> Any:
        def call(**arguments: Any) -> Any:
            self.parts += operation == "upload_part"
            return {"UploadId": "upload", "ETag": "etag"}

        return call


def _peak(world: World, tickets: int, suffix: str) -> tuple[int, int]:
    """The most memory that an export of so many tickets holds at once, and the parts that it was put in."""

    export = a_new_export(world, suffix)
    bucket = _Bucket()
    objects = Objects(lambda: bucket, "content")
    one = replace(a_ticket(), remark_preview="AC not cooling " * 8)

    def find(*_: Any, after: Position | None, limit: int, **__: Any) -> TicketPage:
        first = int(after.ticket_id[4:]) + 1 if after else 0
        numbers = range(first, min(first + limit, tickets))
        found = [replace(one, id=f"tkt_{number:016d}", number=number) for number in numbers]
        goes_on = numbers.stop < tickets
        return TicketPage(found, position(Sort.OLDEST, found[-1]) if goes_on else None, len(found))

    table = world.aws.table
    reads = CachedReads(table)
    tracemalloc.start()
    try:
        with patch("exporter.lines.finder.find", find), patch("exporter.lines._whole", lambda *given: given[2]):
            work(Source(table, reads, objects, time.monotonic), export.id, remaining_s=lambda: LONG, part_bytes=2**18)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    return peak, bucket.parts


def test_memory_is_flat_however_many_tickets(world: World) -> None:
    _peak(world, 2_000, "warm")
    small, few = _peak(world, 2_000, "small")
    large, many = _peak(world, 20_000, "large")
    print(
        f"peak at 2,000 tickets {small / 2**20:.1f} MB ({few} parts), at 20,000 {large / 2**20:.1f} MB ({many} parts)"
    )
    assert many >= 8 * few
    assert large < 2 * small


class _LongRemarks(Objects):
    def get(self, name: str) -> bytes:
        assert name.startswith("object ")
        return b"nothing to report " * (4 * 2**20 // 18)


def _peak_of_thread(world: World, remarks: int) -> tuple[int, int]:
    """The same of one ticket with so many remarks of 4 MB."""
    export = a_new_export(world, f"of{remarks}", Format.JSONL)
    thread = [Remark(2 + number, "beginning", Actor(ANA), NOW, kept_as=f"object {number}") for number in range(remarks)]
    bucket = _Bucket()
    table = world.aws.table
    whole = Source(table, CachedReads(table), _LongRemarks(lambda: bucket, "content"), time.monotonic)
    tracemalloc.start()
    try:
        with patch("exporter.lines.tickets.remarks", lambda *_, **__: (thread, False)):
            work(whole, export.id, remaining_s=lambda: LONG)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    return peak, bucket.parts


def test_memory_is_flat_however_long_a_thread(world: World) -> None:
    stored(world, 1, remark_count=100)
    short, few = _peak_of_thread(world, 20)
    long, many = _peak_of_thread(world, 100)
    print(
        f"peak of a thread of 80 MB {short / 2**20:.0f} MB ({few} parts), of one of 400 MB {long / 2**20:.0f} MB "
        f"({many} parts); 63 MB of it are what orjson reserves for a text of 4 MB"
    )
    assert many >= 4 * few
    assert long < 1.1 * short
    assert long < 200 * 2**20


def test_the_entry_sends_a_message_of_its_own_when_time_is_over(world: World) -> None:
    from exporter.app import App
    from ticketing.store.queues import Queue

    stored(world, 1)
    made = asked(world)
    (message,) = world.aws.take(world.aws.settings.export_queue_url)
    app = App(source(world), Queue(clients.sqs(), world.aws.settings.export_queue_url))
    record = {
        "messageId": "1",
        "receiptHandle": "none",
        "body": orjson.dumps(message).decode(),
        "attributes": {"ApproximateReceiveCount": "1"},
    }

    class Context:
        left = 1_000

        def get_remaining_time_in_millis(self) -> int:
            return self.left

    context = Context()
    assert app.handle({"Records": [record]}, context) == {"batchItemFailures": []}
    assert world.aws.waiting(world.aws.settings.export_queue_url) == [{"export_id": made["id"]}]
    context.left = 900_000
    assert app.handle({"Records": [record]}, context) == {"batchItemFailures": []}
    assert read(world, made["id"])["state"] == "done"
    for body in ("{", "[]", '{"export_id": 5}'):
        failed = app.handle({"Records": [record | {"body": body}]}, context)
        assert failed == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    with patch.object(Table, "get", side_effect=RuntimeError):
        assert app.handle({"Records": [record]}, context) == {"batchItemFailures": [{"itemIdentifier": "1"}]}
