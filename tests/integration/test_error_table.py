"""The product page's "Errors & FAQ", row by row: what one sees, what provokes it, and what heals it, really done."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from tests.builders import ANA, BEN, CHANNEL, CHAT
from tests.integration.aws import Answer
from tests.integration.world import CREATE, GONE, World

CREATING, UPDATING = "Failed to create ticket", "Failed to update ticket"
WORKFLOW = f"/v1/channels/{CHANNEL}/workflow"


# --- likely reasons ----------------------------------------------------------------------------------------------


def create(world: World, **changes: Any) -> Answer:
    return world.api("POST", "/v1/tickets", {name: value for name, value in (CREATE | changes).items() if value != ""})


def update(world: World, **changes: Any) -> Answer:
    return world.api("PATCH", f"/v1/tickets/{world.a_ticket()['id']}", changes)


def wrong_id(world: World) -> Answer:
    world.a_ticket()
    return world.api("GET", "/v1/tickets/tkt_aaaaaaaaaaaaaaaa")


def update_of_a_wrong_id(world: World) -> Answer:
    world.a_ticket()
    return world.api("PATCH", "/v1/tickets/tkt_aaaaaaaaaaaaaaaa", {"status": "closed"})


def the_ticket_was_deleted(world: World) -> Answer:
    world.a_ticket()
    path = f"/v1/tickets/{world.a_ticket()['id']}"
    world.api("DELETE", path)
    return world.api("GET", path)


def cross_organisation_access(world: World) -> Answer:
    return world.api("GET", f"/v1/tickets/{world.a_foreign_ticket()}")


def cross_organisation_update(world: World) -> Answer:
    return world.api("PATCH", f"/v1/tickets/{world.a_foreign_ticket()}", {"status": "closed"})


def not_on_your_team_anymore(world: World) -> Answer:
    assert world.as_(world.keys.admin)("DELETE", f"/v1/members/{BEN}").status == 200
    return create(world, assignee=BEN)


def status_move_not_allowed(world: World) -> Answer:
    path = f"/v1/tickets/{world.a_ticket()['id']}"
    world.api("PATCH", path, {"status": "closed"})
    return world.api("PATCH", path, {"status": "in_progress"})


def network(world: World) -> Answer:
    """The table cannot be reached; nothing was written."""

    def lost(**_: Any) -> None:
        raise ReadTimeoutError(endpoint_url="https://dynamodb.example")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.aws.table._client, "transact_write_items", lost)
        return world.api("POST", "/v1/tickets", CREATE, headers={"Idempotency-Key": "night"})


# --- what to do --------------------------------------------------------------------------------------------------


def pick_an_issue_from_the_dropdown(world: World, refused: Answer) -> Answer:
    issue = world.api("GET", WORKFLOW).body["issues"][0]["id"]
    return create(world, issue=issue)


def pick_a_valid_category(world: World, refused: Answer) -> Answer:
    issue = world.api("GET", WORKFLOW).body["issues"][0]
    return create(world, issue=issue["id"], sub_issue=issue["sub_issues"][0]["id"])


def have_an_admin_add_it_to_the_workflow(world: World, refused: Answer) -> Answer:
    workflow = world.api("GET", WORKFLOW).body
    del workflow["version"], workflow["source_version"]
    workflow["issues"].append(
        {"id": "billing", "label": "Billing", "sub_issues": [{"id": "minibar", "label": "Minibar"}]}
    )
    assert world.api("PUT", WORKFLOW, workflow).status == 403, "users have it added by an admin"
    assert world.as_(world.keys.admin)("PUT", WORKFLOW, workflow).status == 200
    return create(world, issue="billing", sub_issue="minibar")


def refresh_the_list(world: World, refused: Answer) -> Answer:
    (row,) = world.api("GET", "/v1/tickets").body["data"]
    return world.api("GET", f"/v1/tickets/{row['id']}")


def switch_to_the_correct_organisation(world: World, refused: Answer) -> Answer:
    theirs = world.as_(world.keys.other)
    (row,) = theirs("GET", "/v1/tickets").body["data"]
    return theirs("PATCH", f"/v1/tickets/{row['id']}", {"status": "closed"})


def pick_a_current_team_member(world: World, refused: Answer) -> Answer:
    current = [member["id"] for member in world.api("GET", "/v1/members").body["data"]]
    assert GONE not in current
    return create(world, assignee=current[0])


def pick_a_valid_target_status(world: World, refused: Answer) -> Answer:
    (row,) = world.api("GET", "/v1/tickets").body["data"]
    (target,) = refused.body["allowed"]
    return world.api("PATCH", f"/v1/tickets/{row['id']}", {"status": target})


def read_the_error_fix_and_retry(world: World, refused: Answer) -> Answer:
    (error,) = refused.body["errors"]
    assert "'low', 'medium' or 'high'" in error["detail"]
    if refused.body["title"] == CREATING:
        return create(world, **{error["field"]: "medium"})
    return update(world, **{error["field"]: "medium"})


def retry(world: World, refused: Answer) -> Answer:
    answers = [world.api("POST", "/v1/tickets", CREATE, headers={"Idempotency-Key": "night"}) for _ in range(2)]
    assert answers[0].body == answers[1].body
    assert len(world.api("GET", "/v1/tickets").body["data"]) == 1
    return answers[1]


@dataclass(frozen=True)
class Row:
    """A row of the page's table. `title` is None for a request that neither creates nor updates a ticket."""

    you_see: str
    code: str
    status: int
    title: str | None
    likely_reason: Callable[[World], Answer]
    what_to_do: Callable[[World, Answer], Answer]


NOT_MEMBER, MOVE = "Assignee must be a member of the organisation", "Invalid status transition"
INVALID, FOREIGN = "Invalid issue/sub-issue for this channel", "Ticket belongs to a different organisation"
MISTAKE = "Some of what was sent is not valid; errors names each field"
UNKNOWN = "It is not known whether this took effect. Read before you repeat it, or repeat it with its Idempotency-Key"

# fmt: off
TABLE = (
    #   You see              code                         status, title, then: Likely reason, What to do
    Row("Issue is required", "issue_required",            422, CREATING,
        lambda world: create(world, issue=""), pick_an_issue_from_the_dropdown),
    Row("Issue is required", "issue_required",            422, CREATING,
        lambda world: create(world, issue=None), pick_an_issue_from_the_dropdown),
    Row(INVALID,             "invalid_issue",             422, CREATING,
        lambda world: create(world, issue="billing"), pick_a_valid_category),
    Row(INVALID,             "invalid_issue",             422, CREATING,
        lambda world: create(world, issue="billing"), have_an_admin_add_it_to_the_workflow),
    Row(INVALID,             "invalid_issue",             422, CREATING,
        lambda world: create(world, sub_issue="minibar"), pick_a_valid_category),
    Row(INVALID,             "invalid_issue",             422, UPDATING,
        lambda world: update(world, issue="billing"), have_an_admin_add_it_to_the_workflow),
    Row("Ticket not found",  "ticket_not_found",          404, None,
        wrong_id, refresh_the_list),
    Row("Ticket not found",  "ticket_not_found",          404, None,
        the_ticket_was_deleted, refresh_the_list),
    Row("Ticket not found",  "ticket_not_found",          404, UPDATING,
        update_of_a_wrong_id, refresh_the_list),
    Row(FOREIGN,             "wrong_organisation",        403, None,
        cross_organisation_access, switch_to_the_correct_organisation),
    Row(FOREIGN,             "wrong_organisation",        403, UPDATING,
        cross_organisation_update, switch_to_the_correct_organisation),
    Row(NOT_MEMBER,          "assignee_not_member",       422, CREATING,
        not_on_your_team_anymore, pick_a_current_team_member),
    Row(NOT_MEMBER,          "assignee_not_member",       422, CREATING,
        lambda world: create(world, assignee="mem_stranger"), pick_a_current_team_member),
    Row(NOT_MEMBER,          "assignee_not_member",       422, UPDATING,
        lambda world: update(world, assignee="team_stranger"), pick_a_current_team_member),
    Row(MOVE,                "invalid_status_transition", 409, UPDATING,
        status_move_not_allowed, pick_a_valid_target_status),
    Row(MISTAKE,             "validation_failed",         422, CREATING,
        lambda world: create(world, priority="urgent"), read_the_error_fix_and_retry),
    Row(MISTAKE,             "validation_failed",         422, UPDATING,
        lambda world: update(world, priority="urgent"), read_the_error_fix_and_retry),
    Row(UNKNOWN,             "busy",                      503, CREATING,
        network, retry),
)
# fmt: on
FIELDS = {
    "issue_required": {"issue"},
    "invalid_issue": {"issue", "sub_issue"},
    "assignee_not_member": {"assignee"},
    "invalid_status_transition": {"status"},
    "validation_failed": {"priority"},
}
"""What `errors` names."""


@pytest.mark.parametrize("row", TABLE, ids=[f"{row.code}-{number}" for number, row in enumerate(TABLE)])
def test_a_row_of_the_table(world: World, row: Row) -> None:
    refused = row.likely_reason(world)
    assert (refused.body["detail"], refused.body["code"], refused.status) == (row.you_see, row.code, row.status)
    assert refused.headers["content-type"] == "application/problem+json"
    assert (row.title or refused.body["title"]) == refused.body["title"]
    assert (refused.body["title"] in {CREATING, UPDATING}) == (row.title is not None)
    named = {error["field"] for error in refused.body["errors"]}
    assert named <= FIELDS.get(row.code, set())
    assert bool(named) == (row.code in FIELDS)
    healed = row.what_to_do(world, refused)
    assert healed.status in {200, 201}, healed.body


def test_a_refused_create_leaves_no_ticket_and_a_refused_update_the_ticket_as_it_was(world: World) -> None:
    create(world, issue="billing")
    assert world.api("GET", "/v1/tickets").body["data"] == []
    ticket = world.a_ticket()
    world.api("PATCH", f"/v1/tickets/{ticket['id']}", {"priority": "low", "assignee": GONE})
    assert world.api("GET", f"/v1/tickets/{ticket['id']}").body == ticket


def test_a_ticket_of_an_unknown_chat_is_refused(world: World) -> None:
    refused = create(world, chat_id="chat_of_nobody")
    assert (refused.status, refused.body["code"], refused.body["detail"]) == (422, "chat_not_found", "Chat not found")
    assert [error["field"] for error in refused.body["errors"]] == ["chat_id"]


# --- frequently asked --------------------------------------------------------------------------------------------


def test_why_cant_i_create_a_ticket_on_this_chat(world: World) -> None:
    """The channel has no ticket workflow configured. Go to Settings → Ticket Workflows and create one."""
    refused = create(world, chat_id="chat_bare")
    assert (refused.status, refused.body["code"], refused.body["title"]) == (409, "workflow_missing", CREATING)
    assert refused.body["detail"].endswith("Create one under Settings → Ticket Workflows")
    page, _, channel = refused.body["configure_url"].partition("?channel=")
    assert page == "https://console.example/crm/settings/ticket-workflows"
    workflow = {
        "issues": [{"id": "maintenance", "label": "Maintenance", "sub_issues": [{"id": "hvac", "label": "HVAC"}]}]
    }
    assert world.as_(world.keys.admin)("PUT", f"/v1/channels/{channel}/workflow", workflow).status == 201
    assert create(world, chat_id="chat_bare").status == 201


def test_why_dont_i_see_the_assignees_email_on_the_ticket_detail(world: World) -> None:
    """The detail shows the assignee's name and a link to Team Members; notifications still go out to them."""
    ticket = world.a_ticket(watchers=[ANA, "mem_admin"])
    detail = world.api("GET", f"/v1/tickets/{ticket['id']}").body
    assert detail["assignee"] == {"id": BEN, "name": "Ben", "type": "member"}
    assert "@" not in str(detail)
    assert world.api("GET", f"/v1/members/{detail['assignee']['id']}").body["email"] == "ben@lakeside.example"


def test_why_did_the_ticket_disappear_when_i_deleted_its_chat(world: World) -> None:
    """Tickets are deleted along with their chat by design."""
    ticket = world.a_ticket()
    assert world.as_(world.keys.admin)("DELETE", f"/v1/chats/{CHAT}").status == 200
    assert world.api("GET", f"/v1/tickets/{ticket['id']}").body["detail"] == "Ticket not found"
    assert world.api("GET", "/v1/tickets").body["data"] == []


def test_does_editing_the_ticket_workflow_invalidate_existing_tickets(world: World) -> None:
    """No. Existing tickets keep their issue and sub-issue even if those values are later removed."""
    ticket = world.a_ticket()
    path = f"/v1/tickets/{ticket['id']}"
    edited = {"issues": [{"id": "billing", "label": "Billing"}]}
    assert world.as_(world.keys.admin)("PUT", WORKFLOW, edited).status == 200
    assert create(world).body["detail"] == INVALID
    assert world.api("GET", path).body == ticket
    moved = world.api("PATCH", path, {"status": "resolved", "priority": "low", "remark": "Fixed"})
    assert (moved.status, moved.body["issue"], moved.body["sub_issue"]) == (200, ticket["issue"], ticket["sub_issue"])
    found = world.api("GET", "/v1/tickets", query={"sub_issue": ["maintenance/hvac"]}).body["data"]
    assert [row["id"] for row in found] == [ticket["id"]]
