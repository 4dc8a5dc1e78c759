"""The organisation's settings, and what a key is told of itself."""

from typing import Any

import pytest

from tests.builders import ANA, ORGANISATION
from tests.integration.world import World, add_key
from ticketing.domain.directory import Plan, Role
from ticketing.domain.principal import Scope
from ticketing.store import keys
from ticketing.store.writes import update

PATH = "/v1/organisation"
WEEKLY = {"day": "monday", "hour": 7, "zone": "Europe/Zurich"}


def patch(world: World, body: Any, **headers: str) -> Any:
    return world.as_(world.keys.owner)("PATCH", PATH, body, headers=headers)


def test_an_organisation_begins_with_guest_mail_no_weekly_list_and_everything_kept(world: World) -> None:
    answer = world.as_(world.keys.admin)("GET", PATH)
    assert answer.status == 200
    assert answer.body == {
        "id": ORGANISATION,
        "name": ORGANISATION,
        "plan": "paid",
        "created_at": "2026-03-01T22:10:05.123Z",
        "guest_mail": True,
        "weekly_list": None,
        "retention_days": None,
        "version": 1,
    }


def test_settings_are_stored_and_read_back(world: World) -> None:
    body = {"guest_mail": False, "weekly_list": WEEKLY, "retention_days": 365}
    answer = patch(world, body)
    assert (answer.status, answer.body["version"]) == (200, 2)
    assert answer.body | body == answer.body
    assert world.as_(world.keys.admin)("GET", PATH).body == answer.body


def test_a_merge_patch_changes_what_it_names_and_null_switches_off(world: World) -> None:
    patch(world, {"weekly_list": WEEKLY, "retention_days": 90})
    assert patch(world, {"weekly_list": {"hour": 23}}).body["weekly_list"] == WEEKLY | {"hour": 23}
    off = patch(world, {"weekly_list": None, "retention_days": None}).body
    assert (off["weekly_list"], off["retention_days"], off["guest_mail"]) == (None, None, True)
    missing = patch(world, {"weekly_list": {"hour": 8}})
    assert [error["field"] for error in missing.body["errors"]] == ["weekly_list.day", "weekly_list.zone"]


@pytest.mark.parametrize("body", [{}, {"guest_mail": True}, {"retention_days": None}, {"weekly_list": None}])
def test_a_patch_that_changes_nothing_writes_nothing(world: World, body: dict[str, Any]) -> None:
    answer = patch(world, body)
    assert (answer.status, answer.body["version"]) == (200, 1)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"guest_mail": "no"}, "guest_mail"),
        ({"guest_mail": None}, "guest_mail"),
        ({"retention_days": 29}, "retention_days"),
        ({"retention_days": 3651}, "retention_days"),
        ({"retention_days": "365"}, "retention_days"),
        ({"weekly_list": True}, "weekly_list"),
        ({"weekly_list": WEEKLY | {"day": "caturday"}}, "weekly_list.day"),
        ({"weekly_list": WEEKLY | {"hour": 24}}, "weekly_list.hour"),
        ({"weekly_list": WEEKLY | {"hour": -1}}, "weekly_list.hour"),
        ({"weekly_list": WEEKLY | {"hour": 7.5}}, "weekly_list.hour"),
        ({"weekly_list": WEEKLY | {"zone": "Europe/Atlantis"}}, "weekly_list.zone"),
        ({"weekly_list": WEEKLY | {"zone": "../../etc/passwd"}}, "weekly_list.zone"),
        ({"weekly_list": WEEKLY | {"zone": "Europe"}}, "weekly_list.zone"),
        ({"weekly_list": WEEKLY | {"minute": 5}}, "weekly_list.minute"),
        ({"plan": "paid"}, "plan"),
        ({"name": "Mine"}, "name"),
        ({"version": 9}, "version"),
    ],
)
def test_a_bad_setting_is_refused_by_field_and_changes_nothing(world: World, body: Any, field: str) -> None:
    refused = patch(world, body)
    assert (refused.status, refused.body["code"]) == (422, "validation_failed")
    assert [error["field"] for error in refused.body["errors"]] == [field]
    assert world.as_(world.keys.owner)("GET", PATH).body["version"] == 1


@pytest.mark.parametrize("zone", ["UTC", "Europe/Zurich", "Asia/Kolkata", "America/Argentina/Ushuaia"])
def test_every_zone_of_the_iana_database_is_known(world: World, zone: str) -> None:
    assert patch(world, {"weekly_list": WEEKLY | {"zone": zone}}).body["weekly_list"]["zone"] == zone


def test_a_stale_etag_changes_nothing_and_a_retry_acts_once(world: World) -> None:
    etag = world.as_(world.keys.owner)("GET", PATH).headers["etag"]
    retried = {"If-Match": etag, "Idempotency-Key": "settings-1"}
    first = patch(world, {"guest_mail": False}, **retried)
    patch(world, {"retention_days": 90})
    again = patch(world, {"guest_mail": False}, **retried)
    assert (again.status, again.body, again.headers["etag"]) == (200, first.body, first.headers["etag"])
    refused = patch(world, {"guest_mail": True}, **{"If-Match": etag})
    assert (refused.status, refused.body["code"], refused.body["current_version"]) == (412, "version_conflict", 3)
    unchanged = world.as_(world.keys.owner)("GET", PATH, headers={"If-None-Match": '"1-3"'})
    assert unchanged.status == 304


def test_settings_are_for_owners_and_admins_with_the_scope(world: World) -> None:
    assert world.api("GET", PATH).body["code"] == "forbidden"
    assert world.api("PATCH", PATH, {"guest_mail": False}).body["code"] == "forbidden"
    reader = world.as_(add_key(world.aws, ORGANISATION, None, Role.ADMIN, scopes=frozenset({Scope.TICKETS_READ})))
    assert reader("GET", PATH).status == 200
    assert reader("PATCH", PATH, {"guest_mail": False}).body["code"] == "forbidden"
    assert world.as_(world.keys.admin)("PATCH", PATH, {"guest_mail": False}).status == 200
    assert world.as_(world.keys.other)("GET", PATH).body["version"] == 1


# --- who am I ----------------------------------------------------------------------------------------------------


def test_a_members_key_is_told_whom_it_stands_for(world: World) -> None:
    me = world.api("GET", "/v1/me").body
    assert (me["type"], me["role"]) == ("member", "user")
    assert me["organisation"] == {"id": ORGANISATION, "name": ORGANISATION, "plan": "paid"}
    assert me["member"] == {"id": ANA, "name": "Ana", "email": "ana@lakeside.example", "role": "user"}
    assert me["scopes"] == ["tickets:bulk", "tickets:read", "tickets:write"]
    assert me["limits"] == {
        "page_size": 100,
        "body_bytes": 4 * 1024 * 1024,
        "remark_bytes_in_thread": 65536,
        "watchers": 20,
        "label_characters": 60,
        "idempotency_key_hours": 24,
        "requests_per_second": world.aws.settings.organisation_rate_limit,
        "requests_at_one_instant": world.aws.settings.organisation_burst_limit,
        "bulk_tickets_per_second": world.aws.settings.bulk_tickets_rate_limit,
        "bulk_tickets_at_one_instant": world.aws.settings.bulk_tickets_burst_limit,
    }


def test_a_key_without_member_is_told_its_own_name(world: World) -> None:
    scopes = frozenset({Scope.TICKETS_BULK})
    key = add_key(world.aws, ORGANISATION, None, Role.ADMIN, name="booking engine", scopes=scopes)
    me = world.as_(key)("GET", "/v1/me").body
    assert (me["type"], me["member"], me["role"], me["scopes"]) == ("key", None, "admin", ["tickets:bulk"])
    assert me["key"] == {"id": key.split("_")[2], "name": "booking engine", "expires_at": None}


def test_a_key_is_told_what_is_left_of_its_role(world: World) -> None:
    me = world.as_(add_key(world.aws, ORGANISATION, ANA, Role.OWNER))("GET", "/v1/me").body
    assert (me["role"], "admin" in me["scopes"]) == ("user", False)


def test_an_unpaid_organisation_may_still_ask(world: World) -> None:
    plan = {":plan": Plan.UNPAID.value}
    world.aws.table.write(
        update(keys.organisation_key(ORGANISATION), "SET #p = :plan", names={"#p": "plan"}, values=plan)
    )
    assert world.api("GET", "/v1/me").body["organisation"]["plan"] == "unpaid"
