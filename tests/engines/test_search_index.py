"""The index that the indexer keeps in a real OpenSearch is the table, whatever the order in which it is told."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import permutations
from random import Random
from typing import Any, Self
from uuid import uuid4

import pytest
from opensearchpy.exceptions import OpenSearchException

from scripts.laptop.search_node.node import SearchNode
from tests.builders import CHAT
from tests.fakes.logs import Log
from tests.fakes.quick_moto import Snapshot
from tests.fakes.stream import shuffled
from tests.integration.aws import REGION, simulated_aws
from tests.integration.indexing import Indexing, Watch
from tests.integration.notifying import Stop
from tests.integration.world import stand_up
from ticketing.domain.search_document import local_phone
from ticketing.search import drift, indexes, rebuilding
from ticketing.search.client import WRITING_S, connect
from ticketing.search.rebuilding import NotEqual, Rebuild
from ticketing.store import keys, search_indexes

SEED = int(os.environ.get("LODGESTORY_SEED", "20260301"))


@dataclass
class Meanwhile:
    """A client of a cluster; what `happens` does happens before each of its requests, but not within itself."""

    client: Any
    happens: Callable[[str], None] = lambda _: None
    requests: list[str] = field(default_factory=list[str])
    _is_at_it: bool = False

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.client, name)
        if name in {"indices", "cluster"}:
            return Meanwhile(found, lambda what: self._before(f"{name}.{what}"))

        def ask(**request: Any) -> Any:
            self._before(name)
            return found(**request)

        return ask

    def _before(self, what: str) -> None:
        self.requests.append(what)
        if not self._is_at_it:
            self._is_at_it = True
            try:
                self.happens(what)
            finally:
                self._is_at_it = False


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Indexing]]:
    """The indexer, on a simulated table, with an index of its own in the cluster at an address."""
    alias = f"tickets-{uuid4().hex[:12]}"
    monkeypatch.setattr(indexes, "ALIAS", alias)
    clients: list[Any] = []

    def start(url: str) -> Indexing:
        Snapshot(REGION, "tickets").bring_back()
        clients.append(connect(url, timeout_s=WRITING_S))
        indexing = Indexing(world, Meanwhile(clients[0]), is_built=False)
        indexing.alias = alias
        indexing.begin(f"{alias}-first")
        return indexing

    with simulated_aws() as aws:
        world = stand_up(aws, Log())
        yield start
    for client in clients:
        with suppress(OpenSearchException):  # a node of the test's own has ended by now
            client.indices.delete(index=f"{alias}-*")
        client.close()


@pytest.fixture
def indexing(started: Callable[[str], Indexing], search_node: str) -> Indexing:
    return started(search_node)


def live(indexing: Indexing) -> str:
    return str(search_indexes.read(indexing.world.aws.table).live)


def shown(client: Any, index: str) -> set[str]:
    """The ids that a search of an index, or alias, finds."""
    body = {"query": {"term": {"hidden": False}}, "size": 10_000, "_source": False}
    return {hit["_id"] for hit in client.search(body=body, index=index)["hits"]["hits"]}


def patch(indexing: Indexing, id_: str, **changes: Any) -> None:
    assert indexing.world.api("PATCH", f"/v1/tickets/{id_}", changes).status == 200


def test_whatever_order_a_tickets_life_is_told_in_also_when_deletes_are_forgotten_it_ends_deleted(
    indexing: Indexing,
) -> None:
    """After the hidden document was swept away, too: nothing that arrives late brings the ticket back."""
    client, index = indexing.cluster.client, live(indexing)
    client.indices.put_settings(index=index, body={"index.gc_deletes": "0s"})
    orders = 0
    for purged_after in (None, 1, 3):
        for order in permutations(range(4)):
            id_ = indexing.world.a_ticket(remarks="Secret")["id"]
            patch(indexing, id_, priority="low")
            patch(indexing, id_, priority="medium")
            indexing.world.api("DELETE", f"/v1/tickets/{id_}")
            life = [one for one in indexing.news() if keys.is_event(one["dynamodb"]["Keys"]["sk"]["S"])]
            for told, which in enumerate(order):
                indexing.app.handle({"Records": [life[which]]})
                if told == purged_after:
                    _purge(indexing, index, id_)
            orders += 1
    indexes.refresh(client, index)
    assert shown(client, index) == set()
    assert indexing.differences(index) == []
    print(f"{orders} orders of create, two updates, delete; two thirds of them with the document swept away in between")


def _purge(indexing: Indexing, index: str, id_: str) -> None:
    """What a month does: the ticket leaves the table, its document the index, which has forgotten it at once."""
    indexing.world.aws.table.delete_all([keys.ticket_key(id_)])
    found = indexing.cluster.client.get(index=index, id=id_, params={"routing": "org_lakeside"})
    seen = {"if_seq_no": found["_seq_no"], "if_primary_term": found["_primary_term"]}
    indexing.cluster.client.delete(index=index, id=id_, params={"routing": "org_lakeside", **seen})
    indexes.refresh(indexing.cluster.client, index)


def _a_busy_day(indexing: Indexing, dice: Random, tickets: int, moves: int) -> list[str]:
    ids = [indexing.world.a_ticket(remarks=f"Towel {number}")["id"] for number in range(tickets)]
    for _ in range(moves):
        _a_move(indexing, dice, ids)
    return ids


def _a_move(indexing: Indexing, dice: Random, ids: list[str]) -> None:
    id_, move = dice.choice(ids), dice.random()
    if move < 0.6:
        indexing.world.api("PATCH", f"/v1/tickets/{id_}", {"priority": dice.choice(["low", "medium", "high"])})
    elif move < 0.75:
        indexing.world.api("POST", f"/v1/tickets/{id_}/remarks", {"text": f"Again {dice.random():.3f}"})
    elif move < 0.85:
        indexing.world.api("DELETE", f"/v1/tickets/{id_}")
    elif move < 0.9:
        indexing.put_chat(f"Guest {dice.random():.3f}", phone=f"+4144555{dice.randint(1000, 9999)}")
    else:
        ids.append(indexing.world.a_ticket(remarks=f"Soap {dice.random():.3f}")["id"])


def test_killed_in_the_middle_of_batches_replayed_twice_and_shuffled_it_is_the_table(indexing: Indexing) -> None:
    dice = Random(SEED)  # noqa: S311 (no secret)
    ids, deaths = _a_busy_day(indexing, dice, tickets=30, moves=120), [0]

    def may_die(_: str) -> None:
        if dice.random() < 0.3:
            deaths[0] += 1
            raise Stop

    history = shuffled(indexing.news(), dice, twice=1.0)
    indexing.cluster.happens = may_die
    mapping = indexing.follow(
        history, shards=3, batch_size=25, random=dice, lost_checkpoints=0.3, failures=(Exception, Stop)
    )
    indexing.cluster.happens = lambda _: None
    indexing.drain()
    told = f"{len(history)} records, {len(mapping.invocations)} invocations, {deaths[0]} deaths"
    print(f"seed {SEED}: {told}, {len(ids)} tickets")
    assert (mapping.given_up, deaths[0] > 3) == ([], True)
    assert indexing.differences(live(indexing)) == []


def test_a_document_that_the_engine_refuses_stays_alone_beside_good_ones(indexing: Indexing) -> None:
    good, bad, other = (indexing.world.a_ticket(remarks="Secret")["id"] for _ in range(3))
    table = indexing.world.aws.table
    item = table.get(keys.ticket_key(bad))
    assert item is not None
    table.put_all([(keys.ticket_key(bad), item | {"number": "twelve"})])
    mapping = indexing.follow()
    indexes.refresh(indexing.cluster.client, live(indexing))
    assert shown(indexing.cluster.client, live(indexing)) == {good, other}
    assert (mapping.given_up, indexing.waiting()) == ([], [])
    assert [(one["pk"], one["error"]) for one in indexing.dead()] == [
        (keys.ticket_key(bad).pk, "mapper_parsing_exception")
    ]
    assert "Secret" not in indexing.log.text()


def test_a_guest_who_is_renamed_and_phones_from_elsewhere_is_found_in_all_of_their_tickets(indexing: Indexing) -> None:
    ids = {indexing.world.a_ticket()["id"] for _ in range(5)}
    indexing.follow()
    indexing.put_chat("Ada Lovelace", phone="+41791234567")
    indexing.follow()
    indexes.refresh(indexing.cluster.client, live(indexing))
    for wanted in ({"match": {"guest_name": "lovelace"}}, {"term": {"phone_local": local_phone("+41791234567")}}):
        found = indexing.cluster.client.search(body={"query": wanted, "size": 100}, index=live(indexing))
        assert {hit["_id"] for hit in found["hits"]["hits"]} == ids
    assert indexing.document(next(iter(ids)), live(indexing))["chat"] == CHAT


def test_stopped_for_a_while_and_back_again_the_backlog_drains(
    started: Callable[[str], Indexing], own_search_node: SearchNode
) -> None:
    dice = Random(SEED)  # noqa: S311 (no secret)
    indexing = started(own_search_node.url)
    ids = _a_busy_day(indexing, dice, tickets=10, moves=10)
    indexing.follow()
    own_search_node.stop()
    for _ in range(6):
        for _ in range(10):
            _a_move(indexing, dice, ids)
        assert indexing.follow().given_up == []
        indexing.work_off()
        indexing.seconds += 60
    waited = len(indexing.waiting())
    own_search_node.start()
    rounds = indexing.drain()
    print(f"seed {SEED}: 60 moves without a cluster, {waited} messages waited, {rounds} rounds until none did")
    assert waited > 0
    assert indexing.differences(live(indexing)) == []


def test_rebuilt_under_constant_writes_every_search_is_answered_and_the_new_index_is_the_table(
    indexing: Indexing, search_node: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuilding, "_AT_ONCE", 6)
    dice, moves = Random(SEED), [0]  # noqa: S311 (no secret)
    ids = _a_busy_day(indexing, dice, tickets=60, moves=40)
    indexing.follow()
    first = live(indexing)
    indexes.refresh(indexing.cluster.client, first)

    def somebody_writes(_: str) -> None:
        for _move in range(dice.randint(1, 4)):
            _a_move(indexing, dice, ids)
            moves[0] += 1
        if dice.random() < 0.6:
            indexing.follow()

    with Searching(search_node, indexing.alias) as searching:
        indexing.cluster.happens = somebody_writes
        rounds = _rebuild(indexing)
        indexing.cluster.happens = lambda _: None
    indexing.follow()
    indexing.drain()
    told = [(one.looked_at, one.suspected, one.written) for one in rounds]
    print(f"seed {SEED}: {moves[0]} moves meanwhile, {searching.answered} searches, looked at/suspected/written {told}")
    assert (searching.failed, searching.answered > 5) == ([], True)
    assert searching.fewest > 20, "never an empty or half-filled index"
    assert live(indexing) != first
    assert indexing.differences(live(indexing)) == []


class Searching:
    """Somebody who searches all the while, by the alias."""

    def __init__(self, url: str, alias: str) -> None:
        self._client = connect(url, timeout_s=WRITING_S)
        self._alias = alias
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._search)
        self.answered, self.fewest = 0, 10_000
        self.failed: list[str] = []

    def _search(self) -> None:
        while not self._is_over.is_set():
            try:
                self.fewest = min(self.fewest, len(shown(self._client, self._alias)))
                self.answered += 1
            except Exception as error:  # noqa: BLE001 (whatever it is, it is what this looks for)
                self.failed.append(type(error).__name__)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()
        self._client.close()


def _rebuild(indexing: Indexing, *, goes_back: bool = False) -> Any:
    clock = indexing.world.aws.clock
    clock.now += drift.HIDDEN_FOR / 1000
    run = Rebuild(indexing.source, indexing.cluster, Watch(), now=clock, sleep=lambda _: None)
    try:
        return (run.go_back if goes_back else run.build)()
    except NotEqual as unequal:
        pytest.fail(f"{unequal.left} {unequal.refused}")


def test_a_rebuild_that_is_interrupted_goes_on_and_one_that_was_wrong_is_gone_back_from(
    indexing: Indexing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuilding, "_AT_ONCE", 10)
    dice = Random(SEED)  # noqa: S311 (no secret)
    ids, first = _a_busy_day(indexing, dice, tickets=30, moves=10), live(indexing)
    indexing.follow()
    interruptions = 0
    for after in (3, 6, 9, 12, 15):
        left = [after]

        def interrupt(_: str, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] == 0:
                raise KeyboardInterrupt

        indexing.cluster.happens = interrupt
        try:
            _rebuild(indexing)
        except KeyboardInterrupt:
            interruptions += 1
        indexing.cluster.happens = lambda _: None
        _a_move(indexing, dice, ids)
        indexing.follow()
        if live(indexing) != first:
            break
    if live(indexing) == first:
        _rebuild(indexing)
    newer = live(indexing)
    for _ in range(20):
        _a_move(indexing, dice, ids)
    indexing.follow()
    assert indexing.differences(newer) == []
    behind = len(indexing.differences(first))
    _rebuild(indexing, goes_back=True)
    print(f"seed {SEED}: {interruptions} interruptions; {behind} tickets had changed since the old index was left")
    assert (live(indexing), indexes.searched(indexing.cluster)) == (first, first)
    assert behind > 0
    assert indexing.differences(first) == []
