"""The headers that the OpenAPI document derives for each route are those that the route honours and answers with."""

from typing import Any

import pytest

from tests.builders import BEN, CHAT
from tests.integration.aws import Answer
from tests.integration.world import CREATE, World

CHANNEL_BODY = {"name": "Spare", "type": "email"}
CHAT_BODY = {"channel_id": "bare", "guest": {"name": "Ada"}}
WORKFLOW_BODY: Any = {"issues": [{"id": "a", "label": "A", "sub_issues": []}]}
MEMBER_BODY = {"name": "New", "email": "new@lakeside.example", "role": "user"}
TEAM_BODY = {"name": "Night", "lead": BEN, "members": [BEN]}
KEY_BODY = {"name": "one", "role": "user", "scopes": ["tickets:read"]}

type Request = tuple[str, dict[str, str], Any]

STORY: list[Request] = [
    ("GET /v1/health", {}, None),
    ("GET /v1/me", {}, None),
    ("GET /v1/organisation", {}, None),
    ("PATCH /v1/organisation", {}, {"guest_mail": False}),
    ("POST /v1/tickets", {}, CREATE),
    ("GET /v1/tickets", {}, None),
    ("POST /v1/tickets/search", {}, {}),
    ("GET /v1/chats/{chat_id}/tickets", {"chat_id": CHAT}, None),
    ("GET /v1/changes", {}, None),
    ("GET /v1/reports/unresolved", {}, None),
    ("GET /v1/reports/resolution", {}, None),
    ("GET /v1/reports/tickets.csv", {}, None),
    ("POST /v1/exports", {}, {"format": "csv"}),
    ("GET /v1/exports/{export_id}", {}, None),
    ("POST /v1/tickets/bulk", {}, {"action": "priority", "filter": {"chat": [CHAT]}, "value": "low"}),
    ("GET /v1/bulk/{bulk_id}", {}, None),
    ("GET /v1/bulk/{bulk_id}/tickets", {}, None),
    ("POST /v1/bulk/{bulk_id}/undo", {}, None),
    ("GET /v1/tickets/{ticket_id}", {}, None),
    ("PATCH /v1/tickets/{ticket_id}", {}, {"priority": "low"}),
    ("POST /v1/tickets/{ticket_id}/remarks", {}, {"text": "Seen to"}),
    ("GET /v1/tickets/{ticket_id}/remarks", {}, None),
    ("GET /v1/tickets/{ticket_id}/remarks/{remark_id}", {}, None),
    ("GET /v1/tickets/{ticket_id}/history", {}, None),
    ("GET /v1/tickets/{ticket_id}/notifications", {}, None),
    ("PUT /v1/tickets/{ticket_id}/watchers/{member_id}", {"member_id": BEN}, None),
    ("DELETE /v1/tickets/{ticket_id}/watchers/{member_id}", {"member_id": BEN}, None),
    ("DELETE /v1/tickets/{ticket_id}", {}, None),
    ("POST /v1/tickets/{ticket_id}/restore", {}, None),
    ("PUT /v1/channels/{channel_id}", {"channel_id": "spare"}, CHANNEL_BODY),
    ("GET /v1/channels/{channel_id}", {"channel_id": "spare"}, None),
    ("GET /v1/channels", {}, None),
    ("PUT /v1/channels/{channel_id}/workflow", {"channel_id": "spare"}, WORKFLOW_BODY),
    ("GET /v1/channels/{channel_id}/workflow", {"channel_id": "spare"}, None),
    ("DELETE /v1/channels/{channel_id}/workflow", {"channel_id": "spare"}, None),
    ("DELETE /v1/channels/{channel_id}", {"channel_id": "spare"}, None),
    ("PUT /v1/chats/{chat_id}", {"chat_id": "spare"}, CHAT_BODY),
    ("GET /v1/chats/{chat_id}", {"chat_id": "spare"}, None),
    ("DELETE /v1/chats/{chat_id}", {"chat_id": "spare"}, None),
    ("PUT /v1/members/{member_id}", {"member_id": "mem_new"}, MEMBER_BODY),
    ("GET /v1/members/{member_id}", {"member_id": "mem_new"}, None),
    ("GET /v1/members", {}, None),
    ("DELETE /v1/members/{member_id}", {"member_id": "mem_new"}, None),
    ("PUT /v1/teams/{team_id}", {"team_id": "team_new"}, TEAM_BODY),
    ("GET /v1/teams/{team_id}", {"team_id": "team_new"}, None),
    ("GET /v1/teams", {}, None),
    ("DELETE /v1/teams/{team_id}", {"team_id": "team_new"}, None),
    ("POST /v1/api-keys", {}, KEY_BODY),
    ("GET /v1/api-keys", {}, None),
    ("DELETE /v1/api-keys/{key_id}", {}, None),
]
"""Every operation once, in an order in which each succeeds. Ids that are missing are those of what was just made."""

MADE = {
    "POST /v1/tickets": "ticket_id",
    "POST /v1/tickets/{ticket_id}/remarks": "remark_id",
    "POST /v1/api-keys": "key_id",
    "POST /v1/tickets/bulk": "bulk_id",
    "POST /v1/exports": "export_id",
}


@pytest.fixture
def document(world: World) -> dict[str, Any]:
    answer = world.api("GET", "/openapi.json")
    described: dict[str, Any] = answer.body
    return described


class Teller:
    """Sends the story's requests one after the other."""

    def __init__(self, world: World) -> None:
        self._api = world.as_(world.keys.owner)
        self._made: dict[str, str] = {}

    def send(self, request: Request, **headers: str) -> Answer:
        operation, ids, body = request
        method, path = operation.split()
        answer = self._api(method, path.format(**self._made | ids), body, headers=headers)
        if answer.status in {200, 201, 202} and operation in MADE:
            self._made[MADE[operation]] = answer.body["id"]
        return answer


def described(document: dict[str, Any], operation: str) -> dict[str, Any]:
    method, path = operation.split()
    found: dict[str, Any] = document["paths"][path][method.lower()]
    return found


def takes(document: dict[str, Any], operation: str, header: str) -> bool:
    return {"$ref": f"#/components/parameters/{header}"} in described(document, operation).get("parameters", [])


def test_the_story_has_every_operation(document: dict[str, Any]) -> None:
    operations = [f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods]
    assert sorted(operation for operation, _, _ in STORY) == sorted(operations)


def test_every_answer_has_the_headers_that_the_document_says(world: World, document: dict[str, Any]) -> None:
    known = {name.lower() for name in document["components"]["headers"]}
    teller = Teller(world)
    for request in STORY:
        answer = teller.send(request)
        assert 200 <= answer.status < 300, (request, answer)
        promised = described(document, request[0])["responses"][str(answer.status)]["headers"]
        assert known & set(answer.headers) == {name.lower() for name in promised}, request[0]
    print(f"{len(STORY)} operations answered with the headers that are documented")


def test_a_stale_version_is_refused_exactly_where_if_match_is_documented(
    world: World, document: dict[str, Any]
) -> None:
    teller = Teller(world)
    for request in STORY:
        if takes(document, request[0], "If-Match"):
            refused = teller.send(request, **{"If-Match": '"1-999999"'})
            assert refused.status == 412, (request[0], refused)
            teller.send(request)
        else:
            assert teller.send(request, **{"If-Match": '"1-999999"'}).status < 300, request[0]


def test_a_reader_who_is_up_to_date_gets_304_exactly_where_if_none_match_is_documented(
    world: World, document: dict[str, Any]
) -> None:
    teller = Teller(world)
    for request in STORY:
        answer = teller.send(request, **{"If-None-Match": "*"})
        assert (answer.status == 304) == takes(document, request[0], "If-None-Match"), request[0]
        if answer.status == 304:
            promised = set(described(document, request[0])["responses"]["304"]["headers"])
            assert promised == {"ETag", "X-Request-Id", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"}


def test_a_changed_token_is_refused_exactly_where_lodgestory_seen_is_documented(
    world: World, document: dict[str, Any]
) -> None:
    teller = Teller(world)
    for request in STORY:
        refused = teller.send(request, **{"Lodgestory-Seen": "changed"}).status == 400
        assert refused == takes(document, request[0], "Lodgestory-Seen"), request[0]
        if refused:
            teller.send(request)
