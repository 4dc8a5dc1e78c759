"""The entry of the indexer: every event of the stream becomes an entry of its organisation's changes feed.

A record that is no event is skipped by name; one that cannot be read is set aside in the dead-letter queue. What
fails for another reason fails the batch, which is delivered again: an entry may stand in the feed twice, and readers
keep the highest version, so that nothing is lost and nothing is harmed.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger

from ticketing.config import Settings
from ticketing.domain.events import Event
from ticketing.store import clients, feed, stream
from ticketing.store.feed import FeedEntry
from ticketing.store.queues import Queue
from ticketing.store.stream import UnreadableRecord
from ticketing.store.table import Table

_log = Logger()


class App:
    """What a warm function keeps."""

    def __init__(self, settings: Settings, now: Callable[[], datetime]) -> None:
        self._table = Table(clients.dynamodb(), settings.table_name)
        self._dead_letters = Queue(clients.sqs(), settings.dead_letter_queue_url)
        self._now = now

    def handle(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Append the events of a batch, in their order, to the feeds of their organisations."""
        by_organisation: defaultdict[str, list[FeedEntry]] = defaultdict(list)
        for one in self._events(event["Records"]):
            by_organisation[one.organisation_id].append(FeedEntry(one.ticket_id, one.version))
        for organisation_id, entries in by_organisation.items():
            feed.append(self._table, organisation_id, entries, self._now())
            _log.info("feed", extra={"organisation": organisation_id, "entries": len(entries)})
        return {"batchItemFailures": []}

    def _events(self, records: Iterable[Mapping[str, Any]]) -> Iterable[Event]:
        for record in records:
            try:
                event = stream.event_from(record)
            except UnreadableRecord as unreadable:
                _log.error("record set aside", extra=unreadable.record_keys)
                self._dead_letters.send(
                    {"reason": "unreadable", "function": "search_indexer", **unreadable.record_keys}
                )
                continue
            if event is not None:
                yield event


def _now() -> datetime:
    return datetime.now(UTC)


_app = App(Settings.from_environment(), _now)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 (Lambda's signature)
    """What Lambda calls."""
    return _app.handle(event)
