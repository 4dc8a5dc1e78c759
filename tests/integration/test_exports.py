"""Exports: what is asked and answered, and what is in the files."""

import io
import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest

from exporter.work import work
from tests.builders import ANA, NOW, ORGANISATION
from tests.fakes.lagging_index import LaggingIndex
from tests.integration.aws import Api
from tests.integration.exporting import LONG, a_new_export, asked, content, exported, read, rows, run, source
from tests.integration.test_ticket_lists import stored
from tests.integration.world import CREATE, World
from tests.unit.domain.test_csv_rows import HOSTILE
from ticketing.domain.export import State
from ticketing.domain.remark import INLINE_BYTES
from ticketing.domain.ticket import Priority
from ticketing.store import exports


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
    export = a_new_export(world, "old")
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
