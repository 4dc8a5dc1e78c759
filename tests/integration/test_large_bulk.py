"""Bulk actions that are too large for one request, over the API and by the worker: queued, run, done, blocked, undone.

In most of these tests a request takes three tickets at most, so that four are already large.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.builders import ANA, BEN, CHAT
from tests.integration import half_done
from tests.integration.bulking import (
    ask,
    made,
    newest,
    queued,
    read,
    rows,
    three_are_many,
    told,
    work_off,
)
from tests.integration.world import GONE, World
from ticketing.domain.bulk import Phase
from ticketing.domain.bulk_audience import Part
from ticketing.store import bulks
from ticketing.store.walks import MAX_ROWS

__all__ = ["three_are_many"]

pytestmark = pytest.mark.usefixtures("three_are_many")


# --- queued, run, done -------------------------------------------------------------------------------------------


def test_a_hundred_and_one_wait_for_the_worker_and_are_changed_by_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tickets_api.bulk_selections.MOST_AT_ONCE", 100)
    tickets = made(world, 101)
    bulk = queued(ask(world, "priority", ids=tickets, value="low"))
    assert {read(world, id_)["priority"] for id_ in tickets} == {"high"}
    assert work_off(world) == 1
    assert {(read(world, id_)["priority"], read(world, id_)["version"]) for id_ in tickets} == {("low", 2)}
    state = told(world, bulk)
    assert [state[name] for name in ("state", "total", "done", "changed")] == ["done", 101, 101, 101]
    assert [row["ticket_id"] for row in rows(world, bulk)] == tickets


@pytest.mark.parametrize(
    ("action", "value", "shown"),
    [
        ("assign", ANA, lambda ticket: ticket["assignee"]["id"] == ANA),
        ("assign", None, lambda ticket: ticket["assignee"] is None),
        ("status", "resolved", lambda ticket: ticket["status"]["id"] == "resolved" and ticket["resolved_at"]),
        ("status", {"category": "active"}, lambda ticket: ticket["status"]["id"] == "in_progress"),
        ("priority", "low", lambda ticket: ticket["priority"] == "low"),
    ],
)
def test_each_ticket_tells_what_was_done_as_if_alone(
    world: World, action: str, value: Any, shown: Callable[[Any], Any]
) -> None:
    tickets = made(world, 4, assignee=BEN)
    asked_at = world.aws.clock.now
    bulk = queued(ask(world, action, ids=tickets, value=value, headers={"X-Request-Id": "night-shift"}))
    world.aws.clock.now += timedelta(seconds=7)
    work_off(world)
    for id_ in tickets:
        ticket = read(world, id_)
        assert (bool(shown(ticket)), ticket["version"]) == (True, 2), ticket
        newest = world.api("GET", f"/v1/tickets/{id_}/history").body["data"][0]
        assert (newest["bulk_id"], newest["version"], newest["request_id"]) == (bulk, 2, "night-shift")
        assert newest["actor"]["id"] == ANA
        assert newest["at"] == told(world, bulk)["committed_at"] != asked_at
    assert told(world, bulk)["finished_at"] is not None


def test_deleted_and_restored(world: World) -> None:
    tickets = made(world, 4)
    queued(ask(world, "delete", ids=tickets))
    work_off(world)
    assert {world.api("GET", f"/v1/tickets/{id_}").status for id_ in tickets} == {404}
    queued(ask(world, "restore", ids=tickets))
    work_off(world)
    assert {read(world, id_)["version"] for id_ in tickets} == {3}


def test_a_filter_finds_what_the_list_would_show(world: World) -> None:
    bens, anas = made(world, 5, assignee=BEN), made(world, 1, assignee=ANA)
    bulk = queued(ask(world, "assign", filter={"assignee": [BEN]}, value=ANA))
    work_off(world)
    assert (told(world, bulk)["changed"], told(world, bulk)["total"]) == (5, 5)
    assert {read(world, id_)["assignee"]["id"] for id_ in bens + anas} == {ANA}
    assert {read(world, id_)["version"] for id_ in anas} == {1}


def test_what_meets_the_filter_no_more_when_it_is_looked_at_is_left_out(world: World) -> None:
    tickets = made(world, 4, assignee=BEN)
    bulk = queued(ask(world, "priority", filter={"assignee": [BEN]}, value="low"))
    world.api("PATCH", f"/v1/tickets/{tickets[0]}", {"assignee": ANA})
    work_off(world)
    assert [told(world, bulk)[name] for name in ("total", "changed", "left_out")] == [3, 3, 1]
    assert read(world, tickets[0])["priority"] == "high"
    left = {"ticket_id": tickets[0], "result": "left_out", "version": None, "blocker": None}
    assert left in rows(world, bulk)


def test_a_filter_that_takes_longer_than_a_request_has_is_followed_by_the_worker(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tickets = made(world, 7)
    give_a_request_time_for_one_page(monkeypatch)
    bulk = queued(ask(world, "priority", filter={"priority": ["high"]}, value="low"))
    assert told(world, bulk)["total"] == 2, "as far as it is known"
    work_off(world)
    assert [told(world, bulk)[name] for name in ("state", "total", "changed")] == ["done", 7, 7]
    assert {read(world, id_)["priority"] for id_ in tickets} == {"low"}


def test_a_filter_that_finds_more_than_a_bulk_action_may_have_is_refused(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(world, 5)
    monkeypatch.setattr("tickets_api.bulk_selections.MOST", 4)
    refused = ask(world, "priority", filter={"priority": ["high"]}, value="low")
    (error,) = refused.body["errors"]
    assert (refused.status, error["field"], error["code"]) == (422, "filter", "too_many")


def test_a_filter_of_which_the_worker_finds_more_than_that_changes_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tickets = made(world, 7)
    give_a_request_time_for_one_page(monkeypatch)
    monkeypatch.setattr("bulk_worker.planning.MOST", 6)
    bulk = queued(ask(world, "priority", filter={"priority": ["high"]}, value="low"))
    work_off(world)
    assert [told(world, bulk)[name] for name in ("state", "failure", "changed")] == ["failed", "too_many", 0]
    assert {read(world, id_)["version"] for id_ in tickets} == {1}


def give_a_request_time_for_one_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two tickets."""
    monkeypatch.setattr("tickets_api.bulk_selections.MAX_LIMIT", 2)
    monkeypatch.setattr("tickets_api.bulk_selections.Budget", lambda _: _Spent())


class _Spent:
    """A budget of one page."""

    scanned = 0
    left = MAX_ROWS

    @property
    def is_spent(self) -> bool:
        return True

    def cut(self, rows: int) -> int:
        return max(rows, 2)


def test_what_is_so_already_is_counted_and_left_alone(world: World) -> None:
    low, high = made(world, 2, priority="low"), made(world, 2)
    bulk = queued(ask(world, "priority", ids=[*low, *high], value="low"))
    work_off(world)
    assert [told(world, bulk)[name] for name in ("total", "done", "changed", "unchanged")] == [4, 4, 2, 2]
    assert {read(world, id_)["version"] for id_ in low} == {1}


def test_where_nothing_is_to_change_nothing_is_done(world: World) -> None:
    tickets = made(world, 4, priority="low")
    bulk = queued(ask(world, "priority", ids=tickets, value="low"))
    work_off(world)
    assert [told(world, bulk)[name] for name in ("state", "done", "changed", "unchanged")] == ["done", 4, 0, 4]


def test_everybody_whom_it_concerns_is_known_when_it_is_done(world: World) -> None:
    tickets = made(world, 3, assignee=BEN, watchers=["mem_owner"]) + made(world, 2, assignee=None)
    for one, size in ((tickets, 5), (tickets[:3], 3)):
        ask(world, "status", ids=one, value="resolved" if size == 5 else "closed")
        work_off(world)
        done = [bulks.get(world.aws.table, row["bulk_id"]) for row in newest(world, one[:1])]
        counts = {bulk.phase: bulk.audience.counts for bulk in done if bulk is not None and bulk.audience is not None}
        assert counts == {
            Phase.DONE: {Part.ASSIGNEE: {BEN: 3}, Part.CREATOR: {ANA: size}, Part.WATCHER: {"mem_owner": 3}}
        }


# --- blocked, failed ---------------------------------------------------------------------------------------------


def test_every_blocker_is_listed_first_and_nothing_has_changed(world: World) -> None:
    *fine, closed, gone = made(world, 5)
    world.api("PATCH", f"/v1/tickets/{closed}", {"status": "closed"})
    world.api("DELETE", f"/v1/tickets/{gone}")
    foreign, unknown = world.a_foreign_ticket(), "tkt_aaaaaaaaaaaaaaaa"
    bulk = queued(ask(world, "status", ids=[*fine, closed, gone, foreign, unknown], value="in_progress"))
    before = {id_: read(world, id_) for id_ in (*fine, closed)}
    work_off(world)
    state = told(world, bulk)
    assert [state[name] for name in ("state", "blocked", "changed", "done", "undo_until")] == ["blocked", 4, 0, 0, None]
    found = rows(world, bulk, limit=2)
    assert [(row["ticket_id"], row["blocker"]["code"]) for row in found[:4]] == [
        (closed, "invalid_status_transition"),
        *((id_, "ticket_not_found") for id_ in (gone, foreign, unknown)),
    ]
    assert found[0]["blocker"]["allowed"] == ["open"]
    assert [(row["ticket_id"], row["result"]) for row in found[4:]] == [(id_, "not_changed") for id_ in fine]
    assert {id_: read(world, id_) for id_ in before} == before


def test_who_lists_its_tickets_while_it_is_blocked_meets_each_of_them_once(world: World) -> None:
    tickets = made(world, 5)
    world.api("DELETE", f"/v1/tickets/{tickets[-1]}")
    bulk = queued(ask(world, "priority", ids=tickets, value="low"))
    first = world.api("GET", f"/v1/bulk/{bulk}/tickets", query={"limit": ["2"]}).body
    work_off(world)
    others = rows(world, bulk, limit=2, cursor=first["next_cursor"])
    assert [row["ticket_id"] for row in [*first["data"], *others]] == tickets
    assert [row["ticket_id"] for row in rows(world, bulk, limit=2)] == [tickets[-1], *tickets[:-1]]


def test_a_version_that_was_expected_and_is_not_there_blocks(world: World) -> None:
    tickets = made(world, 4)
    bulk = queued(ask(world, "priority", ids=tickets, value="low", expected_versions={tickets[1]: 7, tickets[2]: 1}))
    work_off(world)
    assert [row["ticket_id"] for row in rows(world, bulk) if row["result"] == "blocked"] == [tickets[1]]


def test_an_assignee_who_left_is_refused_at_once(world: World) -> None:
    refused = ask(world, "assign", ids=made(world, 4), value=GONE)
    assert (refused.status, refused.body["errors"][0]["code"]) == (422, "assignee_not_member")
    assert world.aws.take(world.aws.settings.bulk_queue_url) == []


def test_an_assignee_who_leaves_while_it_waits_makes_it_fail(world: World) -> None:
    tickets = made(world, 4, assignee=ANA)
    bulk = queued(ask(world, "assign", ids=tickets, value=BEN))
    owner = world.as_(world.keys.owner)
    assert owner("DELETE", f"/v1/members/{BEN}").status == 200
    work_off(world)
    assert [told(world, bulk)[name] for name in ("state", "failure")] == ["failed", "assignee_not_member"]
    assert {read(world, id_)["version"] for id_ in tickets} == {1}


def test_a_ticket_that_another_bulk_action_is_at_blocks(world: World) -> None:
    tickets = made(world, 4)
    half_done.prepare(world.aws, tickets[0])
    bulk = queued(ask(world, "priority", ids=tickets, value="medium"))
    work_off(world)
    (blocked,) = [row for row in rows(world, bulk) if row["result"] == "blocked"]
    assert (blocked["ticket_id"], blocked["blocker"]["code"]) == (tickets[0], "bulk_in_progress")


# --- undone ------------------------------------------------------------------------------------------------------


def test_an_undo_sets_every_ticket_back(world: World) -> None:
    tickets = made(world, 4, assignee=BEN)
    bulk = queued(ask(world, "assign", ids=tickets, value=ANA))
    work_off(world)
    undo = queued(world.api("POST", f"/v1/bulk/{bulk}/undo"))
    work_off(world)
    assert {(read(world, id_)["assignee"]["id"], read(world, id_)["version"]) for id_ in tickets} == {(BEN, 3)}
    assert [told(world, undo)[name] for name in ("undo_of", "undo_until", "changed")] == [bulk, None, 4]


def test_an_undo_is_blocked_where_it_was_changed_since_and_then_undoes_nothing(world: World) -> None:
    tickets = made(world, 4, assignee=BEN)
    bulk = queued(ask(world, "assign", ids=tickets, value=ANA))
    work_off(world)
    world.api("PATCH", f"/v1/tickets/{tickets[3]}", {"assignee": None})
    undo = queued(world.api("POST", f"/v1/bulk/{bulk}/undo"))
    work_off(world)
    assert told(world, undo)["state"] == "blocked"
    assert rows(world, undo)[0]["blocker"]["code"] == "changed_since"
    assert {read(world, id_)["assignee"]["id"] for id_ in tickets[:3]} == {ANA}


def test_what_was_blocked_has_nothing_to_undo(world: World) -> None:
    bulk = queued(ask(world, "delete", ids=[*made(world, 3), "tkt_aaaaaaaaaaaaaaaa"]))
    work_off(world)
    refused = world.api("POST", f"/v1/bulk/{bulk}/undo")
    assert (refused.status, refused.body["code"]) == (409, "undo_expired")


# --- of this organisation alone ----------------------------------------------------------------------------------


def test_another_organisation_sees_nothing_of_it(world: World) -> None:
    bulk = queued(ask(world, "priority", ids=made(world, 4), value="low"))
    stranger = world.as_(world.keys.other)
    for path in (f"/v1/bulk/{bulk}", f"/v1/bulk/{bulk}/tickets"):
        assert stranger("GET", path).status == 404
    assert stranger("POST", f"/v1/bulk/{bulk}/undo").status == 404


def test_it_is_read_by_its_tickets_as_it_was_until_it_is_committed(world: World) -> None:
    ticket = made(world, 1)[0]
    before = read(world, ticket)
    half_done.prepare(world.aws, ticket)
    assert read(world, ticket) == before
    refused = world.api("PATCH", f"/v1/tickets/{ticket}", {"priority": "medium"})
    assert (refused.status, refused.body["code"]) == (503, "busy")
    world.aws.clock.now += timedelta(seconds=16)
    assert world.api("PATCH", f"/v1/tickets/{ticket}", {"priority": "medium"}).status == 200, "its lease is over"
    assert world.api("GET", f"/v1/chats/{CHAT}/tickets").body["data"][0]["priority"] == "medium"
