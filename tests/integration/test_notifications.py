"""Who was mailed about a ticket, and what became of it, as its people see it."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.builders import ANA, BEN, ORGANISATION, a_member
from tests.integration.notifying import Notifying, raising
from tests.integration.world import World
from ticketing.domain.preferences import Preferences
from ticketing.store import directory, items, keys, tickets

REFUSED = ClientError({"Error": {"Code": "TooManyRequestsException"}}, "SendEmail")


@pytest.fixture
def notifying(world: World) -> Notifying:
    return Notifying.begin(world.aws)


def told(world: World, ticket: str, **query: str) -> Any:
    answer = world.api("GET", f"/v1/tickets/{ticket}/notifications", query={name: [one] for name, one in query.items()})
    assert answer.status == 200, answer.body
    return answer.body


def states(world: World, ticket: str) -> dict[tuple[int, str | None], str]:
    return {(one["version"], one["recipient"]["id"]): one["state"] for one in told(world, ticket)["data"]}


def deliver(world: World, notifying: Notifying, ticket: str) -> None:
    events, _ = tickets.history(world.aws.table, ticket, before=keys.LAST_VERSION, limit=100)
    notifying.deliver(*reversed(events))


def test_a_ticket_shows_who_was_mailed_and_when(world: World, notifying: Notifying) -> None:
    ticket = world.a_ticket(assignee=BEN, watchers=[ANA])["id"]
    assert told(world, ticket) == {"data": [], "next_cursor": None, "has_more": False}
    deliver(world, notifying, ticket)
    found = told(world, ticket)["data"]
    now = found[0]["at"]
    assert found == [
        {
            "version": 1,
            "recipient": {"type": "member", "id": BEN, "name": "Ben"},
            "about": "ticket_created",
            "state": "sent",
            "at": now,
            "queued_at": now,
            "sent_at": now,
            "delivered_at": None,
            "bounced_at": None,
            "complained_at": None,
        },
        {
            "version": 1,
            "recipient": {"type": "member", "id": ANA, "name": "Ana"},
            "about": "ticket_created",
            "state": "own_action",
            "at": now,
            "queued_at": None,
            "sent_at": None,
            "delivered_at": None,
            "bounced_at": None,
            "complained_at": None,
        },
        {
            "version": 1,
            "recipient": {"type": "guest", "id": None, "name": None},
            "about": "guest_acknowledgement",
            "state": "sent",
            "at": now,
            "queued_at": now,
            "sent_at": now,
            "delivered_at": None,
            "bounced_at": None,
            "complained_at": None,
        },
    ]


def test_what_waits_is_queued(world: World, notifying: Notifying, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = world.a_ticket(assignee=BEN)["id"]
    with monkeypatch.context() as patch:
        notifying.ses(patch, raising(REFUSED))
        deliver(world, notifying, ticket)
    assert states(world, ticket) == {(1, BEN): "queued", (1, None): "queued"}
    notifying.after(hours=7)
    notifying.run_retries()
    assert states(world, ticket) == {(1, BEN): "expired", (1, None): "expired"}


def test_who_is_not_mailed_stands_there_with_the_reason(world: World, notifying: Notifying) -> None:
    muted = a_member(BEN, preferences=Preferences(created=False))
    directory.put_member(world.aws.table, ORGANISATION, BEN, lambda _: muted)
    ticket = world.a_ticket(assignee=BEN, watchers=["mem_admin"])["id"]
    gone = a_member("mem_admin", is_active=False)
    world.aws.table.put_all([(keys.member_key(ORGANISATION, gone.id), items.member_item(ORGANISATION, gone))])
    deliver(world, notifying, ticket)
    assert states(world, ticket) == {(1, BEN): "muted", (1, "mem_admin"): "inactive", (1, None): "sent"}


def test_pages_go_on_where_they_ended_the_newest_change_first(world: World, notifying: Notifying) -> None:
    ticket = world.a_ticket(assignee=BEN, watchers=[ANA])["id"]
    for status in ("in_progress", "resolved", "open"):
        world.api("PATCH", f"/v1/tickets/{ticket}", {"status": status})
    deliver(world, notifying, ticket)
    whole = told(world, ticket)["data"]
    assert [one["version"] for one in whole] == sorted((one["version"] for one in whole), reverse=True)
    found, cursor = [], ""
    while True:
        page = told(world, ticket, limit="2", **({"cursor": cursor} if cursor else {}))
        found += page["data"]
        cursor = page["next_cursor"]
        assert page["has_more"] is (cursor is not None)
        if cursor is None:
            break
    assert found == whole
    assert len(whole) > 6


def test_no_address_is_shown(world: World, notifying: Notifying) -> None:
    ticket = world.a_ticket(assignee=BEN)["id"]
    deliver(world, notifying, ticket)
    assert "@" not in str(told(world, ticket))
