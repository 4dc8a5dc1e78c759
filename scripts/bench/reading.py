"""What it costs to read a page of a list, as a multiple of what `json.loads` needs for the same bytes.

A page is what DynamoDB answers to a Query of 100 rows of `by_created`, made of the newest tickets of the demonstration.
Each round measures all steps one after the other, so that a noisy moment meets all of them; the median round counts.
"""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median
from typing import Final

from botocore.session import Session

from scripts.demonstration.dataset import demonstration
from ticketing.domain.ticket import Ticket
from ticketing.store import items, keys
from ticketing.store.attributes import Item, decode, encode
from ticketing.store.parsing import ParserFactory

ROWS: Final = 100
AT_MOST: Final = 3.5
_ROUNDS: Final = 101


def report() -> bool:
    """Measure and print; whether the promise is kept."""
    body = _page()
    took = _measured(
        {
            "json.loads": lambda: json.loads(body),
            "decoded": lambda: _decoded(body),
            "tickets": lambda: [items.ticket_from(row) for row in _decoded(body)],
        }
    )
    decoded, tickets = took["decoded"] / took["json.loads"], took["tickets"] / took["json.loads"]
    kept = decoded <= AT_MOST
    verdict = "kept" if kept else "NOT KEPT"
    print(f"\nReading, median of {_ROUNDS} rounds; json.loads of {len(body):,} bytes {took['json.loads'] * 1e6:.0f} µs")
    print(f"  page of {ROWS}: {decoded:.1f}× json.loads (≤ {AT_MOST:g}): {verdict}; as tickets {tickets:.1f}×")
    return kept


def _measured(steps: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Seconds of each step."""
    took: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(_ROUNDS):
        for name, step in steps.items():
            began = time.perf_counter()
            step()
            took[name].append(time.perf_counter() - began)
    return {name: median(seconds) for name, seconds in took.items()}


_SHAPE: Final = Session().get_service_model("dynamodb").operation_model("Query").output_shape


def _decoded(body: bytes) -> list[Item]:
    """The way of a page from the HTTP answer to items."""
    answer = {"status_code": 200, "headers": {}, "body": body, "context": {"operation_name": "Query"}}
    parsed = ParserFactory().create_parser("json").parse(answer, _SHAPE)  # type: ignore[arg-type]  # a Query has one
    return [decode(row) for row in parsed["Items"]]


def _page() -> bytes:
    histories = [history for data in demonstration(datetime.now(UTC)) for history in data.histories]
    rows = [encode(_row(history[-1].ticket)) for history in histories[-ROWS:]]
    return json.dumps({"Count": ROWS, "ScannedCount": ROWS, "Items": rows}, separators=(",", ":")).encode()


def _row(ticket: Ticket) -> Item:
    """What the index holds of a ticket: all but the watchers."""
    item = {**keys.ticket_key(ticket.id)._asdict(), **items.ticket_item(ticket)}
    return {name: value for name, value in item.items() if name != "watchers"}
