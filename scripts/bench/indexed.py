"""Lists and searches by OpenSearch at 1,000 to 100,000 tickets, and words beside the table's own finder, in one run.

The API's whole function runs in this process, without a gateway, its table on DynamoDB Local, its index in an
OpenSearch of its own. All organisations lie in one index, as they do when deployed. Each kind is asked for twenty
times, by other words each time, so that no answer is one that was kept. Calls are those of the table and the cluster.
"""

import argparse
import contextlib
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import batched, cycle, islice
from statistics import median
from typing import Any, Final

from scripts.bench import index_lag, searching
from scripts.bench.finding import ROWS, Cost, Desk, Finding
from scripts.bench.grown import Grown
from scripts.bench.meter import Meter
from scripts.laptop.console import Console
from tests.engines.engines import EngineMissing, dynamodb_local, opensearch
from ticketing.domain.folding import fold
from ticketing.domain.instants import to_milliseconds
from ticketing.search import indexes
from ticketing.search.client import WRITING_S, connect
from ticketing.search.indexing import Indexing
from ticketing.search.reading import Source
from ticketing.store import keys
from ticketing.store.table import Table

QUERIES: Final = 20
MAX_RATIO: Final = 1.5
"""Of the median at the largest size to that at the smallest: what is found costs a page, not a table."""
LEAST_GAIN: Final = 10.0
"""So many times faster than the table's finder are words that few tickets have, at the largest size."""
_BY_THE_TABLE: Final = 3
"""Queries of each kind that the table's finder is asked: of 100,000 tickets one of them takes half a minute."""
_BATCH: Final = 500
_INDEX: Final = "tickets-bench"


@dataclass(frozen=True)
class Kind:
    """`given` are the parameters of each query, of which there are twenty; the table answers some of them, too."""

    name: str
    given: Sequence[dict[str, str]]
    is_for_both: bool = False

    def findings(self) -> Iterator[Finding]:
        for given in self.given:
            yield Finding(self.name, parameters=lambda _, given=given: given)  # type: ignore[misc]  # binds it


class Cluster:
    """The way to the cluster; it counts."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.requests = self.left_to_the_table = 0

    def msearch(self, **asked: Any) -> Any:
        self.requests += 1
        return self._client.msearch(**asked)

    def took(self) -> int:
        requests, self.requests = self.requests, 0
        return requests


@dataclass(frozen=True)
class Measured:
    kind: str
    tickets: int
    median_s: float
    slowest_s: float
    calls: float
    table_s: float | None


def kinds(grown: Grown) -> Sequence[Kind]:
    """What is asked for, by the words that the tickets of this organisation have."""
    words = _words(grown)
    ranked = [word for word, _ in words.most_common() if len(word) >= 4]
    common = ranked[:QUERIES]
    rare = list(islice((word for word in ranked if 3 <= words[word] <= 8 and len(word) >= 6), QUERIES))
    typos = [f"{word[:2]}{word[3]}{word[2]}{word[4:]} " for word in rare if word[2] != word[3]]
    nowhere = [f"zeppelin{letter}{letter}" for letter in "abcdefghijklmnopqrst"]
    filters = [
        {"status_category": "unresolved", "priority": priority, "limit": str(ROWS - at)}
        for at in range(QUERIES // 2)
        for priority in ("high", "low")
    ]
    return (
        Kind("a list", [{"limit": str(ROWS - at)} for at in range(QUERIES)]),
        Kind("a list: unresolved, of one priority", filters),
        Kind("q: a word of many tickets", _q(common)),
        Kind("q: a word of 1 in 100", _q([f"{word} " for word in rare]), is_for_both=True),
        Kind("q: the same with a typo", _q(typos)),
        Kind("q: a word of none", _q(nowhere), is_for_both=True),
        Kind("q, the best match first", [{"q": word, "sort": "relevance"} for word in common]),
        Kind("facets of all", [{"facets": "true", "limit": str(ROWS - at)} for at in range(QUERIES)]),
    )


def _q(words: Sequence[str]) -> list[dict[str, str]]:
    return [{"q": word} for word in islice(cycle(words), QUERIES)]


def _words(grown: Grown) -> Counter[str]:
    """In how many tickets of a block each word is that has no digit."""
    texts = (
        item["text"]
        for key, item in grown.block(0, with_threads=False)
        if key == keys.text_key(keys.ticket_id_of(key.pk))
    )
    return Counter(word for text in texts for word in set(fold(text).split()) if word.isascii() and word.isalpha())


def report(sizes: Sequence[int] = searching.SIZES) -> bool:
    """Start the engines, measure and print; whether every promise is kept."""
    console = Console()
    try:
        with _engines(console) as (table, meter, endpoint):
            measured = list(_measured(table, meter, endpoint, sorted(sizes), console))
            lag = index_lag.measured(table, endpoint, console)
    except EngineMissing as missing:
        print(f"\nFinding by OpenSearch: NOT MEASURED: {missing}")
        return True
    return _printed(measured) & index_lag.printed(lag)


@contextlib.contextmanager
def _engines(console: Console) -> Iterator[tuple[Table, Meter, str]]:
    """Raises EngineMissing without Java and Maven."""
    with contextlib.ExitStack() as stack:
        with console.step("Starting DynamoDB Local and OpenSearch"):
            lab = stack.enter_context(dynamodb_local())()
            node = stack.enter_context(opensearch())
        yield Table(lab.client, lab.table), Meter(lab.client), node.url


def _measured(table: Table, meter: Meter, endpoint: str, sizes: Sequence[int], console: Console) -> Iterator[Measured]:
    from tickets_api.finding import Search  # noqa: PLC0415 (it reads the environment that a desk makes)
    from tickets_api.finding_by_index import Index  # noqa: PLC0415 (the same)

    client = connect(endpoint, timeout_s=WRITING_S)
    indexes.create(client, _INDEX)
    indexes.search_from_now_on(client, _INDEX)
    cluster = Cluster(connect(endpoint, timeout_s=WRITING_S))

    class Sure(Index):
        def answer(self, services: Any, asked: Any, budget: Any) -> Any:
            answered = super().answer(services, asked, budget)
            cluster.left_to_the_table += answered is None
            return answered

    search = Search(endpoint)
    search.__dict__["index"] = Sure(cluster)
    now = to_milliseconds(datetime.now(UTC))
    grown = [Grown(f"org_of_{size}", size, now) for size in sizes]
    for one in grown:
        searching.write(table, one, console, with_threads=False)
        _index(table, client, one, console)
    indexes.refresh(client, _INDEX)
    by_index = [Desk(table, meter, one, search) for one in grown]
    by_table = [Desk(table, meter, one) for one in grown]
    for desk in by_index:  # the engines compile what they run often
        for kind in kinds(desk.grown):
            _costs(desk, kind, cluster)
    for kind in kinds(grown[0]):
        for desk, other in zip(by_index, by_table, strict=True):
            with console.step(f"{kind.name} at {desk.grown.tickets:,}"):
                costs = _costs(desk, kind, cluster)
                theirs = [other.once(one) for one in islice(kind.findings(), _BY_THE_TABLE)] if kind.is_for_both else []
            yield Measured(
                kind.name,
                desk.grown.tickets,
                median(cost.seconds for cost, _ in costs),
                max(cost.seconds for cost, _ in costs),
                median(cost.reads.calls + requests for cost, requests in costs),
                median(one.seconds for one in theirs) if theirs else None,
            )


def _costs(desk: Desk, kind: Kind, cluster: Cluster) -> list[tuple[Cost, int]]:
    """Raises SystemExit if the index was not asked."""
    costs: list[tuple[Cost, int]] = []
    for finding in kind.findings():
        cluster.took()
        costs.append((desk.page(finding), cluster.took()))
        if cluster.left_to_the_table:
            raise SystemExit(f"the benchmark is broken: {kind.name} was not answered by the index")
    return costs


def _index(table: Table, client: Any, grown: Grown, console: Console) -> None:
    nothing: Any = None  # no remark of these tickets is so long that it lies in the bucket
    indexing = Indexing(Source(table, nothing, 1), client)
    label = f"Indexing {grown.tickets:,} tickets"
    with console.step(label) as step:
        done = 0
        for some in batched(grown.ids(), _BATCH, strict=False):
            outcome = indexing.index(some, only=[_INDEX])
            if outcome.written < len(some):
                raise SystemExit(f"the benchmark is broken: {outcome}")
            done += len(some)
            step.label = f"{label}: {done:,}"
        step.label = label


def _printed(measured: Sequence[Measured]) -> bool:
    print(f"\nFinding by OpenSearch, {QUERIES} queries of each kind, functions in process")
    print(f"  {'':38}{'tickets':>8}{'median s':>10}{'slowest':>9}{'calls':>7}{'by the table':>14}")
    kept = True
    for kind in dict.fromkeys(one.kind for one in measured):
        rows = [one for one in measured if one.kind == kind]
        for one in rows:
            table_s = f"{one.table_s:>13.2f} " if one.table_s is not None else ""
            line = f"{one.tickets:>8,}{one.median_s:>10.3f}{one.slowest_s:>9.3f}{one.calls:>7.0f}{table_s}"
            print(f"  {kind:38}{line}")
        kept &= _verdict(rows)
    return kept


def _verdict(rows: Sequence[Measured]) -> bool:
    first, last = rows[0], rows[-1]
    ratio = last.median_s / first.median_s
    told = [_told(f"{ratio:.2f}× the time of {first.tickets:,}", "≤", MAX_RATIO, is_kept=ratio <= MAX_RATIO)]
    kept = ratio <= MAX_RATIO and last.calls <= first.calls
    if last.calls > first.calls:
        told.append(f"NOT KEPT: {last.calls:.0f} calls, not {first.calls:.0f}")
    if last.table_s is not None:
        gain = last.table_s / last.median_s
        told.append(_told(f"{gain:.0f}× as fast as the table", "≥", LEAST_GAIN, is_kept=gain >= LEAST_GAIN))
        kept &= gain >= LEAST_GAIN
    print(f"  {'':38}{last.tickets:,}: {'; '.join(told)}")
    return kept


def _told(what: str, sign: str, promised: float, *, is_kept: bool) -> str:
    return f"{what} ({sign} {promised:g}{'' if is_kept else ', NOT KEPT'})"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.bench.indexed", description=__doc__)
    searching.add_sizes(parser, "sizes")
    try:
        return 0 if report(parser.parse_args().sizes) else 1
    except KeyboardInterrupt:
        print("\nStopped; nothing of it is left.")
        return 130


if __name__ == "__main__":
    sys.exit(main())
