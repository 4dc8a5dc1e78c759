"""Lists over HTTP: every filter, every sort, cursors, what is refused, and reading one's own writes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.builders import ANA, BEN, CHAT, NOW, ORGANISATION, a_chat, a_ticket, later
from tests.fakes.counting import CallCounter
from tests.fakes.lagging_index import LaggingIndex
from tests.integration.aws import Answer, Api
from tests.integration.world import ADMIN, CREATE, OTHER, World, add_key
from ticketing.domain.directory import Role
from ticketing.domain.principal import Actor
from ticketing.domain.signing import Signer
from ticketing.domain.ticket import Priority, Ticket
from ticketing.domain.workflow import Label, Status, StatusCategory
from ticketing.store import directory, items, keys
from ticketing.store.table import Table

WAITING = Status("waiting_on_vendor", "Waiting on vendor", StatusCategory.WAITING)
CLOSED = Status("closed", "Closed", StatusCategory.CLOSED)


def stored(world: World, number: int, **changes: Any) -> str:
    """A ticket beside the API, with whatever matters; `number` names it."""
    ticket = replace(a_ticket(), id=f"tkt_{number:016d}", number=number, created_at=later(minutes=number))
    store(world.aws.table, replace(ticket, **changes))
    return ticket.id


def store(table: Table, ticket: Ticket) -> None:
    link = keys.chat_link_key(ticket.organisation_id, ticket.chat_id, ticket.created_at, ticket.id)
    table.put_all(
        [
            (keys.ticket_key(ticket.id), items.ticket_item(ticket)),
            (link, {keys.ORGANISATION: ticket.organisation_id}),
        ]
    )


@pytest.fixture
def hotel(world: World) -> World:
    """Eight tickets, each of its own kind."""
    made: dict[int, dict[str, Any]] = {
        1: {"priority": Priority.LOW, "assignee": None},
        2: {"priority": Priority.HIGH, "assignee": ANA, "status": WAITING},
        3: {"assignee": "team_maintenance", "updated_at": later(hours=5)},
        4: {"status": CLOSED, "creator": Actor(BEN)},
        5: {"creator": Actor.key("import"), "external_id": "pms-77"},
        6: {"chat_id": "chat_bare", "channel_id": "bare", "assignee": ADMIN},
        7: {"issue": Label("follow_up", "Follow-up"), "sub_issue": Label("quote_sent", "Quote sent")},
        8: {"status": Status("on_ice", "On ice", StatusCategory.ACTIVE), "sub_issue": None},
        9: {"deleted_at": NOW},
    }
    for number, changes in made.items():
        stored(world, number, **changes)
    stored(world, 10, organisation_id=OTHER)
    return world


def numbers(answer: Answer) -> list[int]:
    assert answer.status == 200, answer.body
    return [row["number"] for row in answer.body["data"]]


FILTERS: list[tuple[dict[str, Any], list[int]]] = [
    ({"status": ["open"]}, [1, 3, 5, 6, 7]),
    ({"status": ["waiting_on_vendor", "closed"]}, [2, 4]),
    ({"status": ["on_ice"]}, [8]),
    ({"status_category": ["unresolved"]}, [1, 2, 3, 5, 6, 7, 8]),
    ({"status_category": ["closed", "waiting"]}, [2, 4]),
    ({"priority": ["high", "low"]}, [1, 2]),
    ({"assignee": [ANA]}, [2]),
    ({"assignee": ["unassigned", "team_maintenance"]}, [1, 3]),
    ({"assignee": ["me"]}, [2]),
    ({"assignee": ["my_teams"]}, [3]),
    ({"assignee": ["me", "my_teams", "unassigned"]}, [1, 2, 3]),
    ({"assignee": ["mem_nobody"]}, []),
    ({"creator": [BEN]}, [4]),
    ({"creator": ["me"]}, [1, 2, 3, 6, 7, 8]),
    ({"creator": ["key:import", BEN]}, [4, 5]),
    ({"channel": ["bare"]}, [6]),
    ({"issue": ["follow_up"]}, [7]),
    ({"sub_issue": ["maintenance/hvac"]}, [1, 2, 3, 4, 5, 6]),
    ({"sub_issue": ["follow_up/quote_sent", "no/such"]}, [7]),
    ({"issue": ["maintenance"], "sub_issue": ["follow_up/quote_sent"]}, []),
    ({"external_id": ["pms-77", "pms-78"]}, [5]),
    ({"chat": ["chat_bare"]}, [6]),
    ({"chat": ["chat_bare", CHAT]}, [1, 2, 3, 4, 5, 6, 7, 8]),
    ({"chat": ["chat_unknown"]}, []),
    ({"created_from": "2026-03-01T22:15:05.123Z"}, [5, 6, 7, 8]),
    ({"created_to": "2026-03-01T22:15:05.123Z"}, [1, 2, 3, 4]),
    ({"created_from": "2026-03-01", "created_to": "2026-03-01"}, [1, 2, 3, 4, 5, 6, 7, 8]),
    ({"created_from": "2026-03-02"}, []),
    ({"created_from": "2026-03-02", "tz": "Asia/Tokyo"}, [1, 2, 3, 4, 5, 6, 7, 8]),
    ({"created_to": "2026-03-01", "tz": "Asia/Tokyo"}, []),
    ({"priority": ["medium"], "status": ["open"], "creator": ["me"], "assignee": [BEN]}, [7]),
]


def parameters(asked: dict[str, Any]) -> dict[str, list[str]]:
    listed = {name: value if isinstance(value, list) else [value] for name, value in asked.items()}
    return {name: [str(one) for one in values] for name, values in listed.items()}


def test_every_filter_finds_what_it_means_as_parameters_and_as_a_body(hotel: World) -> None:
    for asked, expected in FILTERS:
        listed = hotel.api("GET", "/v1/tickets", query=parameters(asked))
        assert sorted(numbers(listed)) == expected, asked
        found = hotel.api("POST", "/v1/tickets/search", asked)
        assert (found.status, found.body) == (200, listed.body), asked


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        (None, [8, 7, 6, 5, 4, 3, 2, 1]),
        ("-created_at", [8, 7, 6, 5, 4, 3, 2, 1]),
        ("created_at", [1, 2, 3, 4, 5, 6, 7, 8]),
        ("-priority", [2, 8, 7, 6, 5, 4, 3, 1]),
        ("priority", [1, 3, 4, 5, 6, 7, 8, 2]),
        ("-updated_at", [3, 8, 7, 6, 5, 4, 2, 1]),
        ("updated_at", [1, 2, 4, 5, 6, 7, 8, 3]),
    ],
)
def test_every_sort_page_by_page(hotel: World, sort: str | None, expected: list[int]) -> None:
    seen: list[int] = []
    asked: dict[str, Any] = {"sort": sort} if sort else {}
    for limit in (3, 1, 2, 100):  # which may change between pages
        page = hotel.api("GET", "/v1/tickets", query=parameters({**asked, "limit": limit}))
        seen += numbers(page)
        asked["cursor"] = page.body["next_cursor"]
        if not page.body["has_more"]:
            break
    assert (seen, asked["cursor"]) == (expected, None)


def test_a_list_says_how_much_it_knows(hotel: World) -> None:
    whole = hotel.api("GET", "/v1/tickets").body
    assert (whole["total"], whole["total_relation"]) == (8, "eq")
    known = {"source": "table", "indexed_through": None, "scanned": 8, "sort": "-created_at", "typos": False}
    assert whole["freshness"] == known
    first = hotel.api("GET", "/v1/tickets", query={"limit": ["3"]}).body
    assert (first["total_relation"], first["total"] <= 8) == ("gte", True)
    second = hotel.api("GET", "/v1/tickets", query={"limit": ["3"], "cursor": [first["next_cursor"]]}).body
    assert "total" not in second


def test_without_a_search_index_the_best_match_comes_as_the_last_created_and_says_so(hotel: World) -> None:
    asked = {"q": ["maintenance"], "sort": ["relevance"], "limit": ["3"]}
    first = hotel.api("GET", "/v1/tickets", query=asked).body
    rest = hotel.api("GET", "/v1/tickets", query={**asked, "limit": ["100"], "cursor": [first["next_cursor"]]}).body
    newest = hotel.api("GET", "/v1/tickets", query={"q": ["maintenance"]}).body
    assert [*first["data"], *rest["data"]] == newest["data"]
    assert {page["freshness"]["sort"] for page in (first, rest)} == {"-created_at"}


@pytest.mark.parametrize("asked", [{"sort": "relevance"}, {"sort": "relevance", "q": None}])
def test_only_words_have_a_best_match(hotel: World, asked: dict[str, Any]) -> None:
    refused = hotel.api("POST", "/v1/tickets/search", asked)
    assert refused.status == 422
    assert [one["field"] for one in refused.body["errors"]] == ["sort"]


def test_files_have_no_best_match(hotel: World) -> None:
    refused = hotel.api("GET", "/v1/reports/tickets.csv", query={"q": ["ac"], "sort": ["relevance"]})
    assert [one["field"] for one in refused.body["errors"]] == ["sort"]


def test_a_spent_budget_is_told_and_gone_on_from(hotel: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ticketing.store.walks.Budget.__init__.__kwdefaults__", {"seconds": 5.0, "rows": 3})
    asked: dict[str, Any] = {"external_id": ["pms-77"]}
    pages: list[Any] = []
    while not pages or pages[-1]["has_more"]:
        asked |= {"cursor": pages[-1]["next_cursor"]} if pages else {}
        pages.append(hotel.api("GET", "/v1/tickets", query=parameters(asked)).body)
    assert [[row["number"] for row in page["data"]] for page in pages[:2]] == [[], [5]]
    assert sum(len(page["data"]) for page in pages) == 1
    assert all(page["freshness"]["scanned"] <= 3 for page in pages)


# --- a chat's tickets --------------------------------------------------------------------------------------------


def test_a_chats_tickets_the_newest_first_page_by_page(hotel: World) -> None:
    first = hotel.api("GET", f"/v1/chats/{CHAT}/tickets", query={"limit": ["4"]})
    assert numbers(first) == [8, 7, 5, 4]
    rest = hotel.api("GET", f"/v1/chats/{CHAT}/tickets", query={"cursor": [first.body["next_cursor"]]})
    assert (numbers(rest), rest.body["has_more"]) == ([3, 2, 1], False)
    assert rest.body["freshness"]["indexed_through"] == "2026-03-01T22:10:05.123Z"


@pytest.mark.parametrize("chat", ["chat_unknown", "chat_of_others", "x" * 3000, "%00"])
def test_an_unknown_or_foreign_chat_has_no_tickets_to_list(world: World, chat: str) -> None:
    foreign = a_chat(id="chat_of_others")
    directory.put_chat(world.aws.table, OTHER, foreign.id, lambda _: foreign)
    refused = world.api("GET", f"/v1/chats/{chat}/tickets")
    assert (refused.status, refused.body["code"]) == (404, "not_found")


def test_the_tickets_of_a_deleted_chat_are_in_no_list_and_not_counted(hotel: World) -> None:
    assert hotel.as_(hotel.keys.admin)("DELETE", "/v1/chats/chat_bare").status in {200, 204}
    listed = hotel.api("GET", "/v1/tickets")
    assert numbers(listed) == [8, 7, 5, 4, 3, 2, 1]
    assert (listed.body["total"], listed.body["total_relation"]) == (7, "gte")
    assert hotel.api("GET", "/v1/chats/chat_bare/tickets").status == 404


def test_nor_are_they_counted_when_they_lie_beyond_the_page(hotel: World) -> None:
    assert hotel.as_(hotel.keys.admin)("DELETE", "/v1/chats/chat_bare").status in {200, 204}
    for limit in range(1, 9):
        body = hotel.api("GET", "/v1/tickets", query={"limit": [str(limit)]}).body
        assert body["total"] <= 7, f"limit {limit}"
        assert body["total_relation"] == "gte" or body["total"] == 7, f"limit {limit}"
    selective = hotel.api("GET", "/v1/tickets", query={"limit": ["1"], "status_category": ["unresolved"]}).body
    assert selective["total"] > 1, "what is met beyond the page is counted"


# --- what is refused ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "field", "code"),
    [
        ({"priority": ["urgent"]}, "priority", "invalid"),
        ({"status_category": ["done"]}, "status_category", "invalid"),
        ({"status": ["open", "no spaces"]}, "status", "invalid"),
        ({"status": [""]}, "status", "invalid"),
        ({"assignee": ["Ben"]}, "assignee", "invalid"),
        ({"assignee": ["mem_" + "x" * 37]}, "assignee", "invalid"),
        ({"creator": ["team_maintenance"]}, "creator", "invalid"),
        ({"creator": ["my_teams"]}, "creator", "invalid"),
        ({"channel": ["a/b"]}, "channel", "invalid"),
        ({"issue": ["x" * 41]}, "issue", "invalid"),
        ({"sub_issue": ["hvac"]}, "sub_issue", "invalid"),
        ({"external_id": ["x" * 65]}, "external_id", "invalid"),
        ({"chat": ["\n"]}, "chat", "invalid"),
        ({"created_from": ["2026-03-01T10:00:00"]}, "created_from", "zone_missing"),
        ({"created_from": ["soon"]}, "created_from", "invalid"),
        ({"created_from": ["2026-03-02"], "created_to": ["2026-03-01"]}, "created_to", "out_of_order"),
        ({"tz": ["Mars/Olympus"]}, "tz", "unknown_zone"),
        ({"sort": ["number"]}, "sort", "invalid"),
        ({"sort": ["relevance"]}, "sort", "invalid"),
        ({"limit": ["0"]}, "limit", "invalid"),
        ({"limit": ["101"]}, "limit", "invalid"),
        ({"limit": ["5", "6"]}, "limit", "repeated"),
        ({"sort": ["created_at", "priority"]}, "sort", "repeated"),
        ({"state": ["open"]}, "state", "unknown_field"),
        ({"watcher": [ANA]}, "watcher", "unknown_field"),
    ],
)
def test_what_a_list_does_not_understand_is_named(
    world: World, asked: dict[str, list[str]], field: str, code: str
) -> None:
    refused = world.api("GET", "/v1/tickets", query=asked)
    assert (refused.status, refused.body["code"]) == (422, "validation_failed")
    assert (field, code) in [(one["field"], one["code"]) for one in refused.body["errors"]]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"priority": ["urgent"]}, "priority[0]"),
        ({"priority": "high"}, "priority"),
        ({"status": []}, "status"),
        ({"status": None}, "status"),
        ({"status": [f"s{number}" for number in range(501)]}, "status"),
        ({"limit": "5"}, "limit"),
        ({"limit": True}, "limit"),
        ({"tz": "nowhere"}, "tz"),
        ({"state": ["open"]}, "state"),
        ([], "body"),
    ],
)
def test_what_a_search_does_not_understand_is_named(world: World, body: Any, field: str) -> None:
    refused = world.api("POST", "/v1/tickets/search", body)
    assert (refused.status, refused.body["code"]) == (422, "validation_failed")
    assert field in [one["field"] for one in refused.body["errors"]]


def test_a_search_takes_no_parameters(world: World) -> None:
    refused = world.api("POST", "/v1/tickets/search", {}, query={"limit": ["5"]})
    assert (refused.status, refused.body["errors"][0]["field"]) == (422, "limit")


def test_a_key_without_a_member_cannot_ask_for_its_own(world: World) -> None:
    machine = world.as_(add_key(world.aws, ORGANISATION, None, Role.USER))
    for name, word in (("assignee", "me"), ("assignee", "my_teams"), ("creator", "me")):
        refused = machine("GET", "/v1/tickets", query={name: [word]})
        assert (refused.status, refused.body["errors"][0]["field"]) == (422, name)


def test_whoever_leads_a_team_without_being_in_it_finds_its_tickets_by_my_teams(hotel: World) -> None:
    admin = hotel.as_(hotel.keys.admin)
    team = {"name": "Maintenance", "lead": ADMIN, "members": [ANA]}
    assert admin("PUT", "/v1/teams/team_maintenance", team).status == 200
    assert numbers(admin("GET", "/v1/tickets", query={"assignee": ["my_teams"]})) == [3]


def test_whoever_is_in_no_team_finds_nothing_by_my_teams(hotel: World) -> None:
    assert numbers(hotel.as_(hotel.keys.owner)("GET", "/v1/tickets", query={"assignee": ["my_teams"]})) == []


def test_a_cursor_goes_with_its_filters_its_sort_and_its_organisation(hotel: World) -> None:
    asked = {"status_category": ["unresolved"], "limit": ["2"]}
    cursor = hotel.api("GET", "/v1/tickets", query=asked).body["next_cursor"]
    same = {"limit": 2, "cursor": cursor, "status_category": ["unresolved"]}
    assert numbers(hotel.api("POST", "/v1/tickets/search", same)) == [6, 5]
    for changed in (
        {"status_category": ["closed"]},
        {"priority": ["high"]},
        {"sort": ["created_at"]},
        {"cursor": [cursor[:-2] + "xx"]},
    ):
        refused = hotel.api("GET", "/v1/tickets", query={**asked, "cursor": [cursor], **changed})
        assert (refused.status, refused.body["code"]) == (400, "invalid_cursor"), changed
    foreign = hotel.as_(hotel.keys.other)("GET", "/v1/tickets", query={**asked, "cursor": [cursor]})
    assert (foreign.status, foreign.body["code"]) == (400, "invalid_cursor")


# --- read your writes --------------------------------------------------------------------------------------------

SEEN = "lodgestory-seen"


def seeing(api: Api, token: str | None, method: str, path: str, body: Any = None, **more: Any) -> Answer:
    return api(method, path, body, headers={"Lodgestory-Seen": token} if token else {}, **more)


@pytest.mark.parametrize("sort", ["-created_at", "-updated_at", "priority"])
def test_ones_own_writes_are_in_the_list_however_far_the_index_lags(
    lagging: tuple[Api, LaggingIndex], sort: str
) -> None:
    api, index = lagging
    query = {"sort": [sort], "status_category": ["unresolved"]}
    token: str | None = None
    created: list[str] = []
    for _ in range(3):
        answer = seeing(api, token, "POST", "/v1/tickets", CREATE)
        created, token = [*created, answer.body["id"]], answer.headers[SEEN]

    def listed() -> set[str]:
        return {row["id"] for row in seeing(api, token, "GET", "/v1/tickets", query=query).body["data"]}

    assert api("GET", "/v1/tickets", query=query).body["data"] == []
    assert listed() == set(created)
    index.catch_up(*created)
    token = seeing(api, token, "PATCH", f"/v1/tickets/{created[0]}", {"status": "resolved"}).headers[SEEN]
    assert listed() == set(created[1:])
    token = seeing(api, token, "DELETE", f"/v1/tickets/{created[1]}").headers[SEEN]
    assert listed() == {created[2]}
    without = len(api("GET", "/v1/tickets", query=query).body["data"])
    assert without == (1 if sort == "-updated_at" else 3), "only by_updated reads the tickets themselves"


def test_the_token_carries_the_newest_ten_and_stays_small(world: World) -> None:
    token: str | None = None
    ids = []
    for _ in range(12):
        answer = seeing(world.api, token, "POST", "/v1/tickets", CREATE)
        token = answer.headers[SEEN]
        ids.append(answer.body["id"])
    assert token is not None
    assert len(token) <= 400
    text = Signer([b"c2VjcmV0"]).open("seen", ORGANISATION, token)
    assert [f"tkt_{one.partition('.')[0]}" for one in text.split(",")] == ids[2:]
    again = seeing(world.api, token, "PATCH", f"/v1/tickets/{ids[5]}", {"priority": "low"}).headers[SEEN]
    text = Signer([b"c2VjcmV0"]).open("seen", ORGANISATION, again)
    assert text.split(",")[-1] == f"{ids[5][4:]}.2"
    assert len(text.split(",")) == 10


def test_even_versions_beyond_reason_keep_the_token_within_its_size(world: World) -> None:
    from starlette.responses import Response

    from tickets_api.seen import MAX_BYTES, Seen
    from tickets_api.services import Services

    services = Services.from_environment()
    versions = {f"tkt_{number:016d}": 2**53 - 1 for number in range(10)}
    answered = Seen(services, ORGANISATION, versions).after(Response(b'{"id": "tkt_0000000000000010", "version": 1}'))
    assert len(answered.headers[SEEN]) <= MAX_BYTES


def test_every_answer_to_a_write_carries_the_header_and_a_refusal_does_not(world: World) -> None:
    ticket = world.a_ticket()["id"]
    path = f"/v1/tickets/{ticket}"
    for method, where, body in (
        ("PATCH", path, {"priority": "low"}),
        ("PATCH", path, {"priority": "low"}),  # which changes nothing
        ("PUT", f"{path}/watchers/{ADMIN}", None),
        ("POST", f"{path}/remarks", {"text": "The vendor comes at nine"}),
        ("DELETE", path, None),
        ("POST", f"{path}/restore", None),
    ):
        answer = world.api(method, where, body)
        assert answer.status in {200, 201}, answer.body
        text = Signer([b"c2VjcmV0"]).open("seen", ORGANISATION, answer.headers[SEEN])
        assert text == f"{ticket[4:]}.{answer.body['version']}", (method, where)
    assert SEEN not in world.api("PATCH", path, {"priority": "urgent"}).headers


def test_an_answer_that_is_repeated_tells_of_what_was_written_since(world: World) -> None:
    first = world.api("POST", "/v1/tickets", CREATE, headers={"Idempotency-Key": "night-1"})
    other = seeing(world.api, first.headers[SEEN], "POST", "/v1/tickets", CREATE)
    headers = {"Idempotency-Key": "night-1", "Lodgestory-Seen": other.headers[SEEN]}
    again = world.api("POST", "/v1/tickets", CREATE, headers=headers)
    assert again.body == first.body
    text = Signer([b"c2VjcmV0"]).open("seen", ORGANISATION, again.headers[SEEN])
    assert {one.partition(".")[0] for one in text.split(",")} == {first.body["id"][4:], other.body["id"][4:]}


def test_a_token_that_was_changed_or_is_foreign_is_refused_an_old_one_never(world: World) -> None:
    token = world.api("POST", "/v1/tickets", CREATE).headers[SEEN]
    cases: list[tuple[Api, str]] = [
        (world.api, "nonsense"),
        (world.api, token[:-2] + "xx"),
        (world.as_(world.keys.other), token),
    ]
    for api, given in cases:
        for method, path, body in (("GET", "/v1/tickets", None), ("POST", "/v1/tickets", CREATE)):
            refused = seeing(api, given, method, path, body)
            assert (refused.status, refused.body["code"]) == (400, "invalid_cursor")
    world.aws.clock.now = NOW + timedelta(days=900)
    assert seeing(world.api, token, "GET", "/v1/tickets").status == 200


# --- what it costs -----------------------------------------------------------------------------------------------


@pytest.fixture
def calls(world: World, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """How many requests to DynamoDB a list makes, counted at the client; everything is warm."""
    counter = CallCounter(world.aws.table._client)

    def count(query: dict[str, list[str]], token: str | None = None) -> int:
        assert seeing(world.api, token, "GET", "/v1/tickets", query=query).status == 200
        counter.start()
        assert seeing(world.api, token, "GET", "/v1/tickets", query=query).status == 200
        return counter.total

    return count


def test_a_list_asks_dynamodb_as_seldom_as_promised(world: World, calls: Callable[..., int]) -> None:
    for number in range(120):
        stored(world, number, priority=list(Priority)[number % 3])
    token = world.api("PATCH", "/v1/tickets/tkt_0000000000000007", {"assignee": None}).headers[SEEN]
    found = {
        (name, limit): calls({"sort": [name], "limit": [limit]}, token)
        for name in ("-created_at", "-updated_at", "-priority")
        for limit in ("25", "100")
    }
    print(found)
    assert calls({}) == 2
    assert max(found["-created_at", "25"], found["-created_at", "100"]) <= 3
    assert max(found["-updated_at", "25"], found["-updated_at", "100"]) <= 4
    assert max(found["-priority", "25"], found["-priority", "100"]) <= 5
    assert calls({"assignee": ["unassigned"]}, token) <= 4


def test_a_filter_that_few_pass_takes_one_call_more_for_each_further_page_of_the_index(
    world: World, calls: Callable[..., int]
) -> None:
    stored(world, 0, priority=Priority.LOW)
    for number in range(1, 300):
        stored(world, number)
    token = world.api("PATCH", "/v1/tickets/tkt_0000000000000007", {"assignee": None}).headers[SEEN]
    rare = {"priority": ["low"]}
    found = {name: calls(rare | {"sort": [name]}, token) for name in ("-created_at", "-updated_at")}
    print(found)
    assert found["-created_at"] <= 3 + 1, "104 rows, then 208"
    assert found["-updated_at"] <= 4 + 2 * 2, "three times about 100 rows, and the tickets themselves each time"


@pytest.mark.parametrize(
    ("method", "path", "body", "at_most"),
    [
        ("POST", "/v1/tickets/search", {}, 3),
        # One to see whether the chat lives, and one for the tickets, which only the index has in its rows.
        ("GET", f"/v1/chats/{CHAT}/tickets", None, 4),
    ],
)
def test_other_ways_to_a_list_cost_about_as_little(
    world: World, method: str, path: str, body: Any, at_most: int
) -> None:
    for number in range(30):
        stored(world, number)
    counter = CallCounter(world.aws.table._client)
    seeing(world.api, None, method, path, body)
    world.hold_a_lease()
    counter.start()
    assert len(seeing(world.api, None, method, path, body).body["data"]) == 25
    print(f"{method} {path}: {counter.calls}")
    assert counter.total <= at_most, counter.calls
