"""Members, teams, channels, workflows and chats over HTTP: read, listed, replaced, deactivated."""

from dataclasses import replace
from typing import Any

import pytest

from tests.builders import ANA, BEN, CHANNEL, CHAT, ORGANISATION, a_member
from tests.integration.aws import Answer
from tests.integration.world import ADMIN, CREATE, GONE, OTHER, OWNER, World, add_key
from ticketing.domain.directory import Role, deactivated
from ticketing.domain.principal import Scope
from ticketing.store import directory, items, keys
from ticketing.store.writes import put

TEAM = "team_maintenance"

PATHS = {
    "members": f"/v1/members/{ANA}",
    "teams": f"/v1/teams/{TEAM}",
    "channels": f"/v1/channels/{CHANNEL}",
    "workflow": f"/v1/channels/{CHANNEL}/workflow",
    "chats": f"/v1/chats/{CHAT}",
}
ABSENT = {
    "members": "/v1/members/mem_nobody",
    "teams": "/v1/teams/team_none",
    "channels": "/v1/channels/nowhere",
    "workflow": "/v1/channels/nowhere/workflow",
    "chats": "/v1/chats/chat_none",
}
BODIES: dict[str, dict[str, Any]] = {
    "members": {"name": "Ana B.", "email": "ana@lakeside.example", "role": "user"},
    "teams": {"name": "Technicians", "lead": BEN, "members": [ANA]},
    "channels": {"name": "Lobby", "type": "email"},
    "workflow": {"issues": [{"id": "a", "label": "A"}]},
    "chats": {"channel_id": CHANNEL, "guest": {"name": "Zoë Meier"}},
}
NOUNS = list(PATHS)
DEACTIVATED = ["members", "teams"]


def owner(world: World) -> Any:
    return world.as_(world.keys.owner)


def gone(before: Any) -> Any:
    return deactivated(before)


def refused(answer: Answer, status: int, code: str) -> bool:
    return (answer.status, answer.body["code"]) == (status, code)


# --- reading -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("noun", NOUNS)
def test_what_was_put_is_read_back_by_every_role(world: World, noun: str) -> None:
    put = owner(world)("PUT", PATHS[noun], BODIES[noun])
    read = world.api("GET", PATHS[noun])
    assert (read.status, read.body, read.headers["etag"]) == (200, put.body, put.headers["etag"])


@pytest.mark.parametrize("noun", NOUNS)
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_what_is_foreign_is_answered_byte_for_byte_as_what_is_unknown(world: World, noun: str, method: str) -> None:
    if (method, noun) == ("DELETE", "chats"):
        return  # a route of its own
    foreign = ABSENT[noun].replace("nobody", "stranger").replace("none", "theirs").replace("nowhere", "elsewhere")
    put = world.as_(add_key(world.aws, OTHER, None, Role.OWNER))
    channel = foreign.removesuffix("/workflow")
    body = BODIES[noun] | ({"lead": ADMIN, "members": []} if noun == "teams" else {})
    if noun == "workflow":
        assert put("PUT", channel, BODIES["channels"]).status == 201
    assert put("PUT", foreign, body).status == 201
    answers = [owner(world)(method, path, headers={"X-Request-Id": "same"}) for path in (foreign, ABSENT[noun])]
    assert refused(answers[0], 404, "not_found")
    assert answers[0].told == answers[1].told


@pytest.mark.parametrize(
    "path", ["/v1/members/ana", "/v1/members/mem_a.b", "/v1/teams/mem_ana", "/v1/channels/" + "c" * 41]
)
def test_an_id_that_is_none_is_refused(world: World, path: str) -> None:
    for method in ("GET", "DELETE"):
        answer = owner(world)(method, path)
        assert refused(answer, 422, "validation_failed")
        assert answer.body["errors"][0]["field"].endswith("_id")


def test_reading_the_directory_needs_the_scope_to_read(world: World) -> None:
    key = add_key(world.aws, ORGANISATION, None, Role.OWNER, scopes=frozenset({Scope.ADMIN}))
    for path in [*PATHS.values(), "/v1/members", "/v1/teams", "/v1/channels"]:
        assert refused(world.as_(key)("GET", path), 403, "forbidden")


# --- lists -------------------------------------------------------------------------------------------------------


def listed(world: World, path: str, **query: str) -> list[str]:
    """All ids of a list, page by page."""
    seen: list[str] = []
    cursor: str | None = None
    while True:
        asked = {name: [value] for name, value in query.items()} | ({"cursor": [cursor]} if cursor else {})
        page = world.api("GET", path, query=asked).body
        seen += [one["id"] for one in page["data"]]
        cursor = page["next_cursor"]
        assert page["has_more"] is (cursor is not None)
        if cursor is None:
            return seen


def test_members_are_listed_by_id_page_by_page_each_once(world: World) -> None:
    for number in range(12):
        member = a_member(f"mem_{number:02}", is_active=number % 3 > 0)
        directory.put_member(world.aws.table, ORGANISATION, member.id, lambda _, member=member: member)  # type: ignore[misc]
    active = sorted([ANA, BEN, OWNER, ADMIN, *(f"mem_{n:02}" for n in range(12) if n % 3 > 0)])
    others = sorted([GONE, *(f"mem_{n:02}" for n in range(12) if n % 3 == 0)])
    assert listed(world, "/v1/members", limit="2") == listed(world, "/v1/members") == active
    assert listed(world, "/v1/members", limit="2", active="false") == others
    assert listed(world, "/v1/members", limit="5", active="any") == sorted(active + others)


def test_a_short_page_past_many_that_are_not_wanted_goes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from ticketing.store import listing

    monkeypatch.setattr(listing, "_ROUNDS", 1)
    assert listed(world, "/v1/members", limit="1", active="false") == [GONE]


def test_teams_and_channels_are_listed_by_id(world: World) -> None:
    owner(world)("PUT", "/v1/teams/team_a", BODIES["teams"])
    assert listed(world, "/v1/teams", limit="1") == ["team_a", TEAM]
    assert listed(world, "/v1/channels", limit="1") == ["bare", CHANNEL]


def test_a_list_shows_only_the_own_organisation(world: World) -> None:
    seen = world.as_(world.keys.other)("GET", "/v1/members").body["data"]
    assert [member["id"] for member in seen] == [ADMIN]


@pytest.mark.parametrize("path", ["/v1/members", "/v1/teams", "/v1/channels", "/v1/api-keys"])
@pytest.mark.parametrize(
    ("query", "field"),
    [({"limit": ["0"]}, "limit"), ({"limit": ["101"]}, "limit"), ({"active": ["yes"]}, "active"), ({"q": ["a"]}, "q")],
)
def test_a_wrong_parameter_is_refused_by_name(world: World, path: str, query: dict[str, list[str]], field: str) -> None:
    answer = owner(world)("GET", path, query=query)
    assert refused(answer, 422, "validation_failed")
    assert answer.body["errors"][0]["field"] == field


def test_a_cursor_of_another_list_filter_or_organisation_is_refused(world: World) -> None:
    cursor = world.api("GET", "/v1/members", query={"limit": ["1"]}).body["next_cursor"]
    for path, query in (
        ("/v1/teams", {}),
        ("/v1/members", {"active": ["any"]}),
        ("/v1/tickets", {}),
    ):
        assert refused(world.api("GET", path, query=query | {"cursor": [cursor]}), 400, "invalid_cursor")
    foreign = world.as_(world.keys.other)("GET", "/v1/members", query={"cursor": [cursor]})
    assert refused(foreign, 400, "invalid_cursor")


# --- versions ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("noun", NOUNS)
def test_a_put_that_changes_nothing_writes_nothing_and_one_that_does_counts(world: World, noun: str) -> None:
    first = owner(world)("PUT", PATHS[noun], BODIES[noun])
    again = owner(world)("PUT", PATHS[noun], BODIES[noun])
    assert (again.status, again.body, again.headers["etag"]) == (200, first.body, first.headers["etag"])
    name = {"issues": [{"id": "b", "label": "B"}]} if noun == "workflow" else {"name": "Other"}
    changed = BODIES[noun] | ({"guest": {"name": "Other"}} if noun == "chats" else name)
    after = owner(world)("PUT", PATHS[noun], changed)
    assert after.body["version"] == first.body["version"] + 1
    assert after.headers["etag"] != first.headers["etag"]


@pytest.mark.parametrize("noun", NOUNS)
def test_what_the_caller_has_already_is_not_sent_again(world: World, noun: str) -> None:
    etag = world.api("GET", PATHS[noun]).headers["etag"]
    unchanged = world.api("GET", PATHS[noun], headers={"If-None-Match": etag})
    assert (unchanged.status, unchanged.body) == (304, "")
    owner(world)("PUT", PATHS[noun], BODIES[noun])
    assert world.api("GET", PATHS[noun], headers={"If-None-Match": etag}).status == 200


@pytest.mark.parametrize("noun", NOUNS)
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_stale_etag_changes_nothing_and_names_the_current_version(world: World, noun: str, method: str) -> None:
    if (method, noun) == ("DELETE", "chats"):
        return  # a route of its own
    stale = world.api("GET", PATHS[noun]).headers["etag"]
    current = owner(world)("PUT", PATHS[noun], BODIES[noun])
    changed = BODIES[noun] | {"source_version": 7} if method == "PUT" else None
    answer = owner(world)(method, PATHS[noun], changed, headers={"If-Match": stale})
    assert refused(answer, 412, "version_conflict")
    assert answer.body["current_version"] == current.body["version"]
    assert world.api("GET", PATHS[noun]).body == current.body


@pytest.mark.parametrize("noun", NOUNS)
def test_a_put_that_comes_again_with_its_etag_is_not_refused_by_its_own_effect(world: World, noun: str) -> None:
    seen = {"If-Match": world.api("GET", PATHS[noun]).headers["etag"]}
    first = owner(world)("PUT", PATHS[noun], BODIES[noun], headers=seen)
    before = world.aws.items()
    again = owner(world)("PUT", PATHS[noun], BODIES[noun], headers=seen)
    assert (again.status, again.body, again.headers["etag"]) == (200, first.body, first.headers["etag"])
    assert world.aws.items() == before


def test_a_thing_that_does_not_exist_matches_no_etag(world: World) -> None:
    for etag in ('"1-1"', "*"):
        made = owner(world)("PUT", ABSENT["channels"], BODIES["channels"], headers={"If-Match": etag})
        assert refused(made, 412, "version_conflict")
    assert world.api("GET", ABSENT["channels"]).status == 404


@pytest.mark.parametrize("noun", NOUNS)
def test_an_older_source_version_changes_nothing(world: World, noun: str) -> None:
    newest = owner(world)("PUT", PATHS[noun], BODIES[noun] | {"source_version": 5})
    late: dict[str, Any] = {"guest": {"name": "Late"}} if noun == "chats" else {"source_version": 4}
    late |= {"issues": [{"id": "z", "label": "Z"}]} if noun == "workflow" else {}
    late |= {"name": "Late"} if noun in {"members", "teams", "channels"} else {}
    answer = owner(world)("PUT", PATHS[noun], BODIES[noun] | late | {"source_version": 4})
    assert (answer.status, answer.body) == (200, newest.body)


# --- deactivation ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("noun", DEACTIVATED)
def test_who_is_deactivated_stays_by_id_and_takes_nothing_new(world: World, noun: str) -> None:
    id_ = PATHS[noun].rpartition("/")[2]
    ticket = world.as_(world.keys.admin)("POST", "/v1/tickets", CREATE | {"assignee": id_}).body
    left = owner(world)("DELETE", PATHS[noun])
    assert (left.status, left.body["active"]) == (200, False)
    reader = world.as_(world.keys.admin)
    assert reader("GET", PATHS[noun]).body == left.body
    assert id_ not in [one["id"] for one in reader("GET", f"/v1/{noun}").body["data"]]
    assert reader("GET", f"/v1/tickets/{ticket['id']}").body["assignee"] == ticket["assignee"]
    assert refused(reader("POST", "/v1/tickets", CREATE | {"assignee": id_}), 422, "assignee_not_member")


@pytest.mark.parametrize("noun", DEACTIVATED)
def test_a_put_activates_again(world: World, noun: str) -> None:
    owner(world)("DELETE", PATHS[noun])
    back = owner(world)("PUT", PATHS[noun], BODIES[noun])
    assert (back.status, back.body["active"], back.body["version"]) == (200, True, 3)
    id_ = PATHS[noun].rpartition("/")[2]
    assert world.as_(world.keys.admin)("POST", "/v1/tickets", CREATE | {"assignee": id_}).status == 201


@pytest.mark.parametrize("noun", DEACTIVATED)
def test_a_delete_that_comes_again_changes_nothing_more(world: World, noun: str) -> None:
    first = owner(world)("DELETE", PATHS[noun])
    again = owner(world)("DELETE", PATHS[noun])
    assert (again.status, again.body, again.headers["etag"]) == (200, first.body, first.headers["etag"])


def test_a_delete_with_an_idempotency_key_acts_once_even_after_a_reactivation(world: World) -> None:
    etag = world.api("GET", PATHS["teams"]).headers["etag"]
    headers = {"Idempotency-Key": "gone-1", "If-Match": etag}
    first = owner(world)("DELETE", PATHS["teams"], headers=headers)
    owner(world)("PUT", PATHS["teams"], BODIES["teams"])
    again = owner(world)("DELETE", PATHS["teams"], headers=headers)
    assert (again.status, again.body, again.headers["etag"]) == (200, first.body, first.headers["etag"])
    assert world.api("GET", PATHS["teams"]).body["active"] is True
    mismatch = owner(world)("DELETE", "/v1/teams/team_other", headers={"Idempotency-Key": "gone-1"})
    assert refused(mismatch, 422, "idempotency_mismatch")


def test_only_owners_and_admins_deactivate(world: World) -> None:
    for noun in ("members", "teams", "channels", "workflow"):
        assert refused(world.api("DELETE", PATHS[noun]), 403, "forbidden")


def test_a_channel_with_live_chats_stays(world: World) -> None:
    answer = owner(world)("DELETE", PATHS["channels"])
    assert refused(answer, 409, "channel_in_use")
    assert world.api("GET", PATHS["channels"]).body["active"] is True


def an_empty_channel(world: World) -> str:
    assert owner(world)("PUT", "/v1/channels/lobby", BODIES["channels"]).status == 201
    return "/v1/channels/lobby"


def test_a_deactivated_channel_takes_no_chats_until_it_is_put_again(world: World) -> None:
    path = an_empty_channel(world)
    left = owner(world)("DELETE", path)
    assert (left.status, left.body["active"]) == (200, False)
    chat = {"channel_id": "lobby", "guest": {"name": "Ada"}}
    assert refused(world.api("PUT", "/v1/chats/chat_lobby", chat), 409, "channel_inactive")
    assert world.api("GET", "/v1/chats/chat_lobby").status == 404
    assert owner(world)("PUT", path, BODIES["channels"]).body["active"] is True
    assert world.api("PUT", "/v1/chats/chat_lobby", chat).status == 201
    assert refused(owner(world)("DELETE", path), 409, "channel_in_use")


def test_a_chat_that_was_decided_on_just_before_the_channel_went_is_refused(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The writer of the chat saw an active channel; the channel goes before the chat is written."""
    an_empty_channel(world)
    read = directory.get_channel
    seen: list[Any] = []

    def then_deactivate(*arguments: Any) -> Any:
        channel = read(*arguments)
        if not seen:
            seen.append(channel)
            directory.put_channel(world.aws.table, ORGANISATION, "lobby", gone)
        return channel

    monkeypatch.setattr(directory, "get_channel", then_deactivate)
    chat = {"channel_id": "lobby", "guest": {"name": "Ada"}}
    assert refused(world.api("PUT", "/v1/chats/chat_lobby", chat), 409, "channel_inactive")
    assert seen[0].is_active
    assert world.api("GET", "/v1/chats/chat_lobby").status == 404


def test_a_deactivated_channel_takes_no_tickets(world: World) -> None:
    path = an_empty_channel(world)
    owner(world)("PUT", f"{path}/workflow", BODIES["workflow"])
    world.api("PUT", "/v1/chats/chat_lobby", {"channel_id": "lobby", "guest": {"name": "Ada"}})
    table = world.aws.table
    channel = directory.get_channel(table, ORGANISATION, "lobby")
    assert channel is not None
    # No route leads here: such a channel has no live chats.
    item = items.channel_item(ORGANISATION, replace(channel, is_active=False))
    table.write(put(keys.channel_key(ORGANISATION, "lobby"), item))
    answer = world.api("POST", "/v1/tickets", {"chat_id": "chat_lobby", "issue": "a"})
    assert refused(answer, 409, "channel_inactive")


def test_without_its_workflow_a_channel_takes_no_tickets_and_keeps_those_it_has(world: World) -> None:
    ticket = world.a_ticket()
    etag = world.api("GET", PATHS["workflow"]).headers["etag"]
    left = owner(world)("DELETE", PATHS["workflow"], headers={"Idempotency-Key": "wf-1"})
    assert (left.status, left.body) == (204, "")
    assert owner(world)("DELETE", PATHS["workflow"], headers={"Idempotency-Key": "wf-1"}).status == 204
    assert world.api("GET", PATHS["workflow"]).status == 404
    assert owner(world)("DELETE", PATHS["workflow"]).status == 404
    assert refused(world.api("POST", "/v1/tickets", CREATE), 409, "workflow_missing")
    path = f"/v1/tickets/{ticket['id']}"
    assert world.api("PATCH", path, {"status": "open", "issue": "maintenance", "sub_issue": "hvac"}).body == ticket
    assert world.api("PATCH", path, {"sub_issue": None}).body["sub_issue"] is None
    assert refused(world.api("PATCH", path, {"status": "closed"}), 409, "workflow_missing")
    back = owner(world)("PUT", PATHS["workflow"], BODIES["workflow"])
    assert (back.status, back.body["version"]) == (201, 3)
    assert back.headers["etag"] != etag


# --- owners ------------------------------------------------------------------------------------------------------


def a_second_owner(world: World) -> str:
    body = {"name": "Ana", "email": "ana@lakeside.example", "role": "owner"}
    assert owner(world)("PUT", f"/v1/members/{ANA}", body).status == 200
    return f"/v1/members/{ANA}"


def test_the_last_owner_can_neither_leave_nor_step_down(world: World) -> None:
    path = f"/v1/members/{OWNER}"
    member = world.api("GET", path).body
    body = {"name": "Owner", "email": "owner@lakeside.example", "role": "owner"}
    for method, change in (("DELETE", None), ("PUT", body | {"role": "admin"}), ("PUT", body | {"active": False})):
        assert refused(owner(world)(method, path, change), 409, "last_owner")
    assert world.api("GET", path).body == member
    assert owner(world)("PUT", path, body | {"name": "Renamed"}).status == 200


def test_of_two_owners_one_may_leave(world: World) -> None:
    path = a_second_owner(world)
    assert owner(world)("DELETE", f"/v1/members/{OWNER}").status == 200
    key = add_key(world.aws, ORGANISATION, ANA, Role.OWNER)
    assert refused(world.as_(key)("DELETE", path), 409, "last_owner")


def test_a_deactivated_owner_is_no_owner_to_rely_on(world: World) -> None:
    assert owner(world)("DELETE", a_second_owner(world)).status == 200
    assert refused(owner(world)("DELETE", f"/v1/members/{OWNER}"), 409, "last_owner")


def test_two_owners_who_demote_each_other_at_the_same_instant_do_not_both_succeed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have found the other one to be an owner; one of them writes first."""
    from ticketing.store import owners

    a_second_owner(world)
    find = owners._another_owner
    answers: list[str] = []

    def then_the_other_writes(*arguments: Any) -> Any:
        witness = find(*arguments)
        if witness is not None and not answers:
            answers.append(witness.id)
            directory.put_member(world.aws.table, ORGANISATION, ANA, gone)
        return witness

    monkeypatch.setattr(owners, "_another_owner", then_the_other_writes)
    key = add_key(world.aws, ORGANISATION, ANA, Role.OWNER)
    second = world.as_(key)("DELETE", f"/v1/members/{OWNER}")
    assert answers == [ANA]
    assert refused(second, 409, "last_owner")
    roles = [directory.get_member(world.aws.table, ORGANISATION, one) for one in (ANA, OWNER)]
    assert [one.is_acting_owner for one in roles if one] == [False, True]


def test_an_admin_neither_deactivates_nor_changes_an_owner(world: World) -> None:
    admin = world.as_(world.keys.admin)
    body = {"name": "Owner", "email": "owner@lakeside.example", "role": "owner"}
    assert refused(admin("DELETE", f"/v1/members/{OWNER}"), 403, "forbidden")
    assert refused(admin("PUT", f"/v1/members/{OWNER}", body | {"name": "Mine"}), 403, "forbidden")


def test_a_deactivated_member_is_locked_out_of_this_process_at_once(world: World) -> None:
    assert world.api("GET", "/v1/me").status == 200
    owner(world)("DELETE", PATHS["members"])
    assert world.api("GET", "/v1/me").status == 401


# --- bad input ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("noun", "changes", "field"),
    [
        ("members", {"active": "no"}, "active"),
        ("members", {"role": "boss"}, "role"),
        ("members", {"email": "ana"}, "email"),
        ("members", {"name": ""}, "name"),
        ("members", {"name": "x" * 121}, "name"),
        ("members", {"source_version": -1}, "source_version"),
        ("members", {"source_version": "7"}, "source_version"),
        ("members", {"id": "mem_x"}, "id"),
        ("members", {"version": 9}, "version"),
        ("teams", {"lead": "team_maintenance"}, "lead"),
        ("teams", {"lead": "mem_stranger"}, "lead"),
        ("teams", {"members": ["mem_stranger"]}, "members[0]"),
        ("teams", {"members": [f"mem_{n}" for n in range(501)]}, "members"),
        ("teams", {"source_version": 1.5}, "source_version"),
        ("channels", {"type": "fax"}, "type"),
        ("channels", {"active": True}, "active"),
        ("workflow", {"source_version": 2**53}, "source_version"),
        ("workflow", {"issues": []}, "issues"),
        ("chats", {"guest": {"name": "a", "email": "x"}}, "guest.email"),
    ],
)
def test_a_bad_body_is_refused_by_field_and_changes_nothing(
    world: World, noun: str, changes: dict[str, Any], field: str
) -> None:
    before = world.api("GET", PATHS[noun]).body
    answer = owner(world)("PUT", PATHS[noun], BODIES[noun] | changes)
    assert refused(answer, 422, "validation_failed")
    assert field in [error["field"] for error in answer.body["errors"]]
    assert world.api("GET", PATHS[noun]).body == before


# --- preferences -------------------------------------------------------------------------------------------------


def test_a_member_is_mailed_about_everything_but_their_own_actions_unless_they_say_otherwise(world: World) -> None:
    read = owner(world)("GET", f"/v1/members/{ANA}").body["preferences"]
    assert read == {"created": True, "assigned": True, "status_changed": True, "digests": True, "own_actions": False}
    put = {**BODIES["members"], "preferences": {"digests": False, "own_actions": True}}
    assert owner(world)("PUT", f"/v1/members/{ANA}", put).body["preferences"] == {
        **read,
        "digests": False,
        "own_actions": True,
    }


def test_preferences_that_are_not_sent_stay_as_they_were(world: World) -> None:
    put = {**BODIES["members"], "preferences": {"digests": False}}
    owner(world)("PUT", f"/v1/members/{ANA}", put)
    again = owner(world)("PUT", f"/v1/members/{ANA}", {**BODIES["members"], "name": "Ana C."}).body
    assert (again["name"], again["preferences"]["digests"]) == ("Ana C.", False)
    other = owner(world)("PUT", f"/v1/members/{ANA}", {**BODIES["members"], "preferences": {"created": False}}).body
    assert (other["preferences"]["created"], other["preferences"]["digests"]) == (False, False)


@pytest.mark.parametrize("said", [{"digests": "no"}, {"weekly": True}, None, [], {"digests": None}])
def test_a_preference_that_is_none_is_refused_by_its_field(world: World, said: Any) -> None:
    refused = owner(world)("PUT", f"/v1/members/{ANA}", {**BODIES["members"], "preferences": said})
    assert refused.status == (200 if said is None else 422)
    if said is not None:
        assert refused.body["errors"][0]["field"].startswith("preferences")
