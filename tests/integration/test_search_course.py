"""Whatever happens in a hotel, and to the indexer, the search index is the table once everything is at rest.

The courses are those of the feed (`feed_play.py`): tickets, chats, bulk actions left half done, imports, the janitor,
months. Here the cluster is at times too busy as well, documents are swept away, and an index is built anew meanwhile.

`LODGESTORY_SEED` draws other courses, `LODGESTORY_COURSES` more of them; both are printed.
"""

import os
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest

from tests.fakes.faults import Stop
from tests.fakes.logs import Log
from tests.fakes.search_cluster import SearchCluster
from tests.integration.aws import Aws
from tests.integration.bulk_stage import Stage
from tests.integration.feed_play import Course, played
from tests.integration.following import Indexer
from tests.integration.indexing import LIVE, Watch
from ticketing.domain.search_document import indexed
from ticketing.errors import Busy
from ticketing.search import drift, indexes
from ticketing.search.comparing import Comparison
from ticketing.search.reading import Source
from ticketing.search.rebuilding import Rebuild
from ticketing.store import clients, items, keys, organisations, search_indexes, tickets
from ticketing.store.queues import Queue
from ticketing.store.search_indexes import Indexes

SEED = int(os.environ.get("LODGESTORY_SEED", "20260301"))
COURSES = int(os.environ.get("LODGESTORY_COURSES", "40"))
ROWS = 4


@dataclass
class SearchedIndexer(Indexer):
    """Each of its processes may end, or find the table or the cluster too busy, at any call."""

    cluster: SearchCluster = field(default_factory=SearchCluster)

    def _app(self) -> Any:
        from search_indexer.drift import Drifts
        from search_indexer.index import Index
        from search_indexer.search import Search

        app = super()._app()
        source = Source(app._table, self.aws.objects, 1)
        retries = Queue(clients.sqs(), self.aws.settings.search_retry_queue_url)
        retries.release = lambda *_: None  # type: ignore[method-assign]
        log = Log()
        index = Index(source, self.cluster, retries, app._dead_letters, log, lambda: 0.0)
        app._search = Search(index, Drifts(source, self.cluster, log, retries, self.aws.clock))
        self.cluster.after_request = lambda _: self._perhaps_die()
        self.cluster.fate = lambda _: 429 if self.deaths_left and self.dice.random() < 0.1 else None
        return app

    def _perhaps_die(self) -> None:
        if self.deaths_left and self.dice.random() < 0.1:
            self.deaths_left -= 1
            self.counts["deaths"] += 1
            raise Stop

    def work_off(self, *, is_quiet: bool) -> None:
        """What waits in the retry queue, once; what fails stays there."""
        url = self.aws.settings.search_retry_queue_url
        self.deaths_left = 0 if is_quiet else self.deaths_left
        bodies = [message.body for message in self.aws._queue(url)._messages]
        self.aws.take(url)
        more = {"receiptHandle": "handle", "attributes": {"ApproximateReceiveCount": "1"}}
        records = [{"messageId": str(nth), "body": body, **more} for nth, body in enumerate(bodies)]
        self.counts["retried"] = self.counts.get("retried", 0) + len(records)
        failed = [record["messageId"] for record in records]
        try:
            if records:
                answer = self._app().handle({"Records": records})
                failed = [one["itemIdentifier"] for one in answer["batchItemFailures"]]
        except (Stop, Busy):
            pass
        for nth in failed:
            self.aws.queues.send_message(QueueUrl=url, MessageBody=bodies[int(nth)])


class SearchedCourse(Course):
    def __init__(self, stage: Stage, dice: Random, counts: Counter[str]) -> None:
        super().__init__(stage, dice, counts)
        self.indexer: SearchedIndexer = SearchedIndexer(stage.aws, dice)
        self.stage.aws.take(self.stage.aws.settings.search_retry_queue_url)
        self.source = Source(stage.aws.table, stage.aws.objects, 1)
        self.rebuilt = 0
        indexes.create(self.cluster, LIVE)
        indexes.search_from_now_on(self.cluster, LIVE)
        search_indexes.change(stage.aws.table, Indexes(), Indexes(live=LIVE))
        self._moves += [(self._rebuild, 1), (self._sweep, 1), (self._work_off, 2)]

    @property
    def cluster(self) -> Any:
        return self.indexer.cluster

    @property
    def live(self) -> str:
        return str(search_indexes.read(self.stage.aws.table).live)

    def compare(self, when: str) -> None:
        """The index shows what the table does, each document as it would be written now."""
        super().compare(when)
        comparison = Comparison(self.source, self.cluster, self.live)
        found = [one for each in organisations.every(self.stage.aws.table) for one in comparison.suspects(each.id)]
        assert comparison.judge(found) == [], when
        assert self.cluster.shown("tickets").keys() == self._visible().keys(), when
        self.counts["documents compared"] += self._compare_words()

    def _compare_words(self) -> int:
        """By hand: what a document holds of its ticket and chat, whatever version it has."""
        table, shown = self.stage.aws.table, self.cluster.shown(self.live)
        for id_ in shown:
            item = table.get(keys.ticket_key(id_))
            assert item is not None
            ticket = items.ticket_from(item)
            chat_item = table.get(keys.chat_key(ticket.organisation_id, ticket.chat_id))
            assert chat_item is not None
            remarks = [one.text for one in tickets.remarks(table, id_, after=0, limit=1000)[0]]
            expected = indexed(ticket, items.chat_from(chat_item), remarks, epoch=1).body
            held = self.cluster.source(self.live, id_)
            assert {**held, "shown": held["shown"].split()} == {**expected, "shown": expected["shown"].split()}
        return len(shown)

    def _come_to_rest(self) -> None:
        super()._come_to_rest()
        for _ in range(20):
            self.indexer.work_off(is_quiet=True)
        assert self.stage.aws.waiting(self.stage.aws.settings.search_retry_queue_url) == []

    def _work_off(self) -> None:
        self.indexer.work_off(is_quiet=False)

    def _rebuild(self) -> None:
        """Stopped somewhere, or carried through; either way what it began is there for the next one."""
        self.rebuilt += 1
        left = [self.dice.randint(1, 25)]

        def perhaps_stop(_: str) -> None:
            left[0] -= 1
            if left[0] == 0:
                raise Stop
            if self.dice.random() < 0.2:
                self.indexer.deliver(self.dice.random())
                self.cluster.after_request = perhaps_stop

        self.stage.aws.clock.now += drift.HIDDEN_FOR / 1_000_000
        self.cluster.fate = lambda _: None
        self.cluster.after_request = perhaps_stop
        now = self.stage.aws.clock.now.replace(microsecond=0)
        run = Rebuild(
            self.source, self.cluster, Watch(), now=lambda: now.replace(year=3000 + self.rebuilt), sleep=_soon
        )
        try:
            run.build()
            self.counts["rebuilt"] += 1
        except Stop:
            self.counts["rebuilds stopped"] += 1
        finally:
            self.cluster.after_request = lambda _: None

    def _sweep(self) -> None:
        self.cluster.after_request = lambda _: None
        swept = drift.sweep(self.cluster, self.live, self.stage.aws.clock.now, may_go_on=lambda: True)
        self.counts["swept"] += swept


def _soon(_: float) -> None:
    return None


@pytest.mark.parametrize("row", range(ROWS))
def test_the_index_is_the_table_whatever_happens(aws: Aws, row: int) -> None:
    numbers = range(row, COURSES, ROWS)
    counts = played(aws, SearchedCourse, numbers, SEED)
    assert counts["documents compared"] > 0
