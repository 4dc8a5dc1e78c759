"""Whole mails as the built notifier sends them, with the rights that it was deployed with: what mail programs read.

SES is a stand-in here: the emulator keeps no headers, neither in its inbox nor in what it relays by SMTP. The tickets
are imported ones, of which the deployed notifier mails nobody; a process of our own is told that the API made them.
"""

import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from tests.builders import BEN, a_channel, a_chat, a_member, a_workflow
from tests.e2e.concurrency.hotel import Hotel, founded
from tests.e2e.concurrency.processes import Process, started
from tests.e2e.conftest import RunningStack
from tests.fakes import ses
from tests.fakes.ses import Inbox
from tests.integration.notifying import record_of
from ticketing.domain import ids
from ticketing.domain.events import Event, Source
from ticketing.domain.instants import to_milliseconds
from ticketing.domain.principal import Actor
from ticketing.domain.ticket import NewTicket, Occasion, Ticket, create
from ticketing.domain.workflow import Issue
from ticketing.store import directory
from ticketing.store.importing import import_tickets

SENDER = "tickets@lodgestory.com"
CHAT = a_chat(id="chat_post")
HOSTILE = "Küche =?utf-8?q?x?=\r\nBcc: spy@evil.example"
"""As the API would let nobody call an issue; but the notifier trusts no table."""

OF_ALL = {
    "From": f"Lodgestory Tickets <{SENDER}>",
    "Auto-Submitted": "auto-generated",
    "X-Auto-Response-Suppress": "All",
    "MIME-Version": "1.0",
}


@pytest.fixture(scope="module")
def hotel(stack: RunningStack) -> Hotel:
    """Ben may be given its tickets, and its guest has an address that was verified."""
    found = founded(stack, "Postal Inn")
    directory.put_member(found.table, found.id, BEN, lambda _: a_member(BEN))
    directory.put_channel(found.table, found.id, CHAT.channel_id, lambda _: a_channel())
    directory.put_chat(found.table, found.id, CHAT.id, lambda _: CHAT)
    return found


@pytest.fixture(scope="module")
def inbox() -> Iterator[Inbox]:
    with ses.listening() as found:
        yield found


@pytest.fixture(scope="module")
def notifier(stack: RunningStack, inbox: Inbox) -> Iterator[Process]:
    with started(stack, "Notifier", 1, AWS_ENDPOINT_URL_SESV2=inbox.url) as (process,):
        yield process


@pytest.fixture
def mailed(hotel: Hotel, notifier: Process, inbox: Inbox) -> tuple[Ticket, dict[str, EmailMessage]]:
    """A new ticket, and the mails about it by where they went."""
    inbox.asked.clear()
    ticket, event = a_new_ticket(hotel)
    notifier.tell([{"Records": [record_of(event)]}])
    assert notifier.hear() == [{"batchItemFailures": []}]
    messages = {str(message["To"]): message for message in inbox.messages()}
    assert [one["Destination"]["ToAddresses"] for one in inbox.asked] == [[to] for to in messages]
    return ticket, messages


def a_new_ticket(hotel: Hotel) -> tuple[Ticket, Event]:
    change = create(
        NewTicket("kitchen", assignee=BEN, remarks="It drips"),
        ticket_id=ids.ticket_id(secrets.token_bytes(ids.RANDOM_BYTES)),
        number=7,
        organisation_id=hotel.id,
        chat=CHAT,
        workflow=a_workflow(issues=(Issue("kitchen", HOSTILE, ()),)),
        on=Occasion(Actor(hotel.founder), to_milliseconds(datetime.now(UTC)), Source.IMPORT, "post"),
    )
    import_tickets(hotel.table, hotel.id, [[change]])
    return change.ticket, replace(change.event, source=Source.API)


def headers(message: EmailMessage) -> dict[str, str]:
    """All but what a mail has of its own kind of content; each may be there once."""
    assert len(message.keys()) == len(set(message.keys()))
    return {name: str(value) for name, value in message.items() if name != "Content-Type"}


def parts(message: EmailMessage) -> dict[str, str]:
    assert message.get_content_type() == "multipart/alternative"
    return {part.get_content_type(): part.get_content() for part in message.iter_parts()}


def test_a_member_gets_a_mail_of_the_tickets_thread(mailed: tuple[Ticket, dict[str, EmailMessage]]) -> None:
    ticket, messages = mailed
    root = f"<{ticket.id}@lodgestory.com>"
    message = messages["ben@lakeside.example"]
    assert headers(message) == OF_ALL | {
        "To": "ben@lakeside.example",
        "Subject": "[#7] New ticket: Küche =?utf-8?q?x?= Bcc: spy@evil.example",
        "In-Reply-To": root,
        "References": root,
    }
    found = parts(message)
    assert list(found) == ["text/plain", "text/html"]
    for text in found.values():
        assert "Zoë Müller" in text
        assert "It drips" in text
        assert f"/tickets/{ticket.id}" in text


def test_a_guest_gets_a_mail_of_our_own_words_alone(mailed: tuple[Ticket, dict[str, EmailMessage]]) -> None:
    ticket, messages = mailed
    root = f"<{ticket.id}@lodgestory.com>"
    message = messages["zoe@guest.example"]
    assert headers(message) == OF_ALL | {
        "To": "zoe@guest.example",
        "Subject": "We have received your request",
        "In-Reply-To": root,
        "References": root,
    }
    found = parts(message)
    assert list(found) == ["text/plain", "text/html"]
    for text in found.values():
        assert "Postal Inn" in text
        assert "#7" in text
        assert not [words for words in ("Zoë", "drips", "Küche", ticket.id) if words in text]


def test_nobody_else_is_mailed(mailed: tuple[Ticket, dict[str, EmailMessage]]) -> None:
    assert mailed[1].keys() == {"ben@lakeside.example", "zoe@guest.example"}
