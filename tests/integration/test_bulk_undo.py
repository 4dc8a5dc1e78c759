"""Bulk actions undone over the API: every ticket is set back, or none."""

from datetime import timedelta
from typing import Any

import pytest

from tests.builders import ANA, BEN
from tests.integration.bulking import blockers, bulk, made, read
from tests.integration.world import World


@pytest.mark.parametrize(
    ("action", "value"), [("assign", ANA), ("status", "closed"), ("priority", "low"), ("delete", None)]
)
def test_an_undo_sets_every_ticket_back(world: World, action: str, value: Any) -> None:
    tickets = made(world, 2, assignee=BEN)
    states = [read(world, id_) for id_ in tickets]
    asked = {} if value is None else {"value": value}
    done = bulk(world.api, action, ids=tickets, **asked).body
    for id_ in tickets if action != "delete" else ():
        world.api("POST", f"/v1/tickets/{id_}/remarks", {"text": "A remark blocks no undo"})
    undone = world.api("POST", f"/v1/bulk/{done['id']}/undo")
    assert (undone.status, undone.body["undo_of"], undone.body["changed"]) == (200, done["id"], 2), undone.body
    for before, id_ in zip(states, tickets, strict=True):
        after = read(world, id_)
        assert [after[name] for name in ("assignee", "status", "priority", "resolved_at")] == [
            before[name] for name in ("assignee", "status", "priority", "resolved_at")
        ]
    twice = world.api("POST", f"/v1/bulk/{undone.body['id']}/undo")
    assert (twice.status, twice.body["code"]) == (409, "undo_expired")


def test_an_undo_is_blocked_where_it_was_changed_since_and_then_undoes_nothing(world: World) -> None:
    one, other = made(world, 2, assignee=BEN)
    done = bulk(world.api, "assign", ids=[one, other], value=ANA).body
    world.api("PATCH", f"/v1/tickets/{other}", {"assignee": None})
    before = world.aws.items()
    refused = world.api("POST", f"/v1/bulk/{done['id']}/undo")
    assert blockers(refused) == [(other, "changed_since")]
    assert world.aws.items() == before


def test_an_undo_takes_nothing_back_that_somebody_did_since_though_it_is_the_same(world: World) -> None:
    one, other = made(world, 2, assignee=BEN)
    done = bulk(world.api, "assign", ids=[one, other], value=ANA).body
    world.api("PATCH", f"/v1/tickets/{one}", {"assignee": BEN})
    second = bulk(world.api, "assign", ids=[one], value=ANA).body
    refused = world.api("POST", f"/v1/bulk/{done['id']}/undo")
    assert blockers(refused) == [(one, "changed_since")]
    assert world.api("POST", f"/v1/bulk/{second['id']}/undo").status == 200
    assert read(world, one)["assignee"]["id"] == BEN


def test_a_ticket_that_was_restored_and_deleted_by_hand_stays_deleted(world: World) -> None:
    (one,) = made(world, 1)
    done = bulk(world.api, "delete", ids=[one]).body
    assert world.api("POST", f"/v1/tickets/{one}/restore").status == 200
    assert world.api("DELETE", f"/v1/tickets/{one}").status == 200
    assert blockers(world.api("POST", f"/v1/bulk/{done['id']}/undo")) == [(one, "changed_since")]
    assert world.api("GET", f"/v1/tickets/{one}").status == 404


def test_an_undo_of_a_reopening_brings_back_when_a_ticket_was_resolved(world: World) -> None:
    (one,) = made(world, 1)
    assert world.api("PATCH", f"/v1/tickets/{one}", {"status": "resolved"}).status == 200
    before = read(world, one)
    world.aws.clock.now += timedelta(days=5)
    done = bulk(world.api, "status", ids=[one], value="open").body
    assert read(world, one)["resolved_at"] is None
    assert world.api("POST", f"/v1/bulk/{done['id']}/undo").status == 200
    assert (read(world, one)["status"], read(world, one)["resolved_at"]) == (before["status"], before["resolved_at"])


def test_what_changed_nothing_is_not_undone(world: World) -> None:
    done = bulk(world.api, "priority", ids=made(world, 1, priority="low"), value="low").body
    refused = world.api("POST", f"/v1/bulk/{done['id']}/undo")
    assert (refused.status, refused.body["code"]) == (409, "undo_expired")


def test_an_undo_ends_after_ten_minutes(world: World) -> None:
    done = bulk(world.api, "assign", ids=made(world, 1, assignee=BEN), value=ANA).body
    world.aws.clock.now += timedelta(minutes=10)
    refused = world.api("POST", f"/v1/bulk/{done['id']}/undo")
    assert (refused.status, refused.body["code"]) == (409, "undo_expired")


def test_an_undo_that_is_repeated_too_late_for_another_one_has_the_answer_of_the_first(world: World) -> None:
    done = bulk(world.api, "assign", ids=made(world, 1, assignee=BEN), value=ANA).body
    headers = {"Idempotency-Key": "undo-1"}
    first = world.api("POST", f"/v1/bulk/{done['id']}/undo", headers=headers)
    world.aws.clock.now += timedelta(minutes=10)
    again = world.api("POST", f"/v1/bulk/{done['id']}/undo", headers=headers)
    assert (again.status, again.body) == (200, first.body)


def test_an_undo_asks_no_transitions_but_a_status_must_still_be_there(world: World) -> None:
    owner, path = world.as_(world.keys.owner), "/v1/channels/front_desk/workflow"
    workflow = owner("GET", path).body
    tickets = made(world, 2)
    first = bulk(world.api, "status", ids=tickets[:1], value="closed").body
    second = bulk(world.api, "status", ids=tickets[1:], value="closed").body
    kept = {name: workflow[name] for name in ("issues", "statuses")}
    assert owner("PUT", path, kept | {"transitions": {"open": ["closed"], "closed": []}}).status == 200
    assert world.api("POST", f"/v1/bulk/{first['id']}/undo").status == 200
    statuses = [one for one in workflow["statuses"] if one["id"] != "open"]
    assert owner("PUT", path, kept | {"statuses": statuses, "transitions": None}).status == 200
    refused = world.api("POST", f"/v1/bulk/{second['id']}/undo")
    assert blockers(refused) == [(tickets[1], "invalid_status_transition")]
