"""Every route of the API with a request that succeeds, for tests that go through all of them."""

import json
from dataclasses import dataclass, field
from typing import Any

from fastapi.routing import APIRoute

from tests.builders import ANA, BEN, ORGANISATION, a_channel, a_chat, a_member, a_team, a_workflow
from tests.integration.aws import Answer, Api, Aws
from tests.integration.world import World, add_key
from ticketing.domain import unsubscribing
from ticketing.domain.directory import Role
from ticketing.domain.mail import MailState
from ticketing.domain.signing import Signer
from ticketing.domain.unsubscribing import Unsubscription
from ticketing.store import clients, directory, keys, mail_ledger, workflows
from ticketing.store.mail_ledger import Entry
from tickets_api.request_examples import REQUESTS

CHAT, CHANNEL, EMPTY, TEAM = "chat_ours", "desk_ours", "empty_ours", "team_ours"
"""The other organisation has nothing of these names, and neither members called Ana and Ben."""


@dataclass(frozen=True)
class Route:
    """A route as the application spells it. `body` names every field that it takes, with a value that it takes:
    the one that the document shows (`request_examples.py`).
    """

    method: str
    path: str
    body: Any = None
    ids: dict[str, str] = field(default_factory=dict[str, str])
    is_list: bool = False
    """It takes `limit` and `cursor`."""
    is_in_parts: bool = False
    """It takes `cursor` alone, and has one to give when its budget is spent."""

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def is_open(self) -> bool:
        return not self.path.startswith("/v1") or self.path in {"/v1/health", "/v1/unsubscribe/{token}"}


_OUR_IDS = {
    "chat_lakeside_0001": CHAT,
    "lakeside_whatsapp": CHANNEL,
    "mem_lakeside_technician": BEN,
    "mem_lakeside_user": ANA,
}


def _body(name: str) -> Any:
    """The body that the document shows for a route, with our ids."""
    text = json.dumps(REQUESTS[name])
    for shown, ours in _OUR_IDS.items():
        text = text.replace(f'"{shown}"', f'"{ours}"')
    return json.loads(text)


_ONE = "/v1/tickets/{ticket_id}"

ROUTES: dict[str, Route] = {
    route.name: route
    for route in (
        Route("GET", "/v1/tickets", is_list=True),
        Route("POST", "/v1/tickets/search", _body("POST /v1/tickets/search")),
        Route("GET", "/v1/chats/{chat_id}/tickets", is_list=True),
        Route("POST", "/v1/tickets/bulk", _body("POST /v1/tickets/bulk")),
        Route("GET", "/v1/bulk/{bulk_id}"),
        Route("GET", "/v1/bulk/{bulk_id}/tickets", is_list=True),
        Route("POST", "/v1/bulk/{bulk_id}/undo"),
        Route("POST", "/v1/tickets", _body("POST /v1/tickets")),
        Route("GET", _ONE),
        Route("PATCH", _ONE, _body(f"PATCH {_ONE}")),
        Route("DELETE", _ONE),
        Route("POST", f"{_ONE}/restore"),
        Route("PUT", f"{_ONE}/watchers/{{member_id}}"),
        Route("DELETE", f"{_ONE}/watchers/{{member_id}}"),
        Route("GET", f"{_ONE}/remarks", is_list=True),
        Route("POST", f"{_ONE}/remarks", _body(f"POST {_ONE}/remarks")),
        Route("GET", f"{_ONE}/remarks/{{remark_id}}"),
        Route("GET", f"{_ONE}/history", is_list=True),
        Route("GET", f"{_ONE}/notifications", is_list=True),
        Route("GET", "/v1/changes", is_list=True),
        Route("GET", "/v1/reports/unresolved", is_in_parts=True),
        Route("GET", "/v1/reports/resolution"),
        Route("GET", "/v1/reports/tickets.csv"),
        Route("POST", "/v1/exports", _body("POST /v1/exports")),
        Route("GET", "/v1/exports/{export_id}"),
        Route("GET", "/v1/chats/{chat_id}"),
        Route("PUT", "/v1/chats/{chat_id}", _body("PUT /v1/chats/{chat_id}")),
        Route("DELETE", "/v1/chats/{chat_id}"),
        Route("GET", "/v1/channels", is_list=True),
        Route("GET", "/v1/channels/{channel_id}"),
        Route("PUT", "/v1/channels/{channel_id}", _body("PUT /v1/channels/{channel_id}")),
        Route("DELETE", "/v1/channels/{channel_id}", ids={"channel_id": EMPTY}),
        Route("GET", "/v1/channels/{channel_id}/workflow"),
        Route("PUT", "/v1/channels/{channel_id}/workflow", _body("PUT /v1/channels/{channel_id}/workflow")),
        Route("DELETE", "/v1/channels/{channel_id}/workflow"),
        Route("GET", "/v1/members", is_list=True),
        Route("GET", "/v1/members/{member_id}"),
        Route("PUT", "/v1/members/{member_id}", _body("PUT /v1/members/{member_id}")),
        Route("DELETE", "/v1/members/{member_id}"),
        Route("GET", "/v1/teams", is_list=True),
        Route("GET", "/v1/teams/{team_id}"),
        Route("PUT", "/v1/teams/{team_id}", _body("PUT /v1/teams/{team_id}")),
        Route("DELETE", "/v1/teams/{team_id}"),
        Route("GET", "/v1/organisation"),
        Route("PATCH", "/v1/organisation", _body("PATCH /v1/organisation")),
        Route("POST", "/v1/api-keys", _body("POST /v1/api-keys")),
        Route("GET", "/v1/api-keys", is_list=True),
        Route("DELETE", "/v1/api-keys/{key_id}"),
        Route("GET", "/v1/me"),
        Route("GET", "/v1/health"),
        Route("GET", "/v1/unsubscribe/{token}"),
        Route("POST", "/v1/unsubscribe/{token}"),
        Route("GET", "/openapi.json"),
        Route("GET", "/docs"),
        Route("GET", "/docs/{name}"),
    )
}
"""By name, in an order in which one caller can call them all only as far as it deletes nothing that the next needs."""

CLOSED = [route for route in ROUTES.values() if not route.is_open]
WITH_BODY = [route for route in CLOSED if route.body is not None]
WITHOUT_BODY = [route for route in CLOSED if route.body is None]
LISTS = [route for route in CLOSED if route.is_list]


def routes_of_the_app() -> set[str]:
    """The names of all routes that there are."""
    from tickets_api import app

    every = [route for module in app._ROUTED for route in module.router.routes if isinstance(route, APIRoute)]
    return {f"{method} {route.path}" for route in every for method in route.methods or ()}


@dataclass(frozen=True)
class Ours:
    """One of each thing that a path can name, in our organisation only. Every list has more than one row."""

    ids: dict[str, str]

    def path(self, route: Route) -> str:
        return route.path.format(**{**self.ids, **route.ids})

    def call(self, caller: Api, route: Route, body: Any = None, **more: Any) -> Answer:
        return caller(route.method, self.path(route), route.body if body is None else body, **more)


def furnish_ours(world: World) -> Ours:
    table = world.aws.table
    for channel in (CHANNEL, EMPTY):
        directory.put_channel(table, ORGANISATION, channel, lambda _, id_=channel: a_channel(id=id_))  # type: ignore[misc]
    workflows.put(table, ORGANISATION, CHANNEL, lambda _: a_workflow(channel_id=CHANNEL))
    directory.put_chat(table, ORGANISATION, CHAT, lambda _: a_chat(id=CHAT, channel_id=CHANNEL))
    directory.put_team(table, ORGANISATION, TEAM, lambda _: a_team(id=TEAM))
    world.a_ticket(chat_id=CHAT)
    ticket = world.a_ticket(chat_id=CHAT, remarks="AC not cooling")
    world.api("POST", f"/v1/tickets/{ticket['id']}/remarks", {"text": "Part ordered"})
    note_mails(world.aws, ORGANISATION, ticket["id"], ANA, BEN)
    key = add_key(world.aws, ORGANISATION, ANA, Role.USER)
    return Ours(
        {
            "bulk_id": a_bulk(world.api, CHAT),
            "export_id": world.api("POST", "/v1/exports", {"format": "csv"}).body["id"],
            "ticket_id": ticket["id"],
            "remark_id": "rmk_1",
            "chat_id": CHAT,
            "channel_id": CHANNEL,
            "member_id": BEN,
            "team_id": TEAM,
            "key_id": key.split("_")[2],
            "name": "start.js",
            "token": token_of(world, ticket["id"]),
        }
    )


def token_of(world: World, ticket_id: str) -> str:
    """By which Ben, who does not watch it, stops mail about a ticket."""
    secret: dict[str, str] = json.loads(
        clients.make("secretsmanager").get_secret_value(SecretId=world.aws.settings.signing_secret_id)["SecretString"]
    )
    signer = Signer([secret["current"].encode()])
    url = unsubscribing.url("", signer, Unsubscription(ORGANISATION, ticket_id, BEN))
    return url.rpartition("/")[2]


def note_mails(aws: Aws, organisation_id: str, ticket_id: str, *members: str) -> None:
    """That they were mailed about a ticket."""
    for member in members:
        entry = Entry(keys.mail_key(ticket_id, 1, member), organisation_id, "ticket_created")
        mail_ledger.close(aws.table, entry, MailState.MUTED, aws.clock.now)


def a_bulk(caller: Api, chat: str) -> str:
    """A bulk action that was carried out on two tickets of its own."""
    made = {"chat_id": chat, "issue": "maintenance", "priority": "low"}
    tickets = [caller("POST", "/v1/tickets", made).body["id"] for _ in range(2)]
    answer = caller("POST", "/v1/tickets/bulk", {"action": "priority", "ids": tickets, "value": "high"})
    assert answer.status == 200, answer.body
    return str(answer.body["id"])


def furnish_what_examples_name(world: World) -> None:
    table, channel = world.aws.table, "lakeside_whatsapp"
    directory.put_channel(table, ORGANISATION, channel, lambda _: a_channel(id=channel))
    workflows.put(table, ORGANISATION, channel, lambda _: a_workflow(channel_id=channel))
    chat = a_chat(id="chat_lakeside_0001", channel_id=channel)
    directory.put_chat(table, ORGANISATION, chat.id, lambda _: chat)
    for name in ("mem_lakeside_technician", "mem_lakeside_user"):
        directory.put_member(table, ORGANISATION, name, lambda _, id_=name: a_member(id_))  # type: ignore[misc]
