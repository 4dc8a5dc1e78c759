"""Lists over HTTP before a real OpenSearch: whose tickets they show, what they say, and what if it is away."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import orjson
import pytest
from opensearchpy.exceptions import ConnectionTimeout, TransportError

from scripts.laptop.search_node.node import SearchNode
from tests.builders import CHAT, ORGANISATION
from tests.engines.searched_documents import documents
from tests.engines.searched_world import SearchedWorld
from tests.integration.aws import Aws, simulated_aws
from tests.integration.golden_searches import DELETED, FOREIGN, GHOST, SEARCHES, TICKETS
from tests.integration.test_golden_searches import add_remark, write
from tests.integration.test_searching import ODD
from tests.integration.world import OTHER, World, stand_up
from ticketing.domain.search_document import MAX_SHOWN
from ticketing.search.breaker import FIRST_PAUSE_S

CANARY = "kwyjibo"


@pytest.fixture
def aws() -> Iterator[Aws]:
    with simulated_aws() as simulated:
        yield simulated


@pytest.fixture
def world(aws: Aws) -> World:
    return stand_up(aws)


@pytest.fixture
def hotel(world: World, search_node: str) -> Iterator[SearchedWorld]:
    with documents(search_node) as written:
        yield SearchedWorld(world, written)


def fill(hotel: SearchedWorld, count: int, remark: str = "AC not cooling") -> list[str]:
    made = []
    for _ in range(count):
        hotel.world.aws.clock.now += timedelta(seconds=1)
        made.append(hotel.world.a_ticket(remarks=remark)["id"])
    hotel.index()
    hotel.world.aws.clock.now += timedelta(minutes=1)
    return made


def ids(answer: Any) -> list[str]:
    assert answer.status == 200, answer.body
    return [row["id"] for row in answer.body["data"]]


def test_a_list_by_the_index_says_so_and_shows_where_its_words_are(hotel: SearchedWorld) -> None:
    fill(hotel, 3)
    listed = hotel.get(q="coling", sort="relevance", facets="true").body
    assert [row["highlight"]["fragment"] for row in listed["data"]] == ["AC not <mark>cooling</mark>"] * 3
    assert (listed["total"], listed["total_relation"], listed["facets"]["relation"]) == (3, "eq", "eq")
    assert listed["facets"]["status"] == [{"id": "open", "name": "Open", "count": 3}]
    told = listed["freshness"]
    assert (told["source"], told["sort"], told["typos"]) == ("index", "relevance", True)
    assert told["indexed_through"] == "2026-03-01T22:10:58.123Z"
    assert hotel.get().body["freshness"]["typos"] is False


def test_the_golden_searches_find_the_same_and_nothing_of_another_organisation(hotel: SearchedWorld) -> None:
    world = hotel.world
    numbers = {write(world, one): one.number for one in TICKETS}
    write(world, FOREIGN, OTHER)
    gone = write(world, DELETED)
    assert world.api("DELETE", f"/v1/tickets/{gone}").status == 200
    write(world, GHOST)
    hotel.index()
    # The index does not know it yet.
    assert world.as_(world.keys.owner)("DELETE", f"/v1/chats/chat_{GHOST.number}").status < 300
    world.hold_a_lease()
    asked = [*SEARCHES[::4], *((q, None) for q in ODD)]
    refused = 0
    for q, expected in asked:
        answer = hotel.api("POST", "/v1/tickets/search", {"q": q, "limit": 100})
        if answer.status == 422:
            refused += 1
            continue
        found = ids(answer)
        assert set(found) <= numbers.keys(), q
        assert expected is None or {numbers[id_] for id_ in found} >= set(expected), q
        assert answer.body["total"] == len(found)
        foreign = hotel.api.with_key(world.keys.other)("POST", "/v1/tickets/search", {"q": q, "limit": 100})
        assert {row["number"] for row in foreign.body["data"]} <= {FOREIGN.number}
    print(f"\n{len(asked)} searches of two organisations, {refused} refused")
    assert hotel.cluster.requests >= len(asked)


def test_a_writer_sees_what_the_index_has_not_heard_of(hotel: SearchedWorld) -> None:
    (old,) = fill(hotel, 1)
    changed = hotel.world.api("PATCH", f"/v1/tickets/{old}", {"status": "in_progress", "remark": "shower leaks"})
    seen = {"Lodgestory-Seen": changed.headers["lodgestory-seen"]}
    for asked, expected in (
        ({"q": ["lekas "]}, [old]),
        ({"status": ["open"]}, []),
        ({"status": ["in_progress"]}, [old]),
    ):
        assert ids(hotel.api("GET", "/v1/tickets", query=asked, headers=seen)) == expected
        assert ids(hotel.api("GET", "/v1/tickets", query=asked)) == expected


def test_one_chats_list_is_read_where_it_cannot_lag(hotel: SearchedWorld) -> None:
    fill(hotel, 2)
    hotel.cluster.requests = 0
    assert hotel.get(chat=CHAT).body["freshness"]["source"] == "table"
    assert hotel.api("GET", f"/v1/chats/{CHAT}/tickets").body["freshness"]["indexed_through"] is not None
    assert hotel.cluster.requests == 0


def test_a_deleted_chats_tickets_are_gone_from_rows_and_counts_at_once(hotel: SearchedWorld) -> None:
    fill(hotel, 4)
    world = hotel.world
    assert world.as_(world.keys.owner)("DELETE", f"/v1/chats/{CHAT}").status < 300
    for asked in ({}, {"facets": "true"}, {"limit": 2}):
        listed = hotel.get(**asked).body
        assert (listed["data"], listed["total"], listed["total_relation"]) == ([], 0, "eq")


def test_a_page_takes_at_most_five_calls(hotel: SearchedWorld) -> None:
    made = fill(hotel, 60)
    hotel.world.hold_a_lease()
    hold(hotel)
    counted: dict[str, int] = {}
    for name, asked in CALLS.items():
        hotel.get(**asked)
        hotel.calls.start()
        hotel.cluster.requests = 0
        assert hotel.get(**asked).body["freshness"]["source"] == "index"
        counted[name] = hotel.calls.total + hotel.cluster.requests
    for ticket in made[:30]:
        hotel.world.api("PATCH", f"/v1/tickets/{ticket}", {"status": "in_progress"})
    for name, asked in CALLS.items():
        hotel.calls.start()
        hotel.cluster.requests = 0
        assert hotel.get(**asked).body["freshness"]["source"] == "index"
        counted[f"{name}, 30 late"] = hotel.calls.total + hotel.cluster.requests
    print(f"\ncalls for a page of 25: {counted}")
    assert max(count for name, count in counted.items() if "late" not in name) <= 5
    assert {counted[f"{name}, 30 late"] for name in ("any", "a filter", "counts")} == {5}


CALLS: dict[str, dict[str, Any]] = {
    "any": {},
    "a filter": {"status": "open", "sort": "-priority"},
    "counts": {"facets": "true"},
    "words": {"q": "coling"},
    "best first": {"q": "muller coling ", "sort": "relevance"},
}


# --- the cluster is away ------------------------------------------------------------------------------------------


def failing(error: Exception) -> Any:
    def fail() -> Any:
        raise error

    return fail


FAULTS = {
    "slow": failing(ConnectionTimeout("TIMEOUT", CANARY, Exception(CANARY))),
    "refuses": failing(TransportError(429, CANARY, {"error": {"reason": CANARY}})),
    "no index": lambda: {
        "responses": [{"error": {"type": "index_not_found_exception", "reason": CANARY}, "status": 404}] * 2
    },
    "cut short": lambda: {"responses": [{"timed_out": True, "hits": {"hits": [], "total": {"value": 0}}}] * 2},
    "another program": lambda: "<html>",
    "nothing": dict,
}


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_is_wrong_with_the_cluster_the_table_answers(
    hotel: SearchedWorld, fault: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    fill(hotel, 3, f"AC {CANARY}")
    by_index = ids(hotel.get(q=f"{CANARY} ac"))
    hotel.cluster.happens = FAULTS[fault]
    answer = hotel.get(q=f"{CANARY} ac")
    assert ids(answer) == by_index
    assert (answer.body["freshness"]["source"], answer.body["freshness"]["typos"]) == ("table", False)
    printed = capfd.readouterr()
    assert CANARY not in printed.out + printed.err + caplog.text
    assert "search index away" in printed.out + caplog.text


def test_after_a_failure_the_cluster_is_left_alone_for_a_while(hotel: SearchedWorld) -> None:
    fill(hotel, 1)
    hotel.get()
    hotel.cluster.happens = FAULTS["slow"]
    hotel.get()
    asked = hotel.cluster.requests
    hotel.cluster.happens = None
    assert hotel.get().body["freshness"]["source"] == "table"
    assert hotel.cluster.requests == asked
    hotel.seconds += FIRST_PAUSE_S
    assert hotel.get().body["freshness"]["source"] == "index"


@pytest.mark.parametrize("sort", ["-created_at", "updated_at", "-priority"])
def test_a_cursor_goes_on_whoever_answers(hotel: SearchedWorld, sort: str) -> None:
    fill(hotel, 9)
    whole = ids(hotel.get(q="ac", sort=sort))
    found, cursor, sources = list[str](), None, set[str]()
    for turn in range(20):
        hotel.seconds += 100
        hotel.cluster.happens = FAULTS["slow"] if turn % 2 else None
        page = hotel.get(q="ac", sort=sort, limit=2, cursor=cursor)
        found += ids(page)
        sources.add(page.body["freshness"]["source"])
        cursor = page.body["next_cursor"]
        if cursor is None:
            break
    assert (found, sources) == (whole, {"table", "index"})


def test_a_thread_that_is_too_long_for_a_request_is_read_on_in_the_table(
    hotel: SearchedWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ticketing.domain.search_document.MAX_REMARKS", MAX_SHOWN)
    fill(hotel, 2, "AC")
    (long,) = fill(hotel, 1, "x" * MAX_SHOWN)
    for text in (*["still waiting"] * 40, "a unicorn", "thanks"):
        add_remark(hotel.world, long, text)
    fill(hotel, 2, "AC unicorn")
    monkeypatch.setattr("ticketing.store.walks.Budget.__init__.__kwdefaults__", {"seconds": 4.5, "rows": 20})
    found, cursor, sources = list[str](), None, list[str]()
    for _ in range(20):
        page = hotel.get(q="unicorn", limit=1, cursor=cursor)
        found += ids(page)
        sources.append(page.body["freshness"]["source"])
        cursor = page.body["next_cursor"]
        if cursor is None:
            break
    assert (len(found), found[-1]) == (3, long)
    assert (sources[0], sources[2], set(sources)) == ("index", "table", {"index", "table"})


def test_a_list_by_relevance_needs_the_index_to_its_end(hotel: SearchedWorld) -> None:
    fill(hotel, 5)
    asked: dict[str, Any] = {"q": "ac", "sort": "relevance", "limit": 2}
    ranked = hotel.get(**asked).body["next_cursor"]
    hotel.cluster.happens = FAULTS["slow"]
    refused = hotel.get(**asked, cursor=ranked)
    assert (refused.status, refused.body["code"]) == (410, "cursor_expired")
    plain = hotel.get(**asked).body
    assert plain["freshness"]["sort"] == "-created_at"
    hotel.cluster.happens = None
    hotel.seconds += 1_000
    goes_on = hotel.get(**asked, cursor=plain["next_cursor"]).body
    assert (goes_on["freshness"]["sort"], goes_on["freshness"]["source"]) == ("-created_at", "index")
    assert len(ids(hotel.get(**asked, cursor=ranked))) == 2


def test_a_node_that_is_stopped_is_missed_by_nobody(world: World, own_search_node: SearchNode) -> None:
    with documents(own_search_node.url) as written:
        hotel = SearchedWorld(world, written)
        made = fill(hotel, 3)
        assert hotel.get().body["freshness"]["source"] == "index"
        own_search_node.stop()
        new = world.a_ticket(remarks="AC again")["id"]
        assert world.api("PATCH", f"/v1/tickets/{new}", {"status": "in_progress"}).status == 200
        answer = hotel.get(q="ac")
        assert answer.body["freshness"]["source"] == "table"
        assert set(ids(answer)) == {*made, new}
        own_search_node.start()
        hotel.seconds += 1_000
        answer = hotel.get(q="ac")
        assert answer.body["freshness"]["source"] == "index"
        assert set(ids(answer)) == {*made, new}


def hold(hotel: SearchedWorld) -> None:
    for _ in range(22):
        hotel.api("GET", "/v1/me")


def test_documents_of_two_organisations_with_one_id_stay_apart(hotel: SearchedWorld) -> None:
    """A document says whose it is: its place in the index alone does not."""
    (ours,) = fill(hotel, 1)
    (document,) = [one for one in hotel._documents() if one.id == ours]
    assert document.body["organisation"] == document.routing == ORGANISATION
    assert ids(hotel.get(key=hotel.world.keys.other)) == []
    assert orjson.dumps(hotel.get(key=hotel.world.keys.other).body).count(ours.encode()) == 0
