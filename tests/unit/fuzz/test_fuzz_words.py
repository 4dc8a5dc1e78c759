"""What the fuzz says of requests: which route one was, what no schema can say, what the document says in words."""

import tomllib

import pytest

from tests.fuzz import in_words, settings, unsayable
from tests.fuzz.effort import Effort
from tests.fuzz.tally import OTHER, Routes, Tally

ROUTES = Routes(["GET /v1/tickets", "POST /v1/tickets/search", "GET /v1/tickets/{ticket_id}", "PUT /v1/a/{b}/c/{d}"])


@pytest.mark.parametrize(
    ("method", "path", "route"),
    [
        ("GET", "/v1/tickets", "GET /v1/tickets"),
        ("GET", "/v1/tickets/tkt_1", "GET /v1/tickets/{ticket_id}"),
        ("POST", "/v1/tickets/search", "POST /v1/tickets/search"),
        ("GET", "/v1/tickets/tkt_1/", OTHER),
        ("POST", "/v1/tickets/tkt_1", OTHER),
        ("PUT", "/v1/a/1/c/2", "PUT /v1/a/{b}/c/{d}"),
        ("PUT", "/v1/a/1/2/c/2", OTHER),
    ],
)
def test_a_request_is_counted_for_its_route(method: str, path: str, route: str) -> None:
    assert ROUTES.of(method, path) == route


def test_a_table_has_every_route_and_the_shares() -> None:
    tally = Tally()
    tally.answers.update({("GET /v1/tickets", 200): 3, ("GET /v1/tickets", 503): 1, (OTHER, 405): 6})
    lines = [" ".join(line.split()) for line in tally.table(ROUTES.names).splitlines()]
    assert len(lines) == 1 + len(ROUTES.names) + 2
    assert "GET /v1/tickets 4 3 75.0% 503: 1" in lines
    assert "POST /v1/tickets/search 0 0 0.0%" in lines
    assert lines[-1] == "all 10 3 30.0% 5xx: 1"
    assert (tally.share, tally.faults) == (0.3, 1)
    assert "GET /v1/tickets" not in tally.untouched(ROUTES.names)
    assert "POST /v1/tickets/search" in tally.untouched(ROUTES.names)


def problem(code: str, *errors: tuple[str, str]) -> dict[str, object]:
    return {"code": code, "errors": [{"field": field, "code": error} for field, error in errors]}


@pytest.mark.parametrize(
    ("refused", "is_unsayable"),
    [
        (problem("chat_not_found", ("chat_id", "chat_not_found")), True),
        (problem("validation_failed", ("watchers[0]", "not_member")), True),
        (problem("validation_failed", ("watchers[0]", "not_member"), ("name", "invalid")), False),
        (problem("validation_failed", ("weekly_list.day", "required")), True),
        (problem("validation_failed", ("chat_id", "required")), False),
        (problem("validation_failed"), False),
        (problem("unsupported_media_type"), False),
    ],
)
def test_only_what_no_schema_can_say_is_no_finding(refused: dict[str, object], is_unsayable: bool) -> None:
    assert unsayable.is_unsayable(refused) is is_unsayable


def test_no_check_is_turned_off_but_one_on_paths_that_answer_on_purpose_after_a_delete() -> None:
    given = tomllib.loads(settings.FILE.read_text("utf-8"))
    assert "checks" not in given
    assert all("checks" not in phase for phase in given["phases"].values())
    changed = [one for one in given["operations"] if "checks" in one]
    assert [one["checks"] for one in changed] == [{"use_after_free": {"enabled": False}}] * 2


def test_what_is_said_in_words_must_be_of_something_that_there_is() -> None:
    with pytest.raises(KeyError):
        in_words.told({"components": {"parameters": {}, "schemas": {}}, "paths": {}})


def test_an_effort_grows_with_what_is_asked_for() -> None:
    small, large = Effort.of_about(1), Effort.of_about(10_000)
    assert 0 < small.cases < large.cases
    assert 0 < small.rows < large.rows
