"""Counts beside a list: those of a plain recount, or a bound that says so."""

from collections import Counter
from collections.abc import Iterable
from random import Random
from typing import Any

import pytest

from tests.builders import CHANNEL, CHAT
from tests.fakes.counting import CallCounter
from tests.fakes.lagging_index import LaggingIndex
from tests.integration.aws import Api
from tests.integration.crowd import (
    BUDGET,
    ROWS_A_QUERY,
    SEED,
    SIZE,
    gather,
    gather_in_memory,
    meant,
    rows,
    some_filters,
)
from tests.integration.world import CREATE, World
from ticketing.domain.ticket import Ticket

QUERIES = 60
SORTS = ("-created_at", "created_at", "-updated_at", "updated_at", "-priority", "priority")
FACETS = ("status", "status_category", "priority", "assignee", "channel")
SEEN = "lodgestory-seen"


def recount(tickets: Iterable[Ticket]) -> dict[str, list[tuple[str, int]]]:
    found = list(tickets)
    counts = {
        "status": Counter(one.status.id for one in found),
        "status_category": Counter(one.status.category.value for one in found),
        "priority": Counter(one.priority.value for one in found),
        "assignee": Counter(one.assignee or "unassigned" for one in found),
        "channel": Counter(one.channel_id for one in found),
    }
    return {name: sorted(one.items(), key=lambda pair: (-pair[1], pair[0])) for name, one in counts.items()}


def counts_of(body: Any) -> dict[str, list[tuple[str, int]]]:
    return {name: [(one["id"], one["count"]) for one in body["facets"][name]] for name in FACETS}


def searched(api: Api, asked: dict[str, Any], token: str | None = None) -> Any:
    headers = {SEEN: token} if token else {}
    answer = api("POST", "/v1/tickets/search", {**asked, "facets": True}, headers=headers)
    assert answer.status == 200, answer.body
    return answer.body


def test_they_are_those_of_a_plain_recount_on_every_page_of_every_query(
    world: World, lagging: tuple[Api, LaggingIndex], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ROWS_A_QUERY, 250)
    random = Random(SEED)  # noqa: S311 (no secret)
    api, tickets = gather_in_memory(world, lagging, random)
    pages = 0
    for _ in range(QUERIES):
        asked: dict[str, Any] = some_filters(random)
        expected = meant(tickets, asked)
        asked |= {"sort": random.choice(SORTS), "limit": random.choice((1, 25, 100))}
        for _ in range(2):
            body = searched(api, asked)
            pages += 1
            assert counts_of(body) == recount(expected), asked
            assert body["facets"]["relation"] == body["total_relation"] == "eq"
            assert body["total"] == len(expected)
            if not body["has_more"]:
                break
            asked["cursor"] = body["next_cursor"]
    print(f"seed {SEED}: {SIZE} tickets of ours among {2 * SIZE}, {QUERIES} queries, {pages} pages counted")


def test_with_its_budget_spent_a_list_says_that_there_are_more(
    world: World, lagging: tuple[Api, LaggingIndex], monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(SEED + 1)  # noqa: S311 (no secret)
    api, tickets = gather_in_memory(world, lagging, random)
    exact = 0
    for number in range(QUERIES):
        asked: dict[str, Any] = some_filters(random)
        expected = recount(meant(tickets, asked))
        asked |= {"sort": random.choice(SORTS), "limit": random.choice((1, 25, 100))}
        budget = random.choice((1, 50, 300, 599))
        monkeypatch.setattr(BUDGET, rows(budget))
        body = searched(api, asked)
        counted = counts_of(body)
        shown = recount(ticket for ticket in tickets if ticket.id in {row["id"] for row in body["data"]})
        assert body["facets"]["relation"] == body["total_relation"]
        exact += body["total_relation"] == "eq"
        for name in FACETS:
            have, want, least = dict(counted[name]), dict(expected[name]), dict(shown[name])
            assert all(least.get(id_, 0) <= count <= want[id_] for id_, count in have.items()), (number, asked)
            assert set(least) <= set(have), "what is shown is counted"
            assert sum(have.values()) == body["total"], (number, asked)
        if body["total_relation"] == "eq":
            assert counted == expected, (number, asked)
    print(f"seed {SEED + 1}: {QUERIES} queries with small budgets, {exact} of them still exact")
    assert 0 < exact < QUERIES


def test_they_carry_names_and_both_ways_to_ask_give_the_same(world: World) -> None:
    world.a_ticket()
    world.a_ticket(assignee=None, priority="low")
    by_address = world.api("GET", "/v1/tickets", query={"facets": ["true"]}).body
    assert by_address == searched(world.api, {})
    assert by_address["facets"] == {
        "status": [{"id": "open", "name": "Open", "count": 2}],
        "status_category": [{"id": "open", "name": "Open", "count": 2}],
        "priority": [{"id": "high", "name": "High", "count": 1}, {"id": "low", "name": "Low", "count": 1}],
        "assignee": [
            {"id": "mem_ben", "name": "Ben", "count": 1},
            {"id": "unassigned", "name": "Unassigned", "count": 1},
        ],
        "channel": [{"id": CHANNEL, "name": "Front desk", "count": 2}],
        "relation": "eq",
        "scanned": 2,
    }


def test_who_does_not_ask_for_them_gets_none(world: World) -> None:
    world.a_ticket()
    assert "facets" not in world.api("GET", "/v1/tickets").body
    assert "facets" not in world.api("GET", "/v1/tickets", query={"facets": ["false"]}).body


def test_an_empty_list_has_nothing_to_count(world: World) -> None:
    body = searched(world.api, {"channel": ["no_such"]})
    assert (body["total"], body["total_relation"], counts_of(body)) == (0, "eq", {name: [] for name in FACETS})


@pytest.mark.parametrize("value", ["", "yes", "1", "True", "TRUE", "on"])
def test_facets_are_true_or_false(world: World, value: str) -> None:
    refused = world.api("GET", "/v1/tickets", query={"facets": [value]})
    assert (refused.status, [one["field"] for one in refused.body["errors"]]) == (422, ["facets"])
    refused = world.api("POST", "/v1/tickets/search", {"facets": value})
    assert (refused.status, [one["field"] for one in refused.body["errors"]]) == (422, ["facets"])


@pytest.mark.parametrize("limit", [1, 25])
def test_one_sees_what_one_has_written_counted_however_far_the_index_lags(
    lagging: tuple[Api, LaggingIndex], limit: int
) -> None:
    api, index = lagging
    token: str | None = None
    ids = []
    for _ in range(3):
        made = api("POST", "/v1/tickets", CREATE, headers={SEEN: token} if token else {})
        ids.append(made.body["id"])
        token = made.headers[SEEN]
    index.catch_up(*ids)
    changed = api("PATCH", f"/v1/tickets/{ids[0]}", {"status": "in_progress"}, headers={SEEN: str(token)})
    gone = api("DELETE", f"/v1/tickets/{ids[1]}", headers={SEEN: changed.headers[SEEN]})
    body = searched(api, {"limit": limit}, gone.headers[SEEN])
    assert counts_of(body)["status"] == [("in_progress", 1), ("open", 1)]
    assert (body["total"], body["total_relation"]) == (2, "eq")
    assert counts_of(searched(api, {"limit": limit}))["status"] == [("open", 3)], "without it the index is believed"


def test_tickets_of_a_deleted_chat_are_not_counted(world: World) -> None:
    world.a_ticket(chat_id=CHAT)
    assert world.as_(world.keys.admin)("DELETE", f"/v1/chats/{CHAT}").status == 200
    body = searched(world.api, {})
    assert (body["total"], body["total_relation"], counts_of(body)["channel"]) == (0, "eq", [])


def test_of_1_000_tickets_they_take_a_few_calls_more(world: World) -> None:
    random = Random(SEED)  # noqa: S311 (no secret)
    gather(world, random, 1000)
    counter = CallCounter(world.aws.table._client)
    world.hold_a_lease()

    def calls(sort: str) -> int:
        counter.start()
        assert searched(world.api, {"sort": sort})["total_relation"] == "eq"
        return counter.total

    searched(world.api, {})
    # On a slow machine a lease or what is kept of a key may run out between two requests, not between any two of three.
    taken = {sort: min(calls(sort) for _ in range(3)) for sort in SORTS[::2]}
    print(f"store calls of a page of 25 of 1,000 tickets of 14 chats, with facets: {taken}")
    assert taken["-created_at"] <= 2 + 1 + 2, "the page, then one query, and chats twice"
    assert max(taken.values()) <= 10


def test_counts_of_a_search_are_of_what_it_finds_in_remarks_however_long(world: World) -> None:
    found = [world.a_ticket(remarks="The boiler roars")["id"], world.a_ticket(remarks=f"{'x ' * 40_000} boiler")["id"]]
    world.a_ticket(remarks="The shower leaks")
    answer = world.api("GET", "/v1/tickets", query={"q": ["boiler"], "facets": ["true"], "limit": ["1"]})
    assert answer.status == 200, answer.body
    assert answer.body["data"][0]["id"] in found
    assert (answer.body["total"], answer.body["total_relation"]) == (2, "eq")
    assert [one["count"] for one in answer.body["facets"]["status"]] == [2]
