"""What a partner asks to find tickets, put to the API's whole function in this process, until they have what they want.

A list goes on page by page until 25 rows or its end: what is asked for once by a person may take several answers,
because each ends where its budget does. All of them count.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any, Final

import orjson

from scripts.bench import in_process
from scripts.bench.grown import COMMON, NOWHERE, OLDEST, RARE, Grown
from scripts.bench.meter import Meter, Reads
from ticketing.domain.instants import to_text
from ticketing.store import items, keys
from ticketing.store.table import Table

ROWS: Final = 25
FEW: Final = 1_000
"""Tickets of the part of a list that is asked for as CSV."""
_ROUNDS: Final = 5
_ENOUGH_S: Final = 6.0
"""What takes longer is asked for once: one of its answers is like the next."""

type Parameters = Mapping[str, str]
type Body = Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """`found` counts tickets; `scanned` is what the answer itself says that was read, 0 where it says nothing."""

    found: int
    scanned: int
    cursor: str | None
    seconds: float


@dataclass(frozen=True)
class Cost:
    """What it took until all was answered. `scanned` and `slowest_s` are those of the worst single answer.

    Calls, units and waiting are those of all answers; seconds those of the median round. Without `units`, the engine
    does not tell them.
    """

    name: str
    tickets: int
    found: int
    answers: int
    reads: Reads
    scanned: int
    seconds: float
    slowest_s: float


@dataclass(frozen=True)
class Finding:
    """One thing to ask for. `expected` is how many tickets of an organisation it must find, None for any number."""

    name: str
    path: str = "/v1/tickets"
    parameters: Callable[[Grown], Parameters] = field(default=lambda _: {})
    rows: int | None = ROWS
    """It goes on until so many; None: to its end."""
    expected: Callable[[Grown], int] | None = None


def _q(words: str) -> Callable[[Grown], Parameters]:
    return lambda _: {"q": words}


FINDINGS: Final = (
    Finding("a list"),
    Finding("a list: unresolved, high", parameters=lambda _: {"status_category": "unresolved", "priority": "high"}),
    Finding("a list: a filter nothing meets", parameters=lambda _: {"external_id": "none"}, expected=lambda _: 0),
    Finding(
        "by last change: a filter nothing meets",
        parameters=lambda _: {"external_id": "none", "sort": "-updated_at"},
        expected=lambda _: 0,
    ),
    Finding("q: a word of most tickets", parameters=_q(COMMON), expected=lambda _: ROWS),
    Finding("q: a word of 1 in 113", parameters=_q(RARE)),
    Finding("q: a phone", parameters=lambda of: {"q": of.phone}),
    Finding("q: a word of the oldest", parameters=_q(OLDEST), expected=lambda _: 1),
    Finding("q: a word of none", parameters=_q(NOWHERE), expected=lambda _: 0),
    Finding("facets of all", parameters=lambda _: {"facets": "true"}),
    Finding("facets of a word of most tickets", parameters=lambda _: {"q": COMMON, "facets": "true"}),
    Finding("unresolved report, whole", "/v1/reports/unresolved", rows=None),
    Finding(
        f"CSV of the newest {FEW:,}",
        "/v1/reports/tickets.csv",
        lambda of: {"created_from": to_text(of.created_at(of.tickets - FEW + 1))},
        expected=lambda _: FEW,
    ),
    Finding("CSV of all, refused over 5,000", "/v1/reports/tickets.csv"),
)

IN_A_LONG_THREAD: Final = Finding("q: the end of one long thread", parameters=_q(OLDEST), expected=lambda _: 1)


class Desk:
    """A partner of one organisation: an admin's key, and the function that serves it."""

    def __init__(self, table: Table, meter: Meter, grown: Grown, search: Any = None) -> None:
        text, key = in_process.admin_key(grown.id, grown.founder, grown.now)
        table.put_all([(keys.api_key_key(key.id), items.api_key_item(key))])
        self._event = in_process.event("api_list_tickets", text)
        self._handle = in_process.handler(table, search)
        self._meter = meter
        self.grown = grown

    def cost(self, finding: Finding) -> Cost:
        """Raises SystemExit if it does not find what there is."""
        rounds: list[Cost] = []
        while not rounds or (len(rounds) < _ROUNDS and sum(one.seconds for one in rounds) < _ENOUGH_S):
            rounds.append(self.once(finding))
        middle = sorted(rounds, key=lambda one: one.seconds)[(len(rounds) - 1) // 2]
        # Names and the key are read again once a minute, and belong to no finding.
        least = min((one.reads for one in rounds), key=lambda reads: reads.calls)
        return replace(
            middle,
            reads=replace(least, waited_s=middle.reads.waited_s),
            slowest_s=max(one.slowest_s for one in rounds),
        )

    def once(self, finding: Finding) -> Cost:
        """Raises SystemExit if it does not find what there is."""
        self._meter.took()
        answers = [self._ask(finding, None)]
        while answers[-1].cursor and not _is_enough(finding, answers):
            answers.append(self._ask(finding, answers[-1].cursor))
        found = sum(one.found for one in answers)
        if finding.expected is not None and found != finding.expected(self.grown):
            raise SystemExit(f"the benchmark is broken: {finding.name} finds {found} tickets")
        return Cost(
            finding.name,
            self.grown.tickets,
            found,
            len(answers),
            self._meter.took(),
            max(one.scanned for one in answers),
            sum(one.seconds for one in answers),
            max(one.seconds for one in answers),
        )

    def page(self, finding: Finding) -> Cost:
        """What one answer costs, whatever it finds."""
        self._meter.took()
        one = self._ask(finding, None)
        took = self._meter.took()
        return Cost(finding.name, self.grown.tickets, one.found, 1, took, one.scanned, one.seconds, one.seconds)

    def _ask(self, finding: Finding, cursor: str | None) -> Answer:
        given = {**finding.parameters(self.grown), **({"cursor": cursor} if cursor else {})}
        if finding.path == "/v1/tickets":
            given.setdefault("limit", str(ROWS))
        event = {
            **self._event,
            "path": finding.path,
            "requestContext": {**self._event["requestContext"], "path": finding.path},
            "multiValueQueryStringParameters": {name: [value] for name, value in given.items()},
        }
        began = time.perf_counter()
        answered = self._handle(event, None)
        return read(answered, time.perf_counter() - began)


def _is_enough(finding: Finding, answers: Sequence[Answer]) -> bool:
    return finding.rows is not None and sum(one.found for one in answers) >= finding.rows


def read(answered: Mapping[str, Any], seconds: float) -> Answer:
    """An answer of the function: of a list, with or without facets, of a report, or a file. Raises SystemExit."""
    text: str = answered["body"]
    if text.startswith("\ufeff"):
        return Answer(text.count("\n") - 1, 0, None, seconds)
    body: Body = orjson.loads(text)
    if body.get("code") == "too_many_rows":
        return Answer(0, 0, None, seconds)
    if answered["statusCode"] != HTTPStatus.OK:
        raise SystemExit(f"the benchmark is broken: {answered['statusCode']} {text[:300]}")
    if "facets" in body:
        return Answer(body["total"], body["facets"]["scanned"], None, seconds)
    if "by_age" in body:
        return Answer(body["total"], body["scanned"], body["next_cursor"], seconds)
    return Answer(len(body["data"]), body["freshness"]["scanned"], body["next_cursor"], seconds)
