"""Bulk actions over the API: what they do, what stops them, and that what is stopped has done nothing."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from tests.builders import ANA, BEN, CHAT, ORGANISATION, a_channel, a_chat, a_workflow, an_occasion
from tests.fakes.lagging_index import LaggingIndex
from tests.integration.aws import Api
from tests.integration.bulking import (
    blockers,
    bulk,
    made,
    read,
)
from tests.integration.world import World
from ticketing.domain import ticket as rules
from ticketing.domain.ticket import Priority
from ticketing.domain.workflow import Status, StatusCategory
from ticketing.errors import Busy
from ticketing.store import bulk_protocol, bulk_requests, directory, keys, workflows
from ticketing.store import tickets as store

UNKNOWN = "tkt_aaaaaaaaaaaaaaaa"


# --- what it does ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "value", "changed"),
    [
        ("assign", ANA, lambda ticket: ticket["assignee"]["id"] == ANA),
        ("assign", None, lambda ticket: ticket["assignee"] is None),
        ("status", "resolved", lambda ticket: ticket["status"]["id"] == "resolved" and ticket["resolved_at"]),
        ("status", {"category": "active"}, lambda ticket: ticket["status"]["id"] == "in_progress"),
        ("priority", "low", lambda ticket: ticket["priority"] == "low"),
    ],
)
def test_each_ticket_is_changed_as_if_alone(
    world: World, action: str, value: Any, changed: Callable[[Any], Any]
) -> None:
    tickets = made(world, 3, assignee=BEN)
    answer = bulk(world.api, action, ids=tickets, value=value)
    assert (answer.status, answer.body["state"], answer.body["changed"]) == (200, "done", 3), answer.body
    for id_ in tickets:
        ticket = read(world, id_)
        assert (bool(changed(ticket)), ticket["version"]) == (True, 2), ticket
        newest = world.api("GET", f"/v1/tickets/{id_}/history").body["data"][0]
        assert (newest["bulk_id"], newest["version"]) == (answer.body["id"], 2)
        assert (newest["actor"]["id"], newest["source"]) == (answer.body["actor"]["id"], "api")


def test_what_is_committed_and_not_applied_yet_is_told_as_running(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tickets = made(world, 60)
    with monkeypatch.context() as stopped:
        stopped.setattr(bulk_protocol, "finish", busy)
        answer = bulk(world.api, "priority", value="low", ids=tickets)
    told = {name: answer.body[name] for name in ("state", "done", "changed", "finished_at")}
    assert (answer.status, told) == (200, {"state": "running", "done": 0, "changed": 60, "finished_at": None})
    assert answer.body["committed_at"] is not None
    assert {read(world, id_)["priority"] for id_ in tickets} == {"low"}


def test_one_that_was_overtaken_happens_after_what_overtook_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    tickets, clock = made(world, 60), world.aws.clock
    carry_out, overtaken = bulk_requests.carry_out, list[Any]()

    def overtake(*asked: Any) -> bool:
        if not overtaken:
            clock.now += timedelta(seconds=1)
            on = an_occasion(now=clock.now)
            overtaken.append(on)
            change = partial(rules.overwrite, on=on, priority=Priority.MEDIUM)
            store.change(world.aws.table, ORGANISATION, tickets[0], change)
            clock.now += timedelta(seconds=1)
        return carry_out(*asked)

    monkeypatch.setattr(bulk_requests, "carry_out", overtake)
    done = bulk(world.api, "priority", value="low", ids=tickets).body
    newest, before = world.api("GET", f"/v1/tickets/{tickets[0]}/history").body["data"][:2]
    assert (newest["bulk_id"], before["bulk_id"]) == (done["id"], None)
    assert newest["at"] == done["committed_at"] > before["at"]


def busy(*_: Any) -> None:
    raise Busy


def test_deleted_together_and_restored_together(world: World) -> None:
    tickets = made(world, 3)
    assert bulk(world.api, "delete", ids=tickets).body["changed"] == 3
    assert {world.api("GET", f"/v1/tickets/{id_}").status for id_ in tickets} == {404}
    assert bulk(world.api, "restore", ids=tickets).body["changed"] == 3
    assert {read(world, id_)["version"] for id_ in tickets} == {3}


@pytest.mark.parametrize("size", [49, 50, 98, 99, 100])
def test_up_to_a_hundred_are_changed_while_the_caller_waits(world: World, size: int) -> None:
    tickets = made(world, size)
    answer = bulk(world.api, "priority", ids=tickets, value="low", headers={"Idempotency-Key": "1"})
    assert (answer.status, answer.body["state"], answer.body["changed"]) == (200, "done", size)
    assert {(read(world, id_)["priority"], read(world, id_)["version"]) for id_ in tickets} == {("low", 2)}
    assert all("mark" not in (world.aws.table.get(keys.ticket_key(id_)) or {}) for id_ in tickets)
    told = world.api("GET", f"/v1/bulk/{answer.body['id']}").body
    assert (told["state"], told["done"]) == ("done", size)


@pytest.mark.parametrize("action", ["priority", "delete", "restore"])
def test_one_more_than_ten_thousand_is_refused_by_its_field(world: World, action: str) -> None:
    value = {"value": "low"} if action == "priority" else {}
    refused = bulk(world.api, action, ids=[f"tkt_{number:016}" for number in range(10_001)], **value)
    assert (refused.status, refused.body["errors"][0]["field"]) == (422, "ids")


@pytest.mark.parametrize("size", [32, 49, 50, 100])
def test_every_restored_ticket_may_be_of_a_chat_of_its_own(world: World, size: int) -> None:
    owner = world.as_(world.keys.owner)
    guest = {"guest": {"name": "Zoë Müller"}, "channel_id": "front_desk"}
    chats = [f"chat_{number}" for number in range(size)]
    assert {owner("PUT", f"/v1/chats/{chat}", guest).status for chat in chats} == {201}
    tickets = [world.a_ticket(chat_id=chat)["id"] for chat in chats]
    assert bulk(world.api, "delete", ids=tickets).status == 200
    assert bulk(world.api, "restore", ids=tickets, headers={"Idempotency-Key": "1"}).body["changed"] == size
    assert {read(world, id_)["version"] for id_ in tickets} == {3}


def test_a_ticket_that_is_so_already_is_left_alone_and_counted(world: World) -> None:
    low, high = *made(world, 1, priority="low"), *made(world, 1, priority="high")
    answer = bulk(world.api, "priority", ids=[low, high], value="low")
    assert [answer.body[name] for name in ("total", "changed", "unchanged")] == [2, 1, 1]
    assert read(world, low)["version"] == 1
    rows = world.api("GET", f"/v1/bulk/{answer.body['id']}/tickets").body["data"]
    assert rows == [
        {"ticket_id": low, "result": "unchanged", "version": None, "blocker": None},
        {"ticket_id": high, "result": "changed", "version": 2, "blocker": None},
    ]


def test_one_category_spans_the_workflows_of_many_channels(world: World) -> None:
    table, org = world.aws.table, "org_lakeside"
    done = Status("fixed", "Fixed", StatusCategory.RESOLVED)
    workflow = a_workflow(
        channel_id="spa", statuses=(Status("new", "New", StatusCategory.OPEN), done), transitions=None
    )
    directory.put_channel(table, org, "spa", lambda _: a_channel(id="spa"))
    workflows.put(table, org, "spa", lambda _: workflow)
    directory.put_chat(table, org, "chat_spa", lambda _: a_chat(id="chat_spa", channel_id="spa"))
    here, there = *made(world, 1), *made(world, 1, chat_id="chat_spa")
    assert bulk(world.api, "status", ids=[here, there], value={"category": "resolved"}).status == 200
    assert [read(world, id_)["status"]["id"] for id_ in (here, there)] == ["resolved", "fixed"]


# --- by filter ---------------------------------------------------------------------------------------------------


def test_a_filter_finds_what_the_list_would_show(world: World) -> None:
    bens, anas = made(world, 3, assignee=BEN), made(world, 2, assignee=ANA)
    answer = bulk(world.api, "assign", filter={"assignee": [BEN]}, value=ANA)
    assert answer.body["changed"] == 3
    assert {read(world, id_)["assignee"]["id"] for id_ in bens + anas} == {ANA}


def test_what_the_caller_has_just_written_is_found_however_late_the_index(
    world: World, lagging: tuple[Api, LaggingIndex]
) -> None:
    api, _ = lagging
    created = [api("POST", "/v1/tickets", {"chat_id": CHAT, "issue": "maintenance", "assignee": BEN}) for _ in range(3)]
    seen = ",".join(answer.headers["lodgestory-seen"] for answer in created)
    answer = bulk(api, "assign", filter={"assignee": [BEN]}, value=ANA, headers={"Lodgestory-Seen": seen})
    assert answer.body["changed"] == 3, answer.body
    seen = answer.headers["lodgestory-seen"]
    found = api("GET", "/v1/tickets", query={"assignee": [ANA]}, headers={"Lodgestory-Seen": seen})
    assert {row["id"] for row in found.body["data"]} == {one.body["id"] for one in created}


def test_a_filter_that_finds_nothing_is_refused(world: World) -> None:
    refused = bulk(world.api, "delete", filter={"assignee": ["mem_nobody"]})
    assert (refused.status, refused.body["code"], refused.body["errors"][0]["field"]) == (
        422,
        "empty_selection",
        "filter",
    )


# --- what stops it -----------------------------------------------------------------------------------------------


def test_every_blocker_is_listed_and_nothing_has_changed(world: World) -> None:
    fine, closed, gone, hidden = *made(world, 3), *made(world, 1, chat_id=a_chat_to_delete(world))
    world.api("PATCH", f"/v1/tickets/{closed}", {"status": "closed"})
    world.api("DELETE", f"/v1/tickets/{gone}")
    world.as_(world.keys.owner)("DELETE", "/v1/chats/doomed")
    before = world.aws.items()
    asked = [fine, closed, gone, hidden, UNKNOWN, world.a_foreign_ticket()]
    before = world.aws.items()
    refused = bulk(world.api, "status", ids=asked, value="in_progress")
    assert blockers(refused) == [
        (closed, "invalid_status_transition"),
        *((id_, "ticket_not_found") for id_ in asked[2:]),
    ]
    assert refused.body["blockers"][0]["allowed"] == ["open"]
    assert world.aws.items() == before


def a_chat_to_delete(world: World) -> str:
    directory.put_chat(world.aws.table, "org_lakeside", "doomed", lambda _: a_chat(id="doomed"))
    return "doomed"


def test_a_version_that_was_expected_and_is_not_there_blocks(world: World) -> None:
    one, other = made(world, 2)
    refused = bulk(world.api, "priority", ids=[one, other], value="low", expected_versions={one: 1, other: 7})
    assert blockers(refused) == [(other, "version_conflict")]
    assert bulk(world.api, "priority", ids=[one], value="low", expected_versions={one: 1}).status == 200


def test_too_late_to_restore_and_a_chat_that_is_gone_block(world: World) -> None:
    late, hidden = *made(world, 1), *made(world, 1, chat_id=a_chat_to_delete(world))
    bulk(world.api, "delete", ids=[late, hidden])
    world.as_(world.keys.owner)("DELETE", "/v1/chats/doomed")
    world.aws.clock.now += timedelta(days=30)
    refused = bulk(world.api, "restore", ids=[late, hidden])
    assert blockers(refused) == [(late, "restore_expired"), (hidden, "chat_deleted")]


def test_an_assignee_who_left_is_refused(world: World) -> None:
    world.as_(world.keys.owner)("DELETE", f"/v1/members/{BEN}")
    refused = bulk(world.api, "assign", ids=made(world, 1, assignee=ANA), value=BEN)
    assert (refused.status, refused.body["code"]) == (422, "assignee_not_member")


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"action": "delete", "ids": []}, "ids"),
        ({"action": "delete"}, "ids"),
        ({"action": "delete", "ids": [UNKNOWN], "filter": {}}, "ids"),
        ({"action": "delete", "ids": [UNKNOWN, UNKNOWN]}, "ids[1]"),
        ({"action": "delete", "ids": [UNKNOWN], "value": None}, "value"),
        ({"action": "restore", "ids": [UNKNOWN], "value": "open"}, "value"),
        ({"action": "assign", "ids": [UNKNOWN], "value": {"category": "open"}}, "value"),
        ({"action": "status", "ids": [UNKNOWN], "value": {"category": "nowhere"}}, "value.category"),
        ({"action": "priority", "ids": [UNKNOWN], "value": None}, "value"),
        ({"action": "restore", "filter": {}}, "filter"),
        ({"action": "assign", "ids": [UNKNOWN]}, "value"),
        ({"action": "assign", "ids": [UNKNOWN], "value": "ben"}, "value"),
        ({"action": "status", "ids": [UNKNOWN], "value": None}, "value"),
        ({"action": "priority", "ids": [UNKNOWN], "value": "urgent"}, "value"),
        ({"action": "priority", "ids": [UNKNOWN], "value": {"category": "open"}}, "value"),
        ({"action": "merge", "ids": [UNKNOWN]}, "action"),
        (
            {"action": "delete", "ids": [UNKNOWN], "expected_versions": {"tkt_bbbbbbbbbbbbbbbb": 1}},
            "expected_versions.tkt_bbbbbbbbbbbbbbbb",
        ),
    ],
)
def test_what_does_not_fit_together_is_refused_by_its_field(world: World, asked: Any, field: str) -> None:
    (there,) = made(world, 1)
    before = world.aws.items()
    named = {"ids": [there if id_ == UNKNOWN else id_ for id_ in asked["ids"]]} if "ids" in asked else {}
    refused = world.api("POST", "/v1/tickets/bulk", asked | named)
    assert (refused.status, [error["field"] for error in refused.body["errors"]]) == (422, [field]), refused.body
    assert world.aws.items() == before


# --- asked first, repeated, undone -------------------------------------------------------------------------------


def test_a_dry_run_says_what_would_change_and_changes_nothing(world: World) -> None:
    low, high = *made(world, 1, priority="low"), *made(world, 1, priority="high")
    before = world.aws.items()
    answer = bulk(world.api, "priority", ids=[low, high, UNKNOWN], value="low", dry_run=True)
    assert answer.status == 200
    assert answer.body == {
        "would_change": [
            {"ticket_id": high, "changes": [{"field": "priority", "from": "high", "to": "low"}]},
        ],
        "unchanged": 1,
        "left_out": 0,
        "blockers": [{"ticket_id": UNKNOWN, "code": "ticket_not_found", "detail": "Ticket not found"}],
    }
    assert world.aws.items() == before


def test_a_repeated_request_acts_once(world: World) -> None:
    tickets = made(world, 2)
    key = {"Idempotency-Key": "shift-change"}
    first = bulk(world.api, "assign", ids=tickets, value=ANA, headers=key)
    world.api("PATCH", f"/v1/tickets/{tickets[0]}", {"assignee": BEN})
    again = bulk(world.api, "assign", ids=tickets, value=ANA, headers=key)
    assert (again.status, again.body) == (200, first.body)
    assert read(world, tickets[0])["assignee"]["id"] == BEN
