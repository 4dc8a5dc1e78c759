"""The notifier as Lambda calls it, on simulated services: deliver events to it, and see what it mailed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_string, policy
from email.message import EmailMessage
from functools import partial
from typing import Any

import pytest

from tests.builders import BEN, ORGANISATION, a_creation, a_workflow, an_occasion, an_organisation
from tests.fakes.events import from_file
from tests.integration.aws import Aws
from ticketing.domain.events import Event
from ticketing.domain.settings import Settings
from ticketing.domain.ticket import Change, NewTicket, Ticket, change_status
from ticketing.store import directory, items, keys, tickets
from ticketing.store.attributes import encode
from ticketing.store.mail_ledger import AMBIGUOUS_WAIT


class Stop(BaseException):
    """The function's process ends here."""


@dataclass
class Notifying:
    aws: Aws
    app: Any

    @classmethod
    def begin(cls, aws: Aws) -> "Notifying":
        """Not imported before: the function reads its environment then."""
        from notifier.app import App

        return cls(aws, App(aws.settings, aws.clock))

    def deliver(self, *events: Event) -> Any:
        return self.app.handle({"Records": [record_of(event) for event in events]})

    def after(self, **by: float) -> None:
        self.aws.clock.now += timedelta(**by)

    def mail_guests(self, *, is_on: bool = True) -> None:
        """The organisation's switch."""
        wanted = an_organisation(settings=Settings(guest_mail=is_on))
        directory.put_organisation(self.aws.table, ORGANISATION, ORGANISATION, lambda _: wanted)

    def retries(self) -> list[Any]:
        return self.aws.waiting(self.aws.settings.mail_retry_queue_url)

    def dead(self) -> list[Any]:
        return self.aws.waiting(self.aws.settings.dead_letter_queue_url)

    def run_retries(self) -> Any:
        """Give every waiting message to the function, as the queue would after its delay; what fails stays there.

        If the process ends, all of them stay.
        """
        url = self.aws.settings.mail_retry_queue_url
        waiting = self.aws.take(url)
        records = [{**message_of(message), "messageId": str(index)} for index, message in enumerate(waiting)]
        failed = [record["messageId"] for record in records]
        try:
            answer = self.app.handle({"Records": records})
            failed = [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
        finally:
            for index in failed:
                self.aws.queues.send_message(QueueUrl=url, MessageBody=records[int(index)]["body"])
        return answer

    def subjects(self) -> list[tuple[list[str], str]]:
        return [([str(mail["To"])], str(mail["Subject"])) for mail in self.messages()]

    def messages(self) -> list[EmailMessage]:
        """What SES has accepted, as a mail program reads it."""
        return [message_from_string(mail.raw_data, policy=policy.default) for mail in self.aws.mails()]

    def settle(self, *events: Event) -> int:
        """Deliver, and run every retry as the hours pass, until nothing waits; how many rounds that took."""
        self.give(lambda: self.deliver(*events), *events)
        for round_ in range(1, 400):
            if not self.retries():
                return round_
            self.after(seconds=AMBIGUOUS_WAIT.total_seconds() + 1)
            self.give(self.run_retries, *events)
        raise AssertionError("there is always another retry")

    def give(self, call: Callable[[], Any], *again: Event) -> None:
        """Call the function; if its process ends, the stream or the queue delivers the same again."""
        try:
            call()
        except Stop:
            for event in again:
                self.give(lambda event=event: self.deliver(event), event)  # type: ignore[misc]

    def state(self, event: Event, recipient: str = BEN) -> tuple[str, int]:
        found = self.ledger(event, recipient)
        assert found is not None
        return found["state"], found["unknown_outcomes"]

    def ses(self, patch: pytest.MonkeyPatch, answer: Callable[..., Any]) -> None:
        """Let SES answer otherwise; `answer` is given what really sends, and the request."""
        client = self.app.notifier.delivery.sender._client
        patch.setattr(client, "send_email", partial(answer, client.send_email))

    def ledger(self, event: Event, recipient: str) -> dict[str, Any] | None:
        return self.aws.table.get(keys.mail_key(event.ticket_id, event.version, recipient))


def record_of(event: Event) -> dict[str, Any]:
    key = keys.event_key(event.ticket_id, event.version)
    image = encode({**key._asdict(), **items.event_item(event)})
    change = {"Keys": encode(key._asdict()), "NewImage": image, "SequenceNumber": f"{event.version:021d}"}
    return {"eventID": "1", "eventName": "INSERT", "eventSource": "aws:dynamodb", "dynamodb": change}


def message_of(body: dict[str, Any]) -> dict[str, Any]:
    import json

    (record,) = from_file("queue_mail_retry")["Records"]
    return {**record, "body": json.dumps(body)}


def a_created_ticket(notifying: Notifying, assignee: str | None = BEN) -> Change:
    creation = a_creation(NewTicket("maintenance", "hvac", assignee=assignee, remarks="AC not cooling"))
    tickets.add(notifying.aws.table, ORGANISATION, creation)
    return creation


def a_move(notifying: Notifying, ticket: Ticket, to: str) -> Change:
    change = change_status(ticket, to, workflow=a_workflow(), on=an_occasion(now=notifying.aws.clock.now))
    assert change is not None
    tickets.save(notifying.aws.table, ticket, change)
    return change


def raising(error: BaseException) -> Any:
    def call(*_: Any, **__: Any) -> None:
        raise error

    return call
