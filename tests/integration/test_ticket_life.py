"""Delete, restore, remarks, watchers, history: the life of a ticket over HTTP."""

from datetime import timedelta

import pytest

from tests.builders import ANA, BEN, CHAT, ORGANISATION
from tests.integration.test_janitor import Context
from tests.integration.world import CREATE, World
from ticketing.store import keys
from ticketing.store.attributes import encode


def path_of(world: World, **changes: object) -> str:
    return f"/v1/tickets/{world.a_ticket(**changes)['id']}"


def test_a_deleted_ticket_is_gone_from_every_read_and_answers_once_more(world: World) -> None:
    path = path_of(world)
    deleted = world.api("DELETE", path)
    assert (deleted.status, deleted.body["version"]) == (200, 2)
    assert deleted.body["deleted_at"] == "2026-03-01T22:10:05.123Z"
    for method, below, body in (
        ("GET", "", None),
        ("PATCH", "", {"priority": "low"}),
        ("DELETE", "", None),
        ("GET", "/remarks", None),
        ("POST", "/remarks", {"text": "late"}),
        ("GET", "/history", None),
        ("PUT", f"/watchers/{ANA}", None),
    ):
        refused = world.api(method, path + below, body)
        assert (refused.status, refused.body["code"]) == (404, "ticket_not_found"), (method, below)
    assert world.api("GET", "/v1/tickets").body["data"] == []


def test_a_delete_that_comes_again_answers_the_same(world: World) -> None:
    path = path_of(world)
    headers = {"Idempotency-Key": "night"}
    first = world.api("DELETE", path, headers=headers)
    assert world.api("DELETE", path, headers=headers).body == first.body
    assert world.aws.table.get(keys.event_key(path.rpartition("/")[2], 3)) is None


def test_a_restored_ticket_is_back_in_every_read_as_it_was(world: World) -> None:
    path = path_of(world, remarks="AC not cooling")
    before = world.api("GET", path).body
    world.api("DELETE", path)
    world.aws.clock.now += timedelta(days=29)
    restored = world.api("POST", path + "/restore")
    assert (restored.status, restored.body["version"]) == (200, 3)
    assert {**restored.body, "version": 1, "updated_at": before["updated_at"]} == before
    assert world.api("GET", "/v1/tickets").body["data"][0]["id"] == before["id"]
    assert world.api("POST", path + "/restore").body == restored.body


def test_after_30_days_it_is_too_late(world: World) -> None:
    path = path_of(world)
    world.api("DELETE", path)
    world.aws.clock.now += timedelta(days=30)
    refused = world.api("POST", path + "/restore")
    assert (refused.status, refused.body["code"]) == (409, "restore_expired")


def test_a_ticket_does_not_come_back_to_a_chat_that_is_gone(world: World) -> None:
    path = path_of(world)
    world.api("DELETE", path)
    alive = keys.chat_alive_key(ORGANISATION, CHAT)
    world.aws.table._client.delete_item(TableName="tickets", Key=encode(alive._asdict()))
    refused = world.api("POST", path + "/restore")
    assert (refused.status, refused.body["code"]) == (409, "chat_deleted")


def test_a_deleted_foreign_ticket_is_an_unknown_one(world: World) -> None:
    foreign = world.a_foreign_ticket()
    world.as_(world.keys.other)("DELETE", f"/v1/tickets/{foreign}")
    for method, below in (("GET", ""), ("POST", "/restore")):
        assert world.api(method, f"/v1/tickets/{foreign}{below}").body["code"] == "ticket_not_found"


def test_the_thread_holds_every_remark_in_its_order(world: World) -> None:
    path = path_of(world, remarks="AC not cooling")
    world.api("PATCH", path, {"status": "in_progress", "remark": "On it"})
    posted = world.api("POST", path + "/remarks", {"text": "Part ordered\nfor Monday"})
    assert (posted.status, posted.headers["location"]) == (201, "remarks/rmk_3")
    assert posted.body["author"] == {"id": ANA, "name": "Ana", "type": "member"}
    thread = world.api("GET", path + "/remarks").body
    assert [remark["text"] for remark in thread["data"]] == ["AC not cooling", "On it", "Part ordered\nfor Monday"]
    assert [remark["version"] for remark in thread["data"]] == [1, 2, 3]
    assert world.api("GET", path + "/remarks/rmk_3").body == posted.body
    assert world.api("GET", path).body["remark_preview"] == "Part ordered for Monday"


def test_a_thread_is_read_page_by_page(world: World) -> None:
    path = path_of(world)
    for number in range(5):
        world.api("POST", path + "/remarks", {"text": f"remark {number}"})
    seen: list[str] = []
    cursor = None
    while True:
        query = {"limit": ["2"]} | ({"cursor": [cursor]} if cursor else {})
        page = world.api("GET", path + "/remarks", query=query).body
        seen += [remark["text"] for remark in page["data"]]
        cursor = page["next_cursor"]
        if not page["has_more"]:
            break
    assert seen == [f"remark {number}" for number in range(5)]


@pytest.mark.parametrize("remark", ["rmk_0", "rmk_2", "rmk_x", "rmk_9999999999", "1"])
def test_a_remark_that_does_not_exist_is_not_found(world: World, remark: str) -> None:
    path = path_of(world, remarks="the only one")
    assert world.api("GET", f"{path}/remarks/{remark}").body["code"] == "not_found"


def test_a_retried_remark_is_added_once(world: World) -> None:
    path = path_of(world)
    headers = {"Idempotency-Key": "night"}
    first = world.api("POST", path + "/remarks", {"text": "On it"}, headers=headers)
    assert world.api("POST", path + "/remarks", {"text": "On it"}, headers=headers).body == first.body
    assert world.api("GET", path).body["remark_count"] == 1


def test_watchers_come_and_go_one_by_one(world: World) -> None:
    path = path_of(world)
    world.api("PUT", f"{path}/watchers/{BEN}")
    both = world.api("PUT", f"{path}/watchers/mem_admin").body
    assert [watcher["name"] for watcher in both["watchers"]] == ["Ben", "Admin"]
    again = world.api("PUT", f"{path}/watchers/{BEN}").body
    assert again == both
    left = world.api("DELETE", f"{path}/watchers/{BEN}").body
    assert [watcher["id"] for watcher in left["watchers"]] == ["mem_admin"]
    assert world.api("DELETE", f"{path}/watchers/{BEN}").body == left


def test_only_members_of_the_organisation_watch(world: World) -> None:
    path = path_of(world)
    for stranger in ("mem_stranger", "mem_gone"):
        assert world.api("PUT", f"{path}/watchers/{stranger}").body["code"] == "validation_failed"
    assert world.api("PUT", f"{path}/watchers/team_maintenance").status == 422


def test_history_tells_every_change_set_the_newest_first(world: World) -> None:
    path = path_of(world)
    world.api("PATCH", path, {"status": "in_progress", "priority": "low"}, headers={"X-Request-Id": "night-7"})
    world.api("POST", path + "/remarks", {"text": "On it"})
    world.api("DELETE", path)
    world.as_(world.keys.admin)("POST", path + "/restore")
    history = world.api("GET", path + "/history").body["data"]
    assert [(entry["version"], entry["kind"]) for entry in history] == [
        (5, "restored"),
        (4, "deleted"),
        (3, "changed"),
        (2, "changed"),
        (1, "created"),
    ]
    assert history[0]["actor"] == {"id": "mem_admin", "name": "Admin", "type": "member"}
    moved = history[3]
    assert (moved["request_id"], moved["source"], moved["bulk_id"]) == ("night-7", "api", None)
    assert [(one["field"], one["from"], one["to"]) for one in moved["changes"]] == [
        (
            "status",
            {"id": "open", "name": "Open", "category": "open"},
            {"id": "in_progress", "name": "In progress", "category": "active"},
        ),
        ("priority", "high", "low"),
    ]


def test_history_is_read_page_by_page_without_gap(world: World) -> None:
    path = path_of(world)
    for priority in ("low", "high", "low", "high"):
        world.api("PATCH", path, {"priority": priority})
    first = world.api("GET", path + "/history", query={"limit": ["3"]}).body
    second = world.api("GET", path + "/history", query={"limit": ["3"], "cursor": [first["next_cursor"]]}).body
    assert [entry["version"] for entry in first["data"] + second["data"]] == [5, 4, 3, 2, 1]
    assert (second["has_more"], second["next_cursor"]) == (False, None)


def test_a_cursor_of_another_tickets_thread_is_refused(world: World) -> None:
    one, other = path_of(world), path_of(world)
    for path in (one, other):
        for _ in range(2):
            world.api("POST", path + "/remarks", {"text": "x"})
    cursor = world.api("GET", one + "/remarks", query={"limit": ["1"]}).body["next_cursor"]
    assert world.api("GET", other + "/remarks", query={"cursor": [cursor]}).body["code"] == "invalid_cursor"


def test_every_part_of_a_foreign_ticket_is_closed(world: World) -> None:
    foreign = world.a_foreign_ticket()
    for method, below, body in (
        ("DELETE", "", None),
        ("GET", "/remarks", None),
        ("POST", "/remarks", {"text": "x"}),
        ("GET", "/remarks/rmk_1", None),
        ("GET", "/history", None),
        ("PUT", f"/watchers/{ANA}", None),
        ("DELETE", f"/watchers/{ANA}", None),
        ("POST", "/restore", None),
    ):
        refused = world.api(method, f"/v1/tickets/{foreign}{below}", body)
        assert (refused.status, refused.body["code"]) == (403, "wrong_organisation"), below
    assert CREATE["chat_id"] == CHAT


# --- external ids -------------------------------------------------------------------------------------------------


def test_an_external_id_finds_its_ticket_again(world: World) -> None:
    ticket = world.a_ticket(external_id="PMS-4711")
    world.a_ticket()
    assert ticket["external_id"] == "PMS-4711"
    found = world.api("GET", "/v1/tickets", query={"external_id": ["PMS-4711"]}).body["data"]
    assert [row["id"] for row in found] == [ticket["id"]]


def test_an_external_id_is_one_tickets_only_within_an_organisation(world: World) -> None:
    world.a_ticket(external_id="PMS-4711")
    refused = world.api("POST", "/v1/tickets", CREATE | {"external_id": "PMS-4711"})
    assert (refused.status, refused.body["code"]) == (409, "external_id_taken")
    assert len(world.api("GET", "/v1/tickets").body["data"]) == 1
    body = {"chat_id": CHAT, "issue": "maintenance", "external_id": "PMS-4711"}
    assert world.as_(world.keys.other)("POST", "/v1/tickets", body).status == 201


def test_a_retried_create_with_an_external_id_is_no_conflict_with_itself(world: World) -> None:
    body, headers = CREATE | {"external_id": "PMS-4711"}, {"Idempotency-Key": "night"}
    first = world.api("POST", "/v1/tickets", body, headers=headers)
    assert world.api("POST", "/v1/tickets", body, headers=headers).body == first.body


@pytest.mark.parametrize("external_id", ["", "x" * 65, "with space", "ü", "line\nbreak", 7])
def test_what_cannot_be_an_external_id_is_refused_by_name(world: World, external_id: object) -> None:
    refused = world.api("POST", "/v1/tickets", CREATE | {"external_id": external_id})
    assert (refused.status, refused.body["errors"][0]["field"]) == (422, "external_id")


def test_an_external_id_stays_taken_until_its_ticket_is_removed_for_good(world: World) -> None:
    from janitor.app import App

    path = path_of(world, external_id="PMS-4711")
    world.api("DELETE", path)
    again = CREATE | {"external_id": "PMS-4711"}
    assert world.api("POST", "/v1/tickets", again).body["code"] == "external_id_taken"
    world.aws.clock.now += timedelta(days=31)
    App(world.aws.settings, world.aws.clock).handle(Context())
    assert world.api("POST", "/v1/tickets", again).status == 201


@pytest.mark.parametrize("source", ["api", "console", "bot"])
def test_a_ticket_says_how_it_came(world: World, source: str) -> None:
    ticket = world.a_ticket(source=source)
    assert ticket["source"] == source
    (created,) = world.api("GET", f"/v1/tickets/{ticket['id']}/history").body["data"]
    assert created["source"] == source


def test_it_came_by_the_api_unless_it_says_otherwise(world: World) -> None:
    assert world.a_ticket()["source"] == "api"


@pytest.mark.parametrize("source", ["import", "system", "mail", "API", "", None, 1])
def test_nobody_else_can_claim_what_only_we_do_ourselves(world: World, source: object) -> None:
    refused = world.api("POST", "/v1/tickets", CREATE | {"source": source})
    assert (refused.status, refused.body["errors"][0]["field"]) == (422, "source")
