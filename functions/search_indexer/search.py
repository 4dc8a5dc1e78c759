"""All that the indexer does for search: it follows the changes, works off what had to wait, and looks for drift."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from search_indexer.drift import Drifts, Place, is_look
from search_indexer.index import TIMEOUT_S, Index, Log
from ticketing.search.client import connect
from ticketing.search.reading import Source
from ticketing.store.queues import Queue


@dataclass(frozen=True, slots=True)
class Search:
    index: Index
    drifts: Drifts

    @classmethod
    def reached_at(
        cls,
        endpoint: str,
        source: Source,
        retries: Queue,
        dead_letters: Queue,
        log: Log,
        now: Callable[[], datetime],
    ) -> "Search":
        """Connected when first needed."""
        client = connect(endpoint, timeout_s=TIMEOUT_S)
        return cls(Index(source, client, retries, dead_letters, log), Drifts(source, client, log, retries, now))

    def look(self) -> None:
        """Begin the daily look for drift, which goes on by the retry queue. Raises SearchUnavailable, Busy."""
        self.drifts.look(Place())

    def work_off(self, messages: Sequence[Mapping[str, Any]]) -> list[str]:
        """Messages of the retry queue; the ids of those that must come again."""
        looks = [one for one in messages if is_look(one)]
        tickets = [one for one in messages if one not in looks]
        failed = self.index.work_off(tickets) if tickets else []
        return [*failed, *(one["messageId"] for one in looks if not self.drifts.go_on(one))]
