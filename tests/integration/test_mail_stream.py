"""The notifier behind its stream: poison, replays, age."""

import os
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from random import Random
from typing import Any

import pytest

from tests.builders import ANA, BEN, a_creation, a_workflow, an_occasion
from tests.fakes.stream import Stream, shuffled
from tests.integration.notifying import Notifying, record_of
from tests.integration.streaming import Streaming, fails_for_ever, many_tickets, store
from tests.integration.world import ADMIN
from tests.unit.template.template import properties, stream_of
from ticketing.domain.events import Event
from ticketing.domain.mail import MailState
from ticketing.domain.principal import Actor
from ticketing.domain.ticket import NewTicket, Patch, Ticket, change, change_status
from ticketing.store import keys
from ticketing.store.attributes import decode

SEED = int(os.environ.get("LODGESTORY_SEED", "20260301"))
MANY = 1_000
POISON = 437
MAIL = keys.mail_key("", 0, "").sk.split("#")[0] + "#"


def test_an_unreadable_record_among_a_thousand_is_set_aside_and_all_others_are_mailed(streaming: Streaming) -> None:
    notifying = streaming.notifying
    events = many_tickets(notifying, MANY)
    records = [record_of(event) for event in events]
    records[POISON]["dynamodb"]["NewImage"]["changes"] = {"S": "no list"}
    records[POISON]["dynamodb"]["NewImage"]["version"] = {"S": "seven"}
    mapping = streaming.read(records)
    key = keys.event_key(events[POISON].ticket_id, events[POISON].version)
    assert notifying.dead() == [{"reason": "unreadable", "function": "notifier", **key._asdict()}]
    assert mapping.given_up == []
    mailed = streaming.mailed()
    print(f"{len(records)} records, {len(mapping.invocations)} invocations, {len(mailed)} mails")
    assert len(set(mailed)) == len(mailed) == MANY - 1


def test_a_record_that_always_fails_lies_alone_in_the_bucket_and_all_others_are_mailed_once(
    streaming: Streaming, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = many_tickets(streaming.notifying, MANY)
    poison = events[POISON]
    fails_for_ever(streaming.notifying, monkeypatch, poison.ticket_id)
    mapping = streaming.read(events)
    (failed,) = mapping.failed
    assert [record["dynamodb"]["NewImage"] for record in failed.records] == [record_of(poison)["dynamodb"]["NewImage"]]
    mailed = streaming.mailed()
    print(f"{len(events)} records, {len(mapping.invocations)} invocations, {len(mailed)} mails, 1 record in the bucket")
    assert len(set(mailed)) == len(mailed) == MANY - 1
    assert poison.ticket_id not in {message["ticket_id"] for message in streaming.notifying.retries()}


def test_what_lies_in_the_bucket_has_an_alarm() -> None:
    alarm = properties("NotifierGaveUpAlarm")
    assert alarm["MetricName"] == "OnFailureDestinationDeliveredEventCount"
    assert alarm["Dimensions"] == [{"Name": "EventSourceMappingUUID", "Value": {"Ref": "NotifierStream"}}]
    assert alarm["Threshold"] == alarm["EvaluationPeriods"] == 1
    assert stream_of("Notifier")["MetricsConfig"] == {"Metrics": ["EventCount"]}, "else there is no such metric"


class Day:
    """Tickets that are created, handed on and moved, as a seed draws it; the clock moves on with them."""

    HOURS = 24
    EVENTS_AN_HOUR = 13

    def __init__(self, notifying: Notifying, dice: Random) -> None:
        self._notifying = notifying
        self._dice = dice
        self._tickets: list[Ticket] = []
        self._numbers = count(1)

    def hours(self) -> Iterator[list[Event]]:
        """What happens in each hour, stored as the API stores it."""
        for _ in range(self.HOURS):
            self._notifying.after(hours=1)
            happened = [self._event() for _ in range(self.EVENTS_AN_HOUR)]
            store(self._notifying, self._tickets, happened)
            yield happened

    def _event(self) -> Event:
        if not self._tickets or self._dice.random() < 0.2:
            return self._create()
        at = self._dice.randrange(len(self._tickets))
        ticket = self._tickets[at]
        on = an_occasion(now=self._notifying.aws.clock.now, actor=Actor(self._dice.choice((ANA, BEN, ADMIN))))
        if self._dice.random() < 0.3:
            others = [one for one in (BEN, ADMIN, "team_maintenance") if one != ticket.assignee]
            made = change(ticket, Patch(assignee=self._dice.choice(others)), workflow=None, on=on)
        else:
            transitions = a_workflow().transitions
            assert transitions is not None
            made = change_status(ticket, self._dice.choice(transitions[ticket.status.id]), workflow=a_workflow(), on=on)
        assert made is not None
        self._tickets[at] = made.ticket
        return made.event

    def _create(self) -> Event:
        number = next(self._numbers)
        assignee, watchers = self._dice.choice((None, BEN, ADMIN, "team_maintenance")), ("mem_owner",)
        now = self._notifying.aws.clock.now
        made = a_creation(NewTicket("maintenance", "hvac", assignee=assignee, watchers=watchers))
        ticket = replace(made.ticket, id=f"tkt_{number:016d}", number=number, created_at=now, updated_at=now)
        self._tickets.append(ticket)
        return replace(made.event, ticket_id=ticket.id, at=now)


def test_a_day_of_the_stream_that_is_replayed_twice_mails_nobody_again(streaming: Streaming) -> None:
    notifying, dice = streaming.notifying, Random(SEED)  # noqa: S311 (no secret)
    notifying.mail_guests()
    day: list[Event] = []
    for events in Day(notifying, dice).hours():
        records = [record_of(event) for event in events]
        # At once twice, in any order and by a stream that forgets how far it was: no mail is too old to go out.
        for _ in range(2):
            streaming.read(shuffled(records, dice, twice=0.3), random=dice, lost_checkpoints=0.2)
        day += events
    streaming.run_retries_as_time_passes()
    mails = len(streaming.mailed())
    assert mails == sum(item["state"] == MailState.SENT for item in ledger(notifying))

    before = ledger(notifying)
    for _ in range(2):
        mapping = streaming.read(shuffled([record_of(event) for event in day], dice, twice=0.3))
        assert mapping.given_up == []
        streaming.run_retries_as_time_passes()
        notifying.after(hours=20)
    extra = len(streaming.mailed()) - mails
    print(f"seed {SEED}: {len(day)} events, {mails} mails, two replays: {extra} extra")
    assert len(day) >= 300
    assert mails >= 300
    assert extra == 0
    assert ledger(notifying) == before


def ledger(notifying: Notifying) -> list[dict[str, Any]]:
    return [decode(item) for (_, sk), item in sorted(notifying.aws.items().items()) if sk.startswith(MAIL)]


def test_a_batch_of_seven_days_ago_mails_nobody_when_it_is_redriven(streaming: Streaming) -> None:
    events = many_tickets(streaming.notifying, 10)
    streaming.notifying.after(days=7)
    assert streaming.notifying.app.handle({"Records": list(map(record_of, events))}) == {"batchItemFailures": []}
    assert streaming.mailed() == []
    assert [streaming.notifying.state(event)[0] for event in events] == [MailState.EXPIRED] * len(events)


def test_the_stream_gives_up_what_is_older_than_a_mail_may_be_and_keeps_it(
    streaming: Streaming, monkeypatch: pytest.MonkeyPatch
) -> None:
    notifying = streaming.notifying
    stream = Stream(notifying.aws.clock)
    stream.put(*map(record_of, many_tickets(notifying, 10)))
    notifying.after(hours=6, seconds=1)
    mapping = streaming.read_stream(stream)
    assert [(len(one.records), one.condition) for one in mapping.failed] == [(10, "RecordAgeExceeded")]
    assert streaming.mailed() == []


def test_only_what_somebody_may_be_mailed_about_wakes_the_notifier(streaming: Streaming) -> None:
    (event,) = many_tickets(streaming.notifying, 1)
    of_a_ticket = record_of(event)
    of_a_ticket["dynamodb"]["Keys"]["sk"] = {"S": keys.ticket_key(event.ticket_id).sk}
    changed = {**record_of(event), "eventName": "MODIFY"}
    mapping = streaming.read([of_a_ticket, changed, record_of(replace(event, bulk_id="blk_1")), event])
    assert mapping.invocations == [[f"{4:021d}"]]
