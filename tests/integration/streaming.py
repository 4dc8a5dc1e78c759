"""The notifier behind its stream, as the template connects them: put events there, and see what comes of it."""

from collections.abc import Iterable, Mapping
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
from ticketing.store.mail_ledger import AMBIGUOUS_WAIT

REFUSED = ClientError({"Error": {"Code": "InternalError"}}, "SendMessage")


@dataclass
class Streaming:
    """Each read is a stream of its own, as if the notifier had never seen one."""

    notifying: Notifying

    def read(self, events: Iterable[Event | Mapping[str, Any]], **more: Any) -> EventSourceMapping:
        """The records of these events, in this order, from a stream into the notifier."""
        stream = Stream(self.notifying.aws.clock)
        stream.put(*(record_of(one) if isinstance(one, Event) else one for one in events))
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

    def run_retries_as_time_passes(self) -> None:
        """Until nothing waits. A process that ends leaves its messages in the queue."""
        for _ in range(60):
            if not self.notifying.retries():
                return
            self.notifying.after(seconds=AMBIGUOUS_WAIT.total_seconds() + 1)
            try:
                self.notifying.run_retries()
            except Stop:
                continue
        raise AssertionError("there is always another retry")


def many_tickets(notifying: Notifying, count: int) -> list[Event]:
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
