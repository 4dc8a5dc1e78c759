"""Bulk actions on a deployed stack, through its gateway, beside the loop of single changes that they spare a partner.

The stack is one of its own, deployed as `make run` deploys one, and gone afterwards. All is warm: every function has
answered before. What follows from a change runs on the same computer, as it would for `make run`; so each measurement
begins when the feed has told of all changes before it. Seconds are those of the emulator on this computer and of no
other place; the ratios, and whether growth is linear, carry over.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any, Final

import httpx

from scripts.admin import stack as admin_stack
from scripts.admin.connection import Connection
from scripts.bench import many_tickets, peak_memory
from scripts.bench.many_tickets import ManyTickets
from scripts.laptop.console import Console
from scripts.laptop.place import Place
from scripts.laptop.ports import free_ports
from scripts.laptop.stack import Stack, running_stack
from ticketing.domain.bulk import MOST, MOST_AT_ONCE
from ticketing.store import feed

SIZES: Final = (49, 100, 1_000, 10_000)
LOOP: Final = 100
"""Single changes in a loop, and the bulk action that they are compared with."""
AIM: Final = 10.0
"""So many times as long as a bulk action of 100 tickets should the loop take. It is no promise: the emulator takes
longer for a transaction with each write in it, whose conditions it checks one after the other.
"""
_WARMING: Final = (MOST_AT_ONCE, MOST_AT_ONCE + 1)
_FEW: Final = 5
_ROUNDS: Final = 15
_LOOK_S: Final = 0.5
_PATIENCE_S: Final = 900
_PRIORITIES: Final = ("high", "low")


@dataclass(frozen=True)
class Done:
    """A bulk action that has come to its end. `answered_s`: from the request to its answer; all else by the record."""

    answered_s: float
    queued_s: float
    """From the request until it is committed."""
    applied_s: float
    """From the commit until the last ticket is applied."""
    tickets: int

    @property
    def whole_s(self) -> float:
        return self.queued_s + self.applied_s


class Desk:
    """A partner at the gateway.

    Loop and bulk actions have tickets of their own, which they set to either priority in turns: all change each time.
    """

    def __init__(self, stack: Stack, tickets: ManyTickets, console: Console) -> None:
        headers = {"Authorization": f"Bearer {tickets.key}"}
        self._http = httpx.Client(base_url=stack.api_url, headers=headers, timeout=120, trust_env=False)
        self._tickets = tickets
        self._left = iter(tickets.ticket_ids)
        self._own: dict[str, Sequence[str]] = {}
        self._turns: Counter[str] = Counter()
        self._console = console
        self._changes = 0

    def loop(self, number: int) -> float:
        """Seconds of so many single changes, one after the other over one connection."""
        value, ticket_ids = self._next(f"loop of {number}", number)
        began = time.perf_counter()
        for ticket_id in ticket_ids:
            self._asked("PATCH", f"/v1/tickets/{ticket_id}", {"priority": value})
        took = time.perf_counter() - began
        self._changes += number
        return took

    def bulk(self, number: int) -> Done:
        value, ticket_ids = self._next(f"bulk of {number}", number)
        body = {"action": "priority", "value": value, "ids": ticket_ids}
        began = time.perf_counter()
        answer = self._asked("POST", "/v1/tickets/bulk", body)
        answered_s = time.perf_counter() - began
        if answer["state"] != "done":
            answer = self._ended(answer["id"], number)
        if answer["changed"] != number:
            raise SystemExit(f"the benchmark is broken: {answer}")
        self._changes += number
        asked, committed, finished = (
            datetime.fromisoformat(answer[instant]) for instant in ("created_at", "committed_at", "finished_at")
        )
        return Done(answered_s, (committed - asked).total_seconds(), (finished - committed).total_seconds(), number)

    def settle(self) -> None:
        """Wait until the feed tells of all changes, so that nothing of before runs beside what comes."""
        with self._console.step("Waiting for the feed") as step:
            deadline = time.monotonic() + _PATIENCE_S
            while (told := feed.head(self._tickets.table, self._tickets.organisation_id)) < self._changes:
                step.label = f"Waiting for the feed: {told:,} of {self._changes:,}"
                if time.monotonic() > deadline:
                    raise SystemExit(f"the feed tells of {told} changes, and of {self._changes} it should")
                time.sleep(_LOOK_S)
            step.label = "Waiting for the feed"

    def _ended(self, bulk_id: str, number: int) -> Any:
        deadline = time.monotonic() + _PATIENCE_S
        with self._console.step(f"Bulk action on {number:,}") as step:
            while (found := self._asked("GET", f"/v1/bulk/{bulk_id}"))["state"] in {"queued", "running"}:
                step.label = f"Bulk action on {number:,}: {found['done']:,} applied"
                if time.monotonic() > deadline:
                    raise SystemExit(f"the benchmark is broken: it does not come to its end: {found}")
                time.sleep(_LOOK_S)
            step.label = f"Bulk action on {number:,}"
        return found

    def _asked(self, method: str, path: str, body: Any = None) -> Any:
        """The body of a success. Whoever asks more than an organisation may is told how long to wait, and does."""
        while True:
            answer = self._http.request(method, path, json=body)
            if answer.status_code != httpx.codes.TOO_MANY_REQUESTS:
                break
            self._console.say(f"  … the organisation's limit: waiting {answer.headers['Retry-After']} s")
            time.sleep(int(answer.headers["Retry-After"]))
        if not answer.is_success:
            raise SystemExit(f"the benchmark is broken: {method} {path}: {answer.status_code} {answer.text[:300]}")
        return answer.json()

    def _next(self, what: str, number: int) -> tuple[str, Sequence[str]]:
        """What is set now, and on which tickets."""
        if what not in self._own:
            self._own[what] = list(islice(self._left, number))
        self._turns[what] += 1
        return _PRIORITIES[self._turns[what] % 2], self._own[what]


def report(sizes: Sequence[int] = SIZES) -> None:
    """Deploy, measure and print."""
    console = Console()
    with tempfile.TemporaryDirectory(prefix="lodgestory-bench-") as root:
        place = Place(root=Path(root), port=free_ports(1)[0])
        with running_stack(place, console) as stack:
            measure(stack, sizes, console)


def measure(stack: Stack, sizes: Sequence[int], console: Console) -> None:
    """What `report` does, on a stack that runs."""
    place = stack.place
    admin = admin_stack.find(place.stack_name, Connection.choose(place.stack_name, place.endpoint, None, {}))
    tickets = many_tickets.written(admin, sum({*sizes, *_WARMING}) + 2 * LOOP, console)
    desk = Desk(stack, tickets, console)
    _warm(desk)
    _in_the_request([size for size in sizes if size <= MOST_AT_ONCE], desk)
    _by_the_worker(sorted(size for size in sizes if size > MOST_AT_ONCE), desk, stack)


def _warm(desk: Desk) -> None:
    desk.loop(_FEW)
    for size in _WARMING:
        desk.bulk(size)
    desk.settle()


def _in_the_request(sizes: Sequence[int], desk: Desk) -> None:
    """Loop and bulk actions in turns, so that a noisy moment meets all of them; the median counts, of ratios too."""
    loops: list[float] = []
    took: dict[int, list[float]] = {size: [] for size in sizes}
    for _ in range(_ROUNDS):
        loops.append(desk.loop(LOOP))
        desk.settle()
        for size in sizes:
            took[size].append(desk.bulk(size).answered_s)
            desk.settle()
    loop = median(loops)
    print(f"\nBulk actions through the gateway, median of {_ROUNDS} rounds")
    print(f"  {LOOP} single changes in a loop: {loop * 1000:.0f} ms ({_each(loops)})")
    for size, seconds in took.items():
        print(f"  a bulk action on {size}: {median(seconds) * 1000:.0f} ms ({_each(seconds)}), committed and applied")
    if LOOP in took:
        ratios = [one / bulk for one, bulk in zip(loops, took[LOOP], strict=True)]
        verdict = "reached" if median(ratios) >= AIM else "NOT REACHED"
        each = ", ".join(f"{one:.1f}" for one in ratios)
        print(
            f"  the loop takes {median(ratios):.1f}× as long as the bulk action on {LOOP} right after it ({each}; "
            f"aim ≥ {AIM:g}): {verdict}"
        )


def _each(seconds: Sequence[float]) -> str:
    return ", ".join(f"{one * 1000:.0f}" for one in seconds)


def _by_the_worker(sizes: Sequence[int], desk: Desk, stack: Stack) -> None:
    """One after the other; the process of the worker is warm, and its peak of memory is counted for each anew."""
    lines: list[str] = []
    per_ticket: list[float] = []
    for size in sizes:
        desk.settle()
        worker = peak_memory.of_function(stack.deployed.functions["BulkWorker"], stack.place.port)
        peak_memory.forget(worker)
        before = peak_memory.now_mb(worker)
        done = desk.bulk(size)
        peak = peak_memory.peak_mb(worker)
        per_ticket.append(done.whole_s / size)
        memory = "not told by this system" if peak is None else f"{before:.1f} MB before, {peak:.1f} MB at its peak"
        lines.append(
            f"  {size:,}: answered in {done.answered_s:.2f} s, committed after {done.queued_s:.2f} s, then "
            f"{done.applied_s:.2f} s to the last apply: {size / done.whole_s:.0f} tickets a second, applied "
            f"{size / done.applied_s:.0f} a second\n    the worker's memory: {memory}"
        )
    if lines:
        print("\nBulk actions by the worker, by the instants that GET /v1/bulk/{id} tells")
        print("\n".join(lines))
    if len(sizes) > 1:
        growth = per_ticket[-1] / per_ticket[0]
        print(f"  a ticket of {sizes[-1]:,} takes {growth:.2f}× the time of one of {sizes[0]:,} (1 is linear)")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.bench.bulk", description=__doc__)
    add_sizes(parser, "sizes")
    sizes = parser.parse_args().sizes
    try:
        report(sizes)
    except KeyboardInterrupt:
        print("\nStopped; nothing of it is left.")
        return 130
    return 0


def add_sizes(parser: argparse.ArgumentParser, name: str) -> None:
    """So many tickets, any number of times."""
    usual = ", ".join(f"{size:,}" for size in SIZES)
    text = f"tickets of the bulk actions that are measured (default {usual})"
    parser.add_argument(name, type=_size, nargs="*", default=list(SIZES), metavar="TICKETS", help=text)


def _size(text: str) -> int:
    size = int(text)
    if not 1 <= size <= MOST:
        raise argparse.ArgumentTypeError(f"a bulk action is for 1 to {MOST:,} tickets")
    return size


if __name__ == "__main__":
    sys.exit(main())
