"""`GET /v1/reports/tickets.csv`: the list that the same filters show, as a file, whole or not at all."""

import csv
import io
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest

from tests.builders import ANA, BEN, a_chat, later
from tests.fakes.lagging_index import LaggingIndex
from tests.integration.aws import Answer, Api
from tests.integration.test_ticket_lists import stored
from tests.integration.world import CREATE, World
from ticketing.domain.csv_rows import unguarded
from ticketing.domain.ticket import Priority
from tickets_api.routers import csv_report

PATH = "/v1/reports/tickets.csv"


def report(world: World, headers: dict[str, str] | None = None, **filters: str) -> Answer:
    query = {name: [value] for name, value in filters.items()}
    return world.api("GET", PATH, query=query, headers=headers or {})


def rows(answer: Answer) -> list[dict[str, str]]:
    assert answer.status == 200, answer.body
    assert answer.body.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(answer.body[1:], newline="")))


@pytest.mark.parametrize("sort", ["-created_at", "created_at", "-updated_at", "priority"])
def test_it_is_the_list_in_its_order(world: World, sort: str) -> None:
    priorities = list(Priority)
    for number in range(1, 9):
        stored(world, number, priority=priorities[number % 3], updated_at=later(hours=20 - number))
    listed = world.api("GET", "/v1/tickets", query={"sort": [sort], "limit": ["100"]}).body["data"]
    assert [row["id"] for row in rows(report(world, sort=sort))] == [one["id"] for one in listed]


def test_it_goes_on_beyond_one_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_report, "_PAGE", 3)
    made = [stored(world, number) for number in range(1, 9)]
    assert [row["id"] for row in rows(report(world, sort="created_at"))] == made


def test_filters_hold_and_unknown_ones_are_refused(world: World) -> None:
    stored(world, 1, priority=Priority.LOW)
    wanted = stored(world, 2, priority=Priority.HIGH)
    assert [row["id"] for row in rows(report(world, priority="high"))] == [wanted]
    wrongs: list[dict[str, Any]] = [{"colour": "red"}, {"limit": "5"}, {"cursor": "x"}, {"tz": "Mars/Olympus"}]
    for wrong in wrongs:
        answer = report(world, **wrong)
        assert (answer.status, answer.body["code"], answer.body["errors"][0]["field"]) == (
            422,
            "validation_failed",
            next(iter(wrong)),
        )


def test_no_ticket_is_a_line_of_names_only(world: World) -> None:
    assert rows(report(world)) == []


def test_a_guest_who_writes_formulas_gets_text(world: World) -> None:
    chat = a_chat()
    evil = '=HYPERLINK("https://evil.example","open")'
    world.api(
        "PUT", f"/v1/chats/{chat.id}", {"channel_id": chat.channel_id, "guest": {"name": evil, "phone": "+41445550123"}}
    )
    assert (
        world.api("POST", "/v1/tickets", CREATE | {"remarks": "\u200b@SUM(1+1)", "watchers": [ANA, BEN]}).status == 201
    )
    (row,) = rows(report(world))
    assert row["guest_name"] == f"'{evil}"
    assert row["watchers"] == "Ana, Ben"
    assert row["guest_phone"] == "'+41445550123"
    assert unguarded(row["remark_preview"]) == "\u200b@SUM(1+1)"
    assert row["remark_preview"].startswith("'")


def test_times_and_the_name_of_the_file_are_those_of_the_zone(world: World) -> None:
    world.aws.clock.now = world.aws.clock.now.replace(hour=23, minute=30)
    stored(world, 1, created_at=world.aws.clock.now)
    answer = report(world, tz="Europe/Zurich")
    (row,) = rows(answer)
    local = ZoneInfo("Europe/Zurich")
    here = world.aws.clock.now.astimezone(local)
    assert row["created_at (Europe/Zurich)"] == here.isoformat(timespec="milliseconds")
    assert answer.headers["content-disposition"] == f'attachment; filename="tickets-{here.date()}.csv"'
    assert here.date() != world.aws.clock.now.date()
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"


def test_what_the_caller_has_just_written_is_in_it_however_far_the_index_lags(
    lagging: tuple[Api, LaggingIndex],
) -> None:
    api, _ = lagging
    made = api("POST", "/v1/tickets", CREATE)
    assert rows(api("GET", PATH)) == []
    seen = {"Lodgestory-Seen": made.headers["lodgestory-seen"]}
    assert [row["id"] for row in rows(api("GET", PATH, headers=seen))] == [made.body["id"]]


def test_tickets_of_a_deleted_chat_are_not_in_it(world: World) -> None:
    world.a_ticket()
    assert world.as_(world.keys.owner)("DELETE", f"/v1/chats/{a_chat().id}").status == 200
    assert rows(report(world)) == []


def refused(answer: Answer) -> bool:
    return (answer.status, answer.body["code"]) == (422, "too_many_rows")


def test_at_the_cap_it_is_whole_and_beyond_it_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_report, "MAX_ROWS", 4)
    monkeypatch.setattr(csv_report, "_PAGE", 2)
    for number in range(1, 5):
        stored(world, number)
    assert len(rows(report(world))) == 4
    stored(world, 5)
    assert refused(report(world))


def test_a_file_too_large_for_an_answer_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    stored(world, 1)
    size = len(orjson.dumps(report(world).body))
    monkeypatch.setattr(csv_report, "MAX_BYTES", size)
    assert len(rows(report(world))) == 1
    monkeypatch.setattr(csv_report, "MAX_BYTES", size - 1)
    assert refused(report(world))


def test_a_list_that_cannot_be_read_in_time_is_refused_and_never_cut(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 6):
        stored(world, number)
    monkeypatch.setattr(csv_report, "_PAGE", 2)
    monkeypatch.setattr(csv_report, "_SECONDS", 0.0)
    assert refused(report(world))


def test_5000_ordinary_rows_fit_an_answer() -> None:
    """So the limit that people meet is that of rows."""
    from tests.unit.domain.test_csv_rows import ZURICH, shown
    from ticketing.domain import csv_rows

    usual: dict[str, Any] = {
        "remark_preview": "AC not cooling in room 204, guest asks for " * 2,
        "sub_issue": {"id": "hvac", "label": "Heating and air conditioning"},
        "assignee": {"id": "mem_1", "name": "Maximilian Brandstätter", "type": "member"},
        "external_id": "PMS-2026-00004711",
    }
    size = 5_000 * len(orjson.dumps(csv_rows.row(shown(**usual), "+41 44 555 01 23", ZURICH)))
    print(f"5,000 ordinary rows: {size / 1024 / 1024:.1f} MB of {csv_report.MAX_BYTES / 1024 / 1024:.0f}")
    assert size < csv_report.MAX_BYTES


def test_another_organisations_tickets_are_not_in_it(world: World) -> None:
    stored(world, 1, organisation_id="org_other")
    ours = stored(world, 2)
    assert [row["id"] for row in rows(report(world))] == [ours]


def test_of_a_chat_only_its_own(world: World) -> None:
    ours = stored(world, 1)
    stored(world, 2, chat_id="chat_bare", channel_id="bare")
    assert [row["id"] for row in rows(report(world, chat=a_chat().id))] == [ours]
