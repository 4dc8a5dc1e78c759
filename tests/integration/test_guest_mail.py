"""What guests are mailed: little, in our own words, and only where it was verified that they read it."""

from dataclasses import replace
from typing import Any

import pytest

from tests.builders import CHAT, ORGANISATION, a_chat, a_creation
from tests.integration.notifying import Notifying, Stop, a_created_ticket, a_move, raising
from tests.integration.world import World
from ticketing.domain.directory import Guest
from ticketing.domain.events import Event
from ticketing.domain.ticket import NewTicket
from ticketing.store import items, keys, tickets
from ticketing.store.mail_caps import Caps

ZOE = "zoe@guest.example"


@pytest.fixture
def guests(notifying: Notifying) -> Notifying:
    notifying.mail_guests()
    return notifying


def mails_to(notifying: Notifying, address: str = ZOE) -> list[Any]:
    return [message for message in notifying.messages() if message["To"] == address]


def state(notifying: Notifying, event: Event) -> str | None:
    found = notifying.ledger(event, "guest")
    return found["state"] if found is not None else None


def knows(notifying: Notifying, guest: Guest) -> None:
    """Of the chat's guest, from now on."""
    chat = a_chat(guest=guest)
    notifying.aws.table.put_all([(keys.chat_key(ORGANISATION, CHAT), items.chat_item(ORGANISATION, chat))])


def test_a_guest_is_told_that_the_request_was_received_and_that_it_is_resolved(guests: Notifying) -> None:
    creation = a_created_ticket(guests)
    guests.deliver(creation.event)
    started = a_move(guests, creation.ticket, "in_progress")
    resolved = a_move(guests, started.ticket, "resolved")
    closed = a_move(guests, resolved.ticket, "closed")
    guests.deliver(started.event, resolved.event, closed.event)
    assert [str(mail["Subject"]) for mail in mails_to(guests)] == [
        "We have received your request",
        "Your request has been resolved",
    ]


def test_nothing_that_somebody_typed_reaches_the_guest(guests: Notifying) -> None:
    typed = Guest("TYPED-NAME", "+41445550123", ZOE, is_email_verified=True)
    knows(guests, typed)
    creation = a_creation(NewTicket("maintenance", "hvac", remarks="TYPED-REMARK"))
    tickets.add(guests.aws.table, ORGANISATION, creation)
    guests.deliver(creation.event)
    guests.deliver(a_move(guests, creation.ticket, "resolved").event)
    mails = mails_to(guests)
    assert len(mails) == 2
    for mail in mails:
        words = "".join(part.get_content() for part in mail.iter_parts())
        assert "TYPED" not in words
        assert "Lakeside Hotels" in words


@pytest.mark.parametrize(
    "guest",
    [
        Guest("Zoë", email=ZOE),
        Guest("Zoë", is_email_verified=True),
        Guest("Zoë", email="zoë@guest.example", is_email_verified=True),
        Guest("Zoë", email="Zoe <zoe@guest.example>", is_email_verified=True),
        Guest("Zoë", email="zoe@guest.example,eve@guest.example", is_email_verified=True),
        Guest("Zoë", email="zoe@guest.example\nBcc: eve@guest.example", is_email_verified=True),
    ],
    ids=["not verified", "none", "not ASCII", "a display name", "two", "two lines"],
)
def test_only_one_plain_verified_address_is_mailed(guests: Notifying, guest: Guest) -> None:
    knows(guests, guest)
    event = a_created_ticket(guests).event
    guests.deliver(event)
    assert (len(guests.subjects()), state(guests, event)) == (1, "no_address")  # the assignee's


def test_a_ticket_that_is_gone_for_good_mails_nobody(guests: Notifying) -> None:
    event = a_created_ticket(guests).event
    guests.aws.table.delete_all([keys.ticket_key(event.ticket_id)])
    assert guests.deliver(event) == {"batchItemFailures": []}
    assert (guests.subjects(), guests.retries(), guests.dead()) == ([], [], [])


def test_an_address_that_is_none_holds_up_nobody(guests: Notifying) -> None:
    guest: Any = Guest("Zoë", email=["zoe@guest.example", "eve@guest.example"], is_email_verified=True)  # type: ignore[arg-type]
    knows(guests, guest)
    event = a_created_ticket(guests).event
    assert guests.deliver(event) == {"batchItemFailures": []}
    assert (len(guests.subjects()), state(guests, event)) == (1, "no_address")


def test_an_organisation_can_switch_it_off(notifying: Notifying) -> None:
    event = a_created_ticket(notifying).event
    notifying.deliver(event)
    assert (mails_to(notifying), state(notifying, event)) == ([], "switched_off")


def test_what_is_not_true_any_more_is_not_told(guests: Notifying) -> None:
    creation = a_created_ticket(guests)
    resolved = a_move(guests, creation.ticket, "resolved")
    a_move(guests, resolved.ticket, "open")
    guests.deliver(resolved.event)
    assert (mails_to(guests), state(guests, resolved.event)) == ([], "withdrawn")


def test_a_ticket_that_is_done_by_then_is_not_told_to_be_looked_after(guests: Notifying) -> None:
    creation = a_created_ticket(guests)
    resolved = a_move(guests, creation.ticket, "resolved")
    guests.deliver(creation.event, resolved.event)
    assert [str(mail["Subject"]) for mail in mails_to(guests)] == ["Your request has been resolved"]
    assert state(guests, creation.event) == "withdrawn"


def test_an_answer_to_a_guests_mail_goes_nowhere_that_it_would_be_missed(guests: Notifying) -> None:
    sender = guests.app.notifier.delivery.sender
    sender._stamp = replace(sender._stamp, reply_to="answers@lodgestory.example")
    guests.deliver(a_created_ticket(guests).event)
    assert {str(mail["To"]).partition("@")[0]: mail["Reply-To"] for mail in guests.messages()} == {
        "ben": "answers@lodgestory.example",
        "zoe": None,
    }


def test_a_mail_that_waits_and_is_withdrawn_waits_no_more_though_its_sender_died(
    guests: Notifying, monkeypatch: pytest.MonkeyPatch
) -> None:
    creation = a_created_ticket(guests)
    resolved = a_move(guests, creation.ticket, "resolved")
    with monkeypatch.context() as patch:
        guests.ses(patch, raising(Stop()))
        with pytest.raises(Stop):
            guests.deliver(resolved.event)
    a_move(guests, resolved.ticket, "open")
    guests.deliver(resolved.event)  # the lease runs still: somebody comes back
    for _ in range(2):
        guests.after(minutes=2)
        guests.run_retries()
    assert (mails_to(guests), state(guests, resolved.event)) == ([], "withdrawn")


def test_a_chat_that_was_deleted_has_no_guest(guests: Notifying) -> None:
    event = a_created_ticket(guests).event
    chat = a_chat(deleted_at=guests.aws.clock.now)
    guests.aws.table.put_all([(keys.chat_key(ORGANISATION, CHAT), items.chat_item(ORGANISATION, chat))])
    guests.deliver(event)
    assert (mails_to(guests), state(guests, event)) == ([], "withdrawn")


def test_nobody_gets_more_than_five_a_day_however_often_a_status_flips(guests: Notifying) -> None:
    event = a_created_ticket(guests).event
    events = [replace(event, version=version) for version in range(1, 9)]
    guests.deliver(*events)
    assert len(mails_to(guests)) == Caps().per_address
    assert [state(guests, event) for event in events] == ["sent"] * 5 + ["capped"] * 3
    guests.after(days=1)
    guests.deliver(*events)
    assert len(mails_to(guests)) == 5, "what was capped stays so"
    tomorrow = replace(event, version=20, at=guests.aws.clock.now)
    guests.deliver(tomorrow)
    assert state(guests, tomorrow) == "sent"


def test_an_organisation_mails_a_thousand_guests_a_day(guests: Notifying) -> None:
    day = f"{guests.aws.clock.now:%Y-%m-%d}"
    spent = {"sent": Caps().per_organisation - 1}
    guests.aws.table.put_all([(keys.mail_cap_key(ORGANISATION, "all", day), spent)])
    event = a_created_ticket(guests).event
    other = replace(event, version=2)
    guests.deliver(event, other)
    assert [state(guests, one) for one in (event, other)] == ["sent", "capped"]


def test_a_mail_that_is_tried_again_is_counted_once(guests: Notifying, monkeypatch: pytest.MonkeyPatch) -> None:
    event = a_created_ticket(guests).event

    def refuse(_send: Any, **_request: Any) -> Any:
        from botocore.exceptions import ClientError

        raise ClientError({"Error": {"Code": "TooManyRequestsException"}}, "SendEmail")

    with monkeypatch.context() as patch:
        guests.ses(patch, refuse)
        guests.deliver(event)
        for _ in range(5):
            guests.run_retries()
    guests.run_retries()
    assert state(guests, event) == "sent"
    day = f"{guests.aws.clock.now:%Y-%m-%d}"
    found = guests.aws.table.get(keys.mail_cap_key(ORGANISATION, "all", day))
    assert found is not None
    assert found["sent"] == 1


@pytest.mark.parametrize(
    ("guest", "is_due"), [(Guest("Zoë", email=ZOE, is_email_verified=True), False), (Guest("Zoë"), True)]
)
def test_the_history_says_whom_no_mail_can_acknowledge(world: World, guest: Guest, *, is_due: bool) -> None:
    chat = a_chat(guest=guest)
    world.aws.table.put_all([(keys.chat_key(ORGANISATION, CHAT), items.chat_item(ORGANISATION, chat))])
    made = world.api("POST", "/v1/tickets", {"chat_id": CHAT, "issue": "maintenance"})
    assert made.status == 201, made.body
    history = world.api("GET", f"/v1/tickets/{made.body['id']}/history").body["data"]
    assert [entry["guest_ack_due"] for entry in history] == [is_due]
