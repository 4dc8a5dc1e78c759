"""Reports over HTTP: those of a plain recount, or a part that says so and can be gone on from."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from statistics import fmean, median
from typing import Any

import pytest

from tests.builders import ANA, BEN, CHAT, NOW, a_ticket
from tests.fakes.counting import CallCounter
from tests.fakes.lagging_index import LaggingIndex
from tests.integration.aws import Api
from tests.integration.crowd import (
    BUDGET,
    OF_REPORTS,
    ROWS_A_QUERY,
    SEED,
    SIZE,
    gather,
    gather_in_memory,
    meant,
    rows,
    some_filters,
    store,
)
from tests.integration.world import CREATE, World
from ticketing.domain.instants import to_text
from ticketing.domain.ticket import Ticket
from ticketing.domain.workflow import Label

REPORTS = 40
UNRESOLVED, RESOLUTION = "/v1/reports/unresolved", "/v1/reports/resolution"
SEEN = "lodgestory-seen"


def read(api: Api, path: str, query: dict[str, list[str]], token: str | None = None) -> Any:
    answer = api("GET", path, query=query, headers={SEEN: token} if token else {})
    assert answer.status == 200, answer.body
    return answer.body


# --- unresolved --------------------------------------------------------------------------------------------------


def ages(tickets: Iterable[Ticket], now: datetime = NOW) -> list[int]:
    days = [(now - one.created_at) / timedelta(days=1) for one in tickets]
    limits = ((0, 1), (1, 3), (3, 7), (7, 30), (30, 10**6))
    return [sum(start <= one < end for one in days) for start, end in limits]


def backlog(tickets: Iterable[Ticket]) -> dict[str, Any]:
    """By assignee: count, ages, and the oldest."""
    groups = defaultdict[str, list[Ticket]](list)
    for one in tickets:
        groups[one.assignee or "unassigned"].append(one)
    return {id_: (len(some), ages(some), min(some, key=_age).id) for id_, some in groups.items()}


def _age(ticket: Ticket) -> tuple[Any, str]:
    return ticket.created_at, ticket.id


def told(body: Any) -> dict[str, Any]:
    return {
        one["id"]: (one["count"], [age["count"] for age in one["by_age"]], one["oldest"]["id"])
        for one in body["by_assignee"]
    }


def unresolved(tickets: Iterable[Ticket], asked: dict[str, Any]) -> list[Ticket]:
    return [one for one in meant(tickets, asked) if not one.status.category.is_resolved]


def test_the_unresolved_report_is_that_of_a_plain_recount(
    world: World, lagging: tuple[Api, LaggingIndex], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ROWS_A_QUERY, 250)
    random = Random(SEED + 2)  # noqa: S311 (no secret)
    api, tickets = gather_in_memory(world, lagging, random)
    counted = 0
    for _ in range(REPORTS):
        asked = some_filters(random, OF_REPORTS)
        expected = unresolved(tickets, asked)
        body = read(api, UNRESOLVED, asked)
        assert told(body) == backlog(expected), asked
        assert (body["total"], body["relation"], body["has_more"]) == (len(expected), "eq", False)
        assert [one["count"] for one in body["by_age"]] == ages(expected)
        assert (body["oldest"] or {}).get("id") == (min(expected, key=_age).id if expected else None)
        order = [(-one["count"], one["id"]) for one in body["by_assignee"]]
        assert order == sorted(order)
        counted += len(expected)
    print(f"seed {SEED + 2}: {SIZE} tickets of ours among {2 * SIZE}, {REPORTS} reports, {counted} tickets in them")


def test_with_its_budget_spent_it_comes_in_parts_that_add_up(
    world: World, lagging: tuple[Api, LaggingIndex], monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(SEED + 3)  # noqa: S311 (no secret)
    api, tickets = gather_in_memory(world, lagging, random)
    parts = 0
    for _ in range(10):
        asked: dict[str, Any] = some_filters(random, OF_REPORTS)
        expected = unresolved(tickets, asked)
        monkeypatch.setattr(BUDGET, rows(random.choice((40, 150, 400))))
        oldest: list[str] = []
        began = world.aws.clock.now
        total, by_age, by_assignee = 0, Counter[int](), Counter[str]()
        while True:
            body = read(api, UNRESOLVED, asked)
            world.aws.clock.now += timedelta(hours=30)  # the ages are those at the first part
            parts += 1
            assert body["as_of"] == to_text(began)
            assert body["relation"] == "gte"
            assert body["total"] <= len(expected)
            total += body["total"]
            by_age.update({at: one["count"] for at, one in enumerate(body["by_age"])})
            by_assignee.update({one["id"]: one["count"] for one in body["by_assignee"]})
            oldest += [body["oldest"]["id"]] if body["oldest"] else []
            if not body["has_more"]:
                break
            asked["cursor"] = [body["next_cursor"]]
        assert total == len(expected)
        assert [by_age[at] for at in range(5)] == ages(expected, began)
        assert by_assignee == {id_: count for id_, (count, _, _) in backlog(expected).items()}
        assert oldest[:1] == [one.id for one in sorted(expected, key=_age)[:1]], "the first part has the oldest"
    print(f"seed {SEED + 3}: 10 reports in {parts} parts")


def test_its_shape_for_one_ticket_that_nobody_has(world: World) -> None:
    ticket = world.a_ticket(assignee=None)
    world.aws.clock.now += timedelta(days=3)
    oldest = {"id": ticket["id"], "number": ticket["number"], "created_at": ticket["created_at"]}
    by_age = [
        {"from_days": start, "to_days": end, "count": int(start == 3)}
        for start, end in ((0, 1), (1, 3), (3, 7), (7, 30), (30, None))
    ]
    assert read(world.api, UNRESOLVED, {}) == {
        "as_of": to_text(NOW + timedelta(days=3)),
        "total": 1,
        "relation": "eq",
        "by_age": by_age,
        "oldest": oldest,
        "by_assignee": [
            {"id": "unassigned", "name": "Unassigned", "count": 1, "by_age": by_age, "oldest": oldest},
        ],
        "next_cursor": None,
        "has_more": False,
        "scanned": 1,
    }


def test_a_cursor_belongs_to_its_filters(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        world.a_ticket()
    monkeypatch.setattr(BUDGET, rows(1))
    cursor = read(world.api, UNRESOLVED, {})["next_cursor"]
    for caller, query in ((world.api, {"priority": ["high"]}), (world.as_(world.keys.other), {})):
        refused = caller("GET", UNRESOLVED, query={**query, "cursor": [cursor]})
        assert (refused.status, refused.body["code"]) == (400, "invalid_cursor")


# --- resolution --------------------------------------------------------------------------------------------------


def figures(seconds: list[float]) -> dict[str, Any]:
    in_order = sorted(seconds)
    return {
        "count": len(in_order),
        "median_seconds": pytest.approx(median(in_order)),
        # The smallest of those that nine of ten do not exceed.
        "p90_seconds": next(one for at, one in enumerate(in_order, 1) if 10 * at >= 9 * len(in_order)),
        "mean_seconds": pytest.approx(fmean(in_order), abs=0.001),
    }


_KEYS: dict[str, Callable[[Ticket], str]] = {
    "channel": lambda one: one.channel_id,
    "issue": lambda one: one.issue.id,
    "assignee": lambda one: one.assignee or "unassigned",
}


def grouped(tickets: Iterable[Ticket], by: str) -> dict[str, Any]:
    groups = defaultdict[str, list[float]](list)
    for one in tickets:
        groups[_KEYS[by](one)].append(_took(one))
    return {id_: figures(taken) for id_, taken in groups.items()}


def _took(ticket: Ticket) -> float:
    assert ticket.resolved_at is not None
    return (ticket.resolved_at - ticket.created_at) / timedelta(milliseconds=1) / 1000


def without_names(groups: Any) -> dict[str, Any]:
    return {one["id"]: {name: value for name, value in one.items() if name not in {"id", "name"}} for one in groups}


def test_the_resolution_report_is_that_of_a_plain_recount(
    world: World, lagging: tuple[Api, LaggingIndex], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ROWS_A_QUERY, 250)
    random = Random(SEED + 4)  # noqa: S311 (no secret)
    api, tickets = gather_in_memory(world, lagging, random)
    counted = 0
    for _ in range(REPORTS):
        asked: dict[str, Any] = some_filters(random, OF_REPORTS)
        days = random.choice((None, 5, 45, 70))
        start = NOW - timedelta(days=days or 30)
        expected = [one for one in meant(tickets, asked) if one.resolved_at and one.created_at >= start]
        asked |= {"created_from": [to_text(start)]} if days else {}
        by = random.choice(("channel", "issue", "assignee", None))
        asked |= {"by": [by]} if by else {}
        body = read(api, RESOLUTION, asked)
        assert (body["all"]["count"], body["relation"]) == (len(expected), "eq"), asked
        assert body["created_from"] == body["read_from"] == to_text(start)
        for one in ("channel", "issue", "assignee"):
            assert (f"by_{one}" in body) == (by in {one, None})
            if f"by_{one}" in body:
                assert without_names(body[f"by_{one}"]) == grouped(expected, one), asked
        if expected:
            assert body["all"] == figures([_took(one) for one in expected])
        counted += len(expected)
    print(f"seed {SEED + 4}: {REPORTS} reports, {counted} resolved tickets in them")


def test_with_its_budget_spent_it_tells_what_it_has_read(
    world: World, lagging: tuple[Api, LaggingIndex], monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(SEED + 5)  # noqa: S311 (no secret)
    api, tickets = gather_in_memory(world, lagging, random)
    for budget in (20, 100, 250):
        monkeypatch.setattr(BUDGET, rows(budget))
        body = read(api, RESOLUTION, {"created_from": ["2026-01-01"]})
        assert body["relation"] == "gte"
        resolved = [one for one in tickets if one.resolved_at]
        expected = [one for one in resolved if to_text(one.created_at) >= body["read_from"]]
        assert 0 < body["all"]["count"] == len(expected) < len(resolved)
        assert without_names(body["by_assignee"]) == grouped(expected, "assignee")


def test_names_are_those_that_people_know_and_those_that_tickets_carry(world: World) -> None:
    maintenance = Label("maintenance", "Repairs")
    resolved = replace(a_ticket("resolved"), created_at=NOW, resolved_at=NOW + timedelta(minutes=90))
    store(world.aws.table, [replace(resolved, issue=maintenance, assignee=BEN, chat_id=CHAT)])
    body = read(world.api, RESOLUTION, {})
    times = {"count": 1, "median_seconds": 5400, "p90_seconds": 5400, "mean_seconds": 5400}
    assert body["by_channel"] == [{"id": "front_desk", "name": "Front desk", **times}]
    assert body["by_issue"] == [{"id": "maintenance", "name": "Repairs", **times}]
    assert body["by_assignee"] == [{"id": BEN, "name": "Ben", **times}]
    assert body["created_to"] is None


def test_a_reopened_ticket_took_no_time_until_it_is_resolved_again(world: World) -> None:
    ticket = world.a_ticket()["id"]
    found = []
    for status in ("resolved", "open", "resolved", "closed"):
        world.aws.clock.now += timedelta(hours=1)
        assert world.api("PATCH", f"/v1/tickets/{ticket}", {"status": status}).status == 200
        found.append(read(world.api, RESOLUTION, {})["all"]["median_seconds"])
    assert found == [3600, None, 3 * 3600, 3 * 3600]


# --- both --------------------------------------------------------------------------------------------------------


def test_one_sees_what_one_has_written_however_far_the_index_lags(lagging: tuple[Api, LaggingIndex]) -> None:
    api, index = lagging
    made = api("POST", "/v1/tickets", CREATE)
    assert read(api, UNRESOLVED, {}, made.headers[SEEN])["total"] == 1
    assert read(api, UNRESOLVED, {})["total"] == 0
    index.catch_up(made.body["id"])
    path = f"/v1/tickets/{made.body['id']}"
    closed = api("PATCH", path, {"status": "closed"}, headers={SEEN: made.headers[SEEN]})
    assert read(api, UNRESOLVED, {}, closed.headers[SEEN])["total"] == 0
    assert read(api, RESOLUTION, {}, closed.headers[SEEN])["all"]["count"] == 1
    assert read(api, RESOLUTION, {})["all"]["count"] == 0


def test_tickets_of_a_deleted_chat_and_of_others_are_in_no_report(world: World) -> None:
    world.a_ticket()
    world.a_foreign_ticket()
    assert read(world.api, UNRESOLVED, {})["total"] == 1
    assert world.as_(world.keys.admin)("DELETE", f"/v1/chats/{CHAT}").status == 200
    assert read(world.api, UNRESOLVED, {})["total"] == 0


def test_me_and_my_teams_are_those_of_the_caller(world: World) -> None:
    for assignee in (ANA, BEN, "team_maintenance"):
        world.a_ticket(assignee=assignee)
    assert set(told(read(world.api, UNRESOLVED, {"assignee": ["me", "my_teams"]}))) == {ANA, "team_maintenance"}


@pytest.mark.parametrize("path", [UNRESOLVED, RESOLUTION])
@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"status": ["open"]}, "status"),
        ({"status_category": ["open"]}, "status_category"),
        ({"sort": ["created_at"]}, "sort"),
        ({"limit": ["5"]}, "limit"),
        ({"channel": ["a b"]}, "channel"),
        ({"assignee": ["Ben"]}, "assignee"),
        ({"priority": [""]}, "priority"),
        ({"tz": ["Mars/Olympus"]}, "tz"),
        ({"tz": ["UTC", "UTC"]}, "tz"),
        ({"created_from": ["0000-01-01"]}, "created_from"),
        ({"created_from": ["0001-01-01T00:00:00+14:00"]}, "created_from"),
        ({"created_to": ["10000-01-01"]}, "created_to"),
        ({"created_to": ["9999-12-31"]}, "created_to"),
        ({"created_from": ["2026-03-02"], "created_to": ["2026-03-01"]}, "created_to"),
    ],
)
def test_what_a_report_does_not_understand_is_named(
    world: World, path: str, asked: dict[str, list[str]], field: str
) -> None:
    refused = world.api("GET", path, query=asked)
    assert (refused.status, refused.body["code"]) == (422, "validation_failed")
    assert field in [one["field"] for one in refused.body["errors"]]


@pytest.mark.parametrize("value", ["", "status", "channel,issue", "Channel"])
def test_by_is_a_channel_an_issue_or_an_assignee(world: World, value: str) -> None:
    refused = world.api("GET", RESOLUTION, query={"by": [value]})
    assert (refused.status, [one["field"] for one in refused.body["errors"]]) == (422, ["by"])


@pytest.mark.parametrize("path", [UNRESOLVED, RESOLUTION])
@pytest.mark.parametrize("asked", [{"created_from": ["1970-01-01"]}, {"created_to": ["1970-01-01"]}])
@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_the_first_and_the_last_day_that_can_be_named_are_ranges(
    world: World, path: str, asked: dict[str, list[str]], zone: str
) -> None:
    world.a_ticket()
    last = {name: ["9998-12-31"] for name in asked}
    for query in (asked, last):
        assert world.api("GET", path, query={**query, "tz": [zone]}).status == 200, query


def test_of_1_000_tickets_a_report_takes_a_few_calls(world: World) -> None:
    gather(world, Random(SEED), 1000)  # noqa: S311 (no secret)
    counter = CallCounter(world.aws.table._client)
    world.hold_a_lease()
    taken = {}
    for path in (UNRESOLVED, RESOLUTION):
        read(world.api, path, {})
        counter.start()
        assert read(world.api, path, {})["relation"] == "eq"
        taken[path] = counter.total
    print(f"store calls of a report on 1,000 tickets of 14 chats: {taken}")
    assert max(taken.values()) <= 3, "one query, and the chats"
