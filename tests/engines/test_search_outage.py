"""OpenSearch goes away in the middle of the day: nobody notices but by who answers, and nothing is lost.

The API and the indexer are whole functions in this process, on DynamoDB Local. What clients do is drawn by a seed; in
which order they meet is up to the threads.
"""

import asyncio
import contextlib
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any, Final

import pytest

from scripts.bench import in_process
from scripts.bench.grown import Grown
from scripts.laptop.search_node.node import SearchNode
from tests.engines.engines import dynamodb_local
from tests.engines.fed_indexer import FedIndexer
from tests.engines.searched_documents import documents
from tests.engines.searched_world import SearchedWorld
from tests.integration.aws import Api, simulated_aws
from tests.integration.world import World, api_on, stand_up
from ticketing.domain.instants import to_milliseconds
from ticketing.search import indexes
from ticketing.search.breaker import FIRST_PAUSE_S
from ticketing.search.client import SEARCHING_S, connect
from ticketing.search.comparing import Comparison
from ticketing.store import items, keys, late_notes, search_indexes
from ticketing.store.search_indexes import Indexes
from ticketing.store.table import Table

SEED: Final = int(os.environ.get("LODGESTORY_SEED", "20260301"))
CLIENTS: Final = 4
HANGS_S: Final = 20
IS_DEAD_S: Final = 40
"""Together a minute."""
PATIENCE_S: Final = 300
WORDS: Final = ("chandelier", "projector", "bathtub", "elevator", "breakfast", "minibar")


@dataclass
class Hotel:
    """An organisation of some size, whose clients are at work."""

    grown: Grown
    table: Table
    url: str
    key: str
    counts: Counter[str] = field(default_factory=Counter[str])
    wrong: list[Any] = field(default_factory=list[Any])
    sources: dict[str, Counter[str]] = field(default_factory=dict[str, Counter[str]])
    phase: str = "before"
    is_over: threading.Event = field(default_factory=threading.Event)

    @contextlib.contextmanager
    def busy(self) -> Iterator[None]:
        threads = [threading.Thread(target=self._work, args=[number]) for number in range(CLIENTS)]
        for one in threads:
            one.start()
        try:
            yield
        finally:
            self.is_over.set()
            for one in threads:
                one.join()

    def during(self, phase: str, seconds: float) -> None:
        self.phase = phase
        time.sleep(seconds)

    def until_the_index_answers(self, phase: str) -> None:
        """It is left alone for up to a minute after it was away, and is slow when it has just started."""
        self.phase = phase
        waits_until(lambda: self.sources.get(phase, Counter())["index"] >= 20)

    def _work(self, number: int) -> None:
        """One client: creates, changes, lists, searches; and looks whether what it has just changed is listed."""
        from tickets_api.finding import Search

        search, loop = Search(self.url), asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        try:
            api = Api(in_process.handler(self.table, search), self.key)
            guest = Guest(self, api, Random(f"{SEED} {number}"))  # noqa: S311 (no secret)
            while not self.is_over.is_set():
                guest.move()
                self.is_over.wait(0.1)
        except Exception as error:  # noqa: BLE001 (a thread that ends would be missed by nobody)
            self.wrong.append((self.phase, repr(error)))
        finally:
            loop.close()
            search.index.client.close()  # type: ignore[attr-defined]  # opensearchpy's


@dataclass
class Guest:
    hotel: Hotel
    api: Api
    dice: Random
    own: list[str] = field(default_factory=list[str])

    def move(self) -> None:
        moves = (self.create, self.change, self.search, self.count, self.look)
        (self.dice.choice(moves) if self.own else self.create)()

    def create(self) -> None:
        chat_id, issue = self.dice.choice(self.hotel.grown.openings)
        body = {"chat_id": chat_id, "issue": issue, "remarks": f"The {self.dice.choice(WORDS)}"}
        answer = self.api("POST", "/v1/tickets", body)
        self._note("create", answer.status == 201, answer)
        if answer.status == 201:
            self.own.append(answer.body["id"])

    def change(self) -> Any:
        priority = {"priority": self.dice.choice(("low", "medium", "high"))}
        answer = self.api("PATCH", f"/v1/tickets/{self.dice.choice(self.own[-20:])}", priority)
        self._note("change", answer.status == 200, answer)
        return answer

    def look(self) -> None:
        """Whether a change is listed at once, by the eyes of the one who made it or by another's."""
        changed = self.change()
        token = changed.headers.get("lodgestory-seen")  # a change of nothing gives none
        seen = {"Lodgestory-Seen": token} if token and self.dice.random() < 0.5 else {}
        wanted = {"sort": ["-updated_at"], "limit": ["100"], "priority": [changed.body["priority"]]}
        listed = self.api("GET", "/v1/tickets", query=wanted, headers=seen)
        rows = {row["id"]: row["version"] for row in listed.body["data"]} if listed.status == 200 else {}
        is_there = rows.get(changed.body["id"], 0) >= changed.body["version"] or token is None
        self._note("look", is_there, listed)

    def search(self) -> None:
        answer = self.api("GET", "/v1/tickets", query={"q": [self.dice.choice(WORDS)]})
        self._note("search", answer.status == 200, answer)

    def count(self) -> None:
        answer = self.api("GET", "/v1/tickets", query={"facets": ["true"], "sort": [self.dice.choice(SORTS)]})
        self._note("list", answer.status == 200 and len(answer.body["data"]) == 25, answer)

    def _note(self, what: str, is_fine: bool, answer: Any) -> None:
        hotel = self.hotel
        hotel.counts[what] += 1
        if not is_fine:
            hotel.wrong.append((hotel.phase, what, answer.status, str(answer.body)[:500]))
        elif "freshness" in answer.body:
            hotel.sources.setdefault(hotel.phase, Counter())[answer.body["freshness"]["source"]] += 1


SORTS: Final = ("-created_at", "-updated_at", "priority")


def furnished(table: Table, grown: Grown) -> str:
    """The organisation with its workflows and tickets; an admin's key."""
    org = grown.id
    table.put_all(grown.directory())
    for block in range(grown.blocks):
        table.put_all(grown.block(block, with_threads=False))
    text, key = in_process.admin_key(org, grown.founder, grown.now)
    table.put_all(
        [
            (keys.api_key_key(key.id), items.api_key_item(key)),
            (keys.organisation_entry_key(org), {"name": org}),
            (keys.counter_key(org), {"number": grown.tickets}),
        ]
    )
    return text


def killed(node: SearchNode) -> None:
    """All of its processes at once, without a chance to save anything."""
    _signal(node, signal.SIGKILL)
    node.stop()


def _signal(node: SearchNode, number: int) -> None:
    pid = node._process.pid
    assert pid is not None
    os.killpg(pid, number)


def test_a_minute_without_opensearch_is_missed_by_nobody_and_nothing_is_lost(
    own_search_node: SearchNode, capsys: pytest.CaptureFixture[str]
) -> None:
    """It hangs first, and then is killed: both are other ways to be away."""
    node = own_search_node
    client = connect(node.url, timeout_s=20)
    with dynamodb_local() as lab_of:
        lab = lab_of()
        table = Table(lab.client, lab.table)
        grown = Grown("org_of_1000", 1_000, to_milliseconds(datetime.now(UTC)))
        hotel = Hotel(grown, table, node.url, furnished(table, grown))
        indexes.create(client, "tickets-first")
        indexes.search_from_now_on(client, "tickets-first")
        search_indexes.change(table, search_indexes.read(table), Indexes(live="tickets-first"))
        with FedIndexer(lab, table, client, haste=10) as indexer:
            filled = indexer.fill(grown.id, client, "tickets-first")
            with hotel.busy():
                hotel.until_the_index_answers("warming")
                hotel.during("before", 10)
                _signal(node, signal.SIGSTOP)
                hotel.during("hanging", HANGS_S)
                killed(node)
                hotel.during("dead", IS_DEAD_S)
                noted = len(_noted(table, grown.id))
                hotel.phase = "starting"
                node.start()
                hotel.until_the_index_answers("back")
            waits_until(indexer.has_caught_up)
            index = search_indexes.read(table).live
            assert index == "tickets-first"
            indexes.refresh(client, index)
            comparison = Comparison(indexer.source, client, index)
            differences = list(comparison.suspects(grown.id))
            settled = len(_noted(table, grown.id))
        client.close()
    with capsys.disabled():
        print(f"\n{dict(hotel.counts)} by {CLIENTS} clients, seed {SEED}; {len(hotel.wrong)} went wrong")
        print(f"who answered lists: { {phase: dict(by) for phase, by in hotel.sources.items()} }")
        print(f"{filled} tickets at first, {comparison.walked.in_table} in the end, {len(differences)} differ;")
        print(f"indexer: {dict(indexer.counts)}, {indexer.queue.sent} messages waited, {noted} notes, {settled} left")
    assert hotel.wrong == []
    assert differences == []
    assert comparison.walked.in_table == comparison.walked.in_index > filled
    assert hotel.sources["before"].keys() == {"index"}
    assert hotel.sources["dead"].keys() == {"table"}
    assert hotel.sources["back"]["index"] > 0
    assert (noted > 0, settled, len(indexer.dead)) == (True, 0, 0)


def _noted(table: Table, organisation_id: str) -> list[Any]:
    return late_notes.of_organisation(table, organisation_id, after=None, limit=1_000).items


def waits_until(is_so: Any) -> None:
    deadline = time.monotonic() + PATIENCE_S
    is_so()
    while True:
        time.sleep(1)
        if is_so():
            return
        assert time.monotonic() < deadline, "the backlog does not drain"


# --- a node that hangs, one list after the other ---


@dataclass
class Counting:
    """The way to the cluster: what time each request was given."""

    client: Any
    given_s: list[float] = field(default_factory=list[float])

    def msearch(self, **asked: Any) -> Any:
        self.given_s.append(asked["params"]["request_timeout"])
        return self.client.msearch(**asked)


@pytest.fixture
def world() -> Iterator[World]:
    with simulated_aws() as aws:
        yield stand_up(aws)


def test_a_node_that_hangs_is_given_two_seconds_once_in_a_while(world: World, own_search_node: SearchNode) -> None:
    from tickets_api.finding import Search
    from tickets_api.finding_by_index import Index

    with documents(own_search_node.url) as written:
        made = {world.a_ticket(remarks="AC not cooling")["id"] for _ in range(3)}
        SearchedWorld(world, written).index()
        seconds, cluster = [0.0], Counting(connect(own_search_node.url, timeout_s=SEARCHING_S))
        search = Search("http://127.0.0.1:1")
        search.__dict__["index"] = Index(cluster, written.name)
        api = api_on(world.aws, world.aws.table, world.keys.user, search=search, monotonic=lambda: seconds[0])

        def listed() -> tuple[str, int]:
            answer = api("GET", "/v1/tickets", query={"q": ["cooling"]})
            assert {row["id"] for row in answer.body["data"]} == made
            return answer.body["freshness"]["source"], len(cluster.given_s)

        def is_back() -> bool:
            seconds[0] += 1_000
            return listed()[0] == "index"

        waits_until(is_back)
        cluster.given_s.clear()
        _signal(own_search_node, signal.SIGSTOP)
        try:
            assert [listed() for _ in range(5)] == [("table", 1)] * 5
            asked = []
            for pause in (FIRST_PAUSE_S, FIRST_PAUSE_S * 2):
                seconds[0] += pause
                asked += [listed() for _ in range(3)]
            assert asked == [("table", 2)] * 3 + [("table", 3)] * 3
            assert cluster.given_s == [SEARCHING_S] * 3
        finally:
            _signal(own_search_node, signal.SIGCONT)
        waits_until(is_back)
