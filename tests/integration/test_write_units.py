"""What a change of a common ticket costs in DynamoDB's write units, by the published rules; each test prints its bill.

Common means: three watchers, an assignee, and every id that a caller chooses 24 bytes long. The rules are held to
MiniStack's own figures, which moto does not have.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bulk_worker.work import Worker
from scripts.laptop import aws
from scripts.laptop.emulator import Emulator
from scripts.laptop.place import Place
from scripts.laptop.ports import free_ports
from tests.builders import a_channel, a_chat, a_creation, a_member, a_workflow, an_occasion, an_organisation
from tests.fakes.tables import create_table
from tests.fakes.write_units import WriteMeter, size_of
from tests.integration.world import World, add_key
from ticketing.domain import ticket as rules
from ticketing.domain.directory import Member, Role
from ticketing.domain.workflow import Issue, Label, Status, StatusCategory
from ticketing.store import clients, directory, keys, tickets, workflows
from ticketing.store.attributes import encode
from ticketing.store.table import Table


def long(beginning: str) -> str:
    """An id of 24 bytes."""
    return beginning.ljust(24, "x")


ORGANISATION, CHANNEL, CHAT = long("org_"), long("front_desk_"), long("chat_")
ISSUE, SUB_ISSUE = long("maintenance_"), long("air_conditioning_")
MEMBERS = [long(f"mem_{number}") for number in range(4)]
OPEN, IN_PROGRESS = long("open_"), long("in_progress_")
CREATE = {
    "chat_id": CHAT,
    "issue": ISSUE,
    "sub_issue": SUB_ISSUE,
    "assignee": MEMBERS[0],
    "watchers": MEMBERS[1:],
}
REMARK = ("The air conditioning in room 204 does not cool. " * 20)[:900]
KEY = {"Idempotency-Key": "2f0c1a52-5a0e-4a38-9b0f-6d3e5c1f7a44"}


@pytest.fixture
def resort(world: World) -> World:
    """The caller is of an organisation whose ids are all long."""
    _furnish(world.aws.table)
    world.api.key = add_key(world.aws, ORGANISATION, MEMBERS[0], Role.ADMIN)
    world.a_ticket(**CREATE)  # the first use of a key in a minute is noted
    world.hold_a_lease()
    return world


def _furnish(table: Table) -> None:
    directory.add_organisation(table, an_organisation(id=ORGANISATION))
    for member in map(a_member, MEMBERS):
        directory.put_member(table, ORGANISATION, member.id, partial(_given, member))
    directory.put_channel(table, ORGANISATION, CHANNEL, lambda _: a_channel(id=CHANNEL))
    workflow = a_workflow(
        channel_id=CHANNEL,
        issues=(Issue(ISSUE, "Maintenance of rooms", (Label(SUB_ISSUE, "Air conditioning"),)),),
        statuses=(
            Status(OPEN, "Open", StatusCategory.OPEN),
            Status(IN_PROGRESS, "In progress", StatusCategory.ACTIVE),
        ),
        transitions=None,
    )
    workflows.put(table, ORGANISATION, CHANNEL, lambda _: workflow)
    directory.put_chat(table, ORGANISATION, CHAT, lambda _: a_chat(id=CHAT, channel_id=CHANNEL))


def _given(member: Member, _before: Member | None) -> Member:
    return member


@pytest.fixture
def meter(resort: World) -> WriteMeter:
    return WriteMeter(resort.aws.table._client, clients.dynamodb(), "tickets")


def bill(world: World, meter: WriteMeter, method: str, path: str, body: Any, **more: Any) -> tuple[int, str]:
    """The units that a request took, and the id of the ticket that it answered with."""
    meter.start()
    answer = world.api(method, path, body, **more)
    assert answer.status in {200, 201, 202}, answer.body
    paid = {part: units for part, units in meter.by_part.items() if units}
    with_key = "with a key" if more.get("headers") else ""
    print(f"{method} {', '.join(body)} {with_key}: {meter.total} write units {paid}")
    return meter.total, answer.body["id"]


def create(world: World, meter: WriteMeter, *, headers: dict[str, str] | None = None, **changes: Any) -> int:
    return bill(world, meter, "POST", "/v1/tickets", CREATE | changes, headers=headers or {})[0]


def test_a_create_takes_at_most_12_with_its_number(resort: World, meter: WriteMeter) -> None:
    assert create(resort, meter) <= 12
    assert meter.by_part["ORG/COUNTER"] == 1


def test_an_external_id_adds_at_most_2(resort: World, meter: WriteMeter) -> None:
    assert create(resort, meter, external_id=long("PMS-")) - create(resort, meter) <= 2


def test_a_first_remark_of_900_bytes_adds_at_most_5(resort: World, meter: WriteMeter) -> None:
    assert len(REMARK.encode()) == 900
    assert create(resort, meter, remarks=REMARK) - create(resort, meter) <= 5


def test_an_idempotency_key_adds_at_most_4(resort: World, meter: WriteMeter) -> None:
    richest: dict[str, Any] = {"remarks": REMARK, "external_id": long("PMS-")}
    with_key = create(resort, meter, **richest, headers=KEY)
    assert with_key - create(resort, meter, **(richest | {"external_id": long("other-")})) <= 4


@pytest.mark.parametrize(("headers", "at_most"), [({}, 7), (KEY, 11)])
def test_a_status_change_takes_at_most_7_and_11_with_a_key(
    resort: World, meter: WriteMeter, headers: dict[str, str], at_most: int
) -> None:
    ticket = create_with_everything(resort, meter)
    units, _ = bill(resort, meter, "PATCH", f"/v1/tickets/{ticket}", {"status": IN_PROGRESS}, headers=headers)
    assert units <= at_most


def create_with_everything(world: World, meter: WriteMeter) -> str:
    body = CREATE | {"remarks": REMARK, "external_id": long("PMS-")}
    return bill(world, meter, "POST", "/v1/tickets", body)[1]


def test_a_common_ticket_measures_under_1_kb(resort: World, meter: WriteMeter) -> None:
    ticket = create_with_everything(resort, meter)
    size = size_of(encode(resort.aws.table.get(keys.ticket_key(ticket)) or {}))
    print(f"a common ticket with a remark and an external id measures {size} bytes")
    assert size <= 1024


# --- the rules against an engine ---------------------------------------------------------------------------------


@pytest.fixture
def ministack(tmp_path: Path) -> Iterator[Place]:
    """A fresh emulator, an empty table named `tickets` in it."""
    place = Place(root=tmp_path, port=free_ports(1)[0])
    emulator = Emulator(place)
    emulator.start()
    try:
        create_table(aws.client(place, "dynamodb"), "tickets")
        yield place
    finally:
        emulator.stop()


def test_the_rules_say_what_the_engine_says(ministack: Place) -> None:
    client, aside = (aws.client(ministack, "dynamodb") for _ in range(2))
    table = Table(client, "tickets")
    meter = WriteMeter(client, aside, "tickets")
    _furnish(table)
    tickets.next_number(table, ORGANISATION)
    change = a_creation(organisation_id=ORGANISATION, chat_id=CHAT, watchers=tuple(MEMBERS), external_id=long("PMS-"))
    tickets.add(table, ORGANISATION, change)
    tickets.change(
        table,
        ORGANISATION,
        change.ticket.id,
        lambda ticket: rules.add_remark(ticket, REMARK * 4, on=an_occasion()),
        adds_remark=True,
    )
    for decide in (
        lambda ticket: rules.delete(ticket, on=an_occasion()),
        lambda ticket: rules.restore(ticket, on=an_occasion()),
    ):
        tickets.change(table, ORGANISATION, change.ticket.id, decide, is_deleted=True)
    table.delete_all([keys.ticket_key(change.ticket.id), keys.remark_key(change.ticket.id, 2)])
    print(f"{meter.total} write units by the rules, {meter.by_engine:.0f} by MiniStack: {dict(meter.by_part)}")
    assert meter.total == meter.by_engine
    assert all(meter.by_part[index] for index in (keys.BY_CREATED, keys.BY_UPDATED, keys.BY_DUE))


@pytest.mark.parametrize(("number", "at_most"), [(49, 7), (60, 7), (98, 9), (100, 8), (150, 9)])
def test_a_ticket_of_a_bulk_action_costs_little_more_than_a_change_of_it_alone(
    resort: World, meter: WriteMeter, number: int, at_most: int
) -> None:
    """Up to 49 as much; beyond, 2 units more for each that is marked. All share the records of action and answer."""
    tickets = [resort.a_ticket(**CREATE)["id"] for _ in range(number)]
    body = {"action": "status", "ids": tickets, "value": IN_PROGRESS}
    bill(resort, meter, "POST", "/v1/tickets/bulk", body, headers=KEY)
    for message in resort.aws.take(resort.aws.settings.bulk_queue_url):
        assert Worker(resort.aws.table, remaining_s=lambda: 300.0).bring_to_end(message["bulk_id"])
    units = meter.total
    print(f"{number} tickets: {units / number:.2f} write units each")
    assert units / number <= at_most
