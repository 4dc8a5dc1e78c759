"""The largest bulk action there is, on an engine whose transactions are AWS's own code: how many calls it takes."""

import os
from collections.abc import Iterator, Sequence
from itertools import batched

import pytest

from bulk_worker.work import Worker
from tests.builders import (
    ANA,
    BEN,
    CHANNEL,
    NOW,
    ORGANISATION,
    a_chat,
    a_free_workflow,
    a_member,
    a_ticket,
    an_occasion,
)
from tests.engines.engines import EngineMissing, dynamodb_local
from tests.fakes.counting import CallCounter
from ticketing.domain.bulk import MOST, Bulk, BulkAction, Kind, Phase, Selected
from ticketing.domain.ticket import Ticket
from ticketing.store import bulk_records, bulks, directory, items, keys, workflows
from ticketing.store.bulk_protocol import SIZES
from ticketing.store.table import Table

IS_REQUIRED = os.environ.get("ENGINES") == "required"
CALLS_OF_THE_REQUEST = 4
"""Its assignee, its tokens, a lease of them, and the record: `tests.integration.test_bulk_calls` counts both."""


@pytest.fixture
def table_and_counter() -> Iterator[tuple[Table, CallCounter]]:
    try:
        with dynamodb_local() as make_lab:
            lab = make_lab()
            table = Table(lab.client, lab.table, sleep=lambda _: None)
            table.now = lambda: NOW
            yield table, CallCounter(lab.client)
    except EngineMissing as missing:
        if IS_REQUIRED:
            pytest.fail(str(missing))
        pytest.skip(f"NOT TESTED: {missing}")


@pytest.mark.parametrize(
    "action", [BulkAction(Kind.ASSIGN, ANA), BulkAction(Kind.STATUS, "in_progress")], ids=lambda one: one.kind.value
)
def test_ten_thousand_tickets_in_as_many_chats_take_few_calls(
    table_and_counter: tuple[Table, CallCounter], action: BulkAction
) -> None:
    table, counter = table_and_counter
    tickets = kept(table)
    queued(table, action, tickets)
    worker = Worker(table, remaining_s=lambda: 600.0, sleep=lambda _: None, clock=lambda: 0.0)
    counter.start()
    assert worker.bring_to_end("blk_largest")
    calls = counter.total + CALLS_OF_THE_REQUEST
    print(f"{action.kind}: {MOST:,} tickets in as many chats: {calls} calls, of the worker {counter.calls}")
    done = bulks.get(table, "blk_largest")
    assert done is not None
    assert (done.phase, done.counts.changed) == (Phase.DONE, MOST)
    found = [item for some in batched(tickets, 1_000, strict=False) for item in read(table, some)]
    assert {(item["version"], "mark" in item) for item in found} == {(2, False)}
    assert calls <= 6 * MOST / 100 + 12, counter.calls


def kept(table: Table) -> list[Ticket]:
    """Each of a guest of its own."""
    chats = [a_chat(id=f"chat_{nth}") for nth in range(MOST)]
    tickets = [a_ticket(id=f"tkt_{nth:016}", chat_id=f"chat_{nth}", assignee=BEN) for nth in range(MOST)]
    table.put_all((keys.chat_key(ORGANISATION, one.id), items.chat_item(ORGANISATION, one)) for one in chats)
    table.put_all((keys.ticket_key(one.id), items.ticket_item(one)) for one in tickets)
    directory.put_member(table, ORGANISATION, ANA, lambda _: a_member(ANA))
    workflows.put(table, ORGANISATION, CHANNEL, lambda _: a_free_workflow())
    return tickets


def queued(table: Table, action: BulkAction, tickets: Sequence[Ticket]) -> None:
    """As the request leaves it to the worker."""
    on = an_occasion()
    bulk = Bulk(
        "blk_largest", ORGANISATION, action, on.actor, on.source, "night-shift", NOW, len(tickets), Phase.QUEUED
    )
    pages = bulks.page_writes(bulk, [Selected(one.id) for one in tickets], SIZES.page)
    table.transact([bulk_records.create(bulk), *pages])


def read(table: Table, some: Sequence[Ticket]) -> list[dict[str, object]]:
    return list(table.get_many(keys.ticket_key(one.id) for one in some).values())
