"""Whatever walks tickets goes on in the midst of a thread that is longer than a request may read."""

from typing import Any

import pytest

from bulk_worker.work import Worker
from exporter.work import work
from tests.integration.exporting import Killed, content, killed, read, rows, source
from tests.integration.test_golden_searches import add_remark
from tests.integration.test_searching import a_ticket, numbers
from tests.integration.world import World
from ticketing.domain.query import Sort
from ticketing.domain.remark import SEARCH_TEXT_BYTES

_ROWS = 9


@pytest.fixture
def house(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Three long threads, of which the first and the last have the word; and then a request may read so few rows."""
    for number, word in enumerate(("unicorn", "horse", "unicorn"), 1):
        ticket = a_ticket(world, number, "x" * SEARCH_TEXT_BYTES)
        for text in (*["still waiting"] * 11, f"a {word}", "thanks"):
            add_remark(world, ticket, text)
    monkeypatch.setattr("ticketing.store.walks.Budget.__init__.__kwdefaults__", {"seconds": 4.5, "rows": _ROWS})
    return world


def pages(world: World, **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while not found or found[-1]["has_more"]:
        more = {"cursor": found[-1]["next_cursor"]} if found else {}
        answer = world.api("POST", "/v1/tickets/search", {"q": "unicorn", **asked, **more})
        assert answer.status == 200, answer.body
        found.append(answer.body)
    return found


def test_a_list_in_every_order(house: World) -> None:
    for sort in Sort:
        found = pages(house, sort=sort.value)
        assert sorted(row["number"] for page in found for row in page["data"]) == [1, 3]
        assert len(found) >= 6
        assert all(page["freshness"]["scanned"] <= _ROWS for page in found)
        assert max(len(page["next_cursor"] or "") for page in found) <= 300
        fragments = [row["highlight"]["fragment"] for page in found for row in page["data"]]
        assert fragments == ["a <mark>unicorn</mark>"] * 2


def test_counts_beside_it_are_a_bound_and_the_list_goes_on(house: World) -> None:
    found = pages(house, facets=True)
    assert sorted(row["number"] for page in found for row in page["data"]) == [1, 3]
    assert {page["total_relation"] for page in found} == {"gte"}


def test_a_cursor_is_bound_to_its_words_in_a_thread_too(house: World) -> None:
    first = house.api("POST", "/v1/tickets/search", {"q": "unicorn"}).body
    refused = house.api("POST", "/v1/tickets/search", {"q": "horse", "cursor": first["next_cursor"]})
    assert (refused.status, refused.body["code"]) == (400, "invalid_cursor")


def test_one_answer_of_csv_is_refused_and_an_export_comes_to_its_end(house: World) -> None:
    refused = house.api("GET", "/v1/reports/tickets.csv", query={"q": ["unicorn"]})
    assert (refused.status, refused.body["code"]) == (422, "too_many_rows")
    made = house.api("POST", "/v1/exports", {"format": "csv", "filter": {"q": "unicorn"}}).body
    runs, deaths = 0, 0
    while True:
        runs += 1
        try:
            with killed(5 if runs % 3 == 0 else 0, after=False):
                if work(source(house), made["id"], remaining_s=lambda: 1.0):
                    break
        except Killed:
            deaths += 1
    assert runs > 6, "each ends in a thread, and the next one goes on there"
    assert deaths > 1
    assert read(house, made["id"])["state"] == "done"
    assert sorted(row["number"] for row in rows(content(house, made["id"]))) == ["1", "3"]
    print(f"an export of three threads by {runs} runs, {deaths} of which died")


def test_a_bulk_action_goes_on_where_its_request_ended(house: World) -> None:
    queued = house.api("POST", "/v1/tickets/bulk", {"action": "priority", "value": "low", "filter": {"q": "unicorn"}})
    assert queued.status == 202, queued.body
    still: dict[str, Any] = {"sleep": lambda _: None, "clock": lambda: 0.0}
    worker = Worker(house.aws.table, remaining_s=lambda: 300.0, objects=house.aws.objects, **still)
    assert worker.bring_to_end(queued.body["id"])
    done = house.api("GET", f"/v1/bulk/{queued.body['id']}").body
    assert (done["state"], done["total"]) == ("done", 2)
    assert numbers(house, priority=["low"]) != []
