"""Every cap: what is just within it is taken, one more is refused by the field, with nothing changed."""

from typing import Any

import pytest

from tests.integration.routes import ROUTES, furnish_ours
from tests.integration.world import World

HOTEL = "🏨"
"""One character, four bytes: characters are what is counted."""

CREATE, PATCH = "POST /v1/tickets", "PATCH /v1/tickets/{ticket_id}"
CHAT, CHANNEL = "PUT /v1/chats/{chat_id}", "PUT /v1/channels/{channel_id}"
WORKFLOW, SEARCH = "PUT /v1/channels/{channel_id}/workflow", "POST /v1/tickets/search"
MEMBER, TEAM, KEY = "PUT /v1/members/{member_id}", "PUT /v1/teams/{team_id}", "POST /v1/api-keys"


def people(count: int) -> list[str]:
    return [f"mem_{number}" for number in range(count)]


def issue(**changes: Any) -> dict[str, Any]:
    return {"issues": [{"id": "a", "label": "A", "sub_issues": []} | changes]}


def status(number: int, **changes: Any) -> dict[str, Any]:
    return {"id": f"s{number}", "name": "S", "category": "open"} | changes


# fmt: off
CAPS: tuple[tuple[str, str, str, int, Any], ...] = (
    # what                               route    field                       cap   a body of so much
    ("watchers at creation",             CREATE,  "watchers",                  20,  lambda n: {"watchers": people(n)}),
    ("watchers by a patch",              PATCH,   "watchers",                  20,  lambda n: {"watchers": people(n)}),
    ("an external id",                   CREATE,  "external_id",               64,  lambda n: {"external_id": "x" * n}),
    ("an issue's label",                 WORKFLOW, "issues[0].label",          60,  lambda n: issue(label=HOTEL * n)),
    ("a sub-issue's label",              WORKFLOW, "issues[0].sub_issues[0].label", 60,
     lambda n: issue(sub_issues=[{"id": "b", "label": HOTEL * n}])),
    ("a status's name",                  WORKFLOW, "statuses[0].name",         60,
     lambda n: issue() | {"statuses": [status(0, name=HOTEL * n)]}),
    ("an issue's id",                    WORKFLOW, "issues[0].id",             40,  lambda n: issue(id="a" * n)),
    ("a sub-issue's id",                 WORKFLOW, "issues[0].sub_issues[0].id", 40,
     lambda n: issue(sub_issues=[{"id": "b" * n, "label": "B"}])),
    ("a status's id",                    WORKFLOW, "statuses[0].id",           40,
     lambda n: issue() | {"statuses": [status(0, id="s" * n)]}),
    ("issues of a workflow",             WORKFLOW, "issues",                   50,
     lambda n: {"issues": [{"id": f"i{number}", "label": "I"} for number in range(n)]}),
    ("sub-issues of an issue",           WORKFLOW, "issues[0].sub_issues",     50,
     lambda n: issue(sub_issues=[{"id": f"b{number}", "label": "B"} for number in range(n)])),
    ("statuses of a workflow",           WORKFLOW, "statuses",                 50,
     lambda n: issue() | {"statuses": [status(number) for number in range(n)]}),
    ("a guest's name",                   CHAT,    "guest.name",               120,
     lambda n: {"guest": {"name": HOTEL * n}}),
    ("a guest's phone",                  CHAT,    "guest.phone",               32,
     lambda n: {"guest": {"name": "Zoë", "phone": "4" * n}}),
    ("a chat's address",                 CHAT,    "url",                     1000,
     lambda n: {"url": "https://x/".ljust(n, "a")}),
    ("a channel's name",                 CHANNEL, "name",                     120,  lambda n: {"name": HOTEL * n}),
    ("a member's name",                  MEMBER,  "name",                     120,  lambda n: {"name": HOTEL * n}),
    ("a member's address",               MEMBER,  "email",                    254,
     lambda n: {"email": f"a@{'b' * (n - 4)}.c"}),
    ("members of a team",                TEAM,    "members",                  500,  lambda n: {"members": people(n)}),
    ("a team's name",                    TEAM,    "name",                     120,  lambda n: {"name": HOTEL * n}),
    ("a key's name",                     KEY,     "name",                      40,  lambda n: {"name": HOTEL * n}),
    ("values of a filter",               SEARCH,  "status",                   500,
     lambda n: {"status": [f"s{number}" for number in range(n)]}),
    ("rows of a page",                   SEARCH,  "limit",                    100,  lambda n: {"limit": n}),
    ("a version of the source",          CHANNEL, "source_version",     2**53 - 1,  lambda n: {"source_version": n}),
)
# fmt: on
EMPTY_IN = {
    "an issue's label",
    "a status's name",
    "an issue's id",
    "issues of a workflow",
    "statuses of a workflow",
    "an external id",
    "a guest's name",
    "a member's name",
    "rows of a page",
}  # fmt: skip


def fields(body: Any) -> list[str]:
    return [error["field"] for error in body["errors"]]


@pytest.mark.parametrize(("what", "name", "field", "cap", "of"), CAPS, ids=[what for what, *_ in CAPS])
def test_a_cap_is_taken_and_one_more_is_refused(
    world: World, what: str, name: str, field: str, cap: int, of: Any
) -> None:
    ours, route, owner = furnish_ours(world), ROUTES[name], world.as_(world.keys.owner)
    body = {} if name in {PATCH, WORKFLOW, SEARCH} else route.body
    before = world.aws.items()
    refused = ours.call(owner, route, body | of(cap + 1))
    assert (refused.status, refused.body["code"], fields(refused.body)) == (422, "validation_failed", [field])
    assert world.aws.items() == before
    taken = ours.call(owner, route, body | of(cap))
    # People of these numbers do not exist, which is another mistake than that they are too many.
    mistakes = {one["code"] for one in taken.body["errors"]} if taken.status == 422 else set()
    assert taken.status < 300 or mistakes <= {"not_member", "more"}, taken.body


SAYING = [one for one in CAPS if one[0] in EMPTY_IN]


@pytest.mark.parametrize(("what", "name", "field", "cap", "of"), SAYING, ids=[what for what, *_ in SAYING])
def test_what_must_say_something_is_refused_when_it_says_nothing(
    world: World, what: str, name: str, field: str, cap: int, of: Any
) -> None:
    ours, route = furnish_ours(world), ROUTES[name]
    body = {} if name in {PATCH, WORKFLOW, SEARCH} else route.body
    refused = ours.call(world.as_(world.keys.owner), route, body | of(0))
    assert (refused.status, fields(refused.body)) == (422, [field])


@pytest.mark.parametrize(("prefix", "name"), [("", "chat_id"), ("mem_", "member_id"), ("team_", "team_id")])
def test_an_id_that_a_caller_chooses_has_40_characters_at_most(world: World, prefix: str, name: str) -> None:
    ours, owner = furnish_ours(world), world.as_(world.keys.owner)
    route = {"chat_id": ROUTES[CHAT], "member_id": ROUTES[MEMBER], "team_id": ROUTES[TEAM]}[name]
    paths = [route.path.format(**{**ours.ids, name: prefix.ljust(length, "x")}) for length in (40, 41)]
    assert owner("PUT", paths[0], route.body).status == 201
    refused = owner("PUT", paths[1], route.body)
    assert (refused.status, fields(refused.body)) == (422, [name])


def test_the_twenty_first_watcher_is_refused_also_one_by_one(world: World) -> None:
    owner, path = world.as_(world.keys.owner), f"/v1/tickets/{world.a_ticket()['id']}"
    for number in range(21):
        body = {"name": f"M{number}", "email": f"m{number}@lakeside.example", "role": "user"}
        assert owner("PUT", f"/v1/members/mem_{number}", body).status == 201
    for number in range(20):
        assert world.api("PUT", f"{path}/watchers/mem_{number}").status == 200
    refused = world.api("PUT", f"{path}/watchers/mem_20")
    assert (refused.status, refused.body["code"], fields(refused.body)) == (422, "validation_failed", ["watchers"])
    assert len(world.api("GET", path).body["watchers"]) == 20


def test_an_idempotency_key_has_255_characters_at_most(world: World) -> None:
    path = f"/v1/tickets/{world.a_ticket()['id']}"
    taken, refused = (
        world.api("PATCH", path, {"priority": "low"}, headers={"Idempotency-Key": "k" * length})
        for length in (255, 256)
    )
    assert taken.status == 200
    assert (refused.status, fields(refused.body)) == (422, ["Idempotency-Key"])
