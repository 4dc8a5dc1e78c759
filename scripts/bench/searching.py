"""How finding grows with an organisation: lists, words, counts, reports and exports at 1,000 to 100,000 tickets.

The functions run in this process, without a gateway, on DynamoDB Local, which tells the read units of each call; the
files go into a bucket of MiniStack. On MiniStack's own table only two findings are measured, up to 10,000 tickets: for
each query it puts the whole partition into order, so its time grows with the organisation where DynamoDB's does not.

Seconds are those of this computer; calls, read units, and how all of it grows, carry over.
"""

import argparse
import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from scripts.bench import exporting, growth, verdicts
from scripts.bench.exporting import Exported, Where
from scripts.bench.finding import FINDINGS, IN_A_LONG_THREAD, Cost, Desk
from scripts.bench.grown import Grown
from scripts.bench.growth import Measured
from scripts.bench.meter import Meter, Reads
from scripts.laptop.aws import client, command_environment
from scripts.laptop.console import Console
from scripts.laptop.emulator import Emulator
from scripts.laptop.place import PROJECT, Place
from scripts.laptop.ports import free_ports
from tests.engines.engines import ANYBODY, EngineMissing, dynamodb_local
from tests.fakes.tables import create_table
from ticketing.domain.export import Format
from ticketing.domain.instants import to_milliseconds
from ticketing.store import clients
from ticketing.store.table import Table

SIZES: Final = (1_000, 10_000, 100_000)
THREADS_UP_TO: Final = 10_000
"""Only an export as JSON Lines reads threads and histories, by two calls a ticket: 100,000 take ten minutes more."""
PAGE: Final = PROJECT / "docs" / "benchmarks-searching.md"
_BUCKET: Final = "lodgestory-bench"
_TABLE: Final = "lodgestory-bench"
_EMULATED_UP_TO: Final = 10_000
_EMULATED: Final = ("a list", "q: a word of none")


@dataclass(frozen=True)
class _Engines:
    table: Table
    meter: Meter
    where: Where
    emulated: Table
    emulated_meter: Meter


def report(sizes: Sequence[int] = SIZES, *, threads_up_to: int = THREADS_UP_TO, keep: bool = False) -> bool:
    """Start the engines, measure and print; whether every promise is kept. `keep` writes the page of the documents."""
    console = Console()
    try:
        with _engines(console) as engines:
            measured = _measured(engines, sorted(sizes), threads_up_to, console)
    except EngineMissing as missing:
        print(f"\nFinding: NOT MEASURED: {missing}")
        return True
    print(f"\nFinding, by functions in process on DynamoDB Local\n{growth.table(measured)}")
    if keep:
        PAGE.write_text(growth.page(measured), "utf-8")
    print()
    return verdicts.within_budget(measured.costs) & verdicts.is_flat(measured.exports)


def _measured(engines: _Engines, sizes: Sequence[int], threads_up_to: int, console: Console) -> Measured:
    now = to_milliseconds(datetime.now(UTC))
    grown = [Grown(f"org_of_{size}", size, now) for size in sizes]
    for one in grown:
        write(engines.table, one, console, with_threads=one.tickets <= threads_up_to)
    desks = [Desk(engines.table, engines.meter, one) for one in grown]
    for finding in FINDINGS:  # the engine compiles what it runs often
        desks[0].cost(finding)
    costs: list[Cost] = []
    exports: list[tuple[str, int, Exported]] = []
    for desk in desks:
        for finding in FINDINGS:
            with console.step(f"{finding.name} at {desk.grown.tickets:,}"):
                costs.append(desk.cost(finding))
        for format_ in Format:
            if format_ is Format.CSV or desk.grown.tickets <= threads_up_to:
                name = f"export as {format_.upper()}"
                with console.step(f"{name} at {desk.grown.tickets:,}"):
                    exported = exporting.asked(engines.where, desk.grown.id, format_)
                exports.append((name, desk.grown.tickets, exported))
                costs.append(_cost(name, desk.grown.tickets, exported))
    costs += _in_long_threads(engines, sizes, now, console)
    costs += _on_the_emulator(engines, [one for one in grown if one.tickets <= _EMULATED_UP_TO], console)
    return Measured(costs, exports)


def _in_long_threads(engines: _Engines, sizes: Sequence[int], now: datetime, console: Console) -> Iterator[Cost]:
    """Of an organisation of one ticket, which has as many remarks as others have tickets."""
    for remarks in sizes:
        grown = Grown(f"org_of_a_thread_of_{remarks}", 1, now)
        with console.step(f"Writing a thread of {remarks:,} remarks"):
            engines.table.put_all(grown.directory())
            engines.table.put_all(grown.long_thread(remarks))
        desk = Desk(engines.table, engines.meter, grown)
        with console.step(f"{IN_A_LONG_THREAD.name} of {remarks:,}"):
            yield replace(desk.cost(IN_A_LONG_THREAD), tickets=remarks)


def _on_the_emulator(engines: _Engines, grown: Sequence[Grown], console: Console) -> Iterator[Cost]:
    """It does not tell the units of all calls, so none are told."""
    for one in grown:
        write(engines.emulated, one, console, with_threads=False)
        desk = Desk(engines.emulated, engines.emulated_meter, one)
        desk.cost(FINDINGS[0])
        for finding in (finding for finding in FINDINGS if finding.name in _EMULATED):
            cost = desk.cost(finding)
            yield replace(cost, name=f"{finding.name}, on MiniStack", reads=replace(cost.reads, units=0.0))


def _cost(name: str, tickets: int, exported: Exported) -> Cost:
    """Nobody waits for one answer of an export, and none of its pages tells what it read."""
    if exported.rows != tickets:
        raise SystemExit(f"the benchmark is broken: {name} has {exported.rows} tickets of {tickets}")
    reads = Reads(exported.calls, exported.units, exported.waited_s)
    return Cost(name, tickets, exported.rows, 0, reads, 0, exported.seconds, 0.0)


def write(table: Table, grown: Grown, console: Console, *, with_threads: bool) -> None:
    """Put an organisation's items into a table, with progress."""
    with console.step(f"Writing {grown.tickets:,} tickets") as step:
        table.put_all(grown.directory())
        for block in range(grown.blocks):
            step.label = f"Writing {grown.tickets:,} tickets: block {block + 1} of {grown.blocks}"
            table.put_all(grown.block(block, with_threads=with_threads))
        step.label = f"Writing {grown.tickets:,} tickets"


@contextlib.contextmanager
def _engines(console: Console) -> Iterator[_Engines]:
    """Raises EngineMissing without Java and Maven."""
    place = Place(root=Path(tempfile.mkdtemp(prefix="lodgestory-bench-")), port=free_ports(1)[0])
    emulator = Emulator(place)
    try:
        with contextlib.ExitStack() as stack:
            with console.step("Starting DynamoDB Local and MiniStack"):
                lab = stack.enter_context(dynamodb_local())()
                emulator.start()
                client(place, "s3").create_bucket(Bucket=_BUCKET)
            environment = {
                **command_environment(place),
                **{name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ},
                "AWS_ENDPOINT_URL_DYNAMODB": lab.client.meta.endpoint_url,
            }
            where = Where(lab.table, _BUCKET, environment)
            emulated = clients.dynamodb(endpoint_url=place.endpoint, **ANYBODY)
            create_table(emulated, _TABLE)
            yield _Engines(
                Table(lab.client, lab.table), Meter(lab.client), where, Table(emulated, _TABLE), Meter(emulated)
            )
    finally:
        emulator.stop()
        shutil.rmtree(place.root, ignore_errors=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.bench.searching", description=__doc__)
    add_sizes(parser, "sizes")
    text = f"up to that size, export as JSON Lines, too (default {THREADS_UP_TO:,})"
    parser.add_argument("--threads-up-to", type=int, default=THREADS_UP_TO, metavar="TICKETS", help=text)
    parser.add_argument("--keep", action="store_true", help=f"write docs/{PAGE.name}")
    given = parser.parse_args()
    try:
        return 0 if report(given.sizes, threads_up_to=given.threads_up_to, keep=given.keep) else 1
    except KeyboardInterrupt:
        print("\nStopped; nothing of it is left.")
        return 130


def add_sizes(parser: argparse.ArgumentParser, name: str) -> None:
    """So many tickets, any number of times."""
    usual = ", ".join(f"{size:,}" for size in SIZES)
    text = f"tickets of the organisations in which is searched (default {usual})"
    parser.add_argument(name, type=_size, nargs="*", default=list(SIZES), metavar="TICKETS", help=text)


def _size(text: str) -> int:
    size = int(text)
    if not SIZES[0] <= size <= SIZES[-1]:
        raise argparse.ArgumentTypeError(f"an organisation of {SIZES[0]:,} to {SIZES[-1]:,} tickets")
    return size


if __name__ == "__main__":
    sys.exit(main())
