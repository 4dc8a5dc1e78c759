"""The product page's sentences, on a deployed stack over HTTP: its Quick Start and its scenarios."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.e2e.conftest import RunningStack
from tests.e2e.test_chain import Partner, all_mails, eventually, partner_of

HOTEL = "Lakeside Hotels"
CHAT = "chat_lakeside_0001"


@dataclass
class Agent:
    """Somebody at the front desk, whose client sends `Lodgestory-Seen` back as every client should."""

    partner: Partner
    seen: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def member_id(self) -> str:
        return str(self.ask("GET", "/v1/me")["member"]["id"])

    def ask(self, method: str, path: str, body: Any = None, **params: Any) -> Any:
        answer: httpx.Response = self.partner.call(method, path, body, params=params, headers=self.seen)
        assert answer.is_success, answer.text
        if "lodgestory-seen" in answer.headers:
            self.seen = {"Lodgestory-Seen": answer.headers["lodgestory-seen"]}
        return answer.json()

    def lists(self, ticket: Any, **filters: Any) -> bool:
        """Whether the Tickets list with these filters shows the ticket."""
        rows = self.ask("GET", "/v1/tickets", limit=100, **filters)["data"]
        return ticket["id"] in [row["id"] for row in rows]

    def mails_about(self, ticket: Any, count: int) -> list[tuple[str, str]]:
        """Who got which mail about a ticket, once there are so many, the oldest first."""
        mails = eventually(lambda: self.partner.mails(ticket["number"]), lambda found: len(found) >= count)
        return [(address, mail["Subject"]) for mail in mails for address in _addresses(mail["To"])]

    def mails_to(self, address: str, count: int) -> list[str]:
        """The subjects of what somebody got, once there are so many, the oldest first."""

        def look() -> list[str]:
            mails = all_mails(self.partner.mailbox_url)
            return [mail["Subject"] for mail in mails if address in _addresses(mail["To"])]

        return eventually(look, lambda found: len(found) >= count)


def _addresses(to: Any) -> list[str]:
    return list(to) if isinstance(to, list) else [to]


@pytest.fixture
def agent(stack: RunningStack) -> Iterator[Agent]:
    with partner_of(stack, HOTEL, "user") as partner:
        yield Agent(partner)


@pytest.fixture
def admin(stack: RunningStack) -> Iterator[Agent]:
    with partner_of(stack, HOTEL, "admin") as partner:
        yield Agent(partner)


def test_quick_start_create_and_resolve_your_first_ticket(agent: Agent) -> None:
    # Step 3 — Click Create ticket: issue, sub-issue, priority, assignee, remarks.
    channel = agent.ask("GET", f"/v1/chats/{CHAT}")["channel_id"]
    issue = agent.ask("GET", f"/v1/channels/{channel}/workflow")["issues"][0]

    # Step 4 — Fill and save: pick a category, set priority, pick an assignee, write the first remark.
    assignee = agent.ask("GET", "/v1/members/mem_lakeside_technician")
    filled = {"issue": issue["id"], "priority": "high", "assignee": assignee["id"], "remarks": "AC not cooling"}
    ticket = agent.ask("POST", "/v1/tickets", {"chat_id": CHAT, **filled})
    # The ticket appears in the Tickets section with status Open.
    section = agent.ask("GET", f"/v1/chats/{CHAT}/tickets")["data"]
    assert [(row["id"], row["status"]["name"]) for row in section[:1]] == [(ticket["id"], "Open")]
    # The assignee gets an email notification.
    about = f"[#{ticket['number']}]"
    created = (assignee["email"], f"{about} New ticket: {issue['label']}")
    assert agent.mails_about(ticket, 1) == [created]

    # Step 5 — The new ticket is in the list. Open it; change the status to In progress, add a remark, save.
    assert agent.lists(ticket)
    assert agent.lists(ticket, status="open")
    path = f"/v1/tickets/{ticket['id']}"
    saved = agent.ask("PATCH", path, {"status": "in_progress", "remark": "Technician is on the way"})
    assert (saved["status"]["name"], saved["remark_count"], saved["version"]) == ("In progress", 2, 2)
    thread = agent.ask("GET", f"{path}/remarks")["data"]
    assert [remark["text"] for remark in thread] == ["AC not cooling", "Technician is on the way"]
    in_progress = (assignee["email"], f"{about} In progress: {issue['label']}")
    assert agent.mails_about(ticket, 2) == [created, in_progress]

    # Step 6 — When the issue is fixed, set status to Resolved. A status-change email is sent;
    agent.ask("PATCH", path, {"status": "resolved"})
    resolved = (assignee["email"], f"{about} Resolved: {issue['label']}")
    # the creator made the change, and is not mailed about what they did themselves;
    assert agent.mails_about(ticket, 3) == [created, in_progress, resolved]
    # the ticket stays in the list but drops off the "status = open" filter.
    assert agent.lists(ticket)
    assert agent.lists(ticket, status="resolved")
    assert not agent.lists(ticket, status="open")
    assert not agent.lists(ticket, status_category="unresolved")


def test_hospitality_complaint(agent: Agent, admin: Agent) -> None:
    # A guest messages "AC not cooling" on WhatsApp. The agent reads the chat,
    channel = agent.ask("GET", f"/v1/chats/{CHAT}")["channel_id"]
    chat = f"chat_complaint_{uuid4().hex[:12]}"
    address = f"{chat}@guests.example"
    guest = {"name": "Zoë Müller", "phone": "+41 44 555 01 23", "email": address, "email_verified": True}
    agent.ask("PUT", f"/v1/chats/{chat}", {"channel_id": channel, "guest": guest})
    # clicks Create ticket, picks Maintenance → HVAC, sets priority High, and assigns the maintenance team.
    team = agent.ask("GET", "/v1/teams/team_maintenance")
    lead = agent.ask("GET", f"/v1/members/{team['lead']}")["email"]
    kind = {"issue": "maintenance", "sub_issue": "hvac", "priority": "high", "assignee": team["id"]}
    ticket = agent.ask("POST", "/v1/tickets", {"chat_id": chat, **kind, "remarks": "AC not cooling"})
    # The guest receives an acknowledgement; the maintenance lead gets an email.
    assert agent.mails_to(address, 1) == ["We have received your request"]
    about = f"[#{ticket['number']}]"
    assert (lead, f"{about} New ticket: Maintenance → HVAC") in agent.mails_about(ticket, 1)
    # When the fix is logged and the ticket moves to Resolved, the guest gets a status-change email,
    path = f"/v1/tickets/{ticket['id']}"
    admin.ask("PATCH", path, {"status": "resolved", "remark": "Compressor replaced"})
    assert agent.mails_to(address, 2) == ["We have received your request", "Your request has been resolved"]
    # and the original agent one, too.
    me = agent.ask("GET", f"/v1/members/{agent.member_id}")["email"]
    resolved = (me, f"{about} Resolved: Maintenance → HVAC")
    assert eventually(lambda: resolved in agent.mails_about(ticket, 1), lambda is_there: is_there)
    # Who was mailed stands on the ticket.
    told = eventually(
        lambda: agent.ask("GET", f"{path}/notifications")["data"],
        lambda found: all(one["state"] != "queued" for one in found),
    )
    assert [(one["version"], one["state"]) for one in told if one["recipient"]["type"] == "guest"] == [
        (2, "sent"),
        (1, "sent"),
    ]


def test_after_a_sales_call_an_agent_logs_a_follow_up_on_the_linked_chat(agent: Agent, admin: Agent) -> None:
    # After a sales call, an agent logs a ticket on the linked chat: Follow-up — quote sent.
    me = agent.member_id
    ticket = agent.ask(
        "POST", "/v1/tickets", {"chat_id": CHAT, "issue": "follow_up", "sub_issue": "quote_sent", "assignee": me}
    )
    assert (ticket["issue"]["label"], ticket["sub_issue"]["label"]) == ("Follow-up", "Quote sent")
    assert ticket["chat"]["id"] == CHAT

    # It shows on the weekly pending-follow-ups report: the issues that the workflow marks so, not yet resolved
    issues = agent.ask("GET", f"/v1/channels/{ticket['channel']['id']}/workflow")["issues"]
    follow_ups = [issue["id"] for issue in issues if issue["follow_up"]]
    pending = {"issue": follow_ups, "status_category": "unresolved"}
    assert agent.lists(ticket, **pending)
    # and in the agent's queue.
    assert agent.lists(ticket, assignee="me", **pending)
    assert eventually(lambda: admin.lists(ticket, **pending), lambda is_there: is_there), "for everybody"
    assert not admin.lists(ticket, assignee="me", **pending), "in nobody else's queue"

    # Once the guest has answered, it is off both.
    agent.ask("PATCH", f"/v1/tickets/{ticket['id']}", {"status": "resolved", "remark": "The guest has booked"})
    assert not agent.lists(ticket, assignee="me", **pending)
    assert not agent.lists(ticket, **pending)
    assert agent.lists(ticket, assignee="me", issue="follow_up")

    # Whoever assigns a follow-up to an agent has it mailed to them; what one does oneself, one is not mailed about.
    theirs = admin.ask("POST", "/v1/tickets", {"chat_id": CHAT, "issue": "follow_up", "assignee": me})
    (mail,) = admin.mails_about(theirs, 1)
    assert mail == (agent.ask("GET", f"/v1/members/{me}")["email"], f"[#{theirs['number']}] New ticket: Follow-up")
    assert agent.mails_about(ticket, 0) == []
