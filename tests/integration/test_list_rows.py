"""The list's rows: what stands in them, in which order, and whose they are."""

from datetime import timedelta

from tests.builders import CHANNEL, CHAT, NOW
from tests.integration.world import World


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
    assert row == ticket | {"highlight": None}


def test_the_list_shows_only_the_own_organisation(world: World) -> None:
    world.a_ticket()
    assert world.as_(world.keys.other)("GET", "/v1/tickets").body["data"] == []


def test_a_guest_is_renamed_everywhere_at_once(world: World) -> None:
    ticket = world.a_ticket()
    chat = {"channel_id": CHANNEL, "guest": {"name": "Zoë Meier"}}
    assert world.api("PUT", f"/v1/chats/{CHAT}", chat).status == 200
    assert world.api("GET", "/v1/tickets").body["data"][0]["chat"]["guest_name"] == "Zoë Meier"
    assert world.api("GET", f"/v1/tickets/{ticket['id']}").body["chat"]["guest_name"] == "Zoë Meier"
