"""Who is calling: what proves it, and what nobody learns without."""

import pytest

from tests.builders import ANA, NOW, ORGANISATION
from tests.integration.world import CREATE, GONE, World, add_key
from ticketing.domain.directory import Plan, Role
from ticketing.domain.principal import Scope
from ticketing.store import keys
from ticketing.store.writes import update


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer x", "Basic eDp5", "Bearer lsk_local_a_b_c"])
@pytest.mark.parametrize(("method", "path"), [("GET", "/v1/tickets"), ("POST", "/v1/tickets"), ("GET", "/v1/unknown")])
def test_without_a_valid_key_nobody_learns_anything(
    world: World, authorization: str | None, method: str, path: str
) -> None:
    headers = {"Authorization": authorization} if authorization is not None else {}
    refused = world.as_(None)(method, path, headers=headers)
    assert (refused.status, refused.body["code"]) == (401, "unauthenticated")
    assert refused.headers["www-authenticate"] == "Bearer"


def test_a_key_with_a_wrong_secret_an_unknown_id_or_another_environment_is_refused(world: World) -> None:
    from ticketing.domain.api_key import mint

    own_id = world.keys.user.split("_")[2]
    for forged in (
        mint("local", bytes(10), bytes(25))[0],
        mint("staging", bytes(10), bytes(25))[0],
        world.keys.user.replace(own_id, world.keys.admin.split("_")[2]),
    ):
        assert world.as_(forged)("GET", "/v1/tickets").status == 401


def test_an_expired_and_a_revoked_key_are_refused(world: World) -> None:
    for changes in ({"expires_at": NOW}, {"revoked_at": NOW}):
        key = add_key(world.aws, ORGANISATION, ANA, Role.USER, **changes)
        assert world.as_(key)("GET", "/v1/tickets").status == 401


def test_the_key_of_a_member_who_left_is_refused(world: World) -> None:
    assert world.as_(add_key(world.aws, ORGANISATION, GONE, Role.USER))("GET", "/v1/tickets").status == 401


def test_a_key_never_rises_above_its_members_role(world: World) -> None:
    key = add_key(world.aws, ORGANISATION, ANA, Role.OWNER)
    refused = world.as_(key)("PUT", "/v1/channels/new", {"name": "New", "type": "email"})
    assert (refused.status, refused.body["code"]) == (403, "forbidden")


def test_a_key_without_member_acts_under_its_own_name(world: World) -> None:
    key = add_key(world.aws, ORGANISATION, None, Role.USER, name="booking engine")
    ticket = world.as_(key)("POST", "/v1/tickets", CREATE).body
    assert ticket["creator"] == {"id": "key:booking engine", "name": "booking engine", "type": "key"}


def test_a_key_without_the_scope_is_refused(world: World) -> None:
    key = add_key(world.aws, ORGANISATION, ANA, Role.USER, scopes=frozenset({Scope.TICKETS_READ}))
    assert world.as_(key)("POST", "/v1/tickets", CREATE).body["code"] == "forbidden"
    assert world.as_(key)("GET", "/v1/tickets").status == 200


def test_an_unpaid_organisation_has_no_tickets(world: World) -> None:
    plan = {":plan": Plan.UNPAID.value}
    world.aws.table.write(
        update(keys.organisation_key(ORGANISATION), "SET #p = :plan", names={"#p": "plan"}, values=plan)
    )
    refused = world.api("GET", "/v1/tickets")
    assert (refused.status, refused.body["code"]) == (403, "plan_required")


@pytest.mark.parametrize("host", ["a/b", "a?b", "a#b", "[::1]:443", ""])
def test_no_host_header_opens_what_needs_a_key(world: World, host: str) -> None:
    assert world.as_(None)("GET", "/v1/tickets", headers={"Host": host}).status in {400, 401}
