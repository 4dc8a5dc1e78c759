"""Sixteen twins with one Idempotency-Key, or one external id, at the same instant: one effect, and all hear of it."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest

from tests.e2e.concurrency.hotel import PEOPLE, Hotel, made
from tests.e2e.concurrency.processes import Answer, Event, Processes

ROUNDS = 3
BUSY = 503


@pytest.fixture(scope="module")
def chat(hotel: Hotel, processes: Processes) -> str:
    made(processes[0].call(hotel.puts_chat("chat_twins")))
    return "chat_twins"


def a_ticket(hotel: Hotel, processes: Processes, chat: str) -> dict[str, Any]:
    ticket: dict[str, Any] = made(processes[0].call(hotel.creates(chat)))
    return ticket


def all_told(processes: Processes, event: Event, strangers: Sequence[Event] = ()) -> list[Answer]:
    """What twins are told, one a process that no stranger has; whoever finds us busy asks again, as we tell them to."""
    refused = processes.refused
    twins = [event] * (len(processes) - len(strangers))
    answers = processes.race([*twins, *strangers])
    busy = [answer for answer in answers[: len(twins)] if answer.status == BUSY]
    others = [made(answer) for answer in answers[len(twins) :] if answer.status != BUSY]
    again = [processes[0].call(event) for _ in busy]
    told = [answer for answer in answers[: len(twins)] if answer.status != BUSY] + again
    print(
        f"{len(twins)} twins, {len(others)} of {len(strangers)} strangers, {len(busy)} busy, "
        f"{processes.refused - refused} transactions refused, answers {Counter(one.status for one in told)}"
    )
    return told


def with_key(key: str) -> dict[str, str]:
    return {"Idempotency-Key": key.replace(" ", "-")}


def only(answers: Sequence[Answer]) -> Answer:
    """The one answer that all of them are."""
    assert len({answer.told for answer in answers}) == 1, Counter(answer.told for answer in answers)
    return answers[0]


@pytest.mark.parametrize("attempt", range(ROUNDS))
def test_twins_create_one_ticket(hotel: Hotel, processes: Processes, chat: str, attempt: int) -> None:
    before = hotel.links(chat)
    event = hotel.asks(
        "POST", "/tickets", {"chat_id": chat, "issue": "maintenance", "remarks": "AC"}, headers=with_key(f"c{attempt}")
    )
    told = only(all_told(processes, event))
    assert told.status == 201
    assert hotel.links(chat) - before == {told.body["id"]}


CHANGES = {
    "a change": ("PATCH", "", {"priority": "low", "remark": "On it"}, 200),
    "a change of a field alone": ("PATCH", "", {"status": "in_progress"}, 200),
    "a remark": ("POST", "/remarks", {"text": "On my way"}, 201),
    "a watcher": ("DELETE", f"/watchers/{PEOPLE[0]}", None, 200),
    "a deletion": ("DELETE", "", None, 200),
    "a restore": ("POST", "/restore", None, 200),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("attempt", range(ROUNDS))
def test_twins_change_a_ticket_once(hotel: Hotel, processes: Processes, chat: str, change: str, attempt: int) -> None:
    method, below, body, success = CHANGES[change]
    ticket = made(processes[0].call(hotel.creates(chat, watchers=[PEOPLE[0]])))
    path, version = f"/tickets/{ticket['id']}", 1
    if change == "a restore":
        version = made(processes[0].call(hotel.asks("DELETE", path)))["version"]
    told = only(all_told(processes, hotel.asks(method, path + below, body, headers=with_key(f"{change} {attempt}"))))
    assert told.status == success
    assert told.body["version"] == version + 1
    assert versions_of(hotel, processes, ticket["id"]) == version + 1


def versions_of(hotel: Hotel, processes: Processes, ticket_id: str) -> int:
    """The version of a ticket, after it was brought back if it had been deleted."""
    path = f"/tickets/{ticket_id}"
    answer = processes[0].call(hotel.asks("GET", path))
    if answer.status == 404:
        return int(made(processes[0].call(hotel.asks("POST", f"{path}/restore")))["version"]) - 1
    return int(made(answer)["version"])


@pytest.mark.parametrize("attempt", range(ROUNDS))
def test_twins_hear_the_same_though_strangers_change_the_ticket_too(
    hotel: Hotel, processes: Processes, chat: str, attempt: int
) -> None:
    path = f"/tickets/{a_ticket(hotel, processes, chat)['id']}"
    strangers = [hotel.asks("PATCH", path, {"assignee": person}) for person in PEOPLE[:6]]
    event = hotel.asks("PATCH", path, {"status": "in_progress"}, headers=with_key(f"strangers {attempt}"))
    only(all_told(processes, event, strangers))
    history = made(processes[0].call(hotel.asks("GET", f"{path}/history")))["data"]
    assert sum(entry["changes"][0]["field"] == "status" for entry in history if entry["kind"] == "changed") == 1


def test_of_two_requests_with_one_key_one_acts_and_the_other_is_refused(
    hotel: Hotel, processes: Processes, chat: str
) -> None:
    path, headers = f"/tickets/{a_ticket(hotel, processes, chat)['id']}", with_key("two requests")
    events = {text: hotel.asks("POST", f"{path}/remarks", {"text": text}, headers=headers) for text in ("one", "two")}
    answers = processes.race(list(events.values()) * (len(processes) // 2))
    told = [processes[0].call(event) for event in events.values() for _ in range(2)] + [
        answer for answer in answers if answer.status != BUSY
    ]
    print(Counter((answer.status, answer.code) for answer in told))
    only([answer for answer in told if answer.status == 201])
    assert {(one.status, one.code) for one in told if one.status != 201} == {(422, "idempotency_mismatch")}
    assert made(processes[0].call(hotel.asks("GET", path)))["remark_count"] == 1


@pytest.mark.parametrize("attempt", range(ROUNDS))
def test_one_external_id_is_given_to_one_ticket_only(
    hotel: Hotel, processes: Processes, chat: str, attempt: int
) -> None:
    before = hotel.links(chat)
    event = hotel.creates(chat, external_id=f"PMS-{attempt}")
    told = all_told(processes, event)
    (winner,) = [answer for answer in told if answer.status == 201]
    assert {(one.status, one.code) for one in told if one is not winner} == {(409, "external_id_taken")}
    assert hotel.links(chat) - before == {winner.body["id"]}


def test_no_two_tickets_have_one_number(hotel: Hotel, processes: Processes, chat: str) -> None:
    answers = processes.share([hotel.creates(chat)] * 64)
    numbers = [made(answer)["number"] for answer in answers]
    known = [ticket.number for ticket in hotel.tickets()]
    print(f"{len(known)} tickets, numbers up to {max(known)}")
    assert len(set(known)) == len(known)
    assert set(numbers) <= set(known)
