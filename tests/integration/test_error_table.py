"""The product page's error table."""

from typing import Any

import pytest

from tests.builders import CHANNEL
from tests.integration.world import CREATE, GONE, World


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


def test_editing_the_workflow_leaves_tickets_as_they_are(world: World) -> None:
    ticket = world.a_ticket()
    world.as_(world.keys.admin)("PUT", f"/v1/channels/{CHANNEL}/workflow", {"issues": [{"id": "a", "label": "A"}]})
    assert world.api("GET", f"/v1/tickets/{ticket['id']}").body["issue"] == ticket["issue"]


def test_no_member_address_stands_in_a_ticket(world: World) -> None:
    ticket = world.a_ticket(watchers=["mem_admin"])
    assert "@" not in str(world.api("GET", f"/v1/tickets/{ticket['id']}").body)
