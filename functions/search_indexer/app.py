"""The entry of the indexer: every event of the stream becomes an entry of its organisation's changes feed.

Where a search cluster is configured, the same news bring the search index up to date (`index.py`), after the feed: what
becomes of it is never a reason to append anything twice. What the cluster could not take comes by the retry queue, and
a schedule asks once a day whether the index is still the table (`drift.py`).

Tickets show their guest's name, and vanish with their chat, without an event of their own: a chat that is renamed or
deleted becomes an entry for each of its tickets. Which they are, and their versions, is read after the chat has
changed, so whoever holds a newer version than such an entry names has read that ticket with its chat as it is now.

A record that is neither is skipped by name; one that cannot be read is set aside in the dead-letter queue.

An organisation whose feed cannot be written holds up no other: theirs are appended, then the function fails, and the
whole batch is delivered again. Whose went well then stand in the feed twice, which readers expect: they keep the
highest version of a ticket. It fails rather than to answer with the first bad record, because then an alarm sees it,
the engine divides the batch until the good half is done, and the laptop's engine, which does not know partial answers
of streams, loses nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger

from ticketing import faults
from ticketing.config import Settings
from ticketing.domain.events import Event
from ticketing.store import chat_tickets, clients, feed, stream
from ticketing.store.feed import FeedEntry
from ticketing.store.objects import Objects
from ticketing.store.queues import Queue
from ticketing.store.stream import ChangedChat, UnreadableRecord
from ticketing.store.table import Table

if TYPE_CHECKING:
    from search_indexer.search import Search

_log = Logger()


@dataclass
class _News:
    """What a batch tells of one organisation; a chat that changes several times is told of once."""

    events: list[Event] = field(default_factory=list)
    chats: set[str] = field(default_factory=set)
    searched: set[str] = field(default_factory=set)
    """Chats whose tickets are only found otherwise, which the feed does not tell."""


class App:
    """What a warm function keeps."""

    def __init__(self, settings: Settings, now: Callable[[], datetime]) -> None:
        self._table = Table(clients.dynamodb(), settings.table_name)
        self._dead_letters = Queue(clients.sqs(), settings.dead_letter_queue_url)
        self._now = now
        self._search = _search(settings, self._table, self._dead_letters, now)

    def handle(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Handle a batch of either source and report what must come again; or what the schedule asks for."""
        if "Records" not in event:
            if self._search is not None:
                self._search.look()
            return {}
        records: Sequence[Mapping[str, Any]] = event["Records"]
        if records and "body" in records[0]:
            # Without a cluster there is no index to bring up to date: whoever builds one reads every ticket.
            failed = self._search.work_off(records) if self._search is not None else []
            return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in failed]}
        self._follow(self._news(records))
        return {"batchItemFailures": []}

    def _news(self, records: Iterable[Mapping[str, Any]]) -> Mapping[str, _News]:
        by_organisation: defaultdict[str, _News] = defaultdict(_News)
        for one in self._read(records):
            news = by_organisation[one.organisation_id]
            if not isinstance(one, ChangedChat):
                news.events.append(one)
            elif one.is_shown:
                news.chats.add(one.id)
            else:
                news.searched.add(one.id)
        return by_organisation

    def _follow(self, by_organisation: Mapping[str, _News]) -> None:
        """Append the events of a batch, in their order, to the feeds of their organisations; then index the tickets."""
        errors = [error for one in by_organisation.items() if (error := self._append(*one)) is not None]
        if self._search is not None:
            events = [event for news in by_organisation.values() for event in news.events]
            chats = [
                (id_, chat) for id_, news in by_organisation.items() for chat in sorted(news.chats | news.searched)
            ]
            if events or chats:
                self._search.index.follow(events, chats)
        if errors:
            raise errors[0]

    def _append(self, organisation_id: str, news: _News) -> Exception | None:
        """Append to one organisation's feed; what went wrong, if anything did."""
        facts = {"organisation": organisation_id, "entries": len(news.events), "chats": len(news.chats)}
        try:
            entries = [FeedEntry(one.ticket_id, one.version) for one in news.events]
            feed.append(self._table, organisation_id, entries, self._now())
            for chat_id in sorted(news.chats):
                self._append_tickets(organisation_id, chat_id)
        except Exception as error:  # noqa: BLE001 (raised when the others have had their turn)
            _log.error("feed not written", extra={**facts, **faults.describe(error)})
            return error
        _log.info("feed", extra=facts)
        return None

    def _append_tickets(self, organisation_id: str, chat_id: str) -> None:
        at_once = feed.ENTRIES_A_TRANSACTION
        for some in chat_tickets.versions(self._table, organisation_id, chat_id, at_once=at_once):
            feed.append(self._table, organisation_id, [FeedEntry(*one) for one in some], self._now())

    def _read(self, records: Iterable[Mapping[str, Any]]) -> Iterable[Event | ChangedChat]:
        for record in records:
            try:
                told = stream.event_from(record) or stream.changed_chat_from(record)
            except UnreadableRecord as unreadable:
                _log.error("record set aside", extra=unreadable.record_keys)
                self._dead_letters.send(
                    {"reason": "unreadable", "function": "search_indexer", **unreadable.record_keys}
                )
                continue
            if told is not None:
                yield told


def _search(settings: Settings, table: Table, dead_letters: Queue, now: Callable[[], datetime]) -> "Search | None":
    if settings.search_endpoint is None:
        return None
    from search_indexer.search import Search  # noqa: PLC0415 (the client of OpenSearch, which most stacks do not need)
    from ticketing.search.reading import Source  # noqa: PLC0415 (the same)

    source = Source(table, Objects(lambda: clients.make("s3"), settings.content_bucket), settings.data_epoch)
    retries = Queue(clients.sqs(), settings.search_retry_queue_url)
    return Search.reached_at(settings.search_endpoint, source, retries, dead_letters, _log, now)


def _now() -> datetime:
    return datetime.now(UTC)


_app = App(Settings.from_environment(), _now)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 (Lambda's signature)
    """What Lambda calls."""
    return _app.handle(event)
