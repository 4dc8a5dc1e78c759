"""Whom a bulk action concerns: by what it made of a ticket, whatever others have made of it since."""

from tests.builders import ANA, BEN, a_ticket, an_occasion
from ticketing.domain import ticket as rules
from ticketing.domain.bulk_audience import as_left
from ticketing.domain.events import Event
from ticketing.domain.ticket import Patch, Ticket

ZOE = "mem_zoe"


def changed(ticket: Ticket, *patches: Patch, bulk_id: str | None = None) -> tuple[Ticket, list[Event]]:
    events: list[Event] = []
    for patch in patches:
        change = rules.change(ticket, patch, workflow=None, on=an_occasion(bulk_id=bulk_id))
        assert change is not None
        ticket, events = change.ticket, [*events, change.event]
    return ticket, events


def test_what_others_did_since_is_taken_back_and_what_they_did_before_is_not() -> None:
    planned = a_ticket(assignee=None, watchers=())
    overtaken, before = changed(planned, Patch(watchers=(ANA,)))
    left, own = changed(overtaken, Patch(assignee=ZOE), bulk_id="blk_1")
    now, since = changed(left, Patch(assignee=BEN), Patch(watchers=(BEN,)), Patch(assignee=None, watchers=()))
    found = as_left(now, "blk_1", [*before, *own, *since])
    assert (found.assignee, found.watchers) == (ZOE, (ANA,))


def test_a_ticket_of_which_its_history_does_not_tell_is_counted_as_it_is() -> None:
    now, events = changed(a_ticket(assignee=None), Patch(assignee=BEN))
    assert as_left(now, "blk_1", events).assignee == BEN
