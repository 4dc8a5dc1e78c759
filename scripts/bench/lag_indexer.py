"""The indexer's function in a process of its own, for `index_lag`: it ends when its standard input does.

It says when it is ready, is told when to count, and says in the end what it has done since and how much memory it held.
"""

import logging
import sys
from collections import Counter
from pathlib import Path
from typing import Any, Final

import orjson

from scripts.bench.peak_memory import now_mb
from tests.engines.engines import ANYBODY
from tests.engines.fed_indexer import FedIndexer
from tests.engines.lab import Lab
from ticketing.search.client import connect
from ticketing.store import clients
from ticketing.store.table import Table

_OURSELVES: Final = [Path("/proc/self")]


class Counting:
    """The way to the cluster; it counts requests and documents."""

    def __init__(self, client: Any, counts: Counter[str]) -> None:
        self._client = client
        self._counts = counts

    def bulk(self, *, body: bytes, **asked: Any) -> Any:
        self._counts["bulk"] += 1
        self._counts["documents"] += body.count(b"\n") // 2
        return self._client.bulk(body=body, **asked)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)


def main() -> int:
    endpoint, table, search = sys.argv[1:]
    of_engine: dict[str, Any] = {"endpoint_url": endpoint, **ANYBODY}
    client, counts = clients.dynamodb(**of_engine), Counter[str]()
    client.meta.events.register(
        "before-call.dynamodb.BatchGetItem", lambda **_: counts.update(["BatchGetItem"]), "count"
    )
    lab = Lab(client, table, clients.make("dynamodbstreams", **of_engine))
    indexer = FedIndexer(lab, Table(client, table), Counting(connect(search, timeout_s=20), counts))
    logging.disable()  # what writing a log costs depends on where to
    with indexer:
        print("ready", flush=True)
        sys.stdin.readline()  # what came before was to warm up
        counts.clear()
        indexer.counts.clear()
        first = now_mb(_OURSELVES)
        sys.stdin.read()
    told = {**counts, **indexer.counts, "waited": indexer.queue.sent, "memory_mb": [first, now_mb(_OURSELVES)]}
    print(orjson.dumps(told).decode(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
