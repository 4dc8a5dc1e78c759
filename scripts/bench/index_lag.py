"""How far the search index lags behind a steady 50 writes a second.

Tickets are created and changed by the API's function in this process, on DynamoDB Local. The indexer's function runs in
a process of its own (`lag_indexer`), fed by the table's stream; it is asked four times a second, as Lambda does. The
lag runs from the answer to a write until a search finds the ticket at that version or a later one.
"""

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import cycle, islice
from math import ceil
from statistics import median
from typing import Any, Final

import orjson

from scripts.bench import in_process
from scripts.bench.grown import Grown
from scripts.bench.in_process import Handler
from scripts.laptop.console import Console
from ticketing.domain.instants import to_milliseconds
from ticketing.search import indexes
from ticketing.search.client import WRITING_S, connect
from ticketing.search.tenant import Tenant, versions_of
from ticketing.store import items, keys, search_indexes
from ticketing.store.search_indexes import Indexes
from ticketing.store.table import Table

WRITES_A_SECOND: Final = 50
SECONDS: Final = 60
MOST_GROWTH_MB: Final = 20.0
"""What the indexer's memory may grow by in this minute: caches fill, batches come and go."""
_WARM_S: Final = 10
_CLIENTS: Final = 4
_TICKETS: Final = 1_000
_LOOK_EVERY_S: Final = 0.05
_PATIENCE_S: Final = 60.0
_INDEX: Final = "tickets-lag"


@dataclass
class Waiting:
    """Writes that no search has found yet: by ticket, version and when it was answered."""

    versions: dict[str, list[tuple[int, float]]] = field(default_factory=dict[str, list[tuple[int, float]]])
    lags: list[float] = field(default_factory=list[float])
    answered: list[float] = field(default_factory=list[float])
    lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self) -> None:
        """What came before was to warm up."""
        with self.lock:
            self.lags.clear()
            self.answered.clear()

    def wrote(self, ticket_id: str, version: int, at: float) -> None:
        with self.lock:
            self.versions.setdefault(ticket_id, []).append((version, at))
            self.answered.append(at)

    def found(self, shown: dict[str, int], at: float) -> None:
        with self.lock:
            for id_, version in shown.items():
                left = [one for one in self.versions[id_] if one[0] > version]
                self.lags += [at - since for number, since in self.versions[id_] if number <= version]
                if left:
                    self.versions[id_] = left
                else:
                    del self.versions[id_]


@dataclass(frozen=True)
class Lag:
    """`told` is what the indexer says of itself."""

    writes: int
    seconds: float
    lags: list[float]
    told: dict[str, Any]


def measured(table: Table, endpoint: str, console: Console) -> Lag:
    """Raises SystemExit if the index never has all of it."""
    client = connect(endpoint, timeout_s=WRITING_S)
    grown = Grown("org_of_lag", _TICKETS, to_milliseconds(datetime.now(UTC)))
    key = _furnished(table, client, grown)
    with console.step(f"Writing {WRITES_A_SECOND} tickets a second for {SECONDS} s") as step:
        waiting, is_over = Waiting(), threading.Event()
        tenant = lambda: Tenant(client, grown.id, seconds=WRITING_S)  # noqa: E731 (one for each look)
        looker = threading.Thread(target=_look, args=[tenant, waiting, is_over])
        with _Indexer.of(table, endpoint) as indexer:
            looker.start()
            try:
                _write(table, grown, key, waiting, _WARM_S)
                waiting.begin()
                indexer.begin()
                _write(table, grown, key, waiting, SECONDS)
                _settle(waiting)
            finally:
                is_over.set()
                looker.join()
        step.note = f"{len(waiting.lags):,} found"
    times = waiting.answered
    return Lag(len(times), max(times) - min(times), waiting.lags, indexer.told)


def printed(lag: Lag) -> bool:
    """Print it; whether what is promised of the indexer is kept."""
    ordered, told = sorted(lag.lags), lag.told
    p99 = ordered[ceil(len(ordered) * 0.99) - 1]
    batches = told["batches"]
    print(f"\nIndex lag under {lag.writes / lag.seconds:.0f} writes a second, {lag.writes:,} writes")
    print(f"  median {median(ordered):.2f} s, p99 {p99:.2f} s, longest {ordered[-1]:.2f} s")
    each = {name: told[name] / batches for name in ("records", "documents", "bulk", "BatchGetItem")}
    print(f"  {batches:,} batches of {each['records']:.1f} records and {each['documents']:.1f} documents:")
    print(
        f"  {each['bulk']:.2f} bulk requests and {each['BatchGetItem']:.2f} reads of tickets, chats and texts a batch"
    )
    grown_by = told["memory_mb"][1] - told["memory_mb"][0]
    print(f"  the indexer's memory: {told['memory_mb'][0]:.0f} MB at first, {told['memory_mb'][1]:.0f} MB in the end")
    kept = {
        "one bulk request a batch": told["bulk"] <= batches,
        f"memory flat (≤ {MOST_GROWTH_MB:g} MB more)": grown_by <= MOST_GROWTH_MB,
        "nothing had to wait": told["waited"] == 0,
    }
    for what, is_kept in kept.items():
        print(f"  {what}: {'kept' if is_kept else 'NOT KEPT'}")
    return all(kept.values())


def _furnished(table: Table, client: Any, grown: Grown) -> str:
    text, key = in_process.admin_key(grown.id, grown.founder, grown.now)
    table.put_all(grown.directory())
    for block in range(grown.blocks):
        table.put_all(grown.block(block, with_threads=False))
    table.put_all(
        [(keys.api_key_key(key.id), items.api_key_item(key)), (keys.counter_key(grown.id), {"number": _TICKETS})]
    )
    indexes.create(client, _INDEX)
    indexes.search_from_now_on(client, _INDEX)
    search_indexes.change(table, search_indexes.read(table), Indexes(live=_INDEX))
    return text


def _write(table: Table, grown: Grown, key: str, waiting: Waiting, seconds: float) -> None:
    """Every fifth write creates a ticket, the others change one: each by one of some clients, at its time."""
    plan = list(islice(zip(cycle(grown.ids()), cycle(grown.openings), strict=False), int(seconds * WRITES_A_SECOND)))
    began, numbers, lock = time.monotonic(), iter(range(len(plan))), threading.Lock()

    def work() -> None:
        handle = in_process.handler(table)
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            time.sleep(max(0.0, began + number / WRITES_A_SECOND - time.monotonic()))
            ticket_id, (chat_id, issue) = plan[number]
            if number % 5 == 0:
                body = {"chat_id": chat_id, "issue": issue, "remarks": f"Towels for room {number}"}
                answered = _asked(handle, key, "POST", "/v1/tickets", body)
            else:
                body = {"remark": f"Nobody came by {number}"}
                answered = _asked(handle, key, "PATCH", f"/v1/tickets/{ticket_id}", body)
            waiting.wrote(answered["id"], answered["version"], time.monotonic())

    threads = [threading.Thread(target=work) for _ in range(_CLIENTS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()


def _asked(handle: Handler, key: str, method: str, path: str, body: Any) -> Any:
    event = in_process.event("api_create_ticket", key)
    event |= {"httpMethod": method, "path": path, "body": orjson.dumps(body).decode()}
    event["requestContext"] = {**event["requestContext"], "httpMethod": method, "path": path}
    answered = handle(event, None)
    if answered["statusCode"] not in {200, 201}:
        raise SystemExit(f"the benchmark is broken: {answered['statusCode']} {answered['body'][:300]}")
    return orjson.loads(answered["body"])


def _look(tenant: Any, waiting: Waiting, is_over: threading.Event) -> None:
    while not is_over.is_set():
        with waiting.lock:
            wanted = {id_: min(version for version, _ in of) for id_, of in waiting.versions.items()}
        if wanted:
            (answer,) = tenant().ask(versions_of(list(wanted)))
            at = time.monotonic()
            waiting.found({one.id: one.version for one in answer.found if one.version >= wanted[one.id]}, at)
        is_over.wait(_LOOK_EVERY_S)


def _settle(waiting: Waiting) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while waiting.versions:
        if time.monotonic() > deadline:
            raise SystemExit(f"the benchmark is broken: {len(waiting.versions)} tickets are never found")
        time.sleep(_LOOK_EVERY_S)


class _Indexer:
    """The indexer in its process; what it tells of itself is in `told` once it has ended."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process
        self.told: dict[str, Any] = {}

    def begin(self) -> None:
        """From now on it counts."""
        assert self._process.stdin is not None  # noqa: S101 (a pipe)
        self._process.stdin.write(b"begin\n")
        self._process.stdin.flush()

    @classmethod
    @contextlib.contextmanager
    def of(cls, table: Table, endpoint: str) -> "Iterator[_Indexer]":
        at = table._client.meta.endpoint_url  # noqa: SLF001 (where the engine is)
        command = [sys.executable, "-m", "scripts.bench.lag_indexer", at, table._name, endpoint]  # noqa: SLF001 (which one)
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603 (our own)
            assert process.stdin is not None  # noqa: S101 (a pipe)
            assert process.stdout is not None  # noqa: S101 (a pipe)
            process.stdout.readline()  # it is ready
            indexer = cls(process)
            try:
                yield indexer
            finally:
                process.stdin.close()
                lines = process.stdout.read().splitlines()
                indexer.told |= orjson.loads(lines[-1]) if lines else {}
