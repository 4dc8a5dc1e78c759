"""Text as nobody expects it, through every field, parameter and header: it comes back as it was, or is refused.

The strings stand in `tests/fakes/hostile_strings.json`: scripts from right to left, invisible and half characters,
commands of other languages. None of them is a fault, none stands in a log, and none makes a header.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.builders import ORGANISATION
from tests.integration.aws import Answer, Api
from tests.integration.routes import ROUTES, Ours, Route, furnish_ours
from tests.integration.world import World

HOSTILE: dict[str, list[str]] = json.loads(
    (Path(__file__).parents[1] / "fakes" / "hostile_strings.json").read_text("ascii")
)
EVERY = [text for texts in HOSTILE.values() for text in texts]

LISTS = (ROUTES["GET /v1/tickets"], ROUTES["GET /v1/members"])
BODIES = tuple(
    ROUTES[name]
    for name in (
        "POST /v1/tickets",
        "PATCH /v1/tickets/{ticket_id}",
        "POST /v1/tickets/search",
        "PUT /v1/chats/{chat_id}",
        "PATCH /v1/organisation",
    )
)
PATHS = tuple(ROUTES[f"GET /v1/{name}"] for name in ("tickets/{ticket_id}", "chats/{chat_id}", "members/{member_id}"))
PARAMETERS = (*ROUTES["POST /v1/tickets/search"].body, "cursor", "active", "q")
HEADERS = ("Idempotency-Key", "If-Match", "If-None-Match", "Lodgestory-Seen", "X-Request-Id", "Origin")

_VISIBLE = re.compile(r"[ -~]*")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_NAMED = re.compile(r"[a-z_]+")


class Careful:
    """A caller that looks at every answer, and at the log line of every request."""

    def __init__(self, world: World) -> None:
        self.ours: Ours = furnish_ours(world)
        self._log = world.log
        self._api: Api = world.as_(world.keys.owner)
        self._keys = {None, *(key.split("_")[2] for key in vars(world.keys).values())}
        self._paths = {None, *(route.path for route in ROUTES.values())}

    def __call__(self, route: Route, body: Any = None, **more: Any) -> Answer:
        return self.at(route.method, self.ours.path(route), body, **more)

    def at(self, method: str, path: str, body: Any = None, **more: Any) -> Answer:
        self._log.lines.clear()
        answer = self._api(method, path, body, **more)
        case = (method, path[:80], ascii(body)[:200], ascii(more)[:200], answer.status, answer.body)
        assert answer.status < 500, case
        assert all(_VISIBLE.fullmatch(value) for value in answer.headers.values()), (case, answer.headers)
        assert "set-cookie" not in answer.headers, case
        assert [words for _, _, facts in self._log.lines for words in self._told(facts)] == [], case
        return answer

    def _told(self, facts: dict[str, Any]) -> Iterator[Any]:
        """What a log line says beside ids, figures and names of ours."""
        known: dict[str, bool] = {
            "request_id": bool(_REQUEST_ID.fullmatch(facts["request_id"])),
            "method": facts["method"] in {"GET", "POST", "PUT", "PATCH", "DELETE"},
            "route": facts["route"] in self._paths,
            "status": isinstance(facts["status"], int),
            "duration_ms": isinstance(facts["duration_ms"], float),
            "code": facts["code"] is None or bool(_NAMED.fullmatch(facts["code"])),
            "organisation": facts["organisation"] in {None, ORGANISATION},
            "key": facts["key"] in self._keys,
        }
        return (f"{name}: {said!r}" for name, said in facts.items() if not known.get(name))


@pytest.fixture
def careful(world: World, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Iterator[Careful]:
    yield Careful(world)
    printed = capfd.readouterr()
    assert (caplog.text, printed.out, printed.err) == ("", "", "")


def filled(value: Any, text: str) -> Any:
    """A body in which every text is this one."""
    if isinstance(value, dict):
        return {name: filled(one, text) for name, one in value.items()}
    if isinstance(value, list):
        return [filled(one, text) for one in value]
    return text if isinstance(value, str) else value


def sendable(text: str) -> str:
    """As a client sends it in a header or an address: half a character is none."""
    return text.encode("utf-8", "replace").decode("utf-8")


def test_there_are_enough_of_them_and_none_twice() -> None:
    assert len(EVERY) == len(set(EVERY)) >= 200


def test_a_remark_comes_back_letter_by_letter(careful: Careful) -> None:
    taken = 0
    add = ROUTES["POST /v1/tickets/{ticket_id}/remarks"]
    path = careful.ours.path(add)
    for text in EVERY:
        added = careful(add, {"text": text})
        is_text = bool(text.strip()) and "\0" not in text and sendable(text) == text
        assert added.status == (201 if is_text else 422), ascii(text)
        if not is_text:
            assert [error["field"] for error in added.body["errors"]] in (["text"], ["body"]), ascii(text)
            continue
        taken += 1
        assert added.body["text"] == text
        assert careful.at("GET", f"{path}/{added.body['id']}").body["text"] == text
    assert taken > len(EVERY) * 9 // 10


NAMED: dict[str, tuple[str, ...]] = {
    "PUT /v1/chats/{chat_id}": ("guest", "name"),
    "PUT /v1/channels/{channel_id}": ("name",),
    "PUT /v1/members/{member_id}": ("name",),
    "PUT /v1/teams/{team_id}": ("name",),
    "PUT /v1/channels/{channel_id}/workflow": ("issues", "0", "label"),
    "POST /v1/api-keys": ("name",),
}
"""Routes that take a name, and where in the body it stands, and in the answer too."""
SHORTEST_LIMIT = 40
"""Characters that every name may have."""


def test_a_name_comes_back_without_blanks_around_it_or_is_refused(careful: Careful) -> None:
    taken = 0
    for name, steps in NAMED.items():
        route = ROUTES[name]
        for text in EVERY:
            answer = careful(route, with_name(route.body, steps, text))
            assert answer.status in {200, 201, 422}, (ascii(text), answer.body)
            if answer.status != 422:
                taken += 1
                kept = answer if route.method == "POST" else careful.at("GET", careful.ours.path(route))
                assert at(kept.body, steps) == text.strip(), (name, ascii(text))
            elif text.strip() and text.isprintable() and len(text.strip()) <= SHORTEST_LIMIT:
                pytest.fail(f"{name} refuses {text!a}")
    assert taken > len(NAMED) * len(EVERY) * 8 // 10


def with_name(body: Any, steps: tuple[str, ...], text: str) -> Any:
    """The body with this name in it, and nothing that makes a second one arrive late."""
    copy = json.loads(json.dumps({name: value for name, value in body.items() if name != "source_version"}))
    at(copy, steps[:-1])[steps[-1]] = text
    return copy


def at(body: Any, steps: tuple[str, ...]) -> Any:
    for step in steps:
        body = body[int(step) if step.isdigit() else step]
    return body


def test_a_body_of_nothing_else_is_refused_by_its_fields(careful: Careful) -> None:
    for route in BODIES:
        for text in EVERY:
            refused = careful(route, filled(route.body, text))
            assert (refused.status, bool(refused.body["errors"])) == (422, True), (route.name, ascii(text))


def test_every_parameter_is_refused(careful: Careful) -> None:
    for text in map(sendable, EVERY):
        for route in LISTS:
            assert careful(route, query={name: [text] for name in PARAMETERS}).status == 422
            assert careful(route, query={text: ["x"]}).status == 422


def test_every_header_is_refused_or_taken_and_never_answered_with(careful: Careful) -> None:
    route = ROUTES["PATCH /v1/tickets/{ticket_id}"]
    for number, text in enumerate(map(sendable, EVERY)):
        answer = careful(route, {"priority": "low"}, headers=dict.fromkeys(HEADERS, text))
        assert answer.status in {400, 412, 422}, ascii(text)
        is_id = bool(_REQUEST_ID.fullmatch(text))
        assert (answer.headers["x-request-id"] == text) == is_id, ascii(text)
        elsewhere = f"192.0.2.{number // 10}"  # too many wrong keys of one address are refused otherwise
        assert careful(route, headers={"Authorization": text}, source=elsewhere).status == 401


def test_every_id_of_a_path_is_refused_as_unknown(careful: Careful) -> None:
    for text in map(sendable, EVERY):
        for route in PATHS:
            path = route.path.format(**dict.fromkeys(careful.ours.ids, text))
            assert careful.at("GET", path).status in {404, 422} or not text, (route.name, ascii(text))
