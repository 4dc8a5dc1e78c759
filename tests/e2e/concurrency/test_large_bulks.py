"""Bulk actions that overlap, one of them so large that workers do it, and people who change single tickets in between:
each bulk action is done on all of its tickets or on none, and every ticket's history agrees.
"""

import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.concurrency.hotel import Hotel, founded, made
from tests.e2e.concurrency.processes import Answer, Event, Processes, as_answer, started
from tests.e2e.concurrency.replay import replayed, shown
from tests.e2e.concurrency.stock import Stock, is_done, message, stocked
from tests.e2e.concurrency.test_bulks import HONEST, action, change, check_whole, read_all
from tests.e2e.conftest import RunningStack
from ticketing.domain.bulk import Phase

ROUNDS, TICKETS, LARGE, SMALL = 3, 160, 130, (40, 90, 90)
"""More than a request does; what fits into one transaction, and twice what is marked first."""
REPEATS, WRITERS, CHANGES = 4, 5, 20
SEED = 70


@pytest.fixture(scope="module")
def stock(stack: RunningStack) -> Stock:
    return stocked(founded(stack, "Overlap Hotels"))


@pytest.fixture(scope="module")
def workers(stack: RunningStack) -> Iterator[Processes]:
    with started(stack, "BulkWorker", 2) as running:
        yield running


@pytest.mark.parametrize("attempt", range(ROUNDS))
def test_a_large_bulk_action_among_smaller_ones_and_writers_is_done_on_all_of_its_tickets_or_on_none(
    stock: Stock, processes: Processes, workers: Processes, attempt: int
) -> None:
    dice, hotel = random.Random(SEED + attempt), stock.hotel  # noqa: S311 (not for secrets)
    tickets = stock.tickets(TICKETS)
    chosen = dice.sample(tickets, LARGE)
    large = processes[0].call(asked(hotel, chosen, dice))
    assert large.status == 202, large.text
    smaller = [[dice.sample(tickets, size) for _ in range(REPEATS)] for size in SMALL]
    plans = [[message(large.body["id"])], [message(large.body["id"])]]
    plans += [[asked(hotel, ids, dice) for ids in samples] for samples in smaller]
    plans += [[change(hotel, dice.choice(tickets), dice) for _ in range(CHANGES)] for _ in range(WRITERS)]
    # Two workers of ours and, a little later, the deployed one: the queue has the message, too.
    first, second, *answers = Processes([*workers, *processes]).at_once(plans)
    told = [as_answer(answer) for given in answers for answer in given]
    if not (is_done(first[0]) or is_done(second[0])):
        assert is_done(workers.at_once([[message(large.body["id"])]])[0][0])
    bulk = stock.bulk(large.body["id"])
    counted = Counter((answer.status, answer.code) for answer in told)
    print(f"large: {bulk.phase} in attempt {bulk.attempt}, {bulk.judged} judged again; smaller and writers: {counted}")
    assert {one for one in counted if one[0] != 200} <= HONEST
    of_bulks = told[: sum(map(len, smaller))]
    assert bulk.phase is Phase.DONE or any(answer.status == 200 for answer in of_bulks)

    assert stock.marked(tickets) == []
    histories = all_histories(hotel, processes, tickets)
    check_large(hotel, processes, bulk.id, chosen, histories)
    samples = [ids for one in smaller for ids in one]
    for ids, answer in zip(samples, told, strict=False):
        check_whole(ids, answer, histories)
    names = {answer.body["id"] for answer in told[: len(samples)] if answer.status == 200}
    names |= {bulk.id} if bulk.phase is Phase.DONE else set()
    left = {entry["bulk_id"] for history in histories.values() for entry in history} - {None}
    assert left <= names, "what was refused has left nothing behind"
    for id_, ticket in read_all(hotel, processes, tickets).items():
        assert shown(ticket) == replayed(histories[id_])[ticket["version"]]


def asked(hotel: Hotel, ids: list[str], dice: random.Random) -> Event:
    return hotel.asks("POST", "/tickets/bulk", {"ids": ids} | action(dice))


def check_large(
    hotel: Hotel, processes: Processes, bulk_id: str, ids: list[str], histories: dict[str, list[dict[str, Any]]]
) -> None:
    """What is said of each of its tickets stands in their histories, once; or it has come to nothing."""
    bulk = made(processes[0].call(hotel.asks("GET", f"/bulk/{bulk_id}")))
    assert bulk["state"] in {"done", "blocked", "failed"}
    rows = {row["ticket_id"]: row for row in all_rows(hotel, processes, f"/bulk/{bulk_id}/tickets")}
    assert set(rows) == set(ids)
    own = {id_: [entry for entry in histories[id_] if entry["bulk_id"] == bulk_id] for id_ in ids}
    for id_, entries in own.items():
        assert len(entries) == (rows[id_]["result"] == "changed"), rows[id_]
        assert [entry["version"] for entry in entries] == [rows[id_]["version"]] * len(entries)
    assert sum(map(len, own.values())) == bulk["changed"]
    assert bulk["state"] == "done" or bulk["changed"] == 0
    assert bulk["changed"] + bulk["unchanged"] == (len(ids) if bulk["state"] == "done" else 0)
    assert len({(entry["at"], entry["actor"]["id"]) for entries in own.values() for entry in entries}) <= 1


def all_rows(hotel: Hotel, processes: Processes, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    query: dict[str, list[str]] = {"limit": ["100"]}
    while True:
        page = made(processes[0].call(hotel.asks("GET", path, query=query)))
        found += page["data"]
        if not page["has_more"]:
            return found
        query["cursor"] = [page["next_cursor"]]


def all_histories(hotel: Hotel, processes: Processes, tickets: list[str]) -> dict[str, list[dict[str, Any]]]:
    """The oldest entry first. No ticket of this test has more than a page of them."""
    query = {"limit": ["100"]}
    asked_for = [hotel.asks("GET", f"/tickets/{id_}/history", query=query) for id_ in tickets]
    pages: list[Answer] = processes.share(asked_for)
    assert not any(made(page)["has_more"] for page in pages)
    return {id_: page.body["data"][::-1] for id_, page in zip(tickets, pages, strict=True)}
