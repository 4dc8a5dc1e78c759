"""An organisation of these tests' own on the deployed stack, and the requests that its console would send."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from scripts.admin import keys as admin_keys
from scripts.admin import organisations
from scripts.admin import stack as admin_stack
from scripts.admin.connection import Connection
from scripts.admin.keys import NewKey
from scripts.admin.organisations import NewOrganisation
from tests.e2e.concurrency.processes import Answer, Event, Process
from tests.e2e.conftest import RunningStack
from tests.fakes.events import api_event
from tests.fakes.images import item_of
from ticketing.domain.directory import Plan, Role
from ticketing.domain.ticket import Ticket
from ticketing.store import keys
from ticketing.store.items import ticket_from
from ticketing.store.keys import Key
from ticketing.store.table import Table

CHANNEL = "front_desk"
WORKFLOW = {"issues": [{"id": "maintenance", "label": "Maintenance", "sub_issues": []}]}
CREATE = {"issue": "maintenance", "priority": "high"}
PEOPLE = tuple(f"mem_race_{number}" for number in range(8))


@dataclass(frozen=True)
class Hotel:
    """`founder` is its first owner; the key is an owner's and stands for nobody, so no race takes its rights."""

    id: str
    founder: str
    key: str = field(repr=False)
    table: Table
    _client: Any
    _table_name: str

    def asks(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: dict[str, list[str]] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Event:
        return api_event(method, f"/v1{path}", body, key=self.key, query=query, headers=headers)

    def puts_member(self, member: str, role: str = "user", *, is_active: bool = True) -> Event:
        body = {"name": member, "email": f"{member}@races.example", "role": role, "active": is_active}
        return self.asks("PUT", f"/members/{member}", body)

    def puts_channel(self, channel: str) -> Event:
        return self.asks("PUT", f"/channels/{channel}", {"name": channel, "type": "web_chat"})

    def puts_chat(self, chat: str, channel: str = CHANNEL, guest: str = "Zoë Müller") -> Event:
        return self.asks("PUT", f"/chats/{chat}", {"channel_id": channel, "guest": {"name": guest}})

    def creates(self, chat: str, **changes: Any) -> Event:
        return self.asks("POST", "/tickets", CREATE | {"chat_id": chat} | changes)

    def tickets(self) -> list[Ticket]:
        """Every ticket of this organisation, deleted or not: nothing can hide from a scan."""
        found: list[Ticket] = []
        asked: dict[str, Any] = {
            "TableName": self._table_name,
            "ConsistentRead": True,
            "FilterExpression": "org = :org AND sk = :sk",
            "ExpressionAttributeValues": {":org": {"S": self.id}, ":sk": {"S": keys.ticket_key("").sk}},
        }
        for page in self._client.get_paginator("scan").paginate(**asked):
            found += [ticket_from(item_of(item)) for item in page["Items"]]
        return found

    def links(self, chat: str) -> set[str]:
        """The tickets that a chat knows of."""
        first = Key(keys.chat_partition(self.id, chat), keys.chat_link_sort_key(""))
        page = self.table.query(first.pk, first=first.sk, last=f"{first.sk}~", limit=1000)
        assert not page.has_more
        return {item["sk"].rpartition("#")[2] for item in page.items}


def founded(stack: RunningStack, name: str) -> Hotel:
    """A new organisation with nothing in it but its first owner."""
    connection = Connection.choose(stack.place.stack_name, stack.endpoint, None, {})
    found, now = admin_stack.find(stack.place.stack_name, connection), datetime.now(UTC).replace(microsecond=0)
    new = NewOrganisation(name, Plan.PAID, "Ada Founder", "ada@races.example")
    organisation, owner = organisations.create(found.table, new, now)
    key = admin_keys.create(found, NewKey(organisation.id, "races", Role.OWNER), now)
    return Hotel(organisation.id, owner.id, key.text, found.table, connection.client("dynamodb"), stack.table_name)


def furnish(hotel: Hotel, process: Process) -> None:
    """A channel with a workflow in which every move is allowed, and people to assign tickets to."""
    wanted = [
        hotel.puts_channel(CHANNEL),
        hotel.asks("PUT", f"/channels/{CHANNEL}/workflow", WORKFLOW),
        *(hotel.puts_member(member) for member in PEOPLE),
    ]
    for event in wanted:
        made(process.call(event))


def made(answer: Answer) -> Any:
    """The body of an answer that must be a success."""
    assert answer.status in (200, 201), answer.text
    return answer.body
