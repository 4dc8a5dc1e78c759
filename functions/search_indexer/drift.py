"""The daily look whether the search index holds what the table shows, and the end of documents that nobody needs.

It settles notes of late changes that mean nothing any more, and goes through all organisations a stretch at a time.
What does not fit into a run goes on by a message of the retry queue, which names the place; a stretch that failed comes
again like everything in it.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import dropwhile
from typing import Any, Final

import orjson
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from search_indexer.index import Log
from ticketing import faults
from ticketing.search import drift, noticing
from ticketing.search.drift import Drift, DriftCheck
from ticketing.search.reading import Source
from ticketing.store import organisations, search_indexes
from ticketing.store.queues import Queue

_WITHIN_S: Final = 20.0
_NAMED: Final = 20
"""Tickets that differ and are named in the log; whoever has more builds the index anew."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where to go on: with the first organisation that is not before this one, behind a place of its tickets."""

    organisation_id: str = ""
    before: str | None = None


def is_look(message: Mapping[str, Any]) -> bool:
    """Whether a message of the retry queue is a place to go on from, and not about tickets that wait."""
    try:
        return "look" in orjson.loads(message["body"])
    except orjson.JSONDecodeError:
        return False


class Drifts:
    """`queue` keeps the place where the next run goes on."""

    def __init__(
        self,
        source: Source,
        client: Any,
        log: Log,
        queue: Queue,
        now: Callable[[], datetime],
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._source = source
        self._client = client
        self._log = log
        self._queue = queue
        self._now = now
        self._clock = clock
        self._sleep = sleep

    def look(self, place: Place) -> None:
        """Compare for a while. Raises SearchUnavailable, Busy."""
        until = self._clock() + _WITHIN_S
        index = search_indexes.read(self._source.table).live
        if index is None:
            return
        if place == Place():
            self._sweep(index, lambda: self._clock() < until)
        for organisation_id, before, found in self._stretches(index, place):
            self._tell(index, organisation_id, found)
            if self._clock() >= until:
                self._leave(Place(organisation_id, before) if before is not None else Place(f"{organisation_id} "))
                return

    def go_on(self, message: Mapping[str, Any]) -> bool:
        """Go on at the place that a message of the queue names; False if it must come again."""
        place = orjson.loads(message["body"])["look"]
        try:
            self.look(Place(place["organisation"], place["before"]))
        except Exception as error:  # noqa: BLE001 (the queue counts the receives and sets it aside)
            self._log.error("drift check failed", extra={**place, **faults.describe(error)})
            return False
        return True

    def _leave(self, place: Place) -> None:
        self._queue.send({"look": {"organisation": place.organisation_id, "before": place.before}})

    def _stretches(self, index: str, place: Place) -> Iterator[tuple[str, str | None, Drift]]:
        check, before = DriftCheck(self._source, self._client, index, sleep=self._sleep), place.before
        every = (one.id for one in organisations.every(self._source.table))
        for organisation_id in dropwhile(lambda id_: id_ < place.organisation_id, every):
            if before is None:
                self._settle_notes(index, organisation_id)
            while True:
                found, before = check.stretch(organisation_id, before)
                yield organisation_id, before, found
                if before is None:
                    break

    def _settle_notes(self, index: str, organisation_id: str) -> None:
        settled = noticing.settle_all(self._source.table, self._client, index, organisation_id, self._now())
        if settled:
            self._log.info("late notes settled", extra={"organisation": organisation_id, "notes": settled})

    def _sweep(self, index: str, may_go_on: Callable[[], bool]) -> None:
        removed = drift.sweep(self._client, index, self._now(), may_go_on=may_go_on)
        self._log.info("swept", extra={"index": index, "documents": removed})

    def _tell(self, index: str, organisation_id: str, found: Drift) -> None:
        facts = {"index": index, "organisation": organisation_id, "compared": found.compared, **found.by_kind}
        if found.differences:
            named = [f"{one.kind.value} {one.id}" for one in found.differences[:_NAMED]]
            self._log.error("the search index has drifted", extra={**facts, "tickets": named})
        else:
            self._log.info("compared", extra=facts)
        metrics = EphemeralMetrics()  # embedded in the log: no call, no permission. Its namespace is the stack's name
        metrics.add_metric("SearchTicketsCompared", MetricUnit.Count, found.compared)
        metrics.add_metric("SearchDrift", MetricUnit.Count, len(found.differences))
        metrics.flush_metrics()
