"""Bad input: refused by its name, with nothing changed."""

from typing import Any

import pytest

from tests.builders import CHANNEL
from tests.integration.world import CREATE, OTHER, World

BAD_BODIES: list[tuple[str, Any, str]] = [
    ("broken JSON", '{"chat_id": ', "body"),
    ("not UTF-8", '{"issue": "a", "chat_id": "\ud800"}', "chat_id"),
    ("a list", [], "body"),
    ("an unknown field", CREATE | {"colour": "red"}, "colour"),
    ("a wrong type", CREATE | {"chat_id": 7}, "chat_id"),
    ("a number as text", CREATE | {"watchers": "mem_ana"}, "watchers"),
    ("an unknown priority", CREATE | {"priority": "urgent"}, "priority"),
    ("a hostile id", CREATE | {"chat_id": "a/b"}, "chat_id"),
    ("an id that is too long", CREATE | {"chat_id": "c" * 41}, "chat_id"),
    ("too many watchers", CREATE | {"watchers": [f"mem_{n}" for n in range(21)]}, "watchers"),
    ("NUL in a remark", CREATE | {"remarks": "a\u0000b"}, "remarks"),
    ("a lone surrogate", '{"chat_id": "chat_0001", "issue": "maintenance", "remarks": "\\ud800"}', "remarks"),
    ("deep nesting", '{"issue": "a", "chat_id": ' + "[" * 5000 + "]" * 5000 + "}", "chat_id"),
    ("a huge number", '{"chat_id": ' + "9" * 5000 + "}", "body"),
    ("mass assignment", CREATE | {"organisation_id": OTHER, "id": "tkt_1", "version": 9}, "organisation_id"),
]


@pytest.mark.parametrize(("what", "body", "field"), BAD_BODIES, ids=[what for what, _, _ in BAD_BODIES])
def test_a_bad_body_is_refused_by_field_and_changes_nothing(world: World, what: str, body: Any, field: str) -> None:
    refused = world.api("POST", "/v1/tickets", body)
    assert (refused.status, refused.body["code"]) == (422, "validation_failed"), what
    assert field in [error["field"] for error in refused.body["errors"]]
    assert world.api("GET", "/v1/tickets").body["data"] == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": ["0"]}, "limit"),
        ({"limit": ["101"]}, "limit"),
        ({"limit": ["x"]}, "limit"),
        ({"page": ["2"]}, "page"),
    ],
)
def test_a_bad_or_unknown_parameter_is_refused_by_name(world: World, query: dict[str, list[str]], field: str) -> None:
    refused = world.api("GET", "/v1/tickets", query=query)
    assert (refused.status, refused.body["code"]) == (422, "validation_failed")
    assert [error["field"] for error in refused.body["errors"]] == [field]


@pytest.mark.parametrize("path", ["/v1/tickets", "/v1/changes"])
def test_a_changed_or_foreign_cursor_is_refused(world: World, path: str) -> None:
    for _ in range(2):
        world.a_ticket()
    feed_cursor = world.api("GET", "/v1/changes", query={"cursor": ["now"]}).body["next_cursor"]
    list_cursor = world.api("GET", "/v1/tickets", query={"limit": ["1"]}).body["next_cursor"]
    own = list_cursor if path == "/v1/tickets" else feed_cursor
    other_list = feed_cursor if path == "/v1/tickets" else list_cursor
    for wrong in ("x", own[:-2], own + "A", other_list):
        refused = world.api("GET", path, query={"cursor": [wrong]})
        assert (refused.status, refused.body["code"]) == (400, "invalid_cursor")
    assert world.as_(world.keys.other)("GET", path, query={"cursor": [own]}).status == 400
    assert world.api("GET", path, query={"cursor": [own]}).status == 200


def test_a_body_of_4_mb_is_read_and_one_byte_more_is_refused(world: World) -> None:
    frame = len('{"x": ""}')
    just = '{"x": "' + "a" * (4 * 1024 * 1024 - frame) + '"}'
    assert world.api("POST", "/v1/tickets", just).status == 422
    refused = world.api("POST", "/v1/tickets", just + " ")
    assert (refused.status, refused.body["code"]) == (413, "payload_too_large")


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_body_that_is_not_json_by_its_type_is_refused(world: World, content_type: str) -> None:
    refused = world.api("POST", "/v1/tickets", CREATE, headers={"Content-Type": content_type})
    assert (refused.status, refused.body["code"]) == (415, "unsupported_media_type")


def test_an_unknown_route_and_an_unknown_method_say_so(world: World) -> None:
    assert world.api("GET", "/v1/nothing").body["code"] == "not_found"
    refused = world.api("DELETE", "/v1/tickets")
    assert (refused.status, refused.body["code"]) == (405, "method_not_allowed")
    assert "GET" in refused.headers["allow"]


@pytest.mark.parametrize("ticket", ["x" * 2050, "a.b", "tkt_" + "a" * 60, "%00", "tkt_aaaa aaaa"])
@pytest.mark.parametrize(("method", "body"), [("GET", None), ("PATCH", {"status": "open"})])
def test_what_cannot_be_a_ticket_id_is_an_unknown_ticket(world: World, ticket: str, method: str, body: Any) -> None:
    refused = world.api(method, f"/v1/tickets/{ticket}", body)
    assert (refused.status, refused.body["code"]) == (404, "ticket_not_found")


def test_a_parameter_that_a_route_does_not_take_is_refused_and_nothing_is_written(world: World) -> None:
    refused = world.api("POST", "/v1/tickets", CREATE, query={"dry_run": ["true"]})
    assert (refused.status, refused.body["errors"][0]["field"]) == (422, "dry_run")
    assert world.api("GET", "/v1/tickets").body["data"] == []


@pytest.mark.parametrize("path", ["/v1/tickets/", "/docs/", "/v1/health/"])
def test_a_slash_too_many_leads_nowhere_and_to_no_other_host(world: World, path: str) -> None:
    answer = world.api("GET", path, headers={"Host": "evil.example"})
    assert answer.status in {404, 405, 422}
    assert "location" not in answer.headers


@pytest.mark.parametrize("headers", [{"X-Forwarded-Port": "1, 443"}, {"X-Forwarded-Proto": "\ud800"}])
def test_an_event_that_is_no_request_gets_a_plain_refusal(world: World, headers: dict[str, str]) -> None:
    answer = world.api("GET", "/v1/tickets", headers=headers)
    assert answer.status in {200, 400}
    assert "Traceback" not in str(answer.body)


@pytest.mark.parametrize(
    "issues",
    [
        {"transitions": {"open": ["open"] * 100_000}},
        {"transitions": {"open": [7] * 200_000}},
        {f"field_{number}": 1 for number in range(100_000)},
        {"x" * 100_000: 1},
    ],
)
def test_a_body_of_mistakes_gets_a_short_answer(world: World, issues: dict[str, Any]) -> None:
    body = {"issues": [{"id": "a", "label": "A"}]} | issues
    refused = world.as_(world.keys.admin)("PUT", f"/v1/channels/{CHANNEL}/workflow", body)
    assert refused.status == 422
    assert len(str(refused.body)) < 50_000


@pytest.mark.parametrize(
    "email", ["a,b@x.example", "a;b@x.example", '"a"@x.example', "a@b", "a b@x.example", "a@x.example\r\n"]
)
def test_an_address_that_would_be_two_or_none_is_refused(world: World, email: str) -> None:
    body = {"name": "Eve", "email": email, "role": "user"}
    assert world.as_(world.keys.admin)("PUT", "/v1/members/mem_eve", body).status == 422
