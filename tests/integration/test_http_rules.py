"""What HTTP asks of every answer, whatever it is about: methods, media types, sizes, request ids, careful headers."""

import json
from typing import Any

import pytest

from tests.fakes.events import api_event
from tests.integration.aws import Answer
from tests.integration.routes import ROUTES, WITH_BODY, Ours, furnish_ours
from tests.integration.world import CREATE, World
from tickets_api import guarding

READS = [route for route in ROUTES.values() if route.method == "GET"]


@pytest.fixture
def ours(world: World) -> Ours:
    found = furnish_ours(world)
    world.api.key = world.keys.owner
    return found


# --- HEAD and OPTIONS --------------------------------------------------------------------------------------------


def test_head_is_answered_wherever_get_is_with_the_same_headers_and_no_body(world: World, ours: Ours) -> None:
    same = {"X-Request-Id": "same"}
    for route in READS:
        path = ours.path(route)
        read = world.api("GET", path, headers=same)
        asked = world.api("HEAD", path, headers=same)
        assert asked.told[:2] == (200, read.told[1]), route.name
        assert (asked.body, asked.headers["content-length"] > "0") == ("", True), route.name
    assert len(READS) >= 22


def test_head_is_refused_like_get_where_a_key_is_missing_or_nothing_is_there(world: World) -> None:
    for caller, path, status in (
        (world.as_(None), "/v1/tickets", 401),
        (world.api, "/v1/nothing", 404),
        (world.api, "/v1/tickets/tkt_aaaaaaaaaaaaaaaa", 404),
    ):
        asked = caller("HEAD", path)
        assert (asked.status, asked.body) == (status, "")
        assert asked.headers["content-type"] == "application/problem+json"


def test_head_knows_if_none_match_and_stands_under_its_own_name_in_the_log(world: World, ours: Ours) -> None:
    path = f"/v1/tickets/{ours.ids['ticket_id']}"
    tag = world.api("HEAD", path).headers["etag"]
    assert world.api("HEAD", path, headers={"If-None-Match": tag}).status == 304
    _, _, facts = world.log.lines[-1]
    assert (facts["method"], facts["route"]) == ("HEAD", "/v1/tickets/{ticket_id}")


def test_options_names_the_methods_of_every_path_without_a_key_and_touches_nothing(world: World, ours: Ours) -> None:
    before = world.aws.items()
    for path in sorted({route.path for route in ROUTES.values()}):
        methods = {route.method for route in ROUTES.values() if route.path == path} | {"OPTIONS"}
        methods |= {"HEAD"} if "GET" in methods else set()
        told = world.as_(None)("OPTIONS", path.format(**ours.ids))
        assert (told.status, told.body, told.headers["allow"]) == (204, "", ", ".join(sorted(methods))), path
    assert world.as_(None)("OPTIONS", "/v1/nothing").headers["allow"] == "OPTIONS"
    assert world.aws.items() == before


# --- what is sent ------------------------------------------------------------------------------------------------

NOT_JSON: tuple[dict[str, str], ...] = (
    {"Content-Type": ""},
    {"Content-Type": "text/plain"},
    {"Content-Type": "application/x-www-form-urlencoded"},
    {"Content-Type": "multipart/form-data; boundary=a"},
    {"Content-Type": "application/jsonp"},
    {"Content-Type": "json"},
    {"Content-Encoding": "gzip"},
    {"Content-Encoding": "br"},
)


@pytest.mark.parametrize("headers", NOT_JSON, ids=str)
def test_a_body_that_is_not_said_to_be_plain_json_is_415_and_changes_nothing(
    world: World, ours: Ours, headers: dict[str, str]
) -> None:
    before = world.aws.items()
    for route in WITH_BODY:
        refused = ours.call(world.api, route, headers=headers)
        assert (refused.status, refused.body["code"]) == (415, "unsupported_media_type"), route.name
    assert world.aws.items() == before


@pytest.mark.parametrize(
    "kind", ["application/json", "Application/JSON; charset=UTF-8", "application/merge-patch+json"]
)
def test_json_goes_by_several_names(world: World, kind: str) -> None:
    assert world.api("POST", "/v1/tickets", CREATE, headers={"Content-Type": kind}).status == 201


@pytest.mark.parametrize(("spare_bytes", "status"), [(0, 201), (1, 413)])
def test_a_body_has_four_megabytes_and_not_one_byte_more(world: World, spare_bytes: int, status: int) -> None:
    body = json.dumps(CREATE).encode()
    body += b" " * (4 * 1024 * 1024 - len(body) + spare_bytes)
    answer = world.api("POST", "/v1/tickets", body)
    assert (answer.status, answer.body.get("code")) == (status, "payload_too_large" if status == 413 else None)


def test_a_large_body_of_many_bytes_a_letter_is_measured_in_bytes(world: World) -> None:
    remarks = "€" * (2 * 1024 * 1024)
    assert world.api("POST", "/v1/tickets", f'{{"remarks": "{remarks}"}}').status == 413


# --- the request's id --------------------------------------------------------------------------------------------

GOOD_IDS = ("a", "night-7", "A.b_C-9", "0" * 64, "..", "-")
BAD_IDS = ("", " ", "a b", "0" * 65, "ä", "a\r\nSet-Cookie: x=1", "a\n", "a,b", "<b>", "é", "{}", "%41", "\0", "a/b")


@pytest.mark.parametrize("id_", GOOD_IDS)
def test_a_good_request_id_comes_back_and_stands_in_the_history(world: World, id_: str) -> None:
    created = world.api("POST", "/v1/tickets", CREATE, headers={"X-Request-Id": id_})
    assert created.headers["x-request-id"] == id_
    assert history_of(world, created)["request_id"] == id_


@pytest.mark.parametrize("id_", BAD_IDS, ids=ascii)
def test_a_bad_request_id_is_replaced_in_the_answer_and_in_the_history(world: World, id_: str) -> None:
    created = world.api("POST", "/v1/tickets", CREATE, headers={"X-Request-Id": id_})
    made = created.headers["x-request-id"]
    assert made.startswith("req_")
    assert history_of(world, created)["request_id"] == made


def test_two_request_ids_are_none(world: World) -> None:
    event = api_event("GET", "/v1/health")
    event["multiValueHeaders"]["X-Request-Id"] = ["one", "two"]
    assert world.api.send(event).headers["x-request-id"].startswith("req_")


def history_of(world: World, created: Answer) -> dict[str, Any]:
    entry: dict[str, Any] = world.api("GET", f"/v1/tickets/{created.body['id']}/history").body["data"][0]
    return entry


# --- careful headers ---------------------------------------------------------------------------------------------


def test_every_answer_is_guarded(world: World, ours: Ours) -> None:
    nobody = world.as_(None)
    unreadable = world.api("GET", "/v1/tickets", headers={"X-Forwarded-Port": "1, 443"})
    answers = {route.name: ours.call(world.api, route) for route in READS} | {
        "401": nobody("GET", "/v1/tickets"),
        "404": world.api("GET", "/v1/nothing"),
        "405": world.api("TRACE", "/v1/tickets"),
        "415": world.api("POST", "/v1/tickets", CREATE, headers={"Content-Type": "text/plain"}),
        "422": world.api("POST", "/v1/tickets", {}),
        "OPTIONS": nobody("OPTIONS", "/v1/tickets"),
        "unreadable": unreadable,
    }
    for name, answer in answers.items():
        has_page = "/docs" in name or "/unsubscribe/" in name
        own = {"cache-control"} if "/docs/" in name else {"content-security-policy"} if has_page else set()
        expected = {key.lower(): value for key, value in guarding.HEADERS.items() if key.lower() not in own}
        assert {key: answer.headers.get(key) for key in expected} == expected, name
        assert answer.headers["x-request-id"], name
        assert "server" not in answer.headers, name
    assert {answers[name].status for name in ("401", "404", "405", "415", "422")} == {401, 404, 405, 415, 422}
    assert (unreadable.status, unreadable.body["request_id"]) == (400, unreadable.headers["x-request-id"])


def test_what_names_guests_is_kept_by_no_cache(world: World, ours: Ours) -> None:
    for route in READS:
        kept = ours.call(world.api, route).headers["cache-control"]
        assert kept == ("public, max-age=86400" if route.path == "/docs/{name}" else "no-store"), route.name


def test_no_header_is_said_twice(world: World) -> None:
    for path in ("/docs", "/docs/start.js", "/v1/health"):
        assert world.api.handler(api_event("GET", path), None)["multiValueHeaders"] == {}, path


def test_the_docs_page_may_run_its_own_script_and_nothing_else(world: World) -> None:
    page = world.as_(None)("GET", "/docs")
    rules = dict(rule.strip().split(" ", 1) for rule in page.headers["content-security-policy"].split(";"))
    assert rules["default-src"] == rules["frame-ancestors"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert rules["script-src"] == rules["connect-src"] == "'self'"
    # Swagger UI writes styles into its elements and shows pictures that stand in its own style sheet.
    assert rules["style-src"] == "'self' 'unsafe-inline'"
    assert rules["img-src"] == "'self' data:"
    assert "<script>" not in page.body
    assert " onload=" not in page.body
