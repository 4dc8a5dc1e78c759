"""A mail of which nobody knows whether it went out, and what SES tells of it: it is not sent again."""

from dataclasses import replace
from functools import partial
from itertools import product
from typing import Any

import pytest

from tests.builders import BEN, NOW
from tests.integration.hearing import KINDS, Hearing, claimed_mail, silent
from tests.integration.notifying import Stop, a_created_ticket
from tests.integration.test_notifier import BAD_STEPS
from ticketing.domain.events import Event
from ticketing.domain.mail import MailState
from ticketing.store import items, keys, mail_ledger
from ticketing.store.mail_ledger import AMBIGUOUS_WAIT, LEASE


@pytest.mark.parametrize("name", ["sent", "delivered", "delayed"])
def test_a_mail_that_ses_took_in_silence_is_not_sent_again_once_ses_tells_of_it(
    hearing: Hearing, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    notifying, ids = hearing.notifying, list[str]()
    event = a_created_ticket(notifying).event
    with monkeypatch.context() as patch:
        notifying.ses(patch, partial(silent, is_sent=True, ids=ids))
        notifying.deliver(event)
    assert notifying.state(event) == ("waiting", 1)
    assert hearing.hear(name, event, ids[0]) == "noted"
    assert (hearing.mail(event)["state"], hearing.mail(event)["message_id"]) == (
        "delivered" if name == "delivered" else "sent",
        ids[0],
    )
    assert not {"lease_until", "free_at"} & hearing.mail(event).keys()
    notifying.after(seconds=AMBIGUOUS_WAIT.total_seconds() + 1)
    notifying.settle(event)
    assert len(notifying.subjects()) == 1


def test_a_mail_whose_sender_died_after_ses_took_it_is_not_sent_again(
    hearing: Hearing, monkeypatch: pytest.MonkeyPatch
) -> None:
    notifying, ids = hearing.notifying, list[str]()

    def die(send: Any, **request: Any) -> None:
        ids.append(send(**request)["MessageId"])
        raise Stop

    event = a_created_ticket(notifying).event
    with monkeypatch.context() as patch:
        notifying.ses(patch, die)
        with pytest.raises(Stop):
            notifying.deliver(event)
    assert hearing.hear("sent", event, ids[0]) == "noted"
    notifying.after(seconds=LEASE.total_seconds() + 1)
    notifying.settle(event)
    assert len(notifying.subjects()) == 1


def test_an_event_of_the_first_attempt_ends_the_second_before_it_is_confirmed(
    hearing: Hearing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two mails went out, which is the named window; the ledger keeps to the one that it heard of."""
    notifying, ids = hearing.notifying, list[str]()
    event = a_created_ticket(notifying).event
    with monkeypatch.context() as patch:
        notifying.ses(patch, partial(silent, is_sent=True, ids=ids))
        notifying.deliver(event)
    notifying.after(seconds=AMBIGUOUS_WAIT.total_seconds() + 1)

    def told_meanwhile(send: Any, **request: Any) -> Any:
        assert hearing.hear("sent", event, ids[0]) == "noted"
        return send(**request)

    with monkeypatch.context() as patch:
        notifying.ses(patch, told_meanwhile)
        notifying.run_retries()
    notifying.settle(event)
    assert len(notifying.subjects()) == 2
    assert hearing.message_id(event) == ids[0]
    assert hearing.hear("bounced", event, "another-id") == "ignored"
    assert hearing.said()[-1] == "other_message"


def test_an_event_that_is_faster_than_the_confirmation_is_confirmed_all_the_same(
    hearing: Hearing, monkeypatch: pytest.MonkeyPatch
) -> None:
    notifying = hearing.notifying
    event = a_created_ticket(notifying).event

    def told_before_the_answer(send: Any, **request: Any) -> Any:
        answer = send(**request)
        assert hearing.hear("delivered", event, answer["MessageId"]) == "noted"
        return answer

    notifying.ses(monkeypatch, told_before_the_answer)
    notifying.settle(event)
    assert len(notifying.subjects()) == 1
    assert (hearing.mail(event)["state"], hearing.mail(event)["attempt"]) == ("delivered", 1)


def test_a_mail_that_was_given_up_is_sent_after_all_if_ses_says_so(hearing: Hearing) -> None:
    for state in (MailState.UNKNOWN, MailState.EXPIRED, MailState.WITHDRAWN):
        key = keys.mail_key(f"tkt_{state}", 1, BEN)
        claimed = claimed_mail(hearing, key)
        mail_ledger.settle(hearing.table, claimed, state, NOW)
        assert hearing.hear("sent", key) == "noted"
        assert hearing.table.get(key)["state"] == "sent"


@pytest.mark.parametrize("when", ["at once", "before the next attempt"])
def test_whatever_happens_to_a_mail_nobody_gets_two_as_long_as_ses_tells(
    hearing: Hearing, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """The courses of test_notifier, of up to two bad attempts, in which two mails can go out when nothing is told."""
    notifying = hearing.notifying
    courses = [course for length in range(3) for course in product(BAD_STEPS, repeat=length)]
    base = a_created_ticket(notifying).event
    untold: list[tuple[Event, str]] = []

    def tell() -> None:
        while untold:
            about, message_id = untold.pop()
            hearing.hear("sent", about, message_id)

    run_retries = notifying.run_retries

    def tell_and_run_retries() -> Any:
        tell()
        return run_retries()

    monkeypatch.setattr(notifying, "run_retries", tell_and_run_retries)
    most, told = 0, 0
    for version, course in enumerate(courses, start=1):
        event = replace(base, version=version, at=notifying.aws.clock.now)
        notifying.aws.table.put_all([(keys.event_key(event.ticket_id, version), items.event_item(event))])
        before, left = len(notifying.subjects()), iter(course)

        def take_the_next_step(send: Any, left: Any = left, event: Event = event, **request: Any) -> Any:
            goes_out, then = BAD_STEPS.get(next(left, ""), (True, None))
            answer = send(**request) if goes_out else None
            if answer is not None:
                untold.append((event, answer["MessageId"]))
            if when == "at once":
                tell()
            if then is not None:
                raise then
            return answer

        with monkeypatch.context() as patch:
            notifying.ses(patch, take_the_next_step)
            notifying.settle(event)
        sent = len(notifying.subjects()) - before
        most, told = max(most, sent), told + sent
        tell()
        assert notifying.state(event)[0] == ("sent" if sent else "unknown"), course
    print(f"{len(courses)} courses, SES tells {when}: {told} mails, {most} at most to one person")
    assert most == 1


def test_a_mail_still_in_doubt_takes_no_id_from_an_event_of_another_address(
    hearing: Hearing, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = a_created_ticket(hearing.notifying).event
    with monkeypatch.context() as patch:
        hearing.notifying.ses(patch, partial(silent, is_sent=False, ids=[]))
        hearing.notifying.deliver(event)
    before = hearing.mail(event)
    assert {hearing.hear(name, event, address="x@y.example") for name in KINDS} == {"ignored"}
    assert hearing.mail(event) == before
