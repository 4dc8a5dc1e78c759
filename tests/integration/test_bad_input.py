"""Bad bodies on every route that takes one: refused by the field, with nothing changed, no fault, no word in a log.

Every test uses `untouched`, which compares the whole table before and after, and reads all that was logged.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.refusals import CANARY, Untouched
from tests.integration.routes import CLOSED, ROUTES, WITH_BODY, WITHOUT_BODY, Route
from tests.integration.world import World

type Step = str | int

MAX_BODY_BYTES = 4 * 1024 * 1024
DEEP = 100_000


def parts(value: Any, at: tuple[Step, ...] = ()) -> Iterator[tuple[tuple[Step, ...], Any]]:
    """Every value within a body, and where it stands."""
    if at:
        yield at, value
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, one in inner:
        yield from parts(one, (*at, step))


def spelled(at: tuple[Step, ...]) -> str:
    """Where a value stands, as `errors` names it."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in at).lstrip(".")


def replaced(body: Any, at: tuple[Step, ...], text: str) -> str:
    """The body as JSON, with this text at one place."""
    copy = json.loads(json.dumps(body))
    holder = copy
    for step in at[:-1]:
        holder = holder[step]
    holder[at[-1]] = "@here@"
    return json.dumps(copy).replace('"@here@"', text)


def of_type(value: Any) -> str:
    return {str: "text", bool: "truth", int: "number", list: "list", dict: "object"}[type(value)]


WRONG_VALUES: dict[str, tuple[str, str]] = {
    # what: the type of field that takes it, what is sent
    "a number": ("number", "7"),
    "a broken number": ("", "1.5"),
    "a number that is endless": ("", "1e999"),
    "a number of 400 digits": ("", "1" + "0" * 400),
    "a negative number": ("", "-1"),
    "a truth value": ("truth", "true"),
    "a list": ("list", f'["{CANARY}"]'),
    "an object": ("", f'{{"{CANARY}": 1}}'),
    "the character NUL": ("", f'"{CANARY}\\u0000"'),
    "half a character": ("", f'"{CANARY}\\ud800"'),
}


@pytest.mark.parametrize("what", WRONG_VALUES)
def test_a_wrong_value_is_refused_by_its_field(untouched: Untouched, what: str) -> None:
    fits, sent = WRONG_VALUES[what]
    wrong, cases = {}, 0
    for route in WITH_BODY:
        for at, value in parts(route.body):
            if of_type(value) == fits:
                continue
            refused = untouched.refusal(route, replaced(route.body, at, sent))
            fields = [error["field"] for error in refused.body["errors"]]
            cases += 1
            if refused.status not in {409, 422} or not any(field.startswith(spelled(at)) for field in fields):
                wrong[f"{route.name} {spelled(at)}"] = (refused.status, fields)
    assert wrong == {}
    assert cases >= 50


def test_an_unknown_field_is_refused_at_every_depth(untouched: Untouched) -> None:
    every: list[tuple[Route, tuple[Step, ...], Any]] = [(route, (), route.body) for route in WITH_BODY]
    every += [(route, at, value) for route in WITH_BODY for at, value in parts(route.body) if isinstance(value, dict)]
    for route, at, value in every:
        if at[-1:] == ("transitions",):
            continue  # its fields are ids of statuses
        grown = json.dumps(value | {CANARY: CANARY, "organisation_id": "org_other"})
        fields = [spelled((*at, name)) for name in (CANARY, "organisation_id")]
        body = replaced(route.body, at, grown) if at else grown
        assert untouched.said(route, body) == f"422 validation_failed: {', '.join(fields)}", route.name


def test_a_field_that_is_given_twice_is_refused_at_every_depth(untouched: Untouched) -> None:
    fields = [(route, at, value) for route in WITH_BODY for at, value in parts(route.body) if isinstance(at[-1], str)]
    for route, at, value in fields:
        twice = f'{json.dumps(value)}, "{at[-1]}": {json.dumps(value)}'
        said = untouched.said(route, replaced(route.body, at, twice))
        assert said == f"422 validation_failed: {at[-1]}", route.name
    assert len(fields) >= 50


def test_half_a_character_as_the_name_of_a_field_is_refused(untouched: Untouched) -> None:
    for route in WITH_BODY:
        assert untouched.said(route, '{"\\ud800": 1}').startswith("422 "), route.name
        assert untouched.said(route, '{"\\ud800": 1, "\\ud800": 2}') == "422 validation_failed: ?", route.name


NO_JSON: dict[str, bytes] = {
    "broken JSON": b'{"chat_id": "' + CANARY.encode(),
    "a comma too many": b'{"chat_id": 1,}',
    "two values": b"{} {}",
    "no number": b'{"issue": NaN}',
    "a number of 5,000 digits": b'{"chat_id": ' + b"9" * 5000 + b"}",
    "broken UTF-8": b'{"issue": "\xff"}',
    "half a character in bytes": b'{"issue": "\xed\xa0\x80"}',
    "Latin-1": '{"issue": "Zoë"}'.encode("latin-1"),
    "UTF-16": f'{{"issue": "{CANARY}"}}'.encode("utf-16"),
    "UTF-16, big end first": f'{{"issue": "{CANARY}"}}'.encode("utf-16-be"),
    "UTF-16, little end first": f'{{"issue": "{CANARY}"}}'.encode("utf-16-le"),
    "UTF-32": f'{{"issue": "{CANARY}"}}'.encode("utf-32"),
    "NUL": b"\0",
    "blanks": b"  ",
    "100,000 brackets": b"[" * DEEP + b"]" * DEEP,
    "100,000 objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "100,000 open brackets": b"[" * DEEP,
    "100,000 brackets in a field": b'{"issue":' + b"[" * DEEP + b"]" * DEEP + b"}",
    "a list": b"[]",
    "a text": b'"' + CANARY.encode() + b'"',
    "a number": b"7",
    "null": b"null",
}


@pytest.mark.parametrize("what", NO_JSON)
def test_a_body_that_is_no_json_object_in_utf_8_is_refused(untouched: Untouched, what: str) -> None:
    said = {route.name: untouched.said(route, NO_JSON[what]) for route in WITH_BODY}
    assert said == dict.fromkeys(said, "422 validation_failed: body")


def test_the_same_ticket_in_utf_8_is_taken_with_and_without_the_mark_of_it(world: World) -> None:
    body = json.dumps({"chat_id": "chat_0001", "issue": "maintenance", "remarks": "Zoë"}, ensure_ascii=False)
    for encoding in ("utf-8", "utf-8-sig"):
        made = world.api("POST", "/v1/tickets", body.encode(encoding))
        assert (made.status, made.body["remark_preview"]) == (201, "Zoë")


def test_a_body_that_a_route_does_not_take_is_refused(untouched: Untouched) -> None:
    said = {route.name: untouched.said(route, {"dry_run": True, CANARY: 1}) for route in WITHOUT_BODY}
    assert said == dict.fromkeys(said, "422 validation_failed: body")


def test_an_empty_object_says_nothing_and_is_taken_as_no_body(world: World) -> None:
    ticket = world.a_ticket()
    assert world.api("DELETE", f"/v1/tickets/{ticket['id']}", {}).status == 200
    assert world.api("POST", f"/v1/tickets/{ticket['id']}/restore", " {} ").status == 200


def test_a_body_of_more_than_4_mb_is_refused_everywhere(untouched: Untouched) -> None:
    body = CANARY.ljust(MAX_BODY_BYTES + 1, "a")
    said = {route.name: untouched.said(route, body) for route in CLOSED}
    assert said == dict.fromkeys(said, "413 payload_too_large")


def test_a_body_of_4_mb_is_read(untouched: Untouched) -> None:
    frame = len('{"x": ""}')
    body = '{"x": "' + "a" * (MAX_BODY_BYTES - frame) + '"}'
    assert untouched.said(ROUTES["POST /v1/tickets"], body) == "422 issue_required: chat_id, issue, x"


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/json", "application/jsonp", ""],
)
def test_a_body_that_is_not_json_by_its_type_is_refused(untouched: Untouched, content_type: str) -> None:
    headers = {"Content-Type": content_type}
    said = {route.name: untouched.said(route, headers=headers) for route in WITH_BODY}
    assert said == dict.fromkeys(said, "415 unsupported_media_type")


# --- many mistakes, and what looks right ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "more",
    [
        {"transitions": {"open": ["open"] * 100_000}},
        {"transitions": {"open": [7] * 200_000}},
        {f"field_{number}": 1 for number in range(100_000)},
        {"x" * 100_000: 1},
    ],
)
def test_a_body_of_mistakes_gets_a_short_answer(untouched: Untouched, more: dict[str, Any]) -> None:
    body = {"issues": [{"id": "a", "label": "A"}]} | more
    refused = untouched.refusal(ROUTES["PUT /v1/channels/{channel_id}/workflow"], body)
    assert refused.status == 422
    assert len(str(refused.body)) < 50_000


@pytest.mark.parametrize(
    "email", ["a,b@x.example", "a;b@x.example", '"a"@x.example', "a@b", "a b@x.example", "a@x.example\r\n"]
)
def test_an_address_that_would_be_two_or_none_is_refused(untouched: Untouched, email: str) -> None:
    body = {"name": "Eve", "email": email, "role": "user"}
    assert untouched.said(ROUTES["PUT /v1/members/{member_id}"], body) == "422 validation_failed: email"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"priority": "urgent"}, "422 validation_failed: priority"),
        ({"chat_id": "a/b"}, "422 validation_failed: chat_id"),
        ({"issue": "billing"}, "422 invalid_issue: issue"),
        ({"assignee": "chat_0001"}, "422 validation_failed: assignee"),
        ({"watchers": ["team_maintenance"]}, "422 validation_failed: watchers[0]"),
        ({"external_id": "two words"}, "422 validation_failed: external_id"),
        ({"remarks": "  "}, "422 validation_failed: remarks"),
        ({"id": "tkt_1", "version": 9, "creator": "mem_ben"}, "422 validation_failed: creator, id, version"),
    ],
)
def test_a_value_that_no_field_may_have_is_refused(untouched: Untouched, changes: dict[str, Any], said: str) -> None:
    route = ROUTES["POST /v1/tickets"]
    assert untouched.said(route, route.body | changes) == said
