"""The product's third scenario: an admin hands everything of Alice to Bob, right after the last of it became hers.

It is more than a request can do, so the worker does it. The indexes are ten writes behind, and the console sends back
`Lodgestory-Seen`, as every client should.
"""

from collections.abc import Callable
from dataclasses import replace
from itertools import count, islice
from typing import Any

import pytest

from bulk_worker.work import Worker
from tests.builders import ANA as ALICE
from tests.builders import BEN as BOB
from tests.builders import ORGANISATION, a_creation, later
from tests.fakes.lagging_index import LaggingIndex
from tests.integration.aws import Answer, Api
from tests.integration.world import OWNER, World, api_on
from ticketing.domain import ids
from ticketing.domain.ticket import Change
from ticketing.store import items, keys
from ticketing.store.importing import import_tickets
from ticketing.store.marks import MARK

CAROL = OWNER
TICKETS, LATE = 250, 9


@pytest.fixture
def hers_at_last(world: World, lagging: tuple[Api, LaggingIndex]) -> tuple[Answer, set[str], set[str]]:
    """The answer to the last of ten writes, the tickets that are Alice's now, and those that are somebody else's.

    Nine of the writes gave her a ticket of Carol's, one took one away; the indexes know of none of the ten.
    """
    _, index = lagging
    hers = imported(world, ALICE, TICKETS - LATE + 1)
    others = [id_ for assignee in (CAROL, BOB, None) for id_ in imported(world, assignee, LATE + 1)]
    index.catch_up(*hers, *others)
    taken, given = hers[7], others[:LATE]
    moves = [(taken, CAROL), *((ticket_id, ALICE) for ticket_id in given)]
    answer, headers = Answer(0, {}, None), dict[str, str]()
    for ticket_id, assignee in moves:
        answer = admins(world)("PATCH", f"/v1/tickets/{ticket_id}", {"assignee": assignee}, headers=headers)
        headers = {"Lodgestory-Seen": answer.headers["lodgestory-seen"]}
    now_hers = {*hers, *given} - {taken}
    assert len(now_hers) == TICKETS
    return answer, now_hers, {*others, taken, world.a_foreign_ticket()} - now_hers


_numbers = count(1)


def imported(world: World, assignee: str | None, number: int) -> list[str]:
    """So many tickets on the chat of this world, created one after the other."""
    made: list[Change] = []
    for at in islice(_numbers, number):
        created_at = later(seconds=-at)
        change = a_creation(
            id=ids.ticket_id(at.to_bytes(ids.RANDOM_BYTES)), number=at, assignee=assignee, created_at=created_at
        )
        made.append(replace(change, event=replace(change.event, ticket_id=change.ticket.id, at=created_at)))
    import_tickets(world.aws.table, ORGANISATION, [[change] for change in made])
    return [change.ticket.id for change in made]


def admins(world: World) -> Api:
    return world.as_(world.keys.admin)


def stored(world: World, ticket_ids: set[str]) -> dict[str, Any]:
    found = world.aws.table.get_many(keys.ticket_key(id_) for id_ in ticket_ids)
    return {keys.ticket_id_of(key.pk): item for key, item in found.items()}


def in_time() -> Callable[[], float]:
    return lambda: 0.0


def out_of_time() -> Callable[[], float]:
    """Each look at the clock is three seconds later: the request finds a part, and the worker the rest."""
    ticks = count(step=3)
    return lambda: float(next(ticks))


@pytest.mark.parametrize("clock", [in_time, out_of_time])
def test_all_of_alices_tickets_are_bobs_and_nobody_elses_were_touched(
    world: World,
    lagging: tuple[Api, LaggingIndex],
    hers_at_last: tuple[Answer, set[str], set[str]],
    clock: Callable[[], Callable[[], float]],
) -> None:
    index = lagging[1]
    last_write, hers, others = hers_at_last
    before = stored(world, others)
    api = api_on(world.aws, index, world.keys.admin, monotonic=clock())
    asked = {"action": "assign", "filter": {"assignee": [ALICE]}, "value": BOB}
    answer = api("POST", "/v1/tickets/bulk", asked, headers={"Lodgestory-Seen": last_write.headers["lodgestory-seen"]})
    assert (answer.status, answer.body["state"]) == (202, "queued"), answer.body
    assert stored(world, others) == before, "nothing has changed yet"

    (message,) = world.aws.take(world.aws.settings.bulk_queue_url)
    worker = Worker(index, remaining_s=lambda: 300.0, sleep=lambda _: None, clock=lambda: 0.0)
    assert worker.bring_to_end(message["bulk_id"])

    told = api("GET", answer.headers["location"]).body
    print(f"{clock.__name__}: found by the request {answer.body['total']}, changed {told['changed']}")
    assert (told["state"], told["changed"], told["left_out"]) == ("done", TICKETS, 0)
    tickets = {id_: items.ticket_from(item) for id_, item in stored(world, hers).items()}
    assert {ticket.assignee for ticket in tickets.values()} == {BOB}
    assert len(tickets) == TICKETS
    assert not [id_ for id_, item in stored(world, hers).items() if MARK in item]
    assert stored(world, others) == before
    events = world.aws.table.get_many(keys.event_key(one.id, one.version) for one in tickets.values())
    assert [items.event_from(item).bulk_id for item in events.values()] == [told["id"]] * TICKETS

    index.catch_up(*hers, *others)
    left = api("POST", "/v1/tickets/search", {"assignee": [ALICE]}).body["data"]
    assert left == [], "Alice may go on leave"
