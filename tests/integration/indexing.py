"""The indexer with a search cluster behind it: what it makes of changes, and whether the index is the table then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tests.builders import CHANNEL, CHAT, an_event
from tests.fakes.logs import Log
from tests.fakes.stream import EventSourceMapping, MappingSettings, Stream
from tests.integration.aws import REGION
from tests.integration.feeding import records_of
from tests.integration.world import World
from ticketing.domain.events import Event
from ticketing.search import indexes
from ticketing.search.comparing import Comparison, Difference
from ticketing.search.mapping import ALIAS
from ticketing.search.reading import Source
from ticketing.store import clients, items, keys, organisations, search_indexes
from ticketing.store.attributes import decode
from ticketing.store.queues import Queue
from ticketing.store.search_indexes import Indexes

LIVE = "tickets-live"


@dataclass
class Watch:
    """Who is told how a rebuild goes."""

    told: list[str] = field(default_factory=list[str])

    def begins(self, index: str, *, goes_on: bool) -> None:
        self.told.append(f"{'goes on' if goes_on else 'begins'} {index}")

    def walks(self, round_: int, looked_at: int) -> None:
        self.told.append(f"{round_}: {looked_at}")


class Indexing:
    """The API, and the indexer behind the table's own stream, through the filter of the template."""

    def __init__(self, world: World, cluster: Any, *, epoch: int = 1, is_built: bool = True) -> None:
        from search_indexer.app import App
        from search_indexer.drift import Drifts
        from search_indexer.index import Index
        from search_indexer.search import Search

        self.world, self.cluster, self.log = world, cluster, Log()
        aws = world.aws
        self.alias = ALIAS
        self.source = Source(aws.table, aws.objects, epoch)
        self.seconds = 0.0
        self.receives = 0
        self.pauses: list[int] = []
        self.app = App(aws.settings, aws.clock)
        self.app._table._sleep = lambda _: None
        retries = Queue(clients.sqs(), aws.settings.search_retry_queue_url)
        retries.release = lambda _, pause_s: self.pauses.append(pause_s)  # type: ignore[method-assign, assignment]
        self.index = Index(self.source, cluster, retries, self.app._dead_letters, self.log, lambda: self.seconds)
        self.drifts = Drifts(
            self.source, cluster, self.log, retries, aws.clock, clock=lambda: self.seconds, sleep=lambda _: None
        )
        self.app._search = Search(self.index, self.drifts)
        self.read = len(records_of(REGION, "tickets"))
        if is_built:
            self.begin(LIVE)

    def begin(self, name: str) -> None:
        """An index that is searched, as an earlier `make reindex` has left it."""
        indexes.create(self.cluster, name)
        indexes.search_from_now_on(self.cluster, name)
        search_indexes.change(self.world.aws.table, search_indexes.read(self.world.aws.table), Indexes(live=name))

    def news(self) -> list[dict[str, Any]]:
        """The records since the last time."""
        found = records_of(REGION, "tickets")[self.read :]
        self.read += len(found)
        return found

    def follow(
        self, records: Sequence[Mapping[str, Any]] | None = None, *, shards: int = 1, batch_size: int = 100, **more: Any
    ) -> EventSourceMapping:
        stream = Stream(self.world.aws.clock, shards=shards)
        stream.put(*(self.news() if records is None else records))
        mapping = EventSourceMapping(
            replace(MappingSettings.of("SearchIndexer"), batch_size=batch_size),
            self.app.handle,
            self.world.aws.clock,
            **more,
        )
        mapping.read(stream)
        return mapping

    def events(self, *ticket_ids: str) -> list[Event]:
        """Of the last changes of these tickets."""
        read = [self.world.aws.table.get(keys.ticket_key(id_)) for id_ in ticket_ids]
        found = [items.ticket_from(item) for item in read if item is not None]
        return [
            an_event(ticket_id=one.id, organisation_id=one.organisation_id, version=one.version, at=one.updated_at)
            for one in found
        ]

    def tell(self, *ticket_ids: str) -> None:
        """Let the index follow the last changes of these tickets, by a batch of their own."""
        self.index.follow(self.events(*ticket_ids))

    def noted(self) -> dict[str, tuple[int, str]]:
        """By ticket, the version that is noted as late, and since when."""
        rows = map(decode, self.world.aws.items().values())
        found = [one for one in rows if one["sk"] == keys.late_note_key("").sk and keys.CHANGED_AT in one]
        return {
            keys.ticket_id_of(one["pk"]): (one["version"], keys.of_changed_at(one[keys.CHANGED_AT])[0]) for one in found
        }

    def waiting(self) -> list[Any]:
        return self.world.aws.waiting(self.world.aws.settings.search_retry_queue_url)

    def dead(self) -> list[Any]:
        return self.world.aws.waiting(self.world.aws.settings.dead_letter_queue_url)

    def work_off(self) -> Any:
        """Give every waiting message to the function, as the queue would after its delay; what fails stays there."""
        url = self.world.aws.settings.search_retry_queue_url
        bodies = [message.body for message in self.world.aws._queue(url)._messages]
        self.world.aws.take(url)
        self.seconds += 900
        self.receives += 1
        told = {"receiptHandle": "handle", "attributes": {"ApproximateReceiveCount": str(self.receives)}}
        records = [{"messageId": str(nth), "body": body, **told} for nth, body in enumerate(bodies)]
        answer = self.app.handle({"Records": records})
        for failure in answer["batchItemFailures"]:
            body = records[int(failure["itemIdentifier"])]["body"]
            self.world.aws.queues.send_message(QueueUrl=url, MessageBody=body)
        return answer

    def drain(self) -> int:
        """Work off whatever waits until nothing does; how many rounds that took."""
        for round_ in range(50):
            if not self.waiting():
                return round_
            self.work_off()
        message = "the queue does not come to its end"
        raise AssertionError(message)

    def comparison(self, index: str = LIVE) -> Comparison:
        return Comparison(self.source, self.cluster, index)

    def differences(self, index: str = LIVE) -> list[Difference]:
        indexes.refresh(self.cluster, index)
        compared = self.comparison(index)
        return [one for each in organisations.every(self.world.aws.table) for one in compared.suspects(each.id)]

    def document(self, ticket_id: str, index: str = LIVE, organisation: str = "org_lakeside") -> Mapping[str, Any]:
        found: Any = self.cluster.get(index=indexes.written_as(index), id=ticket_id, params={"routing": organisation})
        source: Mapping[str, Any] = found["_source"]
        return source

    def put_chat(self, name: str, **more: Any) -> None:
        body = {"channel_id": CHANNEL, "guest": {"name": name, **more}}
        assert self.world.as_(self.world.keys.admin)("PUT", f"/v1/chats/{CHAT}", body).status == 200

    def delete_chat(self) -> None:
        assert self.world.as_(self.world.keys.admin)("DELETE", f"/v1/chats/{CHAT}").status == 200
