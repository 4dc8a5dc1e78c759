"""A ticket is changed: several fields and a remark at once, all of it or nothing."""

from datetime import timedelta
from typing import Any

import pytest

from tests.builders import ANA, BEN, NOW
from tests.integration.world import CREATE, GONE, World
from ticketing.store import items, keys


def test_a_status_change_is_stored_with_its_event(world: World) -> None:
    ticket = world.a_ticket()
    world.aws.clock.now = NOW + timedelta(hours=1)
    answer = world.api("PATCH", f"/v1/tickets/{ticket['id']}", {"status": "resolved"})
    assert answer.status == 200
    assert (answer.body["status"]["id"], answer.body["version"]) == ("resolved", 2)
    assert answer.body["resolved_at"] == answer.body["updated_at"] == "2026-03-01T23:10:05.123Z"
    event = items.event_from(world.aws.table.get(keys.event_key(ticket["id"], 2)) or {})
    assert [(change.field, change.after["id"]) for change in event.changes] == [("status", "resolved")]


def test_a_status_that_it_has_already_writes_nothing(world: World) -> None:
    ticket = world.a_ticket()
    answer = world.api("PATCH", f"/v1/tickets/{ticket['id']}", {"status": "open"})
    assert (answer.status, answer.body) == (200, ticket)
    assert world.aws.table.get(keys.event_key(ticket["id"], 2)) is None


def test_a_forbidden_move_is_refused_with_the_allowed_targets(world: World) -> None:
    ticket = world.a_ticket()
    world.api("PATCH", f"/v1/tickets/{ticket['id']}", {"status": "closed"})
    refused = world.api("PATCH", f"/v1/tickets/{ticket['id']}", {"status": "in_progress"})
    assert (refused.status, refused.body["code"]) == (409, "invalid_status_transition")
    assert refused.body["detail"] == "Invalid status transition"
    assert refused.body["title"] == "Failed to update ticket"
    assert refused.body["allowed"] == ["open"]


def test_a_patch_of_several_fields_and_a_remark_is_one_change(world: World) -> None:
    ticket = world.a_ticket(remarks="AC not cooling")
    path = f"/v1/tickets/{ticket['id']}"
    body = {"status": "in_progress", "priority": "low", "assignee": None, "sub_issue": None, "remark": "Part ordered"}
    patched = world.api("PATCH", path, body).body
    assert (patched["version"], patched["status"]["id"], patched["priority"]) == (2, "in_progress", "low")
    assert (patched["assignee"], patched["sub_issue"], patched["remark_count"]) == (None, None, 2)
    assert patched["remark_preview"] == "Part ordered"
    table = world.aws.table
    assert (table.get(keys.remark_key(ticket["id"], 2)) or {})["text"] == "Part ordered"
    assert (table.get(keys.text_key(ticket["id"])) or {})["text"] == "AC not cooling\nPart ordered"
    assert table.get(keys.event_key(ticket["id"], 3)) is None


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"priority": "low", "status": "nowhere"}, "invalid_status_transition", "status"),
        ({"priority": "low", "issue": "billing"}, "invalid_issue", "issue"),
        ({"priority": "low", "assignee": GONE}, "assignee_not_member", "assignee"),
        ({"priority": "low", "watchers": ["mem_stranger"]}, "validation_failed", "watchers[0]"),
        ({"priority": "urgent"}, "validation_failed", "priority"),
        ({"priority": None}, "validation_failed", "priority"),
        ({"number": 7}, "validation_failed", "number"),
        ({"status": None}, "validation_failed", "status"),
    ],
)
def test_a_patch_with_one_wrong_field_changes_nothing(
    world: World, body: dict[str, Any], code: str, field: str
) -> None:
    ticket = world.a_ticket()
    refused = world.api("PATCH", f"/v1/tickets/{ticket['id']}", body)
    assert (refused.body["code"], refused.body["errors"][0]["field"]) == (code, field)
    assert world.api("GET", f"/v1/tickets/{ticket['id']}").body == ticket


def test_an_empty_patch_is_a_success_that_writes_nothing(world: World) -> None:
    ticket = world.a_ticket()
    assert world.api("PATCH", f"/v1/tickets/{ticket['id']}", {}).body == ticket


def test_who_has_left_may_keep_a_ticket_while_other_fields_change(world: World) -> None:
    ticket = world.a_ticket(watchers=[ANA])
    gone = {"name": "Ben", "email": "ben@lakeside.example", "role": "user", "active": False}
    world.as_(world.keys.admin)("PUT", f"/v1/members/{BEN}", gone)
    kept = world.api("PATCH", f"/v1/tickets/{ticket['id']}", {"assignee": BEN, "priority": "low"})
    assert (kept.status, kept.body["assignee"]["id"]) == (200, BEN)
    assert world.api("POST", "/v1/tickets", CREATE).body["code"] == "assignee_not_member"


def test_a_merge_patch_may_say_that_it_is_one(world: World) -> None:
    ticket = world.a_ticket()
    headers = {"Content-Type": "application/merge-patch+json"}
    answer = world.api("PATCH", f"/v1/tickets/{ticket['id']}", {"status": "closed"}, headers=headers)
    assert answer.status == 200


def test_a_watcher_who_is_none_is_named_by_the_callers_own_index(world: World) -> None:
    ticket = world.a_ticket(watchers=[ANA, BEN])
    refused = world.api("PATCH", f"/v1/tickets/{ticket['id']}", {"watchers": [ANA, BEN, "mem_nobody"]})
    assert [error["field"] for error in refused.body["errors"]] == ["watchers[2]"]
