"""Bad parameters: unknown ones, filters, dates, cursors. Refused by name, with nothing changed (`untouched`)."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.refusals import CANARY, Untouched
from tests.integration.routes import CLOSED, LISTS, ROUTES, Route

SEARCH = ROUTES["POST /v1/tickets/search"]
LIST = ROUTES["GET /v1/tickets"]


# --- parameters --------------------------------------------------------------------------------------------------


def test_a_parameter_that_a_route_does_not_take_is_refused_by_name(untouched: Untouched) -> None:
    said = {route.name: untouched.said(route, query={CANARY: [CANARY]}) for route in CLOSED}
    assert said == dict.fromkeys(said, f"422 validation_failed: {CANARY}")


def test_a_parameter_that_has_one_value_is_refused_when_given_twice(untouched: Untouched) -> None:
    said = {route.name: untouched.said(route, query={"limit": ["1", "2"]}) for route in LISTS}
    assert said == dict.fromkeys(said, "422 validation_failed: limit")


@pytest.mark.parametrize("limit", ["0", "-1", "101", "x", "", "1e999", "1" + "0" * 400, "\0", CANARY])
def test_a_page_has_1_to_100_rows(untouched: Untouched, limit: str) -> None:
    said = {route.name: untouched.said(route, query={"limit": [limit]}) for route in LISTS}
    assert said == dict.fromkeys(said, "422 validation_failed: limit")


@pytest.mark.parametrize("name", ["members", "teams", "channels", "api-keys"])
def test_active_is_true_false_or_any(untouched: Untouched, name: str) -> None:
    said = untouched.said(ROUTES[f"GET /v1/{name}"], query={"active": [CANARY]})
    assert said == "422 validation_failed: active"


WRONG_FILTERS: dict[str, tuple[str, ...]] = {
    "status": ("", "a b", "a/b", "x" * 41, f"{CANARY}\0"),
    "status_category": ("Open", "done", CANARY),
    "priority": ("urgent", "High", CANARY),
    "assignee": ("nobody", "chat_0001", "mem_", f"mem_{CANARY}\0"),
    "creator": ("team_maintenance", "key:", "my_teams", f"mem_{CANARY}/"),
    "channel": ("", "a b", f"{CANARY}\0"),
    "issue": ("", "Maintenance → HVAC", f"{CANARY}\0"),
    "sub_issue": ("hvac", "maintenance/", "a/b/c", f"{CANARY}/\0"),
    "external_id": ("", "x" * 65, f"{CANARY}\n"),
    "chat": ("", "a/b", f"{CANARY}\0"),
    "q": ("", "  ", '*?~^:\\()"', "\0", "\u202e", "x" * 257, "x" * 10_000, " ".join(f"{CANARY}{n}" for n in range(33))),
    "sort": ("created", "-number", "relevance", "created_at,priority", CANARY),
    "tz": ("CET+1", "../etc/passwd", "Europe", CANARY),
    "created_from": ("yesterday", "2026-02-30", "1772403005", "2026-03-01T10:00:00", "0000-01-01", CANARY),
    "created_to": ("2026-03-01T10:00:00", "2026-03-01 ", "9999-12-31", "2026-W10-1", CANARY),
}


@pytest.mark.parametrize("name", WRONG_FILTERS)
def test_a_filter_value_that_can_be_none_is_refused_by_name_in_both_lists(untouched: Untouched, name: str) -> None:
    for value in WRONG_FILTERS[name]:
        in_body = [value] if isinstance((SEARCH.body or {})[name], list) else value
        assert field_of(untouched, LIST, query={name: [value]}) == name, value
        assert field_of(untouched, SEARCH, {name: in_body}) == name, value


def field_of(untouched: Untouched, route: Route, body: Any = None, **more: Any) -> str:
    """The field that a 422 names, of a list the list itself."""
    code, _, field = untouched.said(route, body, **more).partition(": ")
    assert code == "422 validation_failed"
    return field.partition("[")[0]


def test_no_filter_may_be_left_empty(untouched: Untouched) -> None:
    for name, value in SEARCH.body.items():
        assert field_of(untouched, SEARCH, {name: [] if isinstance(value, list) else ""}) == name


@pytest.mark.parametrize("zone", ["UTC", "Europe/Zurich"])
def test_a_range_that_ends_before_it_begins_is_refused(untouched: Untouched, zone: str) -> None:
    for start, end in (("2026-03-02", "2026-03-01"), ("2026-03-01T10:00:00Z", "2026-03-01T10:59:59+01:00")):
        asked = {"created_from": start, "created_to": end, "tz": zone}
        assert untouched.said(SEARCH, asked) == "422 validation_failed: created_to"
        query = {name: [value] for name, value in asked.items()}
        assert untouched.said(LIST, query=query) == "422 validation_failed: created_to"


def test_a_search_takes_nothing_from_the_address(untouched: Untouched) -> None:
    assert untouched.said(SEARCH, query={"status": ["open"]}) == "422 validation_failed: status"


# --- cursors -----------------------------------------------------------------------------------------------------


def cursor_of(untouched: Untouched, route: Route, **query: str) -> str:
    """A good one, from the first page of one row."""
    asked = {"limit": ["1"]} | {name: [value] for name, value in query.items()}
    if route.path == "/v1/changes":
        asked["cursor"] = ["now"]
    caller = untouched.world.as_(untouched.world.keys.owner)
    cursor = untouched.ours.call(caller, route, query=asked).body["next_cursor"]
    assert isinstance(cursor, str), route.name
    return cursor


WRONG_CURSORS: dict[str, Callable[[str], str]] = {
    "made up": lambda _: CANARY,
    "its last letter changed": lambda good: good[:-1] + ("A" if good[-1] != "A" else "B"),
    "its first letter changed": lambda good: ("A" if good[0] != "A" else "B") + good[1:],
    "cut": lambda good: good[:-4],
    "grown": lambda good: f"{good}AAAA",
    "with a blank": lambda good: f"{good} ",
    "with NUL": lambda good: f"{good}\0",
    "padded": lambda good: f"{good}=",
    "not ASCII": lambda good: f"{good}ä",
    "2,000 letters": lambda good: good.ljust(2000, "A"),
}
"""What is sent in place of a good cursor."""


@pytest.mark.parametrize("what", WRONG_CURSORS)
def test_a_changed_cursor_is_refused_by_every_list(untouched: Untouched, what: str) -> None:
    said = {}
    for route in LISTS:
        wrong = WRONG_CURSORS[what](cursor_of(untouched, route))
        said[route.name] = untouched.said(route, query={"limit": ["1"], "cursor": [wrong]})
    said[SEARCH.name] = untouched.said(SEARCH, {"cursor": WRONG_CURSORS[what](cursor_of(untouched, LIST))})
    assert said == dict.fromkeys(said, "400 invalid_cursor")


def test_a_good_cursor_goes_on(untouched: Untouched) -> None:
    caller = untouched.world.as_(untouched.world.keys.owner)
    for route in LISTS:
        query = {"limit": ["1"], "cursor": [cursor_of(untouched, route)]}
        assert untouched.ours.call(caller, route, query=query).status == 200, route.name


def test_a_cursor_of_one_list_is_refused_by_every_other(untouched: Untouched) -> None:
    cursors = {route.name: cursor_of(untouched, route) for route in LISTS}
    said = {
        (route.name, other): untouched.said(route, query={"cursor": [cursor]})
        for route in LISTS
        for other, cursor in cursors.items()
        if other != route.name
    }
    assert said == dict.fromkeys(said, "400 invalid_cursor")
    assert len(said) == len(LISTS) * (len(LISTS) - 1)


def test_a_cursor_is_refused_by_the_same_list_of_another_organisation(untouched: Untouched) -> None:
    foreign = untouched.world.as_(untouched.world.keys.other)
    answers = {
        route.name: foreign("GET", route.path, query={"cursor": [cursor_of(untouched, route)]})
        for route in LISTS
        if "{" not in route.path
    }
    said = {name: (answer.status, answer.body["code"]) for name, answer in answers.items()}
    assert said == dict.fromkeys(said, (400, "invalid_cursor"))
    assert len(said) >= 5


def test_a_cursor_of_one_tickets_thread_is_refused_by_anothers(untouched: Untouched) -> None:
    for below in ("remarks", "history", "notifications"):
        route = ROUTES[f"GET /v1/tickets/{{ticket_id}}/{below}"]
        cursor = cursor_of(untouched, route)
        rows = untouched.world.api("GET", "/v1/tickets").body["data"]
        other = next(row["id"] for row in rows if row["id"] != untouched.ours.ids["ticket_id"])
        refused = untouched.world.api("GET", f"/v1/tickets/{other}/{below}", query={"cursor": [cursor]})
        assert (refused.status, refused.body["code"]) == (400, "invalid_cursor")


@pytest.mark.parametrize("asked", [{"sort": "created_at"}, {"status": "open"}, {"created_to": "2026-03-02"}])
def test_a_cursor_is_bound_to_sort_and_filters(untouched: Untouched, asked: dict[str, str]) -> None:
    query = {name: [value] for name, value in asked.items()}
    assert untouched.said(LIST, query=query | {"cursor": [cursor_of(untouched, LIST)]}) == "400 invalid_cursor"
    assert untouched.said(LIST, query={"cursor": [cursor_of(untouched, LIST, **asked)]}) == "400 invalid_cursor"
