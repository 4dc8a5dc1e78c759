"""Bulk actions that overlap, with single writers in between, at the same instant: each is done on all of its tickets or
on none, and every ticket's history agrees.
"""

import random
from collections import Counter
from typing import Any

import pytest

from tests.e2e.concurrency.hotel import CREATE, PEOPLE, Hotel, made
from tests.e2e.concurrency.processes import Answer, Event, Processes
from tests.e2e.concurrency.replay import replayed, shown

BULKS = 8
ROUNDS, TICKETS, OF_EACH = 5, 24, 16
"""One transaction each."""
MARKED_ROUNDS, MARKED_TICKETS, MARKED_OF_EACH = 3, 90, 60
"""Too many for one: they are marked first, and meet each other's marks."""
SEED = 60
HONEST = {(409, "bulk_blocked"), (503, "busy"), (412, "version_conflict"), (404, "ticket_not_found")}


@pytest.fixture(scope="module")
def known(hotel: Hotel, processes: Processes) -> list[str]:
    made(processes[0].call(hotel.puts_chat("chat_bulks")))
    for person in PEOPLE:
        made(processes[0].call(hotel.puts_member(person)))
    return [made(answer)["id"] for answer in processes.share([hotel.creates("chat_bulks", **CREATE)] * MARKED_TICKETS)]


@pytest.mark.parametrize(
    ("number", "of_each", "attempt"),
    [
        *((TICKETS, OF_EACH, attempt) for attempt in range(ROUNDS)),
        *((MARKED_TICKETS, MARKED_OF_EACH, attempt) for attempt in range(MARKED_ROUNDS)),
    ],
)
def test_bulk_actions_that_overlap_are_each_done_on_all_of_their_tickets_or_on_none(
    hotel: Hotel, processes: Processes, known: list[str], number: int, of_each: int, attempt: int
) -> None:
    dice, refused = random.Random(SEED + attempt), processes.refused  # noqa: S311 (not for secrets)
    tickets = known[:number]
    chosen = [dice.sample(tickets, of_each) for _ in range(BULKS)]
    bulks = [hotel.asks("POST", "/tickets/bulk", {"ids": ids} | action(dice)) for ids in chosen]
    writers = [change(hotel, dice.choice(tickets), dice) for _ in range(len(processes) - BULKS)]
    before = versions(hotel)
    answers = processes.race([*bulks, *writers])
    told = Counter((answer.status, answer.code) for answer in answers)
    print(f"{BULKS} bulk actions and {len(writers)} writers, {processes.refused - refused} refused: {dict(told)}")
    assert {one for one in told if one[0] != 200} <= HONEST
    assert any(answer.status == 200 for answer in answers[:BULKS]), "the first one to be committed has met nobody"
    histories = {id_: history(hotel, processes, id_) for id_ in tickets}
    for ids, answer in zip(chosen, answers, strict=False):
        check_whole(ids, answer, histories)
    names = {answer.body["id"] for answer in answers[:BULKS] if answer.status == 200}
    newer = [entry for id_ in tickets for entry in histories[id_] if entry["version"] > before[id_]]
    assert {entry["bulk_id"] for entry in newer} - {None} <= names, "what was refused has left nothing behind"
    for id_, ticket in read_all(hotel, processes, tickets).items():
        assert shown(ticket) == replayed(histories[id_])[ticket["version"]]


def action(dice: random.Random) -> dict[str, Any]:
    return dice.choice(
        (
            {"action": "assign", "value": dice.choice(PEOPLE)},
            {"action": "priority", "value": dice.choice(("low", "medium", "high"))},
            {"action": "status", "value": {"category": dice.choice(("active", "resolved"))}},
        )
    )


def change(hotel: Hotel, ticket_id: str, dice: random.Random) -> Event:
    return hotel.asks("PATCH", f"/tickets/{ticket_id}", {"assignee": dice.choice(PEOPLE), "remark": "in between"})


def check_whole(ids: list[str], answer: Answer, histories: dict[str, list[dict[str, Any]]]) -> None:
    """A bulk action that was answered 200 stands in the history of as many of its tickets as it says, once in each."""
    if answer.status != 200:
        return
    entries = [(id_, entry) for id_ in ids for entry in histories[id_] if entry["bulk_id"] == answer.body["id"]]
    assert len({id_ for id_, _ in entries}) == len(entries) == answer.body["changed"]
    assert answer.body["changed"] + answer.body["unchanged"] == len(ids)
    assert len({(entry["at"], entry["actor"]["id"], entry["request_id"]) for _, entry in entries}) <= 1


def versions(hotel: Hotel) -> dict[str, int]:
    return {ticket.id: ticket.version for ticket in hotel.tickets()}


def history(hotel: Hotel, processes: Processes, ticket_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    query: dict[str, list[str]] = {"limit": ["100"]}
    while True:
        page = made(processes[0].call(hotel.asks("GET", f"/tickets/{ticket_id}/history", query=query)))
        found += page["data"]
        if not page["has_more"]:
            return found[::-1]
        query["cursor"] = [page["next_cursor"]]


def read_all(hotel: Hotel, processes: Processes, tickets: list[str]) -> dict[str, Any]:
    answers = processes.share([hotel.asks("GET", f"/tickets/{id_}") for id_ in tickets])
    return {answer.body["id"]: made(answer) for answer in answers}
