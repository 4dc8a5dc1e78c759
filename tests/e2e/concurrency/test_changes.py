"""Eight people who change the same twenty tickets without looking at each other: nothing is lost, nothing is invented.

The engine takes one request after the other, whole transactions too, and never says TransactionConflict. What races is
our protocol: reads, decisions and conditional writes of eight processes, in whatever order they arrive.
"""

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.e2e.concurrency.hotel import PEOPLE, Hotel, made
from tests.e2e.concurrency.processes import Answer, Process, Processes
from tests.e2e.concurrency.replay import Told, replayed, shown

WRITERS, TICKETS, CHANGES = 8, 20, 60
HOT = 4
"""Half of the changes go to so many of the tickets, so that writers meet."""
SEED = 20
STATUSES = ("open", "in_progress", "resolved", "closed")
BUSY = 503
HONEST = {(404, "ticket_not_found"), (412, "version_conflict"), (BUSY, "busy")}


@dataclass(frozen=True)
class Asked:
    """One request that was to change a ticket, and what was answered. `became` is what it wants a ticket to be."""

    request_id: str
    ticket_id: str
    became: Told
    remark: str | None
    answer: Answer
    repeats: "Asked | None" = None


@dataclass
class Writer:
    """Somebody with a process, who asks for one change after the other."""

    hotel: Hotel
    process: Process
    name: str
    tickets: list[str]
    dice: random.Random
    asked: list[Asked] = field(default_factory=list)

    def run(self) -> list[Asked]:
        for _ in range(CHANGES):
            self._change(self.dice.choice(self.tickets[:HOT] if self.dice.random() < 0.5 else self.tickets))
        return self.asked

    def _change(self, ticket_id: str) -> None:
        method, below, body, became = self._wanted()
        path, headers = f"/tickets/{ticket_id}", dict[str, str]()
        if method == "PATCH" and self.dice.random() < 0.3:
            seen = self.process.call(self.hotel.asks("GET", path))
            headers |= {"If-Match": seen.headers["etag"]} if seen.status == 200 else {}
        is_repeated = self.dice.random() < 0.3
        if is_repeated:
            headers["Idempotency-Key"] = f"{self.name}-{len(self.asked)}"
        first: Asked | None = None
        for _ in range(2 if is_repeated else 1):
            request_id = f"{self.name}-{len(self.asked)}"
            event = self.hotel.asks(method, path + below, body, headers=headers | {"X-Request-Id": request_id})
            remark = (body or {}).get("remark") or (body or {}).get("text")
            first = Asked(request_id, ticket_id, became, remark, self.process.call(event), repeats=first)
            self.asked.append(first)

    def _wanted(self) -> tuple[str, str, Any, Told]:
        """Method, path below the ticket's, body, and what the ticket is to become."""
        person, words = self.dice.choice(PEOPLE), f"{self.name} {len(self.asked)}"
        match self.dice.choices(["patch", "watch", "unwatch", "remark", "delete", "restore"], [9, 2, 2, 3, 1, 3])[0]:
            case "watch":
                return "PUT", f"/watchers/{person}", None, {"watches": person}
            case "unwatch":
                return "DELETE", f"/watchers/{person}", None, {"watches_not": person}
            case "remark":
                return "POST", "/remarks", {"text": words}, {}
            case "delete":
                return "DELETE", "", None, {"is_deleted": True}
            case "restore":
                return "POST", "/restore", None, {"is_deleted": False}
        choices = {"status": STATUSES, "priority": ("low", "medium", "high"), "assignee": (*PEOPLE[:3], None)}
        named = self.dice.sample(list(choices), self.dice.randint(1, 3))
        patch: dict[str, Any] = {name: self.dice.choice(choices[name]) for name in named}
        return "PATCH", "", patch | ({"remark": words} if self.dice.random() < 0.2 else {}), patch


@dataclass(frozen=True)
class Outcome:
    """What came of it all: the requests on a ticket, its history with the oldest first, its thread, and itself."""

    asked: list[Asked]
    history: list[dict[str, Any]]
    remarks: list[dict[str, Any]]
    ticket: dict[str, Any]

    @property
    def versions(self) -> dict[int, Told]:
        return replayed(self.history)

    def entries_of(self, one: Asked) -> list[dict[str, Any]]:
        return [entry for entry in self.history if entry["request_id"] == one.request_id]


@pytest.fixture(scope="module")
def outcomes(hotel: Hotel, processes: Processes) -> list[Outcome]:
    """All that the writers did, looked at when they were done; a ticket that ended deleted is brought back for it."""
    made(processes[0].call(hotel.puts_chat("chat_changes")))
    tickets = [made(one)["id"] for one in processes.share([hotel.creates("chat_changes")] * TICKETS)]
    requests, refused = processes.requests, processes.refused
    writers = [
        Writer(hotel, processes[number], f"writer{number}", tickets, random.Random(SEED + number))  # noqa: S311 (dice of a test)
        for number in range(WRITERS)
    ]
    with ThreadPoolExecutor(WRITERS) as people:
        asked = [one for done in people.map(Writer.run, writers) for one in done]
    told = Counter((one.answer.status, one.answer.code or "") for one in asked)
    print(
        f"\n{WRITERS} processes, {TICKETS} tickets, {len(asked)} changes, seed {SEED}: "
        f"{processes.requests - requests} requests to the table, {processes.refused - refused} transactions refused, "
        f"{told[BUSY, 'busy']} times busy, answers {sorted(told.items())}"
    )
    assert processes.refused > refused, "nobody met anybody"
    return [looked_at(hotel, processes[0], one, asked) for one in tickets]


def looked_at(hotel: Hotel, process: Process, ticket_id: str, asked: list[Asked]) -> Outcome:
    path = f"/tickets/{ticket_id}"
    ticket = made(process.call(hotel.asks("POST", f"{path}/restore")))
    history = every(hotel, process, f"{path}/history")[::-1]
    mine = [one for one in asked if one.ticket_id == ticket_id]
    return Outcome(mine, history, every(hotel, process, f"{path}/remarks"), ticket)


def every(hotel: Hotel, process: Process, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    query = {"limit": ["100"]}
    while True:
        page = made(process.call(hotel.asks("GET", path, query=query)))
        found += page["data"]
        if not page["has_more"]:
            return found
        query["cursor"] = [page["next_cursor"]]


def test_the_histories_are_whole_and_lead_from_creation_to_the_ticket_as_it_is(outcomes: list[Outcome]) -> None:
    print(f"histories of {sorted(len(one.history) for one in outcomes)} versions")
    for outcome in outcomes:
        assert outcome.versions[outcome.ticket["version"]] == shown(outcome.ticket)
        assert max(outcome.versions) == outcome.ticket["version"]


def test_every_request_is_answered_with_a_success_or_an_honest_refusal(outcomes: list[Outcome]) -> None:
    refusals = {
        (one.answer.status, one.answer.code) for outcome in outcomes for one in outcome.asked if one.answer.code
    }
    assert refusals <= HONEST


def test_what_was_acknowledged_is_in_the_history_once_and_what_was_refused_is_not(outcomes: list[Outcome]) -> None:
    counts: Counter[str] = Counter()
    for outcome in outcomes:
        for one in outcome.asked:
            counts[judged(outcome, one)] += 1
    print(dict(counts))
    assert counts["applied"] > TICKETS
    assert counts["told again"] > 0


def judged(outcome: Outcome, one: Asked) -> str:
    """What became of a request; fails if its answer and the history do not tell the same."""
    entries = outcome.entries_of(one)
    is_done_before = one.repeats is not None and bool(outcome.entries_of(one.repeats))
    assert len(entries) + is_done_before <= 1, entries
    if one.answer.status == BUSY:
        return "busy, but applied" if entries else "busy"
    if one.answer.code:
        assert not entries, (one, entries)
        return "refused"
    if entries:
        assert entries[0]["version"] == one.answer.body["version"]
        return "applied"
    if one.repeats and is_done_before:
        if one.repeats.answer.status != BUSY:
            assert one.answer.told == one.repeats.answer.told
        return "told again"
    assert one.remark is None, one
    assert is_as_asked(outcome.versions[one.answer.body["version"]], one.became), one
    return "nothing to change"


def is_as_asked(ticket: Told, became: Told) -> bool:
    watchers = ticket["watchers"] or []
    held: dict[str, Callable[[Any], bool]] = {
        "watches": lambda person: person in watchers,
        "watches_not": lambda person: person not in watchers,
        "status": lambda status: ticket["status"]["id"] == status,
    }
    return all(held[name](to) if name in held else ticket[name] == to for name, to in became.items())


def test_every_answer_shows_the_ticket_as_it_was_at_that_version(outcomes: list[Outcome]) -> None:
    number = 0
    for outcome in outcomes:
        versions = outcome.versions
        for one in outcome.asked:
            if one.answer.status == 200:
                assert shown(one.answer.body) == versions[one.answer.body["version"]], one
                number += 1
    print(f"{number} answers")
    assert number > 0


def test_every_remark_is_in_the_thread_once_with_its_words(outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        assert len(outcome.remarks) == outcome.ticket["remark_count"]
        asked = {one.request_id: one.remark for one in outcome.asked}
        told = {
            entry["version"]: asked[entry["request_id"]]
            for entry in outcome.history
            if any(change["field"] == "remark" for change in entry["changes"])
        }
        assert {remark["version"]: remark["text"] for remark in outcome.remarks} == told
