"""Bulk actions by a filter that one request cannot search through: the worker goes on where the request ended."""

from functools import partial
from typing import Any

import pytest

from bulk_worker.work import work
from tests.builders import ANA, BEN
from tests.integration.aws import Answer
from tests.integration.world import World
from ticketing.store.walks import Budget


@pytest.fixture(autouse=True)
def a_request_reads_two_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tickets_api.bulk_selections.Budget", partial(Budget, rows=1))


def made(world: World, number: int) -> list[str]:
    return [world.a_ticket(assignee=BEN, priority="high")["id"] for _ in range(number)]


def bulk(world: World, **asked: Any) -> Answer:
    return world.api("POST", "/v1/tickets/bulk", {"action": "priority", "value": "low", **asked})


def worked(world: World, answer: Answer) -> Any:
    assert answer.status == 202, answer.body
    assert work(world.aws.table, answer.body["id"], remaining_s=lambda: 300.0)
    return world.api("GET", f"/v1/bulk/{answer.body['id']}").body


def test_the_worker_finds_the_others(world: World) -> None:
    made(world, 6)
    done = worked(world, bulk(world, filter={"assignee": [BEN]}))
    assert (done["state"], done["changed"]) == ("done", 6)


def test_an_expected_version_holds_for_a_ticket_that_the_worker_finds(world: World) -> None:
    tickets = made(world, 6)
    done = worked(world, bulk(world, filter={"assignee": [BEN]}, expected_versions=dict.fromkeys(tickets, 7)))
    assert (done["state"], done["blocked"]) == ("blocked", 6)


@pytest.mark.parametrize("sort", ["-updated_at", "priority", "-created_at"])
def test_a_ticket_that_moves_in_the_list_meanwhile_is_not_missed(world: World, sort: str) -> None:
    tickets = made(world, 6)
    answer = bulk(world, filter={"channel": ["front_desk"], "sort": sort}, action="assign", value=ANA)
    for id_ in tickets:
        world.aws.clock.now = world.aws.clock.now.replace(microsecond=500_000)
        assert world.api("PATCH", f"/v1/tickets/{id_}", {"priority": "low"}).status == 200
    assert worked(world, answer)["changed"] == 6


def test_a_dry_run_that_cannot_look_at_all_tickets_says_so(world: World) -> None:
    made(world, 6)
    refused = bulk(world, filter={"assignee": [BEN]}, dry_run=True)
    assert (refused.status, refused.body["errors"][0]["field"]) == (422, "dry_run"), refused.body


def test_a_dry_run_that_says_more_than_an_answer_holds_is_refused(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tickets = made(world, 2)
    assert bulk(world, ids=tickets, dry_run=True).status == 200
    monkeypatch.setattr("tickets_api.bulk_actions._MOST_FORESEEN_BYTES", 100)
    refused = bulk(world, ids=tickets, dry_run=True)
    assert (refused.status, refused.body["errors"][0]["field"]) == (422, "dry_run"), refused.body
