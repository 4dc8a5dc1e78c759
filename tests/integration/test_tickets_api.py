"""The API function as the gateway calls it: the chain of a ticket, and what is refused."""

from datetime import timedelta
from typing import Any

import pytest

from tests.builders import ANA, BEN, CHANNEL, CHAT, NOW, ORGANISATION
from tests.fakes.events import api_event
from tests.integration.aws import Aws
from tests.integration.world import CREATE, GONE, OTHER, World, add_key
from ticketing.domain.directory import Plan, Role
from ticketing.domain.principal import Scope
from ticketing.store import items, keys
from ticketing.store.table import update


def test_a_ticket_is_created_with_everything_that_people_need(world: World) -> None:
    answer = world.api("POST", "/v1/tickets", CREATE | {"remarks": "AC not cooling", "watchers": ["mem_admin"]})
    assert answer.status == 201
    ticket = answer.body
    assert answer.headers["location"] == f"tickets/{ticket['id']}"
    assert ticket["chat"] == {"id": CHAT, "guest_name": "Zoë Müller"}
    assert ticket["channel"] == {"id": CHANNEL, "name": "Front desk", "type": "whatsapp_official"}
    assert ticket["issue"] == {"id": "maintenance", "label": "Maintenance"}
    assert ticket["status"] == {"id": "open", "name": "Open", "category": "open"}
    assert ticket["assignee"] == {"id": BEN, "name": "Ben", "type": "member"}
    assert ticket["creator"] == {"id": ANA, "name": "Ana", "type": "member"}
    assert ticket["watchers"] == [{"id": "mem_admin", "name": "Admin", "type": "member"}]
    assert (ticket["number"], ticket["version"], ticket["priority"]) == (1, 1, "high")
    assert (ticket["remark_preview"], ticket["remark_count"]) == ("AC not cooling", 1)


def test_a_team_can_be_the_assignee(world: World) -> None:
    ticket = world.a_ticket(assignee="team_maintenance")
    assert ticket["assignee"] == {"id": "team_maintenance", "name": "Maintenance", "type": "team"}


def test_a_created_ticket_is_read_back_by_its_id(world: World) -> None:
    ticket = world.a_ticket()
    assert world.api("GET", f"/v1/tickets/{ticket['id']}").body == ticket


def test_numbers_count_up_per_organisation(world: World) -> None:
    assert [world.a_ticket()["number"] for _ in range(3)] == [1, 2, 3]
    foreign = world.as_(world.keys.other)("POST", "/v1/tickets", {"chat_id": CHAT, "issue": "maintenance"})
    assert foreign.body["number"] == 1


def test_a_refused_create_takes_no_number(world: World) -> None:
    world.api("POST", "/v1/tickets", CREATE | {"issue": "nonsense"})
    assert world.a_ticket()["number"] == 1


def test_a_status_change_is_stored_with_its_event(world: World) -> None:
    ticket = world.a_ticket()
    world.aws.clock.now = NOW + timedelta(hours=1)
    answer = world.api("PATCH", f"/v1/tickets/{ticket['id']}", {"status": "resolved"})
    assert answer.status == 200
    assert (answer.body["status"]["id"], answer.body["version"]) == ("resolved", 2)
    assert answer.body["resolved_at"] == answer.body["updated_at"] == "2026-03-01T23:10:05.123Z"
    event = items.event_from(world.aws.table.get(keys.event_key(ticket["id"], 2)) or {})
    assert [(change.field, change.after["id"]) for change in event.changes] == [("status", "resolved")]


def test_a_status_that_it_has_already_writes_nothing(world: World) -> None:
    ticket = world.a_ticket()
    answer = world.api("PATCH", f"/v1/tickets/{ticket['id']}", {"status": "open"})
    assert (answer.status, answer.body) == (200, ticket)
    assert world.aws.table.get(keys.event_key(ticket["id"], 2)) is None


def test_a_forbidden_move_is_refused_with_the_allowed_targets(world: World) -> None:
    ticket = world.a_ticket()
    world.api("PATCH", f"/v1/tickets/{ticket['id']}", {"status": "closed"})
    refused = world.api("PATCH", f"/v1/tickets/{ticket['id']}", {"status": "in_progress"})
    assert (refused.status, refused.body["code"]) == (409, "invalid_status_transition")
    assert refused.body["detail"] == "Invalid status transition"
    assert refused.body["title"] == "Failed to update ticket"
    assert refused.body["allowed"] == ["open"]


def test_the_list_shows_the_newest_first_page_by_page_each_once(world: World) -> None:
    created = []
    for minute in range(7):
        world.aws.clock.now = NOW + timedelta(minutes=minute // 2)  # some in the same millisecond
        created.append(world.a_ticket()["id"])
    seen: list[str] = []
    times: list[str] = []
    cursor: str | None = None
    while True:
        query = {"limit": ["3"]} | ({"cursor": [cursor]} if cursor else {})
        page = world.api("GET", "/v1/tickets", query=query)
        assert page.status == 200
        seen += [row["id"] for row in page.body["data"]]
        times += [row["created_at"] for row in page.body["data"]]
        cursor = page.body["next_cursor"]
        assert page.body["has_more"] is (cursor is not None)
        if cursor is None:
            break
    assert sorted(seen) == sorted(created)
    assert times == sorted(times, reverse=True)


def test_a_list_row_is_the_ticket_without_its_watchers(world: World) -> None:
    ticket = world.a_ticket(watchers=["mem_admin"])
    (row,) = world.api("GET", "/v1/tickets").body["data"]
    del ticket["watchers"]
    assert row == ticket


def test_the_list_shows_only_the_own_organisation(world: World) -> None:
    world.a_ticket()
    assert world.as_(world.keys.other)("GET", "/v1/tickets").body["data"] == []


def test_a_guest_is_renamed_everywhere_at_once(world: World) -> None:
    ticket = world.a_ticket()
    chat = {"channel_id": CHANNEL, "guest": {"name": "Zoë Meier"}}
    assert world.api("PUT", f"/v1/chats/{CHAT}", chat).status == 200
    assert world.api("GET", "/v1/tickets").body["data"][0]["chat"]["guest_name"] == "Zoë Meier"
    assert world.api("GET", f"/v1/tickets/{ticket['id']}").body["chat"]["guest_name"] == "Zoë Meier"


# --- the product's error table -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "status", "code", "detail", "field"),
    [
        ({"issue": None}, 422, "issue_required", "Issue is required", "issue"),
        ({"issue": ""}, 422, "issue_required", "Issue is required", "issue"),
        ({"issue": "billing"}, 422, "invalid_issue", "Invalid issue/sub-issue for this channel", "issue"),
        ({"sub_issue": "quote_sent"}, 422, "invalid_issue", "Invalid issue/sub-issue for this channel", "sub_issue"),
        (
            {"assignee": GONE},
            422,
            "assignee_not_member",
            "Assignee must be a member of the organisation",
            "assignee",
        ),
        (
            {"assignee": "mem_stranger"},
            422,
            "assignee_not_member",
            "Assignee must be a member of the organisation",
            "assignee",
        ),
        (
            {"assignee": "team_stranger"},
            422,
            "assignee_not_member",
            "Assignee must be a member of the organisation",
            "assignee",
        ),
        ({"chat_id": "chat_of_nobody"}, 422, "chat_not_found", "Chat not found", "chat_id"),
    ],
)
def test_a_create_is_refused_in_the_products_words(
    world: World, changes: dict[str, Any], status: int, code: str, detail: str, field: str
) -> None:
    refused = world.api("POST", "/v1/tickets", CREATE | changes)
    assert (refused.status, refused.body["code"], refused.body["detail"]) == (status, code, detail)
    assert refused.body["title"] == "Failed to create ticket"
    assert [error["field"] for error in refused.body["errors"]] == [field]
    assert refused.headers["content-type"] == "application/problem+json"
    assert world.api("GET", "/v1/tickets").body["data"] == []


def test_a_create_without_issue_says_so(world: World) -> None:
    body = {name: value for name, value in CREATE.items() if name != "issue"}
    refused = world.api("POST", "/v1/tickets", body)
    assert (refused.status, refused.body["code"], refused.body["detail"]) == (
        422,
        "issue_required",
        "Issue is required",
    )


def test_a_channel_without_workflow_says_where_to_make_one(world: World) -> None:
    refused = world.api("POST", "/v1/tickets", CREATE | {"chat_id": "chat_bare"})
    assert (refused.status, refused.body["code"]) == (409, "workflow_missing")
    assert "Settings → Ticket Workflows" in refused.body["detail"]
    assert refused.body["configure_url"] == "https://console.example/crm/settings/ticket-workflows?channel=bare"


def test_an_unknown_ticket_is_not_found(world: World) -> None:
    for method, body in (("GET", None), ("PATCH", {"status": "open"})):
        refused = world.api(method, "/v1/tickets/tkt_aaaaaaaaaaaaaaaa", body)
        assert (refused.status, refused.body["code"], refused.body["detail"]) == (
            404,
            "ticket_not_found",
            "Ticket not found",
        )


def test_a_foreign_ticket_says_that_it_is_one_and_stays_as_it_was(world: World) -> None:
    foreign = world.a_foreign_ticket()
    for method, body in (("GET", None), ("PATCH", {"status": "closed"})):
        refused = world.api(method, f"/v1/tickets/{foreign}", body)
        assert (refused.status, refused.body["code"]) == (403, "wrong_organisation")
        assert refused.body["detail"] == "Ticket belongs to a different organisation"
    assert world.as_(world.keys.other)("GET", f"/v1/tickets/{foreign}").body["version"] == 1


# --- who is calling ----------------------------------------------------------------------------------------------


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


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/channels/new", {"name": "New", "type": "email"}),
        (f"/v1/channels/{CHANNEL}/workflow", {"issues": [{"id": "a", "label": "A"}]}),
        ("/v1/members/mem_new", {"name": "New", "email": "new@lakeside.example", "role": "user"}),
        ("/v1/teams/team_new", {"name": "New", "lead": ANA, "members": []}),
    ],
)
def test_only_owners_and_admins_write_the_directory(world: World, path: str, body: dict[str, Any]) -> None:
    assert world.as_(world.keys.user)("PUT", path, body).body["code"] == "forbidden"
    first = world.as_(world.keys.admin)("PUT", path, body)
    assert first.status in {200, 201}, first.body
    assert world.as_(world.keys.owner)("PUT", path, body).status == 200


def test_an_admin_makes_no_owner(world: World) -> None:
    body = {"name": "Ana", "email": "ana@lakeside.example", "role": "owner"}
    assert world.as_(world.keys.admin)("PUT", f"/v1/members/{ANA}", body).status == 403
    assert world.as_(world.keys.owner)("PUT", f"/v1/members/{ANA}", body).status == 200


# --- the directory -----------------------------------------------------------------------------------------------


def test_a_chat_is_made_once_and_an_older_one_changes_nothing(world: World) -> None:
    def body(name: str, version: int) -> dict[str, Any]:
        return {"channel_id": CHANNEL, "guest": {"name": name}, "source_version": version}

    assert world.api("PUT", "/v1/chats/chat_new", body("Ada", 5)).status == 201
    assert world.api("PUT", "/v1/chats/chat_new", body("Eve", 4)).body["guest"]["name"] == "Ada"
    newest = world.api("PUT", "/v1/chats/chat_new", body("Ada L.", 6))
    assert (newest.status, newest.body["version"], newest.body["guest"]["name"]) == (200, 2, "Ada L.")


def test_a_chat_needs_a_channel_that_exists(world: World) -> None:
    refused = world.api("PUT", "/v1/chats/chat_new", {"channel_id": "nowhere", "guest": {"name": "Ada"}})
    assert (refused.status, refused.body["errors"][0]["field"]) == (422, "channel_id")


def test_a_workflow_counts_its_versions_and_answers_with_its_defaults(world: World) -> None:
    path, body = "/v1/channels/bare/workflow", {"issues": [{"id": "a", "label": "A"}]}
    first = world.as_(world.keys.admin)("PUT", path, body)
    assert (first.status, first.body["version"], first.body["initial"]) == (201, 1, "open")
    assert [status["name"] for status in first.body["statuses"]] == ["Open", "In progress", "Resolved", "Closed"]
    assert world.as_(world.keys.admin)("PUT", path, body).body["version"] == 1, "what changes nothing is not written"
    other = {"issues": [{"id": "a", "label": "B"}]}
    assert world.as_(world.keys.admin)("PUT", path, other).body["version"] == 2


def test_a_workflow_for_a_channel_that_does_not_exist_is_refused(world: World) -> None:
    body = {"issues": [{"id": "a", "label": "A"}]}
    assert world.as_(world.keys.admin)("PUT", "/v1/channels/nowhere/workflow", body).status == 404


def test_editing_the_workflow_leaves_tickets_as_they_are(world: World) -> None:
    ticket = world.a_ticket()
    world.as_(world.keys.admin)("PUT", f"/v1/channels/{CHANNEL}/workflow", {"issues": [{"id": "a", "label": "A"}]})
    assert world.api("GET", f"/v1/tickets/{ticket['id']}").body["issue"] == ticket["issue"]


def test_no_member_address_stands_in_a_ticket(world: World) -> None:
    ticket = world.a_ticket(watchers=["mem_admin"])
    assert "@" not in str(world.api("GET", f"/v1/tickets/{ticket['id']}").body)


# --- bad input ---------------------------------------------------------------------------------------------------

BAD_BODIES: list[tuple[str, Any, str]] = [
    ("broken JSON", '{"chat_id": ', "body"),
    ("not UTF-8", '{"issue": "a", "chat_id": "\ud800"}', "chat_id"),
    ("a list", [], "body"),
    ("an unknown field", CREATE | {"colour": "red"}, "colour"),
    ("a wrong type", CREATE | {"chat_id": 7}, "chat_id"),
    ("a number as text", CREATE | {"watchers": "mem_ana"}, "watchers"),
    ("an unknown priority", CREATE | {"priority": "urgent"}, "priority"),
    ("a hostile id", CREATE | {"chat_id": "a/b"}, "chat_id"),
    ("an id that is too long", CREATE | {"chat_id": "c" * 41}, "chat_id"),
    ("too many watchers", CREATE | {"watchers": [f"mem_{n}" for n in range(21)]}, "watchers"),
    ("NUL in a remark", CREATE | {"remarks": "a\u0000b"}, "remarks"),
    ("a lone surrogate", '{"chat_id": "chat_0001", "issue": "maintenance", "remarks": "\\ud800"}', "remarks"),
    ("deep nesting", '{"issue": "a", "chat_id": ' + "[" * 5000 + "]" * 5000 + "}", "chat_id"),
    ("a huge number", '{"chat_id": ' + "9" * 5000 + "}", "body"),
    ("mass assignment", CREATE | {"organisation_id": OTHER, "id": "tkt_1", "version": 9}, "organisation_id"),
]


@pytest.mark.parametrize(("what", "body", "field"), BAD_BODIES, ids=[what for what, _, _ in BAD_BODIES])
def test_a_bad_body_is_refused_by_field_and_changes_nothing(world: World, what: str, body: Any, field: str) -> None:
    refused = world.api("POST", "/v1/tickets", body)
    assert (refused.status, refused.body["code"]) == (422, "validation_failed"), what
    assert field in [error["field"] for error in refused.body["errors"]]
    assert world.api("GET", "/v1/tickets").body["data"] == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": ["0"]}, "limit"),
        ({"limit": ["101"]}, "limit"),
        ({"limit": ["x"]}, "limit"),
        ({"page": ["2"]}, "page"),
    ],
)
def test_a_bad_or_unknown_parameter_is_refused_by_name(world: World, query: dict[str, list[str]], field: str) -> None:
    refused = world.api("GET", "/v1/tickets", query=query)
    assert (refused.status, refused.body["code"]) == (422, "validation_failed")
    assert [error["field"] for error in refused.body["errors"]] == [field]


@pytest.mark.parametrize("path", ["/v1/tickets", "/v1/changes"])
def test_a_changed_or_foreign_cursor_is_refused(world: World, path: str) -> None:
    for _ in range(2):
        world.a_ticket()
    feed_cursor = world.api("GET", "/v1/changes", query={"cursor": ["now"]}).body["next_cursor"]
    list_cursor = world.api("GET", "/v1/tickets", query={"limit": ["1"]}).body["next_cursor"]
    own = list_cursor if path == "/v1/tickets" else feed_cursor
    other_list = feed_cursor if path == "/v1/tickets" else list_cursor
    for wrong in ("x", own[:-2], own + "A", other_list):
        refused = world.api("GET", path, query={"cursor": [wrong]})
        assert (refused.status, refused.body["code"]) == (400, "invalid_cursor")
    assert world.as_(world.keys.other)("GET", path, query={"cursor": [own]}).status == 400
    assert world.api("GET", path, query={"cursor": [own]}).status == 200


def test_a_body_of_4_mb_is_read_and_one_byte_more_is_refused(world: World) -> None:
    frame = len('{"x": ""}')
    just = '{"x": "' + "a" * (4 * 1024 * 1024 - frame) + '"}'
    assert world.api("POST", "/v1/tickets", just).status == 422
    refused = world.api("POST", "/v1/tickets", just + " ")
    assert (refused.status, refused.body["code"]) == (413, "payload_too_large")


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_body_that_is_not_json_by_its_type_is_refused(world: World, content_type: str) -> None:
    refused = world.api("POST", "/v1/tickets", CREATE, headers={"Content-Type": content_type})
    assert (refused.status, refused.body["code"]) == (415, "unsupported_media_type")


def test_a_merge_patch_may_say_that_it_is_one(world: World) -> None:
    ticket = world.a_ticket()
    headers = {"Content-Type": "application/merge-patch+json"}
    answer = world.api("PATCH", f"/v1/tickets/{ticket['id']}", {"status": "closed"}, headers=headers)
    assert answer.status == 200


def test_an_unknown_route_and_an_unknown_method_say_so(world: World) -> None:
    assert world.api("GET", "/v1/nothing").body["code"] == "not_found"
    refused = world.api("DELETE", "/v1/tickets")
    assert (refused.status, refused.body["code"]) == (405, "method_not_allowed")
    assert "GET" in refused.headers["allow"]


def test_the_request_id_of_the_caller_comes_back_and_a_bad_one_is_replaced(world: World) -> None:
    assert world.api("GET", "/v1/tickets", headers={"X-Request-Id": "night-7"}).headers["x-request-id"] == "night-7"
    for bad in ("a b", "x" * 65, "ä"):
        made = world.api("GET", "/v1/tickets", headers={"X-Request-Id": bad}).headers["x-request-id"]
        assert made.startswith("req_")


def test_an_error_carries_the_id_of_its_request(world: World) -> None:
    refused = world.api("GET", "/v1/nothing", headers={"X-Request-Id": "night-7"})
    assert refused.body["request_id"] == "night-7"


def test_what_we_did_not_foresee_is_a_500_without_a_word_of_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        message = "secret words of a guest"
        raise ZeroDivisionError(message)

    monkeypatch.setattr("ticketing.store.finder.find", broken)
    answer = world.api("GET", "/v1/tickets")
    assert (answer.status, answer.body["code"]) == (500, "internal_error")
    assert "secret words" not in str(answer) + world.log.text()
    assert any(level == "error" and facts["error"] == "ZeroDivisionError" for level, _, facts in world.log.lines)


def test_nothing_that_a_guest_is_or_says_and_no_secret_stands_in_a_log(world: World) -> None:
    canary = "CANARY-7f3a"
    chat = {
        "channel_id": CHANNEL,
        "guest": {"name": canary, "phone": "+1 555 0100", "email": f"{canary}@guest.example"},
    }
    world.api("PUT", "/v1/chats/chat_canary", chat)
    ticket = world.a_ticket(chat_id="chat_canary", remarks=canary)
    world.api("GET", f"/v1/tickets/{ticket['id']}")
    world.api("GET", "/v1/tickets", query={"q": [canary]})
    world.api("GET", "/v1/tickets", query={"cursor": [canary]})
    world.api("POST", "/v1/tickets", CREATE | {canary: canary})
    world.api("POST", "/v1/tickets", '{"remarks": "' + canary)
    world.api("GET", f"/v1/{canary}")
    world.as_(canary)("GET", "/v1/tickets")
    assert len(world.log.lines) >= 8
    assert canary not in world.log.text()
    assert "5550100" not in world.log.text().replace(" ", "")
    assert world.keys.user not in world.log.text()


# --- about -------------------------------------------------------------------------------------------------------


def test_health_needs_no_key_and_names_the_build(world: World) -> None:
    assert world.as_(None)("GET", "/v1/health").body == {"status": "ok", "build": "development"}


def test_the_docs_page_works_without_any_other_host(world: World) -> None:
    nobody = world.as_(None)
    page = nobody("GET", "/docs").body
    assert "//" not in page.replace("xmlns='http://www.w3.org/2000/svg'", "")
    for name, kind in (
        ("swagger-ui-bundle.js", "text/javascript"),
        ("swagger-ui.css", "text/css"),
        ("start.js", "text/javascript"),
    ):
        assert f"docs/{name}" in page
        asset = nobody("GET", f"/docs/{name}")
        assert (asset.status, asset.headers["content-type"]) == (200, f"{kind}; charset=utf-8")
    assert nobody("GET", "/docs/nothing.js").status == 404


def test_the_document_speaks_of_every_route_and_names_no_host(world: World) -> None:
    document = world.as_(None)("GET", "/openapi.json").body
    assert document["openapi"].startswith("3.1")
    assert document["servers"] == [{"url": "."}]
    assert {"/v1/tickets", "/v1/tickets/{ticket_id}", "/v1/changes", "/v1/health"} <= set(document["paths"])


def test_a_route_that_asks_no_leave_does_not_start(aws: Aws) -> None:
    from fastapi import APIRouter

    from tickets_api.app import RouteWithoutPolicy, check_policy

    router = APIRouter()

    @router.get("/v1/secrets")
    async def secrets() -> None: ...

    with pytest.raises(RouteWithoutPolicy):
        check_policy(router)


def test_every_event_file_of_the_api_is_answered_without_a_fault(world: World) -> None:
    from tests.fakes.events import FOLDER, from_file

    names = sorted(file.stem for file in FOLDER.glob("api_*.json"))
    assert len(names) >= 10
    for name in names:
        answer = world.api.send(from_file(name, LODGESTORY_KEY=world.keys.owner))
        assert answer.status < 500, name
        assert answer.status != 401, name


def test_an_event_of_the_gateway_in_base64_is_read_too(world: World) -> None:
    import base64
    import json

    event = api_event("POST", "/v1/tickets", CREATE, key=world.keys.user)
    event |= {"body": base64.b64encode(json.dumps(CREATE).encode()).decode(), "isBase64Encoded": True}
    assert world.api.send(event).status == 201


# --- a patch -----------------------------------------------------------------------------------------------------


def test_a_patch_of_several_fields_and_a_remark_is_one_change(world: World) -> None:
    ticket = world.a_ticket(remarks="AC not cooling")
    path = f"/v1/tickets/{ticket['id']}"
    body = {"status": "in_progress", "priority": "low", "assignee": None, "sub_issue": None, "remark": "Part ordered"}
    patched = world.api("PATCH", path, body).body
    assert (patched["version"], patched["status"]["id"], patched["priority"]) == (2, "in_progress", "low")
    assert (patched["assignee"], patched["sub_issue"], patched["remark_count"]) == (None, None, 2)
    assert patched["remark_preview"] == "Part ordered"
    table = world.aws.table
    assert (table.get(keys.remark_key(ticket["id"], 2)) or {})["text"] == "Part ordered"
    assert (table.get(keys.text_key(ticket["id"])) or {})["text"] == "AC not cooling\nPart ordered"
    assert table.get(keys.event_key(ticket["id"], 3)) is None


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"priority": "low", "status": "nowhere"}, "invalid_status_transition", "status"),
        ({"priority": "low", "issue": "billing"}, "invalid_issue", "issue"),
        ({"priority": "low", "assignee": GONE}, "assignee_not_member", "assignee"),
        ({"priority": "low", "watchers": ["mem_stranger"]}, "validation_failed", "watchers[0]"),
        ({"priority": "urgent"}, "validation_failed", "priority"),
        ({"priority": None}, "validation_failed", "priority"),
        ({"number": 7}, "validation_failed", "number"),
        ({"status": None}, "validation_failed", "status"),
    ],
)
def test_a_patch_with_one_wrong_field_changes_nothing(
    world: World, body: dict[str, Any], code: str, field: str
) -> None:
    ticket = world.a_ticket()
    refused = world.api("PATCH", f"/v1/tickets/{ticket['id']}", body)
    assert (refused.body["code"], refused.body["errors"][0]["field"]) == (code, field)
    assert world.api("GET", f"/v1/tickets/{ticket['id']}").body == ticket


def test_an_empty_patch_is_a_success_that_writes_nothing(world: World) -> None:
    ticket = world.a_ticket()
    assert world.api("PATCH", f"/v1/tickets/{ticket['id']}", {}).body == ticket


def test_who_has_left_may_keep_a_ticket_while_other_fields_change(world: World) -> None:
    ticket = world.a_ticket(watchers=[ANA])
    gone = {"name": "Ben", "email": "ben@lakeside.example", "role": "user", "active": False}
    world.as_(world.keys.admin)("PUT", f"/v1/members/{BEN}", gone)
    kept = world.api("PATCH", f"/v1/tickets/{ticket['id']}", {"assignee": BEN, "priority": "low"})
    assert (kept.status, kept.body["assignee"]["id"]) == (200, BEN)
    assert world.api("POST", "/v1/tickets", CREATE).body["code"] == "assignee_not_member"


# --- what strangers and networks do ------------------------------------------------------------------------------


@pytest.mark.parametrize("ticket", ["x" * 2050, "a.b", "tkt_" + "a" * 60, "%00", "tkt_aaaa aaaa"])
@pytest.mark.parametrize(("method", "body"), [("GET", None), ("PATCH", {"status": "open"})])
def test_what_cannot_be_a_ticket_id_is_an_unknown_ticket(world: World, ticket: str, method: str, body: Any) -> None:
    refused = world.api(method, f"/v1/tickets/{ticket}", body)
    assert (refused.status, refused.body["code"]) == (404, "ticket_not_found")


def test_a_parameter_that_a_route_does_not_take_is_refused_and_nothing_is_written(world: World) -> None:
    refused = world.api("POST", "/v1/tickets", CREATE, query={"dry_run": ["true"]})
    assert (refused.status, refused.body["errors"][0]["field"]) == (422, "dry_run")
    assert world.api("GET", "/v1/tickets").body["data"] == []


@pytest.mark.parametrize("path", ["/v1/tickets/", "/docs/", "/v1/health/"])
def test_a_slash_too_many_leads_nowhere_and_to_no_other_host(world: World, path: str) -> None:
    answer = world.api("GET", path, headers={"Host": "evil.example"})
    assert answer.status in {404, 405, 422}
    assert "location" not in answer.headers


@pytest.mark.parametrize("host", ["a/b", "a?b", "a#b", "[::1]:443", ""])
def test_no_host_header_opens_what_needs_a_key(world: World, host: str) -> None:
    assert world.as_(None)("GET", "/v1/tickets", headers={"Host": host}).status in {400, 401}


@pytest.mark.parametrize("headers", [{"X-Forwarded-Port": "1, 443"}, {"X-Forwarded-Proto": "\ud800"}])
def test_an_event_that_is_no_request_gets_a_plain_refusal(world: World, headers: dict[str, str]) -> None:
    answer = world.api("GET", "/v1/tickets", headers=headers)
    assert answer.status in {200, 400}
    assert "Traceback" not in str(answer.body)


@pytest.mark.parametrize(
    "issues",
    [
        {"transitions": {"open": ["open"] * 100_000}},
        {"transitions": {"open": [7] * 200_000}},
        {f"field_{number}": 1 for number in range(100_000)},
        {"x" * 100_000: 1},
    ],
)
def test_a_body_of_mistakes_gets_a_short_answer(world: World, issues: dict[str, Any]) -> None:
    body = {"issues": [{"id": "a", "label": "A"}]} | issues
    refused = world.as_(world.keys.admin)("PUT", f"/v1/channels/{CHANNEL}/workflow", body)
    assert refused.status == 422
    assert len(str(refused.body)) < 50_000


def test_the_largest_workflow_is_stored_and_one_label_more_is_refused(world: World) -> None:
    def workflow(labels: int) -> dict[str, Any]:
        issues = [{"id": f"{number:0>40}", "label": "🏨" * 60, "sub_issues": []} for number in range(50)]
        for number in range(labels - 50):
            issues[number % 50]["sub_issues"].append({"id": f"{number:0>40}", "label": "🏨" * 60})  # type: ignore[attr-defined]
        return {"issues": issues}

    put = world.as_(world.keys.admin)
    assert put("PUT", f"/v1/channels/{CHANNEL}/workflow", workflow(800)).status == 200
    refused = put("PUT", f"/v1/channels/{CHANNEL}/workflow", workflow(801))
    assert (refused.status, refused.body["errors"][0]["code"]) == (422, "too_many")


def test_a_put_without_source_version_does_not_forget_the_one_before(world: World) -> None:
    def put(name: str, version: int | None) -> Any:
        body = {"channel_id": CHANNEL, "guest": {"name": name}, "source_version": version}
        return world.api("PUT", "/v1/chats/chat_new", body).body["guest"]["name"]

    assert [put("five", 5), put("none", None), put("three", 3)] == ["five", "none", "none"]


def test_a_watcher_who_is_none_is_named_by_the_callers_own_index(world: World) -> None:
    ticket = world.a_ticket(watchers=[ANA, BEN])
    refused = world.api("PATCH", f"/v1/tickets/{ticket['id']}", {"watchers": [ANA, BEN, "mem_nobody"]})
    assert [error["field"] for error in refused.body["errors"]] == ["watchers[2]"]


@pytest.mark.parametrize(
    "email", ["a,b@x.example", "a;b@x.example", '"a"@x.example', "a@b", "a b@x.example", "a@x.example\r\n"]
)
def test_an_address_that_would_be_two_or_none_is_refused(world: World, email: str) -> None:
    body = {"name": "Eve", "email": email, "role": "user"}
    assert world.as_(world.keys.admin)("PUT", "/v1/members/mem_eve", body).status == 422


@pytest.mark.parametrize("was_applied", [True, False])
def test_a_write_whose_answer_is_lost_is_found_again_or_honestly_unknown(
    world: World, monkeypatch: pytest.MonkeyPatch, was_applied: bool
) -> None:
    from botocore.exceptions import ReadTimeoutError

    ticket = world.a_ticket()
    client = world.aws.table._client
    transact = client.transact_write_items

    def lose_the_answer(**arguments: Any) -> None:
        if was_applied:
            transact(**arguments)
        raise ReadTimeoutError(endpoint_url="https://dynamodb.example")

    with monkeypatch.context() as patch:
        patch.setattr(client, "transact_write_items", lose_the_answer)
        answer = world.api("PATCH", f"/v1/tickets/{ticket['id']}", {"status": "resolved"})
    now = world.api("GET", f"/v1/tickets/{ticket['id']}").body
    if was_applied:
        assert (answer.status, answer.body) == (200, now)
        assert now["version"] == 2
    else:
        assert (answer.status, answer.body["code"], now) == (503, "busy", ticket)
        assert "not known" in answer.body["detail"]
