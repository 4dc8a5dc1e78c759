"""The indexer behind its stream: whatever is delivered again, halved or in another order, the feed tells the same."""

import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

import pytest

from tests.builders import ORGANISATION, an_event
from tests.fakes.stream import EventSourceMapping, MappingSettings, Stream, shuffled
from tests.integration.aws import Aws
from tests.integration.notifying import Stop, record_of
from ticketing.errors import Busy
from ticketing.store import feed

SEED = int(os.environ.get("LODGESTORY_SEED", "20260301"))
ORGANISATIONS = (ORGANISATION, "org_other")
TICKETS = 40
VERSIONS = 8


def a_history() -> list[dict[str, Any]]:
    """Every version of every ticket, each organisation's tickets side by side."""
    return [
        record_of(an_event(ticket_id=f"tkt_{ticket:016d}", version=version, organisation_id=ORGANISATIONS[ticket % 2]))
        for version in range(1, VERSIONS + 1)
        for ticket in range(TICKETS)
    ]


def read_stream(aws: Aws, records: Sequence[Mapping[str, Any]], **more: Any) -> EventSourceMapping:
    from search_indexer.app import App

    app = App(aws.settings, aws.clock)
    app._table._sleep = lambda _: None
    stream = Stream(aws.clock, shards=3)
    stream.put(*records)
    settings = MappingSettings.of("SearchIndexer")
    mapping = EventSourceMapping(settings, app.handle, aws.clock, failures=(Exception, Stop), **more)
    mapping.read(stream)
    return mapping


def entries(aws: Aws, organisation: str) -> list[tuple[str, int]]:
    """As a partner reads them: page by page from the start."""
    found: list[tuple[str, int]] = []
    position: int | None = None
    while True:
        page = feed.read(aws.table, organisation, after=position, limit=100, now=aws.clock.now)
        found += [(entry.ticket_id, entry.version) for entry in page.entries]
        position = page.position
        if not page.has_more:
            return found


def told(aws: Aws) -> dict[str, dict[str, int]]:
    """What a reader knows in the end, who keeps the highest version of each ticket."""
    known: dict[str, dict[str, int]] = {}
    for organisation in ORGANISATIONS:
        newest: defaultdict[str, int] = defaultdict(int)
        for ticket, version in entries(aws, organisation):
            newest[ticket] = max(newest[ticket], version)
        known[organisation] = dict(newest)
    return known


def expected() -> dict[str, dict[str, int]]:
    return {
        organisation: {f"tkt_{ticket:016d}": VERSIONS for ticket in range(TICKETS) if ticket % 2 == index}
        for index, organisation in enumerate(ORGANISATIONS)
    }


def test_once_and_in_order_every_version_stands_there_once(aws: Aws) -> None:
    read_stream(aws, a_history())
    assert told(aws) == expected()
    assert sum(len(set(entries(aws, one))) == len(entries(aws, one)) for one in ORGANISATIONS) == 2


def test_shuffled_doubled_and_redelivered_the_feed_tells_the_same_and_misses_no_version(aws: Aws) -> None:
    dice = Random(SEED)  # noqa: S311 (no secret)
    history = a_history()
    mapping = read_stream(aws, shuffled(history, dice, twice=0.3), random=dice, lost_checkpoints=0.3)
    found = {one: entries(aws, one) for one in ORGANISATIONS}
    told_of = f"{len(history)} changes, {len(mapping.invocations)} invocations, {sum(map(len, found.values()))} entries"
    print(f"seed {SEED}: {told_of}")
    assert told(aws) == expected()
    assert sum(len(set(one)) for one in found.values()) == len(history)


def test_batches_that_fail_are_halved_and_the_feed_tells_the_same(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    """The table refuses a third of all appends, and now and then the process ends."""
    dice = Random(SEED)  # noqa: S311 (no secret)
    append = feed.append

    def stumble(*arguments: Any) -> None:
        if (fate := dice.random()) < 0.1:
            raise Stop
        if fate < 0.25:
            raise Busy
        append(*arguments)
        if fate < 0.4:
            raise Busy  # done, and nobody heard of it

    with monkeypatch.context() as patch:
        patch.setattr(feed, "append", stumble)
        mapping = read_stream(aws, shuffled(a_history(), dice), random=dice)
    sizes = {len(one) for one in mapping.invocations}
    print(f"seed {SEED}: {len(mapping.invocations)} invocations of {sorted(sizes)} records")
    assert mapping.given_up == []
    assert min(sizes) < 50 < max(sizes), "halved"
    assert told(aws) == expected()


def test_an_organisation_whose_feed_fails_for_ever_is_given_up_alone_and_whole(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = feed.append

    def refuse_the_other(table: Any, organisation: str, *rest: Any) -> None:
        if organisation != ORGANISATION:
            raise Busy
        append(table, organisation, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(feed, "append", refuse_the_other)
        mapping = read_stream(aws, a_history()[:TICKETS])
    of = [record["dynamodb"]["NewImage"]["org"]["S"] for failed in mapping.failed for record in failed.records]
    assert of == ["org_other"] * (TICKETS // 2)
    assert set(told(aws)[ORGANISATION].values()) == {1}
    print(f"{len(mapping.invocations)} invocations for {len(of)} records that nobody takes")
