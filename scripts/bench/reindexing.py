"""Build the search index of many tickets anew: how many a second, and how much memory that takes.

    make run SEARCH=opensearch        # in another terminal
    .venv/bin/python -m scripts.bench.reindexing --tickets 10000

The tickets stay in the stack, in an organisation of their own: `make reset` removes them with all the rest.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from scripts.admin import search_index, stack
from scripts.admin.connection import LAPTOP_STACK, Connection
from scripts.admin.search_index import Searched
from scripts.bench import many_tickets
from scripts.bench.peak_memory import forget, now_mb, peak_mb
from scripts.laptop.console import Console

_OURSELVES = [Path("/proc/self")]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.bench.reindexing", description=__doc__)
    parser.add_argument("--tickets", type=int, default=10_000, help="so many are written first (default 10,000)")
    parser.add_argument("--endpoint-url", help="another emulator than the one of `make run`")
    arguments = parser.parse_args()
    found = stack.find(LAPTOP_STACK, Connection.choose(LAPTOP_STACK, arguments.endpoint_url, None, os.environ))
    searched = Searched.of(found)
    many_tickets.written(found, arguments.tickets, Console())
    _measure("reindex", searched, lambda: _rebuild(searched))
    _measure("drift-check", searched, lambda: search_index.check(searched, _quiet))
    return 0


def _rebuild(searched: Searched) -> None:
    search_index.rebuild(searched, lambda: datetime.now(UTC), _quiet, goes_back=False, despite_refused=False)


def _measure(name: str, searched: Searched, work: Callable[[], object]) -> None:
    forget(_OURSELVES)
    before = now_mb(_OURSELVES) or 0.0
    began_at = time.perf_counter()
    work()
    seconds = time.perf_counter() - began_at
    total = search_index.tickets_shown(searched)
    more = (peak_mb(_OURSELVES) or 0.0) - before
    print(f"{name}: {total:,} tickets in {seconds:.1f} s, {total / seconds:,.0f} a second; {more:.0f} MB more at most")


def _quiet(_: str) -> None:
    return None


if __name__ == "__main__":
    sys.exit(main())
