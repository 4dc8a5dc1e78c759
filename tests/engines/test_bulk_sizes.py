"""Bulk actions of a request at their full sizes, on an engine whose transactions are AWS's own code."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import BEN, NOW, ORGANISATION, a_chat, a_ticket, an_occasion
from tests.engines.test_bulk_calls import table_and_counter
from tests.fakes.counting import CallCounter
from ticketing.domain import bulk_plan as rules
from ticketing.domain import ticket as ticket_rules
from ticketing.domain.bulk import Bulk, BulkAction, Kind, Phase, Selected
from ticketing.domain.ticket import Priority, Ticket
from ticketing.store import bulk_requests, bulks, directory, items, keys
from ticketing.store.table import Table

__all__ = ["table_and_counter"]

LOW = BulkAction(Kind.PRIORITY, Priority.LOW)
BACK = BulkAction(Kind.RESTORE)


@pytest.mark.parametrize("action", [LOW, BACK], ids=lambda one: one.kind.value)
@pytest.mark.parametrize("number", [32, 49, 60, 98, 100])
def test_each_ticket_of_a_chat_of_its_own_is_changed_once(
    table_and_counter: tuple[Table, CallCounter], number: int, action: BulkAction
) -> None:
    table, _ = table_and_counter
    found = {one.id: one for one in kept(table, number, is_deleted=action is BACK)}
    bulk = planned(action, found)
    assert bulk_requests.carry_out(table, bulk, found, [])
    done = bulks.get(table, bulk.id)
    assert done is not None
    assert (done.phase, done.counts.changed) == (Phase.DONE, number)
    read = table.get_many(keys.ticket_key(id_) for id_ in found)
    assert len(read) == number
    for key, item in read.items():
        before = found[keys.ticket_id_of(key.pk)]
        event = table.get(keys.event_key(before.id, before.version + 1))
        assert event is not None
        assert event["bulk_id"] == bulk.id
        assert (item["version"], "mark" in item, "deleted_at" in item) == (before.version + 1, False, False)


def kept(table: Table, number: int, *, is_deleted: bool) -> list[Ticket]:
    chats = [a_chat(id=f"chat_{nth}") for nth in range(number)]
    tickets = [a_ticket(id=f"tkt_{nth:016}", chat_id=one.id, assignee=BEN) for nth, one in enumerate(chats)]
    if is_deleted:
        tickets = [ticket_rules.delete(one, on=an_occasion()).ticket for one in tickets]
    table.put_all(directory.new_chat_items(ORGANISATION, chats))
    table.put_all((keys.ticket_key(one.id), items.ticket_item(one)) for one in tickets)
    return tickets


def planned(action: BulkAction, found: dict[str, Ticket]) -> Bulk:
    plan = rules.plan(map(Selected, found), found, rules.judging(action, NOW), lambda _: None)
    assert not plan.blockers
    on = an_occasion()
    bulk = Bulk("blk_full", ORGANISATION, action, on.actor, on.source, "night-shift", NOW, len(found), Phase.QUEUED)
    return replace(bulk, plan=plan, counts=plan.counts, asked_at=NOW + timedelta(minutes=1))
