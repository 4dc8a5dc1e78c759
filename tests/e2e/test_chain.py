"""The chain on a deployed stack: a ticket over HTTP, its mails in the inbox, its changes in the feed."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.e2e.conftest import RunningStack

CHAT = "chat_lakeside_0001"
CREATE = {
    "chat_id": CHAT,
    "issue": "maintenance",
    "sub_issue": "hvac",
    "priority": "high",
    "assignee": "mem_lakeside_technician",
    "remarks": "AC not cooling in room 204",
}
ADDRESS = "jonas@lakeside-hotels.example"


@dataclass
class Partner:
    """A caller with a key, and the mailbox that the stack sends to."""

    http: httpx.Client
    mailbox_url: str

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> httpx.Response:
        return self.http.request(method, path, json=body, **more)

    def mails(self, number: int) -> list[dict[str, Any]]:
        """The mails about one ticket, the oldest first."""
        return [mail for mail in all_mails(self.mailbox_url) if f"[#{number}]" in mail["Subject"]]


def all_mails(url: str) -> list[dict[str, Any]]:
    """Everything in the emulator's inbox, which keeps it by account, the oldest first."""
    by_account: dict[str, list[dict[str, Any]]] = httpx.get(url).raise_for_status().json()["messages"]
    messages = [mail for mails in by_account.values() for mail in mails]
    return sorted(messages, key=lambda mail: float(mail["Timestamp"]))


def eventually[T](look: Callable[[], T], is_there: Callable[[T], bool], within_s: float = 60) -> T:
    """What a look finds when it is there; the last look otherwise, for the assertion to show."""
    deadline = time.monotonic() + within_s
    while not is_there(found := look()) and time.monotonic() < deadline:
        time.sleep(0.5)
    return found


@contextmanager
def partner_of(stack: RunningStack, organisation: str, role: str) -> Iterator[Partner]:
    key = stack.organisations[organisation]["keys"][role]
    with httpx.Client(base_url=stack.api_url, headers={"Authorization": f"Bearer {key}"}, timeout=60) as client:
        yield Partner(client, stack.mailbox_url)


@pytest.fixture(scope="module")
def agent(stack: RunningStack) -> Iterator[Partner]:
    with partner_of(stack, "Lakeside Hotels", "user") as partner:
        yield partner


@pytest.fixture(scope="module")
def admin(stack: RunningStack) -> Iterator[Partner]:
    with partner_of(stack, "Lakeside Hotels", "admin") as partner:
        yield partner


@pytest.fixture(scope="module")
def stranger(stack: RunningStack) -> Iterator[Partner]:
    with partner_of(stack, "Northwind Software", "owner") as partner:
        yield partner


def test_a_ticket_goes_its_way(agent: Partner) -> None:
    start = agent.call("GET", "/v1/changes", params={"cursor": "now"}).json()["next_cursor"]

    created = agent.call("POST", "/v1/tickets", CREATE)
    assert created.status_code == 201, created.text
    ticket = created.json()
    location = str(created.request.url.join(created.headers["location"]))
    assert agent.http.get(location).json() == ticket

    newest = agent.call("GET", "/v1/tickets", params={"limit": 1}).json()["data"][0]
    assert newest["id"] == ticket["id"]

    (mail,) = eventually(lambda: agent.mails(ticket["number"]), lambda mails: len(mails) >= 1)
    assert ADDRESS in str(mail["To"])
    assert mail["Subject"] == f"[#{ticket['number']}] New ticket: Maintenance → HVAC"
    assert "AC not cooling in room 204" in mail["BodyText"]
    assert ticket["id"] in mail["BodyText"]

    moved = agent.call("PATCH", f"/v1/tickets/{ticket['id']}", {"status": "resolved"})
    assert (moved.status_code, moved.json()["status"]["category"], moved.json()["version"]) == (200, "resolved", 2)

    mails = eventually(lambda: agent.mails(ticket["number"]), lambda mails: len(mails) >= 2)
    assert [mail["Subject"].split(": ")[0] for mail in mails] == [
        f"[#{ticket['number']}] New ticket",
        f"[#{ticket['number']}] Resolved",
    ]
    assert "moved from Open to Resolved" in mails[1]["BodyText"]

    def seen() -> list[tuple[str, int]]:
        changes = agent.call("GET", "/v1/changes", params={"cursor": start}).json()["data"]
        return [(change["ticket_id"], change["version"]) for change in changes]

    wanted = [(ticket["id"], 1), (ticket["id"], 2)]
    assert eventually(seen, lambda found: set(wanted) <= set(found)) == wanted


def test_the_seeded_tickets_are_there_and_nobody_was_mailed_about_them(agent: Partner, stranger: Partner) -> None:
    for partner in (agent, stranger):
        page = partner.call("GET", "/v1/tickets", params={"limit": 100}).json()
        assert len(page["data"]) == 100
        assert page["has_more"] is True
    first = [mail for mail in all_mails(agent.mailbox_url) if "[#1]" in mail["Subject"]]
    assert not [mail for mail in first if "lakeside" in str(mail["To"]) or "northwind" in str(mail["To"])]


def test_a_guest_who_is_renamed_is_told_of_by_the_ticket_at_its_version(agent: Partner, admin: Partner) -> None:
    channel = admin.call("GET", f"/v1/chats/{CHAT}").json()["channel_id"]
    path = "/v1/chats/chat_of_the_chain"
    admin.call("PUT", path, {"channel_id": channel, "guest": {"name": "Zoë"}}).raise_for_status()
    start = agent.call("GET", "/v1/changes", params={"cursor": "now"}).json()["next_cursor"]
    ticket = agent.call("POST", "/v1/tickets", CREATE | {"chat_id": "chat_of_the_chain"}).json()["id"]

    def told() -> list[tuple[int, str]]:
        changes = agent.call("GET", "/v1/changes", params={"cursor": start}).json()["data"]
        return [(one["version"], one["ticket"]["chat"]["guest_name"]) for one in changes if one["ticket_id"] == ticket]

    assert eventually(told, bool) == [(1, "Zoë")]
    admin.call("PUT", path, {"channel_id": channel, "guest": {"name": "Zoë Keller"}}).raise_for_status()
    assert eventually(told, lambda found: len(found) > 1) == [(1, "Zoë Keller")] * 2


def test_the_imported_history_stands_in_the_feed(agent: Partner) -> None:
    def first_page() -> dict[str, Any]:
        page: dict[str, Any] = agent.call("GET", "/v1/changes", params={"limit": 5}).json()
        return page

    page = eventually(first_page, lambda page: len(page["data"]) == 5)
    assert [change["deleted"] for change in page["data"]] == [False] * 5
    assert page["has_more"] is True


def test_another_organisation_sees_nothing_of_it(agent: Partner, stranger: Partner) -> None:
    ticket = agent.call("GET", "/v1/tickets", params={"limit": 1}).json()["data"][0]
    refused = stranger.call("GET", f"/v1/tickets/{ticket['id']}")
    assert (refused.status_code, refused.json()["code"]) == (403, "wrong_organisation")
    assert ticket["id"] not in stranger.call("GET", "/v1/tickets", params={"limit": 100}).text


def test_bad_requests_are_refused_in_our_form_through_the_gateway(agent: Partner) -> None:
    cases: list[tuple[str, str, dict[str, Any], int, str]] = [
        (
            "POST",
            "/v1/tickets",
            {"content": b'{"chat_id": ', "headers": {"Content-Type": "application/json"}},
            422,
            "validation_failed",
        ),
        ("POST", "/v1/tickets", {"json": CREATE | {"colour": "red"}}, 422, "validation_failed"),
        ("POST", "/v1/tickets", {"json": CREATE | {"issue": None}}, 422, "issue_required"),
        ("POST", "/v1/tickets", {"json": CREATE | {"assignee": "mem_nobody"}}, 422, "assignee_not_member"),
        ("POST", "/v1/tickets", {"json": CREATE | {"chat_id": "chat_lakeside_0002"}}, 409, "workflow_missing"),
        ("POST", "/v1/tickets", {"data": {"issue": "maintenance"}}, 415, "unsupported_media_type"),
        ("POST", "/v1/tickets", {"json": {"remarks": "a" * 4_200_000}}, 413, "payload_too_large"),
        ("GET", "/v1/tickets/tkt_aaaaaaaaaaaaaaab", {}, 404, "ticket_not_found"),
        ("GET", "/v1/tickets?page=2", {}, 422, "validation_failed"),
        ("GET", "/v1/tickets?cursor=x", {}, 400, "invalid_cursor"),
        ("GET", "/v1/nothing", {}, 404, "not_found"),
        ("DELETE", "/v1/tickets", {}, 405, "method_not_allowed"),
    ]
    for method, path, sent, status, code in cases:
        refused = agent.http.request(method, path, **sent)
        assert (refused.status_code, refused.json()["code"]) == (status, code), (method, path)
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.json()["request_id"] == refused.headers["x-request-id"]


@pytest.mark.parametrize("authorization", [None, "Bearer lsk_local_wrong", "Basic eDp5"])
def test_without_a_valid_key_nobody_learns_anything(stack: RunningStack, authorization: str | None) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    refused = httpx.get(f"{stack.api_url}/v1/tickets", headers=headers, timeout=60)
    assert (refused.status_code, refused.json()["code"]) == (401, "unauthenticated")


def test_health_and_documentation_need_no_key(stack: RunningStack) -> None:
    health = httpx.get(f"{stack.api_url}/v1/health", timeout=60).json()
    assert health["status"] == "ok"
    assert len(health["build"]) >= 16
    assert "swagger-ui-bundle.js" in httpx.get(f"{stack.api_url}/docs", timeout=60).text
    bundle = httpx.get(f"{stack.api_url}/docs/swagger-ui-bundle.js", timeout=60)
    assert (bundle.status_code, bundle.headers["content-type"]) == (200, "text/javascript; charset=utf-8")
    assert httpx.get(f"{stack.api_url}/openapi.json", timeout=60).json()["openapi"].startswith("3.1")


def test_a_whole_directory_can_be_told_and_used(admin: Partner) -> None:
    told: list[tuple[str, Any]] = [
        ("/v1/channels/lakeside_spa", {"name": "Spa desk", "type": "web_chat"}),
        ("/v1/channels/lakeside_spa/workflow", {"issues": [{"id": "booking", "label": "Booking"}]}),
        ("/v1/members/mem_spa", {"name": "Noor", "email": "noor@lakeside-hotels.example", "role": "user"}),
        ("/v1/teams/team_spa", {"name": "Spa", "lead": "mem_spa", "members": []}),
        (
            "/v1/chats/chat_spa",
            {"channel_id": "lakeside_spa", "guest": {"name": "עדנה כהן", "phone": "+972 50 555 0123"}},
        ),
    ]
    for path, body in told:
        assert admin.call("PUT", path, body).status_code == 201, path
        assert admin.call("PUT", path, body).status_code == 200, path
    made = admin.call("POST", "/v1/tickets", {"chat_id": "chat_spa", "issue": "booking", "assignee": "team_spa"})
    assert made.status_code == 201, made.text
    assert made.json()["chat"]["guest_name"] == "עדנה כהן"
    (mail,) = eventually(lambda: admin.mails(made.json()["number"]), lambda mails: len(mails) >= 1)
    assert "noor@lakeside-hotels.example" in str(mail["To"])


def test_a_remark_of_two_megabytes_comes_back_whole(agent: Partner) -> None:
    text = "\n".join(f"{line}: “it’s still dripping”" for line in range(75_000))
    assert len(text.encode()) > 2 * 1024 * 1024
    ticket = agent.call("POST", "/v1/tickets", {"chat_id": CHAT, "issue": "maintenance"}).json()["id"]
    added = agent.call("POST", f"/v1/tickets/{ticket}/remarks", {"text": text})
    assert added.status_code == 201, added.text
    assert text.startswith(added.json()["text"])
    assert agent.call("GET", added.json()["text_url"]).json()["text"] == text
