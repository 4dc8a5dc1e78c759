"""Bulk actions as tests ask for them over the API, and let the worker carry out those that it queues."""

from typing import Any

import pytest

from tests.builders import BEN, ORGANISATION, a_chat, a_ticket
from tests.integration.aws import Answer, Api
from tests.integration.world import World
from ticketing.store import directory, items, keys


@pytest.fixture
def three_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tickets_api.bulk_selections.MOST_AT_ONCE", 3)


def made(world: World, number: int, **changes: Any) -> list[str]:
    return [world.a_ticket(**changes)["id"] for _ in range(number)]


def bulk(api: Api, action: str, **asked: Any) -> Answer:
    headers = asked.pop("headers", None)
    return api("POST", "/v1/tickets/bulk", {"action": action, **asked}, headers=headers)


def read(world: World, ticket_id: str) -> Any:
    return world.api("GET", f"/v1/tickets/{ticket_id}").body


def blockers(answer: Answer) -> list[tuple[str, str]]:
    assert (answer.status, answer.body["code"]) == (409, "bulk_blocked"), answer.body
    return [(one["ticket_id"], one["code"]) for one in answer.body["blockers"]]


def ask(world: World, action: str, **asked: Any) -> Answer:
    return bulk(world.api, action, **asked)


def queued(answer: Answer) -> str:
    assert (answer.status, answer.body["state"]) == (202, "queued"), answer.body
    bulk_id: str = answer.body["id"]
    assert answer.headers["location"] == f"/v1/bulk/{bulk_id}"
    return bulk_id


def work_off(world: World) -> int:
    """Let the worker have every message; how many there were."""
    from bulk_worker.work import Worker

    messages = world.aws.take(world.aws.settings.bulk_queue_url)
    for message in messages:
        worker = Worker(world.aws.table, remaining_s=lambda: 300.0, sleep=lambda _: None, clock=lambda: 0.0)
        assert worker.bring_to_end(message["bulk_id"])
    return len(messages)


def told(world: World, bulk_id: str) -> Any:
    answer = world.api("GET", f"/v1/bulk/{bulk_id}")
    assert answer.status == 200
    return answer.body


def rows(world: World, bulk_id: str, limit: int = 100, cursor: str | None = None) -> list[Any]:
    found: list[Any] = []
    query = {"limit": [str(limit)]} | ({"cursor": [cursor]} if cursor is not None else {})
    while True:
        page = world.api("GET", f"/v1/bulk/{bulk_id}/tickets", query=query).body
        found += page["data"]
        if not page["has_more"]:
            return found
        query["cursor"] = [page["next_cursor"]]


def newest(world: World, tickets: list[str]) -> list[Any]:
    return [world.api("GET", f"/v1/tickets/{id_}/history").body["data"][0] for id_ in tickets]


def kept(world: World, size: int, chats: int) -> list[str]:
    """Tickets and chats as they would be kept, without the requests that make them."""
    table = world.aws.table
    table.put_all(directory.new_chat_items(ORGANISATION, [a_chat(id=f"chat_{number}") for number in range(chats)]))
    tickets = [a_ticket(id=f"tkt_{nth:016}", chat_id=f"chat_{nth % chats}", assignee=BEN) for nth in range(size)]
    table.put_all((keys.ticket_key(one.id), items.ticket_item(one)) for one in tickets)
    return [one.id for one in tickets]
