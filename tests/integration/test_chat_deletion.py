"""A deleted chat takes its tickets along: hidden at once from every read, then deleted one by one."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.builders import ANA, CHANNEL, CHAT, NOW, ORGANISATION, a_chat
from tests.integration.test_janitor import Context
from tests.integration.world import CREATE, World
from ticketing.domain.directory import delete_chat as rule
from ticketing.store import directory, keys


@pytest.fixture
def janitor(world: World) -> Any:
    from janitor.app import App

    return App(world.aws.settings, world.aws.clock)


def delete_chat(world: World, chat: str = CHAT, **more: Any) -> Any:
    return world.as_(world.keys.admin)("DELETE", f"/v1/chats/{chat}", **more)


def test_deleting_a_chat_hides_all_its_tickets_from_every_read_at_once(world: World) -> None:
    ticket = world.a_ticket(remarks="AC not cooling")["id"]
    deleted = delete_chat(world)
    assert (deleted.status, deleted.body) == (
        200,
        {"id": CHAT, "version": 2, "deleted_at": "2026-03-01T22:10:05.123Z"},
    )
    path = f"/v1/tickets/{ticket}"
    for method, below, body in (
        ("GET", "", None),
        ("PATCH", "", {"status": "closed"}),
        ("PATCH", "", {}),
        ("DELETE", "", None),
        ("GET", "/remarks", None),
        ("GET", "/remarks/rmk_1", None),
        ("POST", "/remarks", {"text": "late"}),
        ("GET", "/history", None),
        ("GET", "/notifications", None),
        ("PUT", f"/watchers/{ANA}", None),
    ):
        refused = world.api(method, path + below, body)
        assert (refused.status, refused.body["code"]) == (404, "ticket_not_found"), (method, below)
    assert world.api("GET", "/v1/tickets").body["data"] == []
    assert world.api("GET", f"/v1/chats/{CHAT}").body["code"] == "not_found"
    assert world.api("GET", f"/v1/chats/{CHAT}/tickets").body["code"] == "not_found"
    assert world.aws.table.get(keys.event_key(ticket, 2)) is None


def test_of_a_hidden_ticket_nothing_is_told_by_what_else_is_wrong(world: World) -> None:
    path = f"/v1/tickets/{world.a_ticket()['id']}"
    world.api("PATCH", path, {"status": "resolved"})
    delete_chat(world)
    stale = {"headers": {"If-Match": '"1-1-1"'}}
    for method, below, body, more in (
        ("PATCH", "", {"priority": "low"}, stale),
        ("POST", "/remarks", {"text": "late"}, stale),
        ("DELETE", "", None, stale),
        ("PATCH", "", {"status": "in_progress"}, {}),
        ("PATCH", "", {"assignee": "mem_gone"}, {}),
        ("PUT", "/watchers/mem_gone", None, {}),
    ):
        refused = world.api(method, path + below, body, **more)
        assert (refused.status, refused.body["code"]) == (404, "ticket_not_found"), (method, below, body)
        assert "current_version" not in refused.body
        assert "allowed" not in refused.body


def test_outsiders_are_not_told_of_a_hidden_ticket(world: World) -> None:
    path = f"/v1/tickets/{world.a_ticket()['id']}"
    stranger = world.as_(world.keys.other)
    assert stranger("GET", path).body["code"] == "wrong_organisation"
    delete_chat(world)
    for method, below in (("GET", ""), ("DELETE", ""), ("POST", "/restore"), ("GET", "/history")):
        refused = stranger(method, path + below)
        assert (refused.status, refused.body["code"]) == (404, "ticket_not_found"), (method, below)


def test_a_hidden_ticket_is_not_restored_before_the_janitor_comes_nor_after(world: World, janitor: Any) -> None:
    path = f"/v1/tickets/{world.a_ticket()['id']}/restore"
    delete_chat(world)
    before = world.api("POST", path)
    world.aws.clock.now += Context.a_while
    janitor.handle(Context())
    after = world.api("POST", path)
    assert [(one.status, one.body["code"]) for one in (before, after)] == [(409, "chat_deleted")] * 2


def test_a_deleted_chat_never_lives_again(world: World) -> None:
    delete_chat(world)
    put = world.api("PUT", f"/v1/chats/{CHAT}", {"channel_id": CHANNEL, "guest": {"name": "Zoë"}, "source_version": 99})
    assert (put.status, put.body["code"]) == (409, "chat_deleted")
    created = world.api("POST", "/v1/tickets", CREATE)
    assert (created.status, created.body["code"]) == (409, "chat_deleted")
    assert delete_chat(world).body["code"] == "not_found"


def test_its_tombstone_holds_nothing_of_the_guest(world: World) -> None:
    delete_chat(world)
    assert "Zoë" not in str(world.aws.table.get(keys.chat_key(ORGANISATION, CHAT)))
    assert "+41" not in str(world.aws.table.get(keys.chat_key(ORGANISATION, CHAT)))


def test_a_ticket_deleted_before_does_not_come_back_to_it(world: World) -> None:
    ticket = world.a_ticket()["id"]
    world.api("DELETE", f"/v1/tickets/{ticket}")
    delete_chat(world)
    refused = world.api("POST", f"/v1/tickets/{ticket}/restore")
    assert (refused.status, refused.body["code"]) == (409, "chat_deleted")


def test_a_delete_that_comes_again_answers_the_same(world: World) -> None:
    headers = {"Idempotency-Key": "night"}
    first = delete_chat(world, headers=headers)
    assert delete_chat(world, headers=headers).body == first.body


def test_users_may_not_delete_chats(world: World) -> None:
    assert world.api("DELETE", f"/v1/chats/{CHAT}").body["code"] == "forbidden"
    assert world.api("GET", f"/v1/chats/{CHAT}").status == 200


def test_the_janitor_deletes_its_tickets_as_ordinary_changes(world: World, janitor: Any) -> None:
    tickets = [world.a_ticket()["id"] for _ in range(3)]
    delete_chat(world)
    world.aws.clock.now += Context.a_while
    assert janitor.handle(Context())["dead chats"] == 1
    for ticket in tickets:
        event = world.aws.table.get(keys.event_key(ticket, 2))
        assert event is not None
        assert (event["kind"], event["cause"], event["actor"]) == ("deleted", "chat_deleted", "system")
    assert janitor.handle(Context())["dead chats"] == 0


@pytest.mark.parametrize("what", ["create", "restore"])
def test_a_ticket_that_comes_in_the_very_moment_of_the_deletion_is_no_orphan(
    world: World, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    ticket = world.a_ticket()["id"]
    world.api("DELETE", f"/v1/tickets/{ticket}")
    client = world.aws.table._client
    transact: Callable[..., Any] = client.transact_write_items
    was_deleted = False

    def after_the_deletion(**arguments: Any) -> Any:
        nonlocal was_deleted
        if not was_deleted:
            was_deleted = True
            directory.put_chat(world.aws.table, ORGANISATION, CHAT, lambda chat: rule(chat or a_chat(), NOW))
        return transact(**arguments)

    monkeypatch.setattr(client, "transact_write_items", after_the_deletion)
    if what == "create":
        refused = world.api("POST", "/v1/tickets", CREATE)
    else:
        refused = world.api("POST", f"/v1/tickets/{ticket}/restore")
    assert was_deleted
    assert (refused.status, refused.body["code"]) == (409, "chat_deleted")
