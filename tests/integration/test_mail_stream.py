"""The notifier behind its stream, as the template connects them: poison, replays, age."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from notifier import mail
from tests.builders import BEN, a_creation
from tests.fakes.stream import EventSourceMapping, MappingSettings, Stream
from tests.integration.notifying import Notifying, Stop, record_of
from ticketing.domain.events import Event
from ticketing.domain.ticket import NewTicket, Ticket
from ticketing.store import items, keys

SEED = int(os.environ.get("LODGESTORY_SEED", "20260301"))
REFUSED = ClientError({"Error": {"Code": "InternalError"}}, "SendMessage")
MANY = 1_000
POISON = 437


@dataclass
class Streaming:
    """A stream of the notifier's own, and what it has mailed to whom about what."""

    notifying: Notifying

    def read(self, events: Iterable[Event | dict[str, Any]], **more: Any) -> EventSourceMapping:
        """The records of these events, in this order, from a stream into the notifier."""
        stream = Stream(self.notifying.aws.clock)
        stream.put(*(one if isinstance(one, dict) else record_of(one) for one in events))
        return self.read_stream(stream, **more)

    def read_stream(self, stream: Stream, **more: Any) -> EventSourceMapping:
        settings = MappingSettings.of("Notifier")
        mapping = EventSourceMapping(
            settings, self.notifying.app.handle, self.notifying.aws.clock, failures=(Exception, Stop), **more
        )
        mapping.read(stream)
        return mapping

    def mailed(self) -> list[tuple[str, str]]:
        """(whom, the subject) of each mail; a subject names its ticket."""
        return [(to, subject) for (to,), subject in self.notifying.subjects()]


@pytest.fixture
def streaming(notifying: Notifying) -> Streaming:
    return Streaming(notifying)


def many_tickets(notifying: Notifying, count: int = MANY) -> list[Event]:
    """As many tickets for Ben, each with its creation."""
    created = [a_creation(NewTicket("maintenance", "hvac", assignee=BEN)) for _ in range(count)]
    tickets = [
        replace(one.ticket, id=f"tkt_{number:016d}", number=number) for number, one in enumerate(created, start=1)
    ]
    events = [replace(one.event, ticket_id=ticket.id) for one, ticket in zip(created, tickets, strict=True)]
    store(notifying, tickets, events)
    return events


def store(notifying: Notifying, tickets: Iterable[Ticket], events: Iterable[Event]) -> None:
    notifying.aws.table.put_all(
        [
            *((keys.ticket_key(one.id), items.ticket_item(one)) for one in tickets),
            *((keys.event_key(one.ticket_id, one.version), items.event_item(one)) for one in events),
        ]
    )


def fails_for_ever(notifying: Notifying, patch: pytest.MonkeyPatch, ticket_id: str) -> None:
    """No mail about this ticket can be written, and the retry queue takes nothing about it."""
    compose, send = mail.compose, notifying.app.notifier.delivery.retries._client.send_message

    def write(template: str, to: str, facts: Any, *, thread: str | None = None, **more: Any) -> Any:
        if thread == ticket_id:
            raise ZeroDivisionError
        return compose(template, to, facts, thread=thread, **more)

    def take(**message: Any) -> Any:
        if ticket_id in message["MessageBody"]:
            raise REFUSED
        return send(**message)

    patch.setattr(mail, "compose", write)
    patch.setattr(notifying.app.notifier.delivery.retries._client, "send_message", take)


def test_an_unreadable_record_among_a_thousand_is_set_aside_and_all_others_are_mailed(streaming: Streaming) -> None:
    notifying = streaming.notifying
    events = many_tickets(notifying)
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
    events = many_tickets(streaming.notifying)
    poison = events[POISON]
    fails_for_ever(streaming.notifying, monkeypatch, poison.ticket_id)
    mapping = streaming.read(events)
    (failed,) = mapping.failed
    assert [record["dynamodb"]["NewImage"] for record in failed.records] == [record_of(poison)["dynamodb"]["NewImage"]]
    mailed = streaming.mailed()
    print(f"{len(events)} records, {len(mapping.invocations)} invocations, {len(mailed)} mails, 1 record in the bucket")
    assert len(set(mailed)) == len(mailed) == MANY - 1
    assert poison.ticket_id not in {message["ticket_id"] for message in streaming.notifying.retries()}
