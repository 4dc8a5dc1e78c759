"""An organisation with as many tickets as a benchmark of bulk actions needs, on a deployed stack.

Only the tickets themselves are written, and their chats: neither history nor feed is asked for, and an indexer that
works off ten thousand creations would share the computer with what is measured.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import batched
from typing import Final

from scripts.admin import keys as admin_keys
from scripts.admin import organisations
from scripts.admin.keys import NewKey
from scripts.admin.organisations import NewOrganisation
from scripts.admin.stack import Stack
from scripts.laptop.console import Console
from ticketing.domain import ids
from ticketing.domain.directory import Channel, ChannelType, Chat, Guest, Plan, Role
from ticketing.domain.events import Source
from ticketing.domain.instants import to_milliseconds
from ticketing.domain.principal import Actor
from ticketing.domain.ticket import NewTicket, Occasion, Priority, Ticket, create
from ticketing.domain.workflow import DEFAULT_STATUSES, Issue, Workflow
from ticketing.store import directory, items, keys, workflows
from ticketing.store.table import Table

_CHANNEL: Final = "front_desk"
_TICKETS_OF_A_CHAT: Final = 10
_AT_ONCE: Final = 500
_REMARK: Final = "AC not cooling in room 204; the guest asks for a technician before noon."


@dataclass(frozen=True)
class ManyTickets:
    """`key` is an admin's, of a program."""

    organisation_id: str
    key: str
    ticket_ids: Sequence[str]
    table: Table


def written(stack: Stack, number: int, console: Console) -> ManyTickets:
    """So many open tickets of medium priority, ten on a chat, each with a remark and nobody to mail."""
    now = to_milliseconds(datetime.now(UTC))
    new = NewOrganisation("Benchmark Hotels", Plan.PAID, "Ada Founder", "ada@benchmark.example")
    organisation, owner = organisations.create(stack.table, new, now)
    key = admin_keys.create(stack, NewKey(organisation.id, "benchmark", Role.ADMIN), now)
    channel = Channel(_CHANNEL, "Front desk", ChannelType.WEB_CHAT)
    workflow = Workflow(_CHANNEL, (Issue("maintenance", "Maintenance"),), DEFAULT_STATUSES)
    directory.put_channel(stack.table, organisation.id, channel.id, lambda _: channel)
    workflows.put(stack.table, organisation.id, channel.id, lambda _: workflow)
    chats = [_chat(at, now) for at in range(-(-number // _TICKETS_OF_A_CHAT))]
    on = Occasion(Actor(owner.id), now, Source.IMPORT, "benchmark")
    made = [_ticket(organisation.id, at, chats[at // _TICKETS_OF_A_CHAT], workflow, on) for at in range(number)]
    with console.step(f"Writing {number:,} tickets") as step:
        stack.table.put_all(directory.new_chat_items(organisation.id, chats))
        for done, some in enumerate(batched(made, _AT_ONCE, strict=False)):
            step.label = f"Writing {number:,} tickets: {done * _AT_ONCE:,}"
            stack.table.put_all((keys.ticket_key(one.id), items.ticket_item(one)) for one in some)
        step.label = f"Writing {number:,} tickets"
    return ManyTickets(organisation.id, key.text, [one.id for one in made], stack.table)


def _chat(at: int, now: datetime) -> Chat:
    return Chat(f"chat_{at}", _CHANNEL, Guest(f"Guest {at}"), None, None, 1, now, now)


def _ticket(organisation_id: str, at: int, chat: Chat, workflow: Workflow, on: Occasion) -> Ticket:
    new = NewTicket("maintenance", priority=Priority.MEDIUM, remarks=_REMARK)
    id_ = ids.ticket_id(secrets.token_bytes(ids.RANDOM_BYTES))
    return create(
        new,
        ticket_id=id_,
        number=at + 1,
        organisation_id=organisation_id,
        chat=chat,
        workflow=workflow,
        on=on,
    ).ticket
