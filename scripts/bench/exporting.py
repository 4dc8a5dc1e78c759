"""An export by the exporter itself, in a process of its own whose memory is counted; it tells by one line of JSON.

`asked` starts that process; `python -m scripts.bench.exporting` is what runs in it.
"""

import argparse
import json
import secrets
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from exporter.lines import Source
from exporter.work import work
from scripts.bench import peak_memory
from scripts.bench.meter import Meter
from scripts.laptop.place import PROJECT
from ticketing.domain import ids
from ticketing.domain.export import Export, Format
from ticketing.domain.instants import to_milliseconds
from ticketing.domain.query import TicketQuery
from ticketing.store import clients, exports
from ticketing.store.cached_reads import CachedReads
from ticketing.store.objects import Objects
from ticketing.store.table import Table

_NEVER_OVER_S: Final = 3_600.0
"""The time that is left: one run writes the whole file, where Lambda would end it after 14 minutes."""


@dataclass(frozen=True)
class Exported:
    """`size` is the file's, in bytes. Memory is None where the system does not tell it."""

    rows: int
    size: int
    calls: int
    units: float
    waited_s: float
    seconds: float
    before_mb: float | None
    peak_mb: float | None


@dataclass(frozen=True)
class Where:
    """The table and the bucket; `environment` has the addresses of their engines."""

    table: str
    bucket: str
    environment: Mapping[str, str]


def asked(where: Where, organisation_id: str, format_: Format) -> Exported:
    """A whole organisation as a file."""
    command = [sys.executable, "-m", "scripts.bench.exporting", where.table, where.bucket, organisation_id, format_]
    done = subprocess.run(  # noqa: S603 (this very Python)
        command, cwd=PROJECT, env=dict(where.environment), check=True, stdout=subprocess.PIPE, text=True
    )
    return Exported(**json.loads(done.stdout))


def _export(table_name: str, bucket: str, organisation_id: str, format_: Format) -> Exported:
    client = clients.dynamodb()
    meter, table = Meter(client), Table(client, table_name)
    source = Source(table, CachedReads(table), Objects(clients.s3_for_files, bucket), time.monotonic)
    export = _queued(organisation_id, format_)
    exports.create(table, export, ())
    own = [one for one in (Path("/proc/self"),) if one.exists()]
    meter.took()
    peak_memory.forget(own)
    before = peak_memory.now_mb(own)
    began = time.perf_counter()
    if not work(source, export.id, remaining_s=lambda: _NEVER_OVER_S):
        raise SystemExit("the benchmark is broken: the export is not done")
    seconds, peak, reads = time.perf_counter() - began, peak_memory.peak_mb(own), meter.took()
    done = exports.get(table, export.id)
    if done is None:
        raise SystemExit("the benchmark is broken: there is no such export any more")
    return Exported(done.rows, done.size, reads.calls, reads.units, reads.waited_s, seconds, before, peak)


def _queued(organisation_id: str, format_: Format) -> Export:
    now = to_milliseconds(datetime.now(UTC))
    return Export(
        id=ids.export_id(secrets.token_bytes(ids.RANDOM_BYTES)),
        organisation_id=organisation_id,
        format=format_,
        query=TicketQuery(),
        zone="UTC",
        seen=(),
        asked_at=now,
        touched_at=now,
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.bench.exporting", description=__doc__)
    for name in ("table", "bucket", "organisation"):
        parser.add_argument(name)
    parser.add_argument("format", type=Format)
    given = parser.parse_args()
    print(json.dumps(asdict(_export(given.table, given.bucket, given.organisation, given.format))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
