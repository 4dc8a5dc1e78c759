"""The product page's permission table, cell by cell, over the API; then the same for what the page does not name.

`✓` is a request that succeeds, `✗` one that is refused with 403 `forbidden` and leaves everything as it was.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from tests.builders import ANA, ORGANISATION
from tests.integration.aws import Answer, Aws
from tests.integration.routes import CLOSED, ROUTES, Ours, furnish_ours, routes_of_the_app
from tests.integration.world import OTHER, World, add_key
from ticketing.domain.directory import Role
from ticketing.domain.principal import Scope

READ, WRITE, BULK, ADMIN = Scope.TICKETS_READ, Scope.TICKETS_WRITE, Scope.TICKETS_BULK, Scope.ADMIN


@dataclass(frozen=True)
class Row:
    """An action, whom it is allowed to, the scope that a key needs for it, and the routes by which it is done."""

    action: str
    owner: str
    admin: str
    user: str
    scope: Scope | None
    routes: tuple[str, ...]
    body: Mapping[str, Any] | None = None
    """What is sent, if the route does other actions too."""

    def cell(self, role: Role) -> str:
        return {Role.OWNER: self.owner, Role.ADMIN: self.admin, Role.USER: self.user}[role]


_TICKET = "/v1/tickets/{ticket_id}"
_CHANNEL = "/v1/channels/{channel_id}"

# fmt: off
PRODUCT_PAGE = (
    #    Action                                         Owner Admin User
    Row("View all organisation tickets",                "✓", "✓", "✓", READ, (
        "GET /v1/tickets", "POST /v1/tickets/search", "GET /v1/changes", f"GET {_TICKET}", f"GET {_TICKET}/history",
        f"GET {_TICKET}/notifications", "GET /v1/reports/tickets.csv",
        "POST /v1/exports", "GET /v1/exports/{export_id}",
        f"GET {_TICKET}/remarks", f"GET {_TICKET}/remarks/{{remark_id}}",
        "GET /v1/bulk/{bulk_id}", "GET /v1/bulk/{bulk_id}/tickets",
        "GET /v1/reports/unresolved", "GET /v1/reports/resolution")),
    Row("View tickets on chats the user can see",       "✓", "✓", "✓", READ, ("GET /v1/chats/{chat_id}/tickets",)),
    Row("Create a ticket",                              "✓", "✓", "✓", WRITE, ("POST /v1/tickets",)),
    Row("Update a ticket (status, priority, remarks)",  "✓", "✓", "✓", WRITE, (
        f"PATCH {_TICKET}", f"POST {_TICKET}/remarks",
        f"PUT {_TICKET}/watchers/{{member_id}}", f"DELETE {_TICKET}/watchers/{{member_id}}")),
    Row("Reassign a ticket",                            "✓", "✓", "✓", WRITE, (f"PATCH {_TICKET}",), {"assignee": ANA}),
    Row("Delete a ticket",                              "✓", "✓", "✓", WRITE, (
        f"DELETE {_TICKET}", f"POST {_TICKET}/restore")),
    Row("Bulk operations",                              "✓", "✓", "✓", BULK, (
        "POST /v1/tickets/bulk", "POST /v1/bulk/{bulk_id}/undo")),
    Row("Configure the channel's ticket workflow",      "✓", "✓", "✗", ADMIN, (
        f"PUT {_CHANNEL}/workflow", f"DELETE {_CHANNEL}/workflow")),
)
BEYOND_THE_PAGE = (
    Row("See the directory and chats",                  "✓", "✓", "✓", READ, (
        "GET /v1/members", "GET /v1/members/{member_id}", "GET /v1/teams", "GET /v1/teams/{team_id}",
        "GET /v1/channels", f"GET {_CHANNEL}", f"GET {_CHANNEL}/workflow", "GET /v1/chats/{chat_id}")),
    Row("Tell of a chat",                               "✓", "✓", "✓", WRITE, ("PUT /v1/chats/{chat_id}",)),
    Row("Delete a chat with its tickets",               "✓", "✓", "✗", ADMIN, ("DELETE /v1/chats/{chat_id}",)),
    Row("Tell of members",                              "✓", "✓", "✗", ADMIN, (
        "PUT /v1/members/{member_id}", "DELETE /v1/members/{member_id}")),
    Row("Tell of teams",                                "✓", "✓", "✗", ADMIN, (
        "PUT /v1/teams/{team_id}", "DELETE /v1/teams/{team_id}")),
    Row("Tell of channels",                             "✓", "✓", "✗", ADMIN, (
        f"PUT {_CHANNEL}", f"DELETE {_CHANNEL}")),
    Row("See the organisation's settings",              "✓", "✓", "✗", READ, ("GET /v1/organisation",)),
    Row("Change the organisation's settings",           "✓", "✓", "✗", ADMIN, ("PATCH /v1/organisation",)),
    Row("Manage API keys",                              "✓", "✓", "✗", ADMIN, (
        "POST /v1/api-keys", "GET /v1/api-keys", "DELETE /v1/api-keys/{key_id}")),
    Row("Ask who I am",                                 "✓", "✓", "✓", None, ("GET /v1/me",)),
)
# fmt: on
TABLE = PRODUCT_PAGE + BEYOND_THE_PAGE
IDS = [row.action for row in TABLE]


@pytest.fixture
def ours(world: World) -> Ours:
    return furnish_ours(world)


def mark(answer: Answer) -> str:
    if answer.status < 300:
        return "✓"
    return "✗" if (answer.status, answer.body["code"]) == (403, "forbidden") else f"{answer.status} {answer.body}"


def marks(world: World, ours: Ours, key: str, row: Row) -> dict[str, str]:
    return {name: mark(ours.call(world.as_(key), ROUTES[name], row.body)) for name in row.routes}


def all_marked(row: Row, cell: str) -> dict[str, str]:
    return dict.fromkeys(row.routes, cell)


def test_every_route_stands_in_the_table(aws: Aws) -> None:
    named = [name for row in TABLE for name in row.routes if row.body is None]
    assert sorted(named) == sorted({route.name for route in CLOSED}), "each once"
    assert set(ROUTES) == routes_of_the_app()


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("row", TABLE, ids=IDS)
def test_a_cell_of_the_table_holds(world: World, ours: Ours, row: Row, role: Role) -> None:
    key = {Role.OWNER: world.keys.owner, Role.ADMIN: world.keys.admin, Role.USER: world.keys.user}[role]
    before = world.aws.items()
    assert marks(world, ours, key, row) == all_marked(row, row.cell(role))
    if row.cell(role) == "✗":
        assert world.aws.items() == before


@pytest.mark.parametrize("row", [row for row in TABLE if row.scope], ids=[row.action for row in TABLE if row.scope])
def test_a_key_needs_the_scope_of_the_action_and_no_other(world: World, ours: Ours, row: Row) -> None:
    assert row.scope is not None
    others = add_key(world.aws, ORGANISATION, None, Role.OWNER, scopes=frozenset(Scope) - {row.scope})
    before = world.aws.items()
    assert marks(world, ours, others, row) == all_marked(row, "✗")
    assert world.aws.items() == before
    # A key gives no scope that it lacks, so the one that makes a key needs that one too.
    scopes = frozenset({row.scope, READ}) if row.action == "Manage API keys" else frozenset({row.scope})
    alone = add_key(world.aws, ORGANISATION, None, Role.OWNER, scopes=scopes)
    assert marks(world, ours, alone, row) == all_marked(row, "✓")


def test_a_key_without_any_scope_may_ask_what_it_is(world: World) -> None:
    assert (
        world.as_(add_key(world.aws, ORGANISATION, None, Role.USER, scopes=frozenset()))("GET", "/v1/me").status == 200
    )


# --- another organisation, and nobody ----------------------------------------------------------------------------

ITS_OWN = "200 or 201, of its own"
FOREIGN = {
    "POST /v1/tickets": "422 chat_not_found",
    "POST /v1/tickets/bulk": "422 empty_selection",
    "PUT /v1/chats/{chat_id}": "422 validation_failed",
    "PUT /v1/teams/{team_id}": "422 validation_failed",
    "POST /v1/api-keys": "422 validation_failed",
    f"PUT {_CHANNEL}/workflow": "404 not_found",
    "PUT /v1/members/{member_id}": ITS_OWN,
    f"PUT {_CHANNEL}": ITS_OWN,
}
"""What an owner of another organisation is told who repeats our requests, where it is not as `told` has it."""


def told(name: str) -> str:
    if "{ticket_id}" in name:
        return "403 wrong_organisation"
    return FOREIGN.get(name, "404 not_found" if "{" in name else ITS_OWN)


def said(answer: Answer) -> str:
    return ITS_OWN if answer.status in {200, 201, 202} else f"{answer.status} {answer.body['code']}"


def test_another_organisation_learns_only_that_a_live_ticket_is_not_its_own(world: World, ours: Ours) -> None:
    foreign = world.as_(add_key(world.aws, OTHER, None, Role.OWNER))
    before = world.aws.items()
    # What makes something of its own comes last, so that nothing else finds it.
    routes = sorted(CLOSED, key=lambda route: told(route.name) == ITS_OWN)
    answers = {route.name: ours.call(foreign, route) for route in routes}
    assert {name: said(answer) for name, answer in answers.items()} == {name: told(name) for name in answers}
    after = world.aws.items()
    assert {key: after[key] for key in before if OTHER not in str(before[key])} == {
        key: item for key, item in before.items() if OTHER not in str(item)
    }
    names = (ORGANISATION, ours.ids["ticket_id"], ours.ids["key_id"], ours.ids["chat_id"])
    lists = [answer.body for name, answer in answers.items() if name.startswith("GET") and told(name) == ITS_OWN]
    assert not [name for name in names if name in str(lists)]
    assert len(lists) >= 6


def test_a_deleted_ticket_is_to_another_organisation_like_one_that_never_was(world: World, ours: Ours) -> None:
    foreign = world.as_(add_key(world.aws, OTHER, None, Role.OWNER))
    never = Ours({**ours.ids, "ticket_id": "tkt_aaaaaaaaaaaaaaaa"})
    assert world.api("DELETE", f"/v1/tickets/{ours.ids['ticket_id']}").status == 200
    for route in CLOSED:
        if "{ticket_id}" in route.path:
            one, other = (each.call(foreign, route, headers={"X-Request-Id": "same"}) for each in (ours, never))
            assert (one.status, one.body["code"]) == (404, "ticket_not_found"), route.name
            assert one.told == other.told, route.name


def test_without_a_key_only_the_open_routes_answer(world: World, ours: Ours) -> None:
    nobody = world.as_(None)
    answers = {route.name: ours.call(nobody, route).status for route in ROUTES.values()}
    assert answers == {route.name: 200 if route.is_open else 401 for route in ROUTES.values()}


# --- nobody gives more than they have ----------------------------------------------------------------------------

_MEMBER = {"name": "Eve", "email": "eve@lakeside.example"}
_KEY = {"name": "engine", "role": "user", "scopes": ["tickets:read"]}

# fmt: off
GIFTS: tuple[tuple[Role, str, str, str, dict[str, Any] | None, str], ...] = (
    (Role.ADMIN, "makes a member a user",     "PUT", "members/mem_ana",   _MEMBER | {"role": "user"},  "✓"),
    (Role.ADMIN, "makes a member an admin",   "PUT", "members/mem_ana",   _MEMBER | {"role": "admin"}, "✓"),
    (Role.ADMIN, "makes a member an owner",   "PUT", "members/mem_ana",   _MEMBER | {"role": "owner"}, "✗"),
    (Role.ADMIN, "makes a new owner",         "PUT", "members/mem_eve",   _MEMBER | {"role": "owner"}, "✗"),
    (Role.ADMIN, "renames an owner",          "PUT", "members/mem_owner", _MEMBER | {"role": "owner"}, "✗"),
    (Role.ADMIN, "takes an owner's role",     "PUT", "members/mem_owner", _MEMBER | {"role": "user"},  "✗"),
    (Role.ADMIN, "deactivates an owner",      "DELETE", "members/mem_owner", None,                     "✗"),
    (Role.OWNER, "makes a member an owner",   "PUT", "members/mem_ana",   _MEMBER | {"role": "owner"}, "✓"),
    (Role.OWNER, "renames the last owner",    "PUT", "members/mem_owner", _MEMBER | {"role": "owner"}, "✓"),
    (Role.OWNER, "steps down as the last",    "PUT", "members/mem_owner", _MEMBER | {"role": "admin"}, "last_owner"),
    (Role.OWNER, "leaves as the last",        "DELETE", "members/mem_owner", None,                     "last_owner"),
    (Role.ADMIN, "makes an admin's key",      "POST", "api-keys", _KEY | {"role": "admin"},            "✓"),
    (Role.ADMIN, "makes an owner's key",      "POST", "api-keys", _KEY | {"role": "owner"},            "✗"),
    (Role.ADMIN, "makes a key for an owner",  "POST", "api-keys", _KEY | {"member_id": "mem_owner"},   "✗"),
    (Role.OWNER, "makes an owner's key",      "POST", "api-keys", _KEY | {"role": "owner"},            "✓"),
    (Role.OWNER, "gives a user scope admin",  "POST", "api-keys", _KEY | {"scopes": ["admin"]},        "✗"),
    (Role.ADMIN, "revokes an owner's key",    "DELETE", "api-keys/{owner}", None,                      "✗"),
    (Role.ADMIN, "revokes a user's key",      "DELETE", "api-keys/{user}", None,                       "✓"),
)
# fmt: on


@pytest.mark.parametrize(
    ("role", "what", "method", "path", "body", "expected"), GIFTS, ids=[f"{role} {what}" for role, what, *_ in GIFTS]
)
def test_nobody_gives_or_takes_what_is_above_them(
    world: World, role: Role, what: str, method: str, path: str, body: dict[str, Any] | None, expected: str
) -> None:
    caller = world.as_(world.keys.owner if role is Role.OWNER else world.keys.admin)
    key_ids = {"owner": world.keys.owner.split("_")[2], "user": world.keys.user.split("_")[2]}
    before = world.aws.items()
    answer = caller(method, f"/v1/{path.format(**key_ids)}", body)
    is_refused = answer.status >= 400
    assert expected in {mark(answer), answer.body.get("code")}
    if is_refused:
        assert world.aws.items() == before


def test_with_a_second_owner_the_first_may_step_down(world: World) -> None:
    owner = world.as_(world.keys.owner)
    assert owner("PUT", "/v1/members/mem_ana", _MEMBER | {"role": "owner"}).status == 200
    assert owner("PUT", "/v1/members/mem_owner", _MEMBER | {"role": "admin"}).status == 200
