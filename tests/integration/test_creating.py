"""A ticket is created: what it then is, and what it counts."""

from tests.builders import ANA, BEN, CHANNEL, CHAT
from tests.integration.world import CREATE, World


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
