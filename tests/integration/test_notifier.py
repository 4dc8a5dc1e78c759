"""The notifier as Lambda calls it: the right mail, once, whatever is delivered twice or dies on the way."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from tests.builders import ANA, BEN, NOW, ORGANISATION, a_creation, a_workflow, an_occasion
from tests.fakes.events import from_file
from tests.integration.aws import Aws
from tests.integration.world import GONE, furnish
from ticketing.domain.events import Event, Source
from ticketing.domain.instants import to_text
from ticketing.domain.ticket import Change, NewTicket, Ticket, change_status
from ticketing.store import items, keys, tickets
from ticketing.store.attributes import encode
from ticketing.store.mail_ledger import LEASE


class Stop(BaseException):
    """The function's process ends here."""


@dataclass
class Notifying:
    aws: Aws
    app: Any

    def deliver(self, *events: Event) -> Any:
        return self.app.handle({"Records": [record_of(event) for event in events]})

    def after(self, **by: float) -> None:
        self.aws.clock.now += timedelta(**by)

    def retries(self) -> list[Any]:
        return self.aws.waiting(self.aws.settings.mail_retry_queue_url)

    def dead(self) -> list[Any]:
        return self.aws.waiting(self.aws.settings.dead_letter_queue_url)

    def run_retries(self) -> Any:
        """Give every waiting message to the function, as the queue would after its delay."""
        messages = self.aws.take(self.aws.settings.mail_retry_queue_url)
        return self.app.handle({"Records": [message_of(message) for message in messages]})

    def subjects(self) -> list[tuple[list[str], str]]:
        return [(mail.destinations["ToAddresses"], mail.subject) for mail in self.aws.mails()]

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


@pytest.fixture
def notifying(aws: Aws) -> Notifying:
    from notifier.app import App

    furnish(aws)
    return Notifying(aws, App(aws.settings, aws.clock))


def a_created_ticket(notifying: Notifying, assignee: str | None = BEN) -> Change:
    creation = a_creation(NewTicket("maintenance", "hvac", assignee=assignee, remarks="AC not cooling"))
    tickets.add(notifying.aws.table, ORGANISATION, creation)
    return creation


def a_move(notifying: Notifying, ticket: Ticket, to: str) -> Change:
    change = change_status(ticket, to, workflow=a_workflow(), on=an_occasion(now=notifying.aws.clock.now))
    assert change is not None
    tickets.save(notifying.aws.table, ticket, change)
    return change


def test_the_assignee_is_mailed_about_a_new_ticket_and_about_its_status(notifying: Notifying) -> None:
    creation = a_created_ticket(notifying)
    move = a_move(notifying, creation.ticket, "resolved")
    assert notifying.deliver(creation.event, move.event) == {"batchItemFailures": []}
    assert notifying.subjects() == [
        (["ben@lakeside.example"], "[#12] New ticket: Maintenance → HVAC"),
        (["ben@lakeside.example"], "[#12] Resolved: Maintenance → HVAC"),
    ]


def test_a_team_is_its_lead_and_its_members_but_not_who_did_it(notifying: Notifying) -> None:
    creation = a_created_ticket(notifying, "team_maintenance")  # Ben leads it, Ana is in it and created the ticket
    notifying.deliver(creation.event)
    assert [to for to, _ in notifying.subjects()] == [["ben@lakeside.example"]]


@pytest.mark.parametrize("assignee", [None, ANA, GONE, "mem_unknown", "team_unknown"])
def test_nobody_own_actions_and_who_has_left_are_not_mailed(notifying: Notifying, assignee: str | None) -> None:
    notifying.deliver(a_created_ticket(notifying, assignee).event)
    assert notifying.subjects() == []


def test_the_same_record_delivered_twice_mails_once(notifying: Notifying) -> None:
    event = a_created_ticket(notifying).event
    notifying.deliver(event, event)
    notifying.deliver(event)
    notifying.after(days=20)
    notifying.deliver(event)
    assert len(notifying.subjects()) == 1


@pytest.mark.parametrize("moment", ["before SES is asked", "after SES has accepted"])
def test_a_function_that_dies_after_the_claim_mails_once_when_it_comes_back_in_time(
    notifying: Notifying, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    event = a_created_ticket(notifying).event
    sender = notifying.app.notifier.sender
    send = sender.send

    def die(mail: Any) -> str:
        if moment == "after SES has accepted":
            send(mail)
        raise Stop

    with monkeypatch.context() as patch:
        patch.setattr(type(sender), "send", lambda _, mail: die(mail))
        with pytest.raises(Stop):
            notifying.deliver(event)
    accepted = len(notifying.subjects())

    # Delivered again at once: the lease still runs, so nobody is mailed and somebody comes back later.
    assert notifying.deliver(event) == {"batchItemFailures": []}
    assert len(notifying.subjects()) == accepted
    assert notifying.retries() == [{"ticket_id": event.ticket_id, "version": 1, "recipient_id": BEN}]

    # When the lease is over the mail goes out; only where SES had accepted it unconfirmed is it the named duplicate.
    notifying.after(seconds=LEASE.total_seconds() + 1)
    notifying.run_retries()
    assert len(notifying.subjects()) == accepted + 1
    notifying.deliver(event)
    assert len(notifying.subjects()) == accepted + 1


def test_a_mail_that_ses_refuses_goes_out_later(notifying: Notifying, monkeypatch: pytest.MonkeyPatch) -> None:
    event = a_created_ticket(notifying).event
    refusal = ClientError({"Error": {"Code": "TooManyRequestsException"}}, "SendEmail")
    with monkeypatch.context() as patch:
        patch.setattr(notifying.app.notifier.sender._client, "send_email", raising(refusal))
        notifying.deliver(event)
    assert notifying.subjects() == []
    notifying.run_retries()
    assert len(notifying.subjects()) == 1
    found = notifying.ledger(event, BEN)
    assert found is not None
    assert (found["state"], found["attempt"]) == ("sent", 2)


@pytest.mark.parametrize(
    ("error", "is_known_unsent"),
    [
        (ReadTimeoutError(endpoint_url="https://ses.example"), False),
        (EndpointConnectionError(endpoint_url="https://ses.example"), True),
    ],
)
def test_an_answer_that_was_lost_keeps_the_claim_and_an_unreached_ses_frees_it(
    notifying: Notifying, monkeypatch: pytest.MonkeyPatch, error: Exception, is_known_unsent: bool
) -> None:
    event = a_created_ticket(notifying).event
    with monkeypatch.context() as patch:
        patch.setattr(notifying.app.notifier.sender._client, "send_email", raising(error))
        notifying.deliver(event)
    notifying.run_retries()
    assert len(notifying.subjects()) == (1 if is_known_unsent else 0)
    notifying.after(seconds=LEASE.total_seconds() + 1)
    notifying.run_retries()
    assert len(notifying.subjects()) == 1


def test_a_mail_older_than_six_hours_is_never_sent(notifying: Notifying) -> None:
    event = a_created_ticket(notifying).event
    notifying.after(hours=6, seconds=1)
    notifying.deliver(event)
    assert notifying.subjects() == []
    found = notifying.ledger(event, BEN)
    assert found is not None
    assert found["state"] == "expired"


def test_bulk_actions_and_imports_are_skipped_by_name(notifying: Notifying) -> None:
    event = a_created_ticket(notifying).event
    notifying.deliver(replace(event, bulk_id="blk_1"), replace(event, source=Source.IMPORT))
    assert notifying.subjects() == []
    assert notifying.ledger(event, BEN) is None


def test_one_events_fault_does_not_hold_up_those_behind_it(
    notifying: Notifying, monkeypatch: pytest.MonkeyPatch
) -> None:
    creation = a_created_ticket(notifying)
    move = a_move(notifying, creation.ticket, "in_progress")
    from notifier import mail

    compose = mail.compose

    def stumble(template: str, *rest: Any) -> Any:
        if template == "ticket_created":
            raise ZeroDivisionError
        return compose(template, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(mail, "compose", stumble)
        assert notifying.deliver(creation.event, move.event) == {"batchItemFailures": []}
    assert [subject for _, subject in notifying.subjects()] == ["[#12] In progress: Maintenance → HVAC"]
    notifying.after(seconds=LEASE.total_seconds() + 1)
    notifying.run_retries()
    assert len(notifying.subjects()) == 2


def test_unknown_records_are_skipped_and_unreadable_ones_set_aside_without_content(notifying: Notifying) -> None:
    batch = from_file("stream_of_unknown_records", LODGESTORY_NOW=to_text(NOW))
    assert notifying.app.handle(batch) == {"batchItemFailures": []}
    (letter,) = notifying.dead()
    assert letter["reason"] == "unreadable"
    assert set(letter) == {"reason", "function", "pk", "sk"}


def test_a_record_that_not_even_the_retry_queue_takes_is_delivered_again(
    notifying: Notifying, monkeypatch: pytest.MonkeyPatch
) -> None:
    creation = a_created_ticket(notifying)
    monkeypatch.setattr(notifying.app.notifier.sender._client, "send_email", raising(ZeroDivisionError()))
    monkeypatch.setattr(notifying.app.notifier.retries._client, "send_message", raising(ZeroDivisionError()))
    assert notifying.deliver(creation.event) == {"batchItemFailures": [{"itemIdentifier": f"{1:021d}"}]}


def test_a_retry_that_fails_is_reported_alone(notifying: Notifying) -> None:
    event = a_created_ticket(notifying).event
    good = message_of({"ticket_id": event.ticket_id, "version": 1, "recipient_id": None})
    bad = {**good, "messageId": "bad", "body": "{"}
    answer = notifying.app.handle({"Records": [bad, good]})
    assert answer == {"batchItemFailures": [{"itemIdentifier": "bad"}]}
    assert len(notifying.subjects()) == 1


@pytest.mark.parametrize(
    "name",
    [
        "stream_ticket_created",
        "stream_status_changed",
        "stream_delivered_twice",
        "stream_of_a_bulk_action",
        "stream_of_unknown_records",
        "queue_mail_retry",
    ],
)
def test_every_event_file_of_the_notifier_is_handled(notifying: Notifying, name: str) -> None:
    assert notifying.app.handle(from_file(name, LODGESTORY_NOW=to_text(NOW))) == {"batchItemFailures": []}


def raising(error: Exception) -> Any:
    def call(**_: Any) -> None:
        raise error

    return call
