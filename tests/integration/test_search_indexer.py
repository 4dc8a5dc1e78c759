"""The indexer as Lambda calls it, and the feed as partners read it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from tests.builders import NOW, ORGANISATION, an_event
from tests.fakes.events import from_file
from tests.integration.aws import Aws
from tests.integration.notifying import record_of
from ticketing.domain.instants import to_text
from ticketing.errors import Busy, CursorExpired
from ticketing.store import feed, keys
from ticketing.store.feed import FeedEntry
from ticketing.store.table import TransactionRefused


@dataclass
class Indexing:
    aws: Aws
    app: Any
    pauses: list[float]

    def deliver(self, *versions: int, ticket: str = "tkt_1", organisation: str = ORGANISATION) -> Any:
        events = [an_event(ticket_id=ticket, version=version, organisation_id=organisation) for version in versions]
        return self.app.handle({"Records": [record_of(event) for event in events]})

    def read(self, after: int | None = None, limit: int = 1000) -> feed.FeedPage:
        return feed.read(self.aws.table, ORGANISATION, after=after, limit=limit, now=self.aws.clock.now)

    def versions(self, after: int | None = None) -> list[int]:
        return [entry.version for entry in self.read(after).entries]


@pytest.fixture
def indexing(aws: Aws) -> Indexing:
    from search_indexer.app import App

    app, pauses = App(aws.settings, aws.clock), list[float]()
    app._table._sleep = pauses.append
    return Indexing(aws, app, pauses)


def test_every_change_stands_in_the_feed_in_its_order(indexing: Indexing) -> None:
    assert indexing.deliver(1, 2) == {"batchItemFailures": []}
    indexing.deliver(3)
    assert indexing.read().entries == [FeedEntry("tkt_1", version) for version in (1, 2, 3)]


def test_a_batch_larger_than_a_transaction_is_kept_whole_and_in_order(indexing: Indexing) -> None:
    indexing.deliver(*range(1, 251))
    assert indexing.versions() == list(range(1, 251))


def test_organisations_have_feeds_of_their_own(indexing: Indexing) -> None:
    indexing.deliver(1)
    indexing.deliver(7, organisation="org_other")
    assert indexing.versions() == [1]


def test_reading_goes_on_from_a_position_and_nothing_appears_behind_it(indexing: Indexing) -> None:
    indexing.deliver(1, 2, 3)
    page = indexing.read(limit=2)
    assert (page.position, page.has_more) == (2, True)
    indexing.deliver(4)
    assert indexing.versions(after=page.position) == [3, 4]


def test_at_the_end_there_is_nothing_until_something_happens(indexing: Indexing) -> None:
    indexing.deliver(1)
    position = feed.head(indexing.aws.table, ORGANISATION)
    assert indexing.versions(after=position) == []
    indexing.deliver(2)
    assert indexing.versions(after=position) == [2]


def test_an_empty_feed_reads_as_empty(indexing: Indexing) -> None:
    page = indexing.read()
    assert (page.entries, page.position, page.has_more) == ([], 0, False)


READS = {"from the start": None, "from position 0": 0, "when caught up": 3}


@pytest.mark.parametrize("after", READS.values(), ids=READS)
def test_an_entry_that_arrives_during_a_read_is_found_now_or_next_time(
    indexing: Indexing, monkeypatch: pytest.MonkeyPatch, after: int | None
) -> None:
    indexing.deliver(*range(1, (after or 0) + 1))
    table, waiting = indexing.aws.table, [99]

    def then_one_arrives(read: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            answer = read(*arguments, **named)
            if waiting:
                indexing.deliver(waiting.pop())
            return answer

        return call

    with monkeypatch.context() as patch:
        patch.setattr(table, "get", then_one_arrives(table.get))
        patch.setattr(table, "query", then_one_arrives(table.query))
        page = indexing.read(after)
    found = [*(entry.version for entry in page.entries), *indexing.versions(after=page.position)]
    assert found == [99]


def test_a_cursor_of_now_in_an_empty_feed_finds_the_first_entry(indexing: Indexing) -> None:
    now = feed.head(indexing.aws.table, ORGANISATION)
    indexing.deliver(1)
    assert (now, indexing.versions(after=now)) == (0, [1])


def test_a_read_from_position_0_stays_there_until_something_happens(indexing: Indexing) -> None:
    page = indexing.read(after=0)
    assert (page.entries, page.position) == ([], 0)


def test_a_position_whose_successor_is_no_longer_kept_has_expired(indexing: Indexing) -> None:
    indexing.deliver(1, 2)
    indexing.aws.clock.now += timedelta(days=20)
    indexing.deliver(3)
    indexing.aws.clock.now += timedelta(days=11)
    with pytest.raises(CursorExpired):
        indexing.read(after=1)
    assert indexing.versions(after=2) == [3]
    assert indexing.versions() == [3]


def test_two_indexers_at_once_lose_nothing(indexing: Indexing, monkeypatch: pytest.MonkeyPatch) -> None:
    table = indexing.app._table
    transact, rivals = table.transact, iter([True, True, False])

    def after_a_rival(writes: Any) -> None:
        if next(rivals, False):
            before = feed.head(table, ORGANISATION)
            transact(
                [
                    feed._move_head(ORGANISATION, before, before + 1),
                    feed._entry_write(ORGANISATION, before + 1, FeedEntry("tkt_rival", before + 1), NOW),
                ]
            )
        transact(writes)

    monkeypatch.setattr(table, "transact", after_a_rival)
    indexing.deliver(1, 2)
    assert [entry.ticket_id for entry in indexing.read().entries] == ["tkt_rival", "tkt_rival", "tkt_1", "tkt_1"]


@pytest.mark.parametrize("known", [0, 2], ids=["in a new feed", "in one that has entries"])
def test_one_that_slept_until_what_came_meanwhile_has_expired_appends_behind_it(
    indexing: Indexing, monkeypatch: pytest.MonkeyPatch, known: int
) -> None:
    """The entries are not there any more to be in its way: only the head tells of them."""
    indexing.deliver(*range(1, known + 1))
    table = indexing.app._table
    transact, meanwhile = table.transact, [FeedEntry("tkt_1", version) for version in (7, 8)]
    cursor = known + len(meanwhile)

    def after_a_month(writes: Any) -> None:
        if meanwhile:
            feed.append(indexing.aws.table, ORGANISATION, meanwhile, NOW)
            meanwhile.clear()
            indexing.aws.table.delete_all([keys.feed_entry_key(ORGANISATION, known + at) for at in (1, 2)])
        transact(writes)

    monkeypatch.setattr(table, "transact", after_a_month)
    indexing.deliver(9)
    assert feed.head(table, ORGANISATION) == cursor + 1
    assert indexing.versions(after=cursor) == [9]


def test_a_feed_that_cannot_be_written_fails_the_batch_so_that_it_comes_again(
    indexing: Indexing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Any) -> None:
        raise TransactionRefused([0])

    with monkeypatch.context() as patch:
        patch.setattr(indexing.app._table, "transact", refuse)
        with pytest.raises(Busy):
            indexing.deliver(1)
    indexing.deliver(1)
    assert indexing.versions() == [1]


def test_rivals_that_meet_pause_each_for_a_time_of_its_own(indexing: Indexing, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Any) -> None:
        raise TransactionRefused([0])

    monkeypatch.setattr(indexing.app._table, "transact", refuse)
    with pytest.raises(Busy):
        indexing.deliver(1)
    assert len(set(indexing.pauses)) == len(indexing.pauses) == 10
    print(f"ten meetings took {sum(indexing.pauses):.1f} s")
    assert sum(indexing.pauses) < 10


def test_one_organisations_trouble_holds_up_no_other_and_its_own_come_again(
    indexing: Indexing, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = [
        an_event(ticket_id=ticket, organisation_id=organisation)
        for ticket, organisation in (("tkt_1", "org_busy"), ("tkt_2", ORGANISATION), ("tkt_3", "org_broken"))
    ]
    batch = {"Records": [record_of(event) for event in events]}
    transact = indexing.app._table.transact

    def troubled(writes: Any) -> None:
        if "busy" in writes[0].key.pk:
            raise TransactionRefused([0])
        if "broken" in writes[0].key.pk:
            raise ZeroDivisionError
        transact(writes)

    with monkeypatch.context() as patch:
        patch.setattr(indexing.app._table, "transact", troubled)
        with pytest.raises(Busy):
            indexing.app.handle(batch)
    assert indexing.versions() == [1]

    # The engine delivers the whole batch again: nobody's is missing, and whose went well stand there twice.
    assert indexing.app.handle(batch) == {"batchItemFailures": []}
    heads = [feed.head(indexing.aws.table, organisation) for organisation in ("org_busy", ORGANISATION, "org_broken")]
    assert heads == [1, 2, 1]


def test_unknown_records_are_skipped_and_unreadable_ones_set_aside(indexing: Indexing) -> None:
    assert indexing.app.handle(from_file("stream_of_unknown_records", LODGESTORY_NOW=to_text(NOW))) == {
        "batchItemFailures": []
    }
    (letter,) = indexing.aws.waiting(indexing.aws.settings.dead_letter_queue_url)
    assert (letter["reason"], letter["function"]) == ("unreadable", "search_indexer")
    assert indexing.aws.table.get(keys.feed_head_key("org_lakeside")) is not None


@pytest.mark.parametrize("name", ["stream_ticket_created", "stream_status_changed", "stream_delivered_twice"])
def test_every_event_file_of_the_indexer_is_handled(indexing: Indexing, name: str) -> None:
    assert indexing.app.handle(from_file(name, LODGESTORY_NOW=to_text(NOW))) == {"batchItemFailures": []}
    assert len(indexing.versions()) >= 1
