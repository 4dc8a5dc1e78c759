"""Exports: asked for over the API, written by the exporter, and whole whatever happens on the way."""

import csv
import io
import itertools
import json
import sqlite3
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest
from botocore.client import BaseClient
from moto.s3.exceptions import NoSuchUpload
from moto.s3.models import S3Backend

from exporter.lines import Source
from exporter.work import work
from tests.builders import ANA, NOW, ORGANISATION, a_ticket
from tests.fakes.lagging_index import LaggingIndex
from tests.integration.aws import Api
from tests.integration.test_golden_searches import add_remark
from tests.integration.test_ticket_lists import stored
from tests.integration.world import CREATE, World
from tests.unit.domain.test_csv_rows import HOSTILE
from ticketing.domain.csv_rows import unguarded
from ticketing.domain.export import Export, Format, State
from ticketing.domain.principal import Actor
from ticketing.domain.query import Position, Sort, TicketPage, TicketQuery, position
from ticketing.domain.remark import INLINE_BYTES, Remark
from ticketing.domain.ticket import Priority
from ticketing.store import clients, exports, keys
from ticketing.store.cached_reads import CachedReads
from ticketing.store.objects import Objects
from ticketing.store.table import ConditionNotMet, Table

LONG = 900.0
TINY = 700
"""A part of the fault tests: a few rows."""


def source(world: World, table: Any = None) -> Source:
    table = table or world.aws.table
    return Source(table, CachedReads(table), world.aws.objects, time.monotonic)


def run(world: World, *, part_bytes: int = 5 * 2**20, seconds: float = LONG) -> list[str]:
    """Work off what waits; the ids of the exports."""
    waiting = [one["export_id"] for one in world.aws.take(world.aws.settings.export_queue_url)]
    for export_id in waiting:
        assert work(source(world), export_id, remaining_s=lambda: seconds, part_bytes=part_bytes)
    return waiting


def asked(world: World, body: dict[str, Any] | None = None, **headers: str) -> dict[str, Any]:
    answer = world.api("POST", "/v1/exports", {"format": "csv"} | (body or {}), headers=headers)
    assert answer.status == 202, answer.body
    assert answer.headers["location"] == f"/v1/exports/{answer.body['id']}"
    made: dict[str, Any] = answer.body
    return made


def read(world: World, export_id: str) -> dict[str, Any]:
    answer = world.api("GET", f"/v1/exports/{export_id}")
    assert answer.status == 200, answer.body
    shown: dict[str, Any] = answer.body
    return shown


def content(world: World, export_id: str, suffix: str = "csv") -> bytes:
    """The file that its record names, which says its format."""
    known = exports.get(world.aws.table, export_id)
    assert known is not None
    assert known.file is not None
    assert known.file.startswith(keys.export_name(ORGANISATION, export_id, ""))
    assert known.file.endswith(f".{suffix}")
    return world.aws.objects.get(known.file)


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def exported(world: World, body: dict[str, Any] | None = None, **headers: str) -> list[dict[str, str]]:
    made = asked(world, body, **headers)
    run(world)
    assert read(world, made["id"])["state"] == "done"
    return rows(content(world, made["id"]))


# --- what is asked and answered --------------------------------------------------------------------------------------


def test_it_is_queued_then_done_with_a_link_of_a_quarter_of_an_hour(world: World) -> None:
    stored(world, 1)
    made = asked(world)
    assert (made["state"], made["rows"], made["url"]) == ("queued", 0, None)
    assert run(world) == [made["id"]]
    done = read(world, made["id"])
    assert (done["state"], done["rows"], done["bytes"]) == ("done", 1, len(content(world, made["id"])))
    link = urlsplit(done["url"])
    asked_of = {name: values[0] for name, values in parse_qs(link.query).items()}
    assert asked_of["X-Amz-Algorithm"] == "AWS4-HMAC-SHA256"
    assert asked_of["X-Amz-Expires"] == "900"
    assert asked_of["response-content-disposition"].startswith('attachment; filename="tickets-')
    assert link.path.startswith(f"/exports/{ORGANISATION}/{made['id']}.")
    assert link.path.endswith(".csv")


def test_it_is_exactly_the_filtered_list_in_order_of_creation(world: World) -> None:
    stored(world, 1, priority=Priority.LOW)
    wanted = [stored(world, number, priority=Priority.HIGH) for number in range(2, 6)]
    found = exported(world, {"filter": {"priority": ["high"], "sort": "created_at"}})
    assert [row["id"] for row in found] == wanted
    found = exported(world, {"filter": {"priority": ["high"]}})
    assert [row["id"] for row in found] == wanted[::-1]


def test_its_csv_is_that_of_the_report(world: World) -> None:
    for number in range(1, 4):
        stored(world, number, remark_preview="=1+1")
    made = asked(world, {"tz": "Europe/Zurich"})
    run(world)
    at_once = world.api("GET", "/v1/reports/tickets.csv", query={"tz": ["Europe/Zurich"]}).body
    assert content(world, made["id"]).decode() == at_once


def test_one_that_was_done_before_records_named_their_files_is_still_linked_to(world: World) -> None:
    export = _a_new_export(world, "old")
    exports.write(world.aws.table, export, state=State.DONE, finished_at=NOW)
    assert urlsplit(read(world, export.id)["url"]).path.endswith(f"/{ORGANISATION}/{export.id}.csv")


def test_an_empty_one_is_a_line_of_names_or_nothing(world: World) -> None:
    assert exported(world, {"filter": {"chat": ["nothing"]}}) == []
    made = asked(world, {"format": "jsonl", "filter": {"chat": ["nothing"]}})
    run(world)
    assert content(world, made["id"], "jsonl") == b""


def test_json_lines_hold_the_ticket_its_whole_remarks_and_its_history(world: World) -> None:
    long = "Ä" * INLINE_BYTES
    ticket = world.a_ticket(remarks="AC not cooling", watchers=[ANA])["id"]
    world.api("POST", f"/v1/tickets/{ticket}/remarks", {"text": long})
    world.api("PATCH", f"/v1/tickets/{ticket}", {"priority": "low"})
    made = asked(world, {"format": "jsonl"})
    run(world)
    (line,) = content(world, made["id"], "jsonl").splitlines()
    told = orjson.loads(line)
    remarks, history = told.pop("remarks"), told.pop("history")
    assert told == world.api("GET", f"/v1/tickets/{ticket}").body
    assert [one["text"] for one in remarks] == ["AC not cooling", long]
    assert history == world.api("GET", f"/v1/tickets/{ticket}/history").body["data"]


def test_json_lines_hold_any_text_for_parsers_that_we_did_not_write(world: World) -> None:
    ticket = world.a_ticket()["id"]
    texts = [text for text in HOSTILE if text.strip() and "\x00" not in text][::9]
    for text in texts:
        assert world.api("POST", f"/v1/tickets/{ticket}/remarks", {"text": text}).status == 201
    stored(world, 9)
    made = asked(world, {"format": "jsonl", "filter": {"sort": "created_at"}})
    run(world)
    lines = list(io.TextIOWrapper(io.BytesIO(content(world, made["id"], "jsonl")), "utf-8", newline="\n"))
    assert len(lines) == 2
    told = next(line for line in lines if ticket in line)
    assert [one["text"] for one in json.loads(told)["remarks"]] == texts
    with closing(sqlite3.connect(":memory:")) as database:
        read = database.execute("SELECT value ->> 'text' FROM json_each(?, '$.remarks')", [told]).fetchall()
    assert [text for (text,) in read] == texts
    print(f"{len(texts)} hostile remarks read by Python's json and by SQLite")


def test_what_the_caller_has_just_written_is_in_it_however_far_the_index_lags(
    world: World, lagging: tuple[Api, LaggingIndex]
) -> None:
    api, index = lagging
    made = api("POST", "/v1/tickets", CREATE)
    seen = {"Lodgestory-Seen": made.headers["lodgestory-seen"]}
    ids = [api("POST", "/v1/exports", {"format": "csv"}, headers=headers).body["id"] for headers in ({}, seen)]
    for export_id in ids:
        work(source(world, index), export_id, remaining_s=lambda: LONG)
    assert [[row["id"] for row in rows(content(world, one))] for one in ids] == [[], [made.body["id"]]]


def test_a_request_that_comes_again_makes_one_export(world: World) -> None:
    first, again = (asked(world, None, **{"Idempotency-Key": "monthly"}) for _ in range(2))
    assert first == again
    assert run(world) == [first["id"]]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"format": "xlsx"}, "format"),
        ({"tz": "Mars/Olympus"}, "tz"),
        ({"filter": {"sort": "-priority"}}, "filter.sort"),
        ({"filter": {"colour": "red"}}, "filter.colour"),
        ({"filter": {"tz": "Mars/Olympus"}}, "filter.tz"),
        ({"filter": {"q": "***"}}, "filter.q"),
        ({"filter": {"created_from": "2026-03-02", "created_to": "2026-03-01"}}, "filter.created_to"),
    ],
)
def test_what_is_wrong_is_refused_by_its_name(world: World, body: dict[str, Any], field: str) -> None:
    answer = world.api("POST", "/v1/exports", {"format": "csv"} | body)
    assert (answer.status, answer.body["errors"][0]["field"]) == (422, field)
    assert world.aws.waiting(world.aws.settings.export_queue_url) == []


def large_filter(count: int) -> dict[str, list[str]]:
    """A filter of that many values, of 400 bytes each with the signs around it."""
    return {"creator": [f"key:{number:012}{'😀' * 95}" for number in range(count)]}


@pytest.mark.parametrize(("count", "status"), [(326, 202), (329, 422), (500, 422)])
def test_a_filter_is_kept_up_to_128_kb(world: World, count: int, status: int) -> None:
    answer = world.api("POST", "/v1/exports", {"format": "csv", "filter": large_filter(count)})
    assert answer.status == status, answer.body
    assert [(one["field"], one["code"]) for one in answer.body.get("errors", [])] == (
        [("filter", "too_long")] if status == 422 else []
    )


def test_another_organisation_finds_nothing_there(world: World) -> None:
    made = asked(world)
    foreign = world.as_(world.keys.other)
    told, unknown = (foreign("GET", f"/v1/exports/{id_}") for id_ in (made["id"], "exp_aaaaaaaaaaaaaaaa"))
    assert told.status == unknown.status == 404
    assert told.body | {"request_id": ""} == unknown.body | {"request_id": ""}


def test_after_a_week_it_is_gone(world: World) -> None:
    made = asked(world)
    run(world)
    world.aws.clock.now += timedelta(days=7) - timedelta(seconds=60)
    last = read(world, made["id"])
    assert parse_qs(urlsplit(last["url"]).query)["X-Amz-Expires"] == ["60"]
    world.aws.clock.now += timedelta(seconds=60)
    assert world.api("GET", f"/v1/exports/{made['id']}").status == 404


def test_a_message_that_was_lost_is_sent_again_when_somebody_asks(world: World) -> None:
    queue = world.aws.settings.export_queue_url
    made = asked(world)
    world.aws.take(queue)
    world.aws.clock.now += timedelta(minutes=2)
    read(world, made["id"])
    read(world, made["id"])
    assert world.aws.waiting(queue) == [{"export_id": made["id"]}], "once, not at every question"


def test_one_that_nobody_ends_within_a_day_has_failed(world: World) -> None:
    made = asked(world)
    world.aws.clock.now += timedelta(hours=24)
    told = read(world, made["id"])
    assert (told["state"], told["failure"]) == ("failed", "interrupted")
    assert run(world) == [made["id"]]
    assert read(world, made["id"])["state"] == "failed", "and it stays so"


# --- parts, time, faults ---------------------------------------------------------------------------------------------


class Killed(BaseException):
    """The process ends here."""


@contextmanager
def killed(at: int, *, after: bool) -> Iterator[list[str]]:
    """The process ends before, or after, the n-th call of AWS; the calls so far."""
    calls: list[str] = []
    real = BaseClient._make_api_call  # type: ignore[attr-defined]  # botocore's stubs leave it out

    def call(self: Any, operation: str, arguments: Any) -> Any:
        calls.append(operation)
        if len(calls) == at and not after:
            raise Killed
        answer = real(self, operation, arguments)
        if len(calls) == at:
            raise Killed
        return answer

    with patch.object(BaseClient, "_make_api_call", call):
        yield calls


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """S3 takes parts of 5 MB and more; the simulated one of a few bytes, too."""
    monkeypatch.setattr("moto.s3.models.S3_UPLOAD_PART_MIN_SIZE", 1)
    real = S3Backend.upload_part

    def upload_part(self: S3Backend, bucket: str, upload: str, number: int, data: bytes) -> Any:
        if upload not in self.get_bucket(bucket).multiparts:
            raise NoSuchUpload(upload_id=upload)  # moto's own answer is a 500
        return real(self, bucket, upload, number, data)

    monkeypatch.setattr(S3Backend, "upload_part", upload_part)


def _a_new_export(world: World, suffix: str, format_: Format = Format.CSV) -> Export:
    query = TicketQuery(sort=Sort.OLDEST)
    export = Export(f"exp_{suffix}", ORGANISATION, format_, query, "UTC", (), NOW, NOW)
    exports.create(world.aws.table, export, ())
    return export


@pytest.mark.usefixtures("small_parts")
def test_killed_at_every_call_it_goes_on_and_the_file_is_whole(world: World) -> None:
    for number in range(1, 10):
        stored(world, number)
    whole = _a_new_export(world, "whole")
    with killed(0, after=False) as calls:
        assert work(source(world), whole.id, remaining_s=lambda: LONG, part_bytes=TINY)
    wanted, total = content(world, whole.id), len(calls)
    assert calls.count("UploadPart") >= 3
    assert calls.count("CompleteMultipartUpload") == 1
    count = 0
    for at, after in itertools.product(range(1, total + 1), (False, True)):
        export = _a_new_export(world, f"{at}{after}")
        with pytest.raises(Killed), killed(at, after=after):
            work(source(world), export.id, remaining_s=lambda: LONG, part_bytes=TINY)
        assert work(source(world), export.id, remaining_s=lambda: LONG, part_bytes=TINY)
        assert content(world, export.id) == wanted
        done = exports.get(world.aws.table, export.id)
        assert done is not None
        assert (done.state, done.rows, done.size) == (State.DONE, 9, len(wanted))
        count += 1
    print(f"killed before and after each of {total} calls of a run: {count} cases, every file whole")


@pytest.mark.usefixtures("small_parts")
def test_killed_at_every_call_within_a_long_thread_it_goes_on_and_the_file_is_whole(world: World) -> None:
    for number in range(1, 4):
        ticket = stored(world, number, remark_count=0)
        for text in ["still waiting " * 20] * (9 if number == 2 else 1):
            add_remark(world, ticket, text)
    whole = _a_new_export(world, "whole", Format.JSONL)
    with killed(0, after=False) as calls:
        assert work(source(world), whole.id, remaining_s=lambda: LONG, part_bytes=TINY)
    wanted, total, count = content(world, whole.id, "jsonl"), len(calls), 0
    assert [len(json.loads(line)["remarks"]) for line in wanted.splitlines()] == [1, 9, 1]
    assert calls.count("UploadPart") >= 5, "most of them in the midst of a line"
    for at, after in itertools.product(range(1, total + 1), (False, True)):
        export = _a_new_export(world, f"{at}{after}", Format.JSONL)
        with pytest.raises(Killed), killed(at, after=after):
            work(source(world), export.id, remaining_s=lambda: LONG, part_bytes=TINY)
        while not work(source(world), export.id, remaining_s=lambda: 1.0, part_bytes=TINY):
            pass
        assert content(world, export.id, "jsonl") == wanted
        done = exports.get(world.aws.table, export.id)
        assert done is not None
        assert (done.state, done.rows, done.size) == (State.DONE, 3, len(wanted))
        count += 1
    print(f"killed before and after each of {total} calls of a run: {count} cases, every file whole")


@pytest.mark.usefixtures("small_parts")
def test_a_run_without_time_puts_aside_what_it_has_and_the_next_one_goes_on(world: World) -> None:
    for number in range(1, 10):
        stored(world, number)
    whole = _a_new_export(world, "whole")
    work(source(world), whole.id, remaining_s=lambda: LONG, part_bytes=TINY)
    export = _a_new_export(world, "hasty")
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
    whole, export = _a_new_export(world, "whole"), _a_new_export(world, "x")
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
    whole, export = _a_new_export(world, "whole"), _a_new_export(world, "twice")
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
    whole, export = _a_new_export(world, "whole"), _a_new_export(world, "lost")
    work(source(world), whole.id, remaining_s=lambda: LONG, part_bytes=TINY)
    exports.write(world.aws.table, export, state=State.RUNNING, rows=3, size=9, **gone)
    assert work(source(world), export.id, remaining_s=lambda: LONG, part_bytes=TINY)
    assert content(world, export.id) == content(world, whole.id)


@pytest.mark.usefixtures("small_parts")
def test_an_upload_for_which_nothing_is_left_becomes_an_empty_file(world: World) -> None:
    """S3 makes no object of no parts."""
    ticket = stored(world, 1)
    export = _a_new_export(world, "left", Format.JSONL)
    with pytest.raises(Killed), patch.object(Objects, "put_part", side_effect=Killed):
        work(source(world), export.id, remaining_s=lambda: LONG, part_bytes=1)
    assert world.api("DELETE", f"/v1/tickets/{ticket}").status == 200
    assert work(source(world), export.id, remaining_s=lambda: LONG, part_bytes=1)
    assert read(world, export.id)["state"] == "done"
    assert content(world, export.id, "jsonl") == b""


@pytest.mark.usefixtures("small_parts")
def test_tickets_that_change_while_it_is_written_are_there_once(world: World) -> None:
    made = [stored(world, number) for number in range(1, 10)]
    export = _a_new_export(world, "busy")
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

    export = _a_new_export(world, suffix)
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
    export = _a_new_export(world, f"of{remarks}", Format.JSONL)
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
