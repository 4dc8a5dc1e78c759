"""An organisation with many tickets of all kinds, drawn by a seed, beside another one with as many; and its queries."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from tests.builders import ANA, BEN, CHANNEL, HOSPITALITY_STATUSES, NOW, ORGANISATION, a_chat, a_ticket
from tests.fakes.lagging_index import LaggingIndex
from tests.integration.aws import Api
from tests.integration.world import OTHER, World
from ticketing.domain.ticket import Priority, Ticket
from ticketing.domain.workflow import Label, Status, StatusCategory
from ticketing.store import directory, items, keys
from ticketing.store.table import Table

SEED = 20260301
SIZE = 600
ROWS_A_QUERY = "ticketing.store.walks._ROWS_A_QUERY"
"""What tests patch, to have a walk take more than one query."""
BUDGET = "ticketing.store.walks.Budget.__init__.__kwdefaults__"
"""What tests patch, to have a request's budget spent early."""

_DEAD = ("chat_dead_1", "chat_dead_2")
_CHATS = (*(f"chat_{number}" for number in range(12)), *_DEAD)
_PEOPLE = (ANA, BEN, "team_maintenance", "mem_gone", None)
_ISSUES = (Label("maintenance", "Maintenance"), Label("follow_up", "Follow-up"), Label("lost", "Lost and found"))
_STATUSES = (*HOSPITALITY_STATUSES, Status("on_ice", "On ice", StatusCategory.ACTIVE))


def rows(count: int) -> dict[str, float]:
    """A budget of so many rows."""
    return {"seconds": 5.0, "rows": count}


def gather_in_memory(world: World, lagging: tuple[Api, LaggingIndex], random: Random) -> tuple[Api, list[Ticket]]:
    """The same, with indexes that know all, held in memory: moto sorts its whole table for each query."""
    api, index = lagging
    visible = gather(world, random)
    index.catch_up(*map(_id, range(SIZE)), *map(_foreign_id, range(SIZE)))
    return api, visible


def gather(world: World, random: Random, size: int = SIZE) -> list[Ticket]:
    """Fill the table; the tickets of our organisation that can be seen."""
    table = world.aws.table
    for organisation_id in (ORGANISATION, OTHER):
        for number, chat_id in enumerate(_CHATS):
            chat = a_chat(id=chat_id, channel_id=CHANNEL if number % 3 else "bare")
            directory.put_chat(table, organisation_id, chat_id, lambda _, it=chat: it)  # type: ignore[misc]
    ours = [a_random_ticket(random, number) for number in range(size)]
    theirs = [
        replace(a_random_ticket(random, number), id=_foreign_id(number), organisation_id=OTHER)
        for number in range(size)
    ]
    store(table, [*ours, *theirs])
    for chat_id in _DEAD:
        assert world.as_(world.keys.admin)("DELETE", f"/v1/chats/{chat_id}").status == 200
    return [one for one in ours if one.chat_id not in _DEAD and one.deleted_at is None]


def a_random_ticket(random: Random, number: int) -> Ticket:
    created = NOW - timedelta(milliseconds=random.randrange(60 * 86_400_000))
    status, chat = random.choice(_STATUSES), random.randrange(len(_CHATS))
    took = timedelta(milliseconds=random.randrange(10 ** random.randrange(1, 10)))
    return replace(
        a_ticket(),
        id=_id(number),
        number=number,
        chat_id=_CHATS[chat],
        channel_id=CHANNEL if chat % 3 else "bare",
        issue=random.choice(_ISSUES),
        sub_issue=None,
        status=status,
        priority=random.choice(list(Priority)),
        assignee=random.choice(_PEOPLE),
        created_at=created,
        updated_at=created + took,
        resolved_at=created + took if status.category.is_resolved else None,
        deleted_at=NOW if random.random() < 0.05 else None,
    )


def _id(number: int) -> str:
    return f"tkt_{number:016d}"


def _foreign_id(number: int) -> str:
    return f"tkt_t{number:015d}"


def store(table: Table, tickets: Iterable[Ticket]) -> None:
    for ticket in tickets:
        link = keys.chat_link_key(ticket.organisation_id, ticket.chat_id, ticket.created_at, ticket.id)
        table.put_all(
            [
                (keys.ticket_key(ticket.id), items.ticket_item(ticket)),
                (link, {keys.ORGANISATION: ticket.organisation_id}),
            ]
        )


# --- filters, each with its plain meaning ------------------------------------------------------------------------

type Meaning = Callable[[Ticket, Sequence[str]], bool]

CHOICES: dict[str, tuple[tuple[str, ...], Meaning]] = {
    "status": (("open", "resolved", "on_ice", "no_such"), lambda ticket, values: ticket.status.id in values),
    "status_category": (
        ("active", "closed", "waiting"),
        lambda ticket, values: ticket.status.category.value in values,
    ),
    "chat": (("chat_1", "chat_2", "chat_dead_1"), lambda ticket, values: ticket.chat_id in values),
    "priority": (("low", "medium", "high"), lambda ticket, values: ticket.priority.value in values),
    "assignee": ((ANA, "team_maintenance", "unassigned"), lambda one, values: (one.assignee or "unassigned") in values),
    "channel": ((CHANNEL, "bare"), lambda ticket, values: ticket.channel_id in values),
    "issue": (("maintenance", "lost"), lambda ticket, values: ticket.issue.id in values),
}
OF_REPORTS = ("priority", "assignee", "channel", "issue")


def some_filters(random: Random, names: Iterable[str] = CHOICES) -> dict[str, list[str]]:
    """Often none, seldom many."""
    asked: dict[str, list[str]] = {}
    for name in names:
        if random.random() < 0.25:
            values = CHOICES[name][0]
            asked[name] = random.sample(values, random.randint(1, len(values) - 1))
    return asked


def meant(tickets: Iterable[Ticket], asked: dict[str, Any]) -> list[Ticket]:
    return [one for one in tickets if all(CHOICES[name][1](one, values) for name, values in asked.items())]
