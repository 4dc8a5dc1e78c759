"""Bad methods, paths, ids and headers: refused by name, with nothing changed (`untouched`)."""

from typing import Any

import pytest

from tests.builders import a_channel, a_chat, a_member, a_team
from tests.integration.refusals import CANARY, Untouched
from tests.integration.routes import CLOSED, ROUTES, furnish_ours
from tests.integration.world import GONE, OTHER, World
from ticketing.store import directory

METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"})


# --- methods and paths -------------------------------------------------------------------------------------------


def test_a_method_that_a_path_does_not_answer_is_refused_with_those_that_it_does(untouched: Untouched) -> None:
    wrong, cases = {}, 0
    for path in {route.path for route in ROUTES.values()}:
        allowed = {route.method for route in ROUTES.values() if route.path == path}
        allowed |= {"OPTIONS"} | ({"HEAD"} if "GET" in allowed else set())
        # The same word could be a ticket's id, of which these ask.
        of_a_ticket = {"GET", "HEAD", "PATCH", "DELETE"} if path == "/v1/tickets/search" else set[str]()
        for method in METHODS - allowed - of_a_ticket:
            asked = path.format(**untouched.ours.ids)
            refused = untouched.world.as_(untouched.world.keys.owner)(method, asked)
            cases += 1
            code = refused.body["code"] if method != "HEAD" else "method_not_allowed"
            found = (refused.status, code, refused.headers.get("allow"))
            if found != (405, "method_not_allowed", ", ".join(sorted(allowed))):
                wrong[f"{method} {path}"] = found
    assert wrong == {}
    assert cases >= 100


def test_an_unknown_route_is_not_found(untouched: Untouched) -> None:
    for path in (f"/v1/{CANARY}", "/v2/tickets", "/", "/v1", "/v1/", f"/v1/tickets/a/b/{CANARY}"):
        refused = untouched.world.api("GET", path)
        assert (refused.status, refused.body["code"]) == (404, "not_found"), path


@pytest.mark.parametrize("path", ["/v1/tickets/", "/docs/", "/v1/health/"])
def test_a_slash_too_many_leads_nowhere_and_to_no_other_host(untouched: Untouched, path: str) -> None:
    answer = untouched.world.api("GET", path, headers={"Host": "evil.example"})
    assert answer.status in {404, 405, 422}
    assert "location" not in answer.headers


@pytest.mark.parametrize("headers", [{"X-Forwarded-Port": "1, 443"}, {"X-Forwarded-Proto": "\ud800"}])
def test_an_event_that_is_no_request_gets_a_plain_refusal(world: World, headers: dict[str, str]) -> None:
    answer = world.api("GET", "/v1/tickets", headers=headers)
    assert answer.status in {200, 400}
    assert "Traceback" not in str(answer.body)


# --- ids ---------------------------------------------------------------------------------------------------------

NO_IDS = ("x" * 2050, "a.b", "tkt_" + "a" * 60, "%00", f"{CANARY} {CANARY}", f"mem_{CANARY}\0", "..", "ä")


@pytest.mark.parametrize("id_", NO_IDS, ids=range(len(NO_IDS)))
def test_what_cannot_be_an_id_is_refused_as_unknown_or_by_its_name(untouched: Untouched, id_: str) -> None:
    caller = untouched.world.as_(untouched.world.keys.owner)
    wrong = {}
    for route in CLOSED:
        for name in ("ticket_id", "remark_id", "chat_id", "channel_id", "member_id", "team_id", "key_id"):
            if f"{{{name}}}" not in route.path:
                continue
            path = route.path.format(**{**untouched.ours.ids, name: id_})
            refused = caller(route.method, path, route.body)
            fields = [error["field"] for error in refused.body["errors"]]
            if (refused.status, refused.body["code"]) not in {(404, "ticket_not_found"), (404, "not_found")} and (
                (refused.status, fields) != (422, [name])
            ):
                wrong[f"{route.name} {name}"] = (refused.status, fields)
    assert wrong == {}


SLOTS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("POST /v1/tickets", "chat_id", {"chat_id": "chat_@"}),
    ("POST /v1/tickets", "assignee", {"assignee": "mem_@"}),
    ("POST /v1/tickets", "assignee", {"assignee": "team_@"}),
    ("POST /v1/tickets", "watchers[1]", {"watchers": ["mem_ana", "mem_@"]}),
    ("PATCH /v1/tickets/{ticket_id}", "assignee", {"assignee": "mem_@"}),
    ("PATCH /v1/tickets/{ticket_id}", "assignee", {"assignee": "team_@"}),
    ("PATCH /v1/tickets/{ticket_id}", "watchers[0]", {"watchers": ["mem_@"]}),
    ("PUT /v1/chats/{chat_id}", "channel_id", {"channel_id": "desk_@"}),
    ("PUT /v1/teams/{team_id}", "lead", {"lead": "mem_@"}),
    ("PUT /v1/teams/{team_id}", "members[1]", {"members": ["mem_ana", "mem_@"]}),
    ("POST /v1/api-keys", "member_id", {"member_id": "mem_@"}),
)


@pytest.fixture
def theirs(world: World) -> None:
    """What `@` stands for in the other organisation."""
    table = world.aws.table
    directory.put_member(table, OTHER, "mem_theirs", lambda _: a_member("mem_theirs"))
    directory.put_team(table, OTHER, "team_theirs", lambda _: a_team(id="team_theirs", lead="mem_theirs", members=()))
    directory.put_channel(table, OTHER, "desk_theirs", lambda _: a_channel(id="desk_theirs"))
    directory.put_chat(table, OTHER, "chat_theirs", lambda _: a_chat(id="chat_theirs", channel_id="desk_theirs"))


@pytest.mark.parametrize(("name", "field", "changes"), SLOTS, ids=[f"{name} {field}" for name, field, _ in SLOTS])
def test_a_foreign_id_in_a_body_is_answered_byte_for_byte_as_an_unknown_one(
    theirs: None, untouched: Untouched, name: str, field: str, changes: dict[str, Any]
) -> None:
    route = ROUTES[name]

    def told(word: str) -> Any:
        named = {
            key: [one.replace("@", word) for one in value] if isinstance(value, list) else value.replace("@", word)
            for key, value in changes.items()
        }
        return untouched.refusal(route, route.body | named, headers={"X-Request-Id": "same"})

    foreign, unknown = told("theirs"), told("nobody")
    assert foreign.told == unknown.told
    assert (foreign.status, [error["field"] for error in foreign.body["errors"]]) == (422, [field])


@pytest.mark.parametrize(
    ("name", "field", "changes"),
    [
        ("POST /v1/tickets", "assignee", {"assignee": GONE}),
        ("POST /v1/tickets", "watchers[0]", {"watchers": [GONE]}),
        ("PATCH /v1/tickets/{ticket_id}", "assignee", {"assignee": GONE}),
        ("POST /v1/api-keys", "member_id", {"member_id": GONE}),
    ],
)
def test_a_member_who_has_left_is_refused_where_one_is_needed(
    untouched: Untouched, name: str, field: str, changes: dict[str, Any]
) -> None:
    route = ROUTES[name]
    assert untouched.said(route, route.body | changes).partition(": ")[2] == field


def test_what_was_deleted_is_refused(world: World) -> None:
    ours, admin = furnish_ours(world), world.as_(world.keys.admin)
    ticket, chat = f"/v1/tickets/{ours.ids['ticket_id']}", f"/v1/chats/{ours.ids['chat_id']}"
    new = {"chat_id": ours.ids["chat_id"], "issue": "maintenance"}
    cases: tuple[tuple[str, str, str, Any, int, str], ...] = (
        ("/v1/teams/team_ours", "POST", "/v1/tickets", new | {"assignee": "team_ours"}, 422, "assignee_not_member"),
        (
            "/v1/channels/empty_ours",
            "PUT",
            "/v1/chats/new",
            {"channel_id": "empty_ours", "guest": {"name": "Ada"}},
            409,
            "channel_inactive",
        ),
        ("/v1/channels/desk_ours/workflow", "POST", "/v1/tickets", new, 409, "workflow_missing"),
        (ticket, "PATCH", ticket, {"priority": "low"}, 404, "ticket_not_found"),
        (chat, "POST", "/v1/tickets", new, 409, "chat_deleted"),
        (chat, "PUT", chat, {"channel_id": "desk_ours", "guest": {"name": "Ada"}}, 409, "chat_deleted"),
    )
    for deleted, method, path, body, status, code in cases:
        admin("DELETE", deleted)
        before = world.aws.items()
        refused = admin(method, path, body)
        assert (refused.status, refused.body["code"]) == (status, code), (deleted, method, path)
        assert world.aws.items() == before


# --- headers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"Idempotency-Key": ""}, "422 validation_failed: Idempotency-Key"),
        ({"Idempotency-Key": "x" * 256}, "422 validation_failed: Idempotency-Key"),
        ({"Idempotency-Key": f"{CANARY} {CANARY}"}, "422 validation_failed: Idempotency-Key"),
        ({"Idempotency-Key": "ä"}, "422 validation_failed: Idempotency-Key"),
        ({"If-Match": ""}, "412 version_conflict"),
        ({"If-Match": CANARY}, "412 version_conflict"),
        ({"If-Match": '"1-1"'}, "412 version_conflict"),
        ({"If-Match": f'W/"1-2", "{CANARY}"'}, "412 version_conflict"),
        ({"If-Match": '"1-' + "9" * 400 + '"'}, "412 version_conflict"),
        ({"Lodgestory-Seen": ""}, "400 invalid_cursor"),
        ({"Lodgestory-Seen": CANARY}, "400 invalid_cursor"),
        ({"Authorization": f"Bearer {CANARY}"}, "401 unauthenticated"),
    ],
)
def test_a_header_that_says_nothing_valid_is_refused(untouched: Untouched, headers: dict[str, str], said: str) -> None:
    assert untouched.said(ROUTES["PATCH /v1/tickets/{ticket_id}"], headers=headers) == said
