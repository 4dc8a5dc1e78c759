"""API keys over HTTP: never above their maker, shown once, noted when used, ended at once."""

from datetime import timedelta
from typing import Any

import pytest

from tests.builders import ANA, BEN, NOW, ORGANISATION
from tests.integration.aws import Answer
from tests.integration.world import ADMIN, GONE, OWNER, World, add_key
from ticketing.domain.directory import Role
from ticketing.domain.principal import Scope
from ticketing.store import keys
from ticketing.store.idempotency import Request

PATH = "/v1/api-keys"
BODY: dict[str, Any] = {"name": "booking engine", "role": "user", "scopes": ["tickets:read"]}


def make(world: World, key: str | None = None, headers: dict[str, str] | None = None, **changes: Any) -> Answer:
    return world.as_(key or world.keys.owner)("POST", PATH, BODY | changes, headers=headers)


def listed(world: World, **query: str) -> list[dict[str, Any]]:
    asked = {name: [value] for name, value in query.items()}
    data: list[dict[str, Any]] = world.as_(world.keys.owner)("GET", PATH, query=asked).body["data"]
    return data


def test_a_new_key_works_and_is_shown_once(world: World) -> None:
    made = make(world)
    assert made.status == 201
    secret = made.body.pop("key")
    assert made.body == {
        "id": secret.split("_")[2],
        "name": "booking engine",
        "role": "user",
        "scopes": ["tickets:read"],
        "member_id": None,
        "active": True,
        "created_at": "2026-03-01T22:10:05.123Z",
        "expires_at": None,
        "revoked_at": None,
        "last_used_at": None,
    }
    assert made.body in listed(world)
    assert world.as_(secret)("GET", "/v1/me").body["key"]["name"] == "booking engine"


def test_no_list_answer_or_log_line_holds_a_secret_or_its_hash(world: World) -> None:
    made = make(world)
    key = made.body["key"]
    world.as_(key)("GET", "/v1/me")
    world.as_(world.keys.owner)("DELETE", f"{PATH}/{made.body['id']}")
    item = world.aws.table.get(keys.api_key_key(made.body["id"])) or {}
    shown = str(listed(world, active="any")) + world.log.text()
    assert key.split("_")[3] not in shown
    assert item["secret_hash"] not in shown
    assert "hash" not in shown


def test_a_key_for_a_member_acts_as_that_member(world: World) -> None:
    made = make(world, member_id=BEN).body
    assert world.as_(made["key"])("GET", "/v1/me").body["member"]["id"] == BEN


def test_several_keys_of_one_name_live_side_by_side_for_rotation(world: World) -> None:
    first, second = make(world).body, make(world).body
    assert {world.as_(one["key"])("GET", "/v1/me").status for one in (first, second)} == {200}
    assert first["id"] != second["id"]


@pytest.mark.parametrize(
    ("maker", "changes", "is_allowed"),
    [
        (Role.OWNER, {"role": "owner", "scopes": ["admin"]}, True),
        (Role.OWNER, {"member_id": OWNER}, True),
        (Role.ADMIN, {"role": "admin", "scopes": ["admin", "tickets:bulk"]}, True),
        (Role.ADMIN, {"role": "owner"}, False),
        (Role.ADMIN, {"member_id": OWNER}, False),
        (Role.OWNER, {"role": "user", "scopes": ["admin"]}, False),
    ],
)
def test_a_key_never_rises_above_its_maker(
    world: World, maker: Role, changes: dict[str, Any], *, is_allowed: bool
) -> None:
    made = make(world, world.keys.owner if maker is Role.OWNER else world.keys.admin, **changes)
    assert (made.status, made.body.get("code")) == ((201, None) if is_allowed else (403, "forbidden"))


def test_a_key_gives_no_scope_that_it_does_not_hold(world: World) -> None:
    narrow = add_key(world.aws, ORGANISATION, None, Role.OWNER, scopes=frozenset({Scope.ADMIN, Scope.TICKETS_READ}))
    assert make(world, narrow).status == 201
    assert make(world, narrow, scopes=["tickets:write"]).body["code"] == "forbidden"


def test_keys_are_for_owners_and_admins_with_the_scope(world: World) -> None:
    no_scope = add_key(world.aws, ORGANISATION, None, Role.OWNER, scopes=frozenset({Scope.TICKETS_READ}))
    id_ = make(world).body["id"]
    for key in (world.keys.user, no_scope):
        caller = world.as_(key)
        for answer in (caller("POST", PATH, BODY), caller("GET", PATH), caller("DELETE", f"{PATH}/{id_}")):
            assert (answer.status, answer.body["code"]) == (403, "forbidden")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 41}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"role": "root"}, "role"),
        ({"role": "admin", "member_id": ANA}, "role"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["tickets:eat"]}, "scopes[0]"),
        ({"scopes": "admin"}, "scopes"),
        ({"scopes": ["tickets:read"] * 5}, "scopes"),
        ({"member_id": "mem_stranger"}, "member_id"),
        ({"member_id": GONE}, "member_id"),
        ({"member_id": "team_maintenance"}, "member_id"),
        ({"expires_at": "2026-03-01T22:10:05Z"}, "expires_at"),
        ({"expires_at": "2036-01-01T00:00:00"}, "expires_at"),
        ({"expires_at": "soon"}, "expires_at"),
        ({"expires_at": "2036-03-01T00:00:00Z"}, "expires_at"),
        ({"expires_at": "9999-12-31T23:59:59-14:00"}, "expires_at"),
        ({"expires_at": 2000000000}, "expires_at"),
        ({"secret": "mine"}, "secret"),
        ({"organisation_id": "org_other"}, "organisation_id"),
    ],
)
def test_a_bad_key_is_refused_by_field_and_not_made(world: World, changes: dict[str, Any], field: str) -> None:
    before = listed(world, active="any")
    refused = make(world, **changes)
    assert (refused.status, refused.body["code"]) == (422, "validation_failed")
    assert field in [error["field"] for error in refused.body["errors"]]
    assert len(listed(world, active="any")) == len(before)


def test_a_key_expires(world: World) -> None:
    made = make(world, expires_at="2026-03-01T23:10:05.123+00:00").body
    assert made["expires_at"] == "2026-03-01T23:10:05.123Z"
    assert world.as_(made["key"])("GET", "/v1/me").status == 200
    world.aws.clock.now += timedelta(hours=1)
    assert world.as_(made["key"])("GET", "/v1/me").status == 401
    assert made["id"] not in [one["id"] for one in listed(world)]
    assert made["id"] in [one["id"] for one in listed(world, active="false")]


# --- once --------------------------------------------------------------------------------------------------------


def test_a_create_that_comes_again_makes_one_key_and_keeps_its_secret_to_itself(world: World) -> None:
    retried = {"Idempotency-Key": "key-1"}
    before = len(listed(world))
    first, again = make(world, headers=retried), make(world, headers=retried)
    assert (again.status, again.body) == (201, first.body | {"key": None})
    assert len(listed(world)) == before + 1
    assert make(world, headers=retried, name="other").body["code"] == "idempotency_mismatch"
    record = world.aws.table.get(Request(ORGANISATION, OWNER, "key-1", "").key) or {}
    import zlib

    assert first.body["key"].split("_")[3].encode() not in zlib.decompress(record["body"])


def test_a_revocation_that_comes_again_answers_the_same(world: World) -> None:
    id_ = make(world).body["id"]
    headers = {"Idempotency-Key": "key-2"}
    first = world.as_(world.keys.owner)("DELETE", f"{PATH}/{id_}", headers=headers)
    world.aws.clock.now += timedelta(minutes=5)
    again = world.as_(world.keys.owner)("DELETE", f"{PATH}/{id_}", headers=headers)
    assert (again.status, again.body) == (200, first.body)


# --- revocation --------------------------------------------------------------------------------------------------


def test_a_revoked_key_stops_working_here_at_once_and_stays_in_the_books(world: World) -> None:
    made = make(world).body
    caller = world.as_(made["key"])
    assert caller("GET", "/v1/me").status == 200
    gone = world.as_(world.keys.admin)("DELETE", f"{PATH}/{made['id']}")
    assert (gone.status, gone.body["active"], gone.body["revoked_at"]) == (200, False, "2026-03-01T22:10:05.123Z")
    assert caller("GET", "/v1/me").status == 401
    assert made["id"] not in [one["id"] for one in listed(world)]
    assert gone.body in listed(world, active="any")


def test_an_admin_ends_no_owners_key(world: World) -> None:
    owners = world.keys.owner.split("_")[2]
    assert world.as_(world.keys.admin)("DELETE", f"{PATH}/{owners}").body["code"] == "forbidden"
    assert world.as_(world.keys.owner)("GET", "/v1/me").status == 200


def test_a_foreign_key_is_answered_byte_for_byte_as_an_unknown_one(world: World) -> None:
    foreign = world.keys.other.split("_")[2]
    same = {"X-Request-Id": "same"}
    answers = [
        world.as_(world.keys.owner)("DELETE", f"{PATH}/{id_}", headers=same) for id_ in (foreign, "aaaabbbbccccdddd")
    ]
    assert (answers[0].status, answers[0].body["code"]) == (404, "not_found")
    assert answers[0].told == answers[1].told
    assert world.as_(world.keys.other)("GET", "/v1/me").status == 200
    assert foreign not in str(listed(world, active="any"))


def test_an_id_that_is_none_is_refused(world: World) -> None:
    refused = world.as_(world.keys.owner)("DELETE", f"{PATH}/nonsense")
    assert (refused.status, refused.body["errors"][0]["field"]) == (422, "key_id")


# --- last use ----------------------------------------------------------------------------------------------------


def test_the_last_use_of_a_key_is_noted_at_most_once_a_minute(world: World) -> None:
    made = make(world).body

    def last_used() -> str | None:
        item = world.aws.table.get(keys.api_key_key(made["id"])) or {}
        return item.get("last_used_at")

    caller = world.as_(made["key"])
    assert last_used() is None
    caller("GET", "/v1/me")
    assert last_used() == "2026-03-01T22:10:05.123Z"
    world.aws.clock.now = NOW + timedelta(seconds=59)
    caller("GET", "/v1/me")
    assert last_used() == "2026-03-01T22:10:05.123Z"
    world.aws.clock.now = NOW + timedelta(seconds=60)
    caller("GET", "/v1/me")
    assert last_used() == "2026-03-01T22:11:05.123Z"


def test_a_refused_secret_is_no_use_of_the_key(world: World) -> None:
    made = make(world).body
    from ticketing.domain.api_key import mint

    forged = mint("local", bytes(10), bytes(25))[0].replace("a" * 16, made["id"])
    assert world.as_(forged)("GET", "/v1/me").status == 401
    assert next(one for one in listed(world) if one["id"] == made["id"])["last_used_at"] is None


def test_keys_are_listed_page_by_page_each_once(world: World) -> None:
    ids = {make(world).body["id"] for _ in range(5)} | {one["id"] for one in listed(world)}
    seen: list[str] = []
    cursor: str | None = None
    while True:
        query = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        asked = {name: [value] for name, value in query.items()}
        page = world.as_(world.keys.owner)("GET", PATH, query=asked).body
        seen += [one["id"] for one in page["data"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == sorted(ids)


def test_a_demoted_admin_takes_their_keys_along(world: World) -> None:
    body = {"name": "Admin", "email": "admin@lakeside.example", "role": "user"}
    assert world.as_(world.keys.owner)("PUT", f"/v1/members/{ADMIN}", body).status == 200
    assert make(world, world.keys.admin).body["code"] == "forbidden"
