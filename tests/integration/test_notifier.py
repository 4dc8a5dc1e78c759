"""The notifier as Lambda calls it: the right mail, once, whatever is delivered twice or dies on the way."""

from dataclasses import replace
from itertools import count, product
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError
from botocore.parsers import ResponseParserError

from notifier.mailing import MAX_AT_ONCE
from tests.builders import ANA, BEN, NOW, ORGANISATION, a_member, a_team, an_occasion
from tests.fakes.events import from_file
from tests.fakes.logs import Log
from tests.integration.notifying import Notifying, Stop, a_created_ticket, a_move, message_of, raising
from tests.integration.world import ADMIN, GONE, OWNER
from ticketing.domain.events import Source
from ticketing.domain.instants import to_text
from ticketing.domain.ticket import Patch, change
from ticketing.errors import Busy
from ticketing.store import items, keys, tickets
from ticketing.store.mail_ledger import AMBIGUOUS_WAIT, LEASE


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
    sender = notifying.app.notifier.delivery.sender
    send = sender.send

    def die(mail: Any, key: Any) -> str:
        if moment == "after SES has accepted":
            send(mail, key)
        raise Stop

    with monkeypatch.context() as patch:
        patch.setattr(type(sender), "send", lambda _, mail, key: die(mail, key))
        with pytest.raises(Stop):
            notifying.deliver(event)
    accepted = len(notifying.subjects())

    # Delivered again at once: the lease still runs, so nobody is mailed and somebody comes back later.
    assert notifying.deliver(event) == {"batchItemFailures": []}
    assert len(notifying.subjects()) == accepted
    assert notifying.retries() == [{"ticket_id": event.ticket_id, "version": 1, "recipient_id": BEN}]

    # The lease ran out and nobody knows whether SES had it: five minutes more, in which SES itself may tell.
    notifying.after(seconds=LEASE.total_seconds() + 1)
    notifying.run_retries()
    assert len(notifying.subjects()) == accepted
    assert notifying.state(event) == ("waiting", 1)

    # Then the mail goes out; only where SES had accepted it unconfirmed is it the named duplicate.
    notifying.after(seconds=AMBIGUOUS_WAIT.total_seconds() + 1)
    notifying.run_retries()
    assert notifying.state(event) == ("sent", 1)
    notifying.deliver(event)
    assert len(notifying.subjects()) == accepted + 1


def test_a_mail_that_ses_refuses_goes_out_later(notifying: Notifying, monkeypatch: pytest.MonkeyPatch) -> None:
    event = a_created_ticket(notifying).event
    refusal = ClientError({"Error": {"Code": "TooManyRequestsException"}}, "SendEmail")
    with monkeypatch.context() as patch:
        patch.setattr(notifying.app.notifier.delivery.sender._client, "send_email", raising(refusal))
        notifying.deliver(event)
    assert notifying.subjects() == []
    notifying.run_retries()
    assert len(notifying.subjects()) == 1
    found = notifying.ledger(event, BEN)
    assert found is not None
    assert (found["state"], found["attempt"]) == ("sent", 2)


SERVER_ERROR = ClientError(
    {"Error": {"Code": "InternalFailure"}, "ResponseMetadata": {"HTTPStatusCode": 500}},  # type: ignore[typeddict-item]
    "SendEmail",
)
LOST = ReadTimeoutError(endpoint_url="https://ses.example")
REFUSED = ClientError({"Error": {"Code": "TooManyRequestsException"}}, "SendEmail")


def test_a_ses_that_was_not_reached_is_asked_again_at_once(
    notifying: Notifying, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = a_created_ticket(notifying).event
    with monkeypatch.context() as patch:
        not_reached = EndpointConnectionError(endpoint_url="https://ses.example")
        patch.setattr(notifying.app.notifier.delivery.sender._client, "send_email", raising(not_reached))
        notifying.deliver(event)
    notifying.run_retries()
    assert len(notifying.subjects()) == 1
    assert notifying.state(event) == ("sent", 0)


@pytest.mark.parametrize("answer", [LOST, SERVER_ERROR], ids=["lost", "server error"])
def test_a_mail_whose_outcome_is_unknown_waits_five_minutes_and_goes_out_again(
    notifying: Notifying, monkeypatch: pytest.MonkeyPatch, answer: Exception
) -> None:
    event = a_created_ticket(notifying).event
    with monkeypatch.context() as patch:
        patch.setattr(notifying.app.notifier.delivery.sender._client, "send_email", raising(answer))
        notifying.deliver(event)
    assert notifying.state(event) == ("waiting", 1)
    notifying.after(seconds=AMBIGUOUS_WAIT.total_seconds() - 1)
    notifying.run_retries()
    assert notifying.subjects() == []
    notifying.after(seconds=2)
    notifying.run_retries()
    assert len(notifying.subjects()) == 1
    assert notifying.state(event) == ("sent", 1)


@pytest.mark.parametrize("answer", [LOST, SERVER_ERROR], ids=["lost", "server error"])
def test_a_ses_that_accepts_and_never_answers_mails_twice_and_never_again(
    notifying: Notifying, monkeypatch: pytest.MonkeyPatch, answer: Exception
) -> None:
    def accept_and_fall_silent(send: Any, **request: Any) -> None:
        send(**request)
        raise answer

    log = Log()
    notifying.app.notifier = replace(notifying.app.notifier, delivery=replace(notifying.app.notifier.delivery, log=log))
    event = a_created_ticket(notifying).event
    notifying.ses(monkeypatch, accept_and_fall_silent)
    notifying.settle(event)
    notifying.deliver(event)
    print(f"mails that one person got: {len(notifying.subjects())}")
    assert len(notifying.subjects()) == 2
    assert notifying.state(event) == ("unknown", 2)
    warned = [extra["state"] for level, _, extra in log.lines if level == "warning"]
    assert warned == ["outcome_unknown", "unknown"]


BAD_STEPS: dict[str, tuple[bool, BaseException]] = {
    "refused": (False, REFUSED),
    "silent, not sent": (False, LOST),
    "silent, sent": (True, LOST),
    "ends, not sent": (False, Stop()),
    "ends, sent": (True, Stop()),
}


def test_whatever_happens_to_a_mail_nobody_gets_it_three_times_and_nobody_is_forgotten(
    notifying: Notifying, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every course of up to three bad attempts: SES refuses or is silent, or the process ends; mail gone out or not."""
    courses = [course for length in range(4) for course in product(BAD_STEPS, repeat=length)]
    base = a_created_ticket(notifying).event
    most = 0
    for version, course in enumerate(courses, start=1):
        event = replace(base, version=version, at=notifying.aws.clock.now)
        notifying.aws.table.put_all([(keys.event_key(event.ticket_id, version), items.event_item(event))])
        before, left = len(notifying.subjects()), iter(course)

        def take_the_next_step(send: Any, left: Any = left, **request: Any) -> Any:
            if (step := next(left, None)) is None:
                return send(**request)
            goes_out, then = BAD_STEPS[step]
            if goes_out:
                send(**request)
            raise then

        with monkeypatch.context() as patch:
            notifying.ses(patch, take_the_next_step)
            notifying.settle(event)
        sent = len(notifying.subjects()) - before
        most = max(most, sent)
        state, doubts = notifying.state(event)
        assert sent <= 2, course
        assert state == ("unknown" if doubts == 2 else "sent"), course
        assert sent >= 1 or state == "unknown", course
    print(f"{len(courses)} courses, {most} mails at most to one person")


def test_refusals_are_no_doubts_and_end_when_the_mail_is_too_old(
    notifying: Notifying, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = a_created_ticket(notifying).event
    monkeypatch.setattr(notifying.app.notifier.delivery.sender._client, "send_email", raising(REFUSED))
    rounds = notifying.settle(event)
    print(f"a mail that SES refuses for ever is tried {rounds} times in six hours when no delay is kept")
    assert notifying.subjects() == []
    assert notifying.state(event) == ("expired", 0)


@pytest.mark.parametrize(("failures", "mails", "state"), [(2, 1, ("sent", 0)), (99, 2, ("unknown", 2))])
def test_a_confirmation_that_the_table_does_not_take_is_repeated_before_it_is_a_doubt(
    notifying: Notifying, monkeypatch: pytest.MonkeyPatch, failures: int, mails: int, state: tuple[str, int]
) -> None:
    event = a_created_ticket(notifying).event
    table, left = notifying.app.notifier.delivery.table, [Busy()] * failures
    write = table.write

    def confirm_fails(one: Any) -> None:
        if "sent" in one.values.values() and left:
            raise left.pop()
        write(one)

    monkeypatch.setattr(table, "write", confirm_fails)
    notifying.settle(event)
    assert len(notifying.subjects()) == mails
    assert notifying.state(event) == state


def test_who_had_the_ticket_at_the_event_is_mailed_whoever_has_it_now(
    notifying: Notifying, monkeypatch: pytest.MonkeyPatch
) -> None:
    creation = a_created_ticket(notifying)
    move = a_move(notifying, creation.ticket, "in_progress")
    with monkeypatch.context() as patch:
        patch.setattr(notifying.app.notifier.delivery.sender._client, "send_email", raising(REFUSED))
        notifying.deliver(creation.event)
    handed_on = change(move.ticket, Patch(assignee=ADMIN), workflow=None, on=an_occasion())
    assert handed_on is not None
    tickets.save(notifying.aws.table, move.ticket, handed_on)
    notifying.run_retries()  # the creation's mail, which waited
    notifying.deliver(move.event)  # handled late
    assert [to for to, _ in notifying.subjects()] == [["ben@lakeside.example"]] * 2


@pytest.mark.parametrize(("lead", "is_active", "reason"), [(ADMIN, True, "withdrawn"), (BEN, False, "inactive")])
def test_a_mail_that_waited_for_someone_who_has_left_is_settled_with_the_reason(
    notifying: Notifying, monkeypatch: pytest.MonkeyPatch, lead: str, is_active: bool, reason: str
) -> None:
    event = a_created_ticket(notifying, "team_maintenance").event
    with monkeypatch.context() as patch:
        patch.setattr(notifying.app.notifier.delivery.sender._client, "send_email", raising(REFUSED))
        notifying.deliver(event)
    team, ben = a_team(lead=lead), a_member(BEN, is_active=is_active)
    notifying.aws.table.put_all(
        [
            (keys.team_key(ORGANISATION, team.id), items.team_item(ORGANISATION, team)),
            (keys.member_key(ORGANISATION, BEN), items.member_item(ORGANISATION, ben)),
        ]
    )
    notifying.run_retries()
    assert (notifying.subjects(), notifying.retries()) == ([], [])
    found = notifying.ledger(event, BEN)
    assert found is not None
    assert found["state"] == reason


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

    def stumble(template: str, *rest: Any, **more: Any) -> Any:
        if template == "ticket_created":
            raise ZeroDivisionError
        return compose(template, *rest, **more)

    with monkeypatch.context() as patch:
        patch.setattr(mail, "compose", stumble)
        assert notifying.deliver(creation.event, move.event) == {"batchItemFailures": []}
    assert [subject for _, subject in notifying.subjects()] == ["[#12] In progress: Maintenance → HVAC"]
    notifying.after(seconds=LEASE.total_seconds() + 1)
    notifying.run_retries()
    assert len(notifying.subjects()) == 2


def a_team_of(notifying: Notifying, *members: str) -> str:
    team = a_team(id="team_of_all", lead=OWNER, members=members)
    people = [(keys.member_key(ORGANISATION, id_), items.member_item(ORGANISATION, a_member(id_))) for id_ in members]
    notifying.aws.table.put_all([*people, (keys.team_key(ORGANISATION, team.id), items.team_item(ORGANISATION, team))])
    return team.id


def test_one_recipients_fault_does_not_hold_up_the_others(
    notifying: Notifying, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = a_created_ticket(notifying, a_team_of(notifying, ADMIN, BEN)).event

    def stumble(send: Any, **request: Any) -> Any:
        if request["Destination"]["ToAddresses"] == ["owner@lakeside.example"]:
            raise ResponseParserError
        return send(**request)

    notifying.ses(monkeypatch, stumble)
    assert notifying.deliver(event) == {"batchItemFailures": []}
    assert [to for to, _ in notifying.subjects()] == [["admin@lakeside.example"], ["ben@lakeside.example"]]
    assert notifying.retries() == [{"ticket_id": event.ticket_id, "version": 1, "recipient_id": OWNER}]
    notifying.settle()
    assert len(notifying.subjects()) == 2


def test_a_recipients_lasting_fault_is_counted_by_the_queue_and_becomes_a_dead_letter(
    notifying: Notifying, monkeypatch: pytest.MonkeyPatch
) -> None:
    from notifier import mail

    event = a_created_ticket(notifying).event
    monkeypatch.setattr(mail, "compose", raising(ZeroDivisionError()))
    notifying.deliver(event)
    (waiting,) = notifying.retries()
    answer = notifying.run_retries()
    assert waiting["recipient_id"] == BEN
    assert (len(answer["batchItemFailures"]), notifying.retries()) == (1, [waiting])
    assert notifying.ledger(event, BEN) is None, "what cannot be written claims nothing"


def test_a_large_team_is_mailed_by_the_retry_queue_one_message_a_recipient(notifying: Notifying) -> None:
    members = [f"mem_{number:03d}" for number in range(MAX_AT_ONCE)]
    event = a_created_ticket(notifying, a_team_of(notifying, *members)).event
    notifying.deliver(event)
    assert notifying.subjects() == []
    assert [message["recipient_id"] for message in notifying.retries()] == [OWNER, *members]
    notifying.run_retries()
    notifying.deliver(event)
    notifying.run_retries()
    assert len({tuple(to) for to, _ in notifying.subjects()}) == len(notifying.subjects()) == MAX_AT_ONCE + 1


def test_a_queue_that_takes_only_some_of_the_messages_has_the_event_come_again(
    notifying: Notifying, monkeypatch: pytest.MonkeyPatch
) -> None:
    members = [f"mem_{number:03d}" for number in range(MAX_AT_ONCE)]
    event = a_created_ticket(notifying, a_team_of(notifying, *members)).event
    queue = notifying.app.notifier.delivery.retries._client
    send, calls = queue.send_message, count(1)

    def refuse_the_fifth(**message: Any) -> Any:
        if next(calls) == 5:
            raise REFUSED
        return send(**message)

    with monkeypatch.context() as patch:
        patch.setattr(queue, "send_message", refuse_the_fifth)
        assert notifying.deliver(event) == {"batchItemFailures": []}
    assert [message["recipient_id"] for message in notifying.retries()] == [OWNER, *members[:3], None]
    notifying.settle()
    assert len(notifying.subjects()) == MAX_AT_ONCE + 1


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
    monkeypatch.setattr(notifying.app.notifier.delivery.sender._client, "send_email", raising(ZeroDivisionError()))
    monkeypatch.setattr(notifying.app.notifier.delivery.retries._client, "send_message", raising(ZeroDivisionError()))
    assert notifying.deliver(creation.event) == {"batchItemFailures": [{"itemIdentifier": f"{1:021d}"}]}


def test_a_failing_record_is_reported_behind_others_and_raised_before_them_so_that_it_is_divided_from_them(
    notifying: Notifying, monkeypatch: pytest.MonkeyPatch
) -> None:
    creation = a_created_ticket(notifying)
    move = a_move(notifying, creation.ticket, "in_progress")
    refuse = raising(ZeroDivisionError())
    monkeypatch.setattr(notifying.app.notifier.delivery.retries._client, "send_message", refuse)
    notify = notifying.app.notifier.notify

    def fail_on_the_move(_: Any, event: Any, **more: Any) -> None:
        if event.version == move.event.version:
            raise ZeroDivisionError
        notify(event, **more)

    monkeypatch.setattr(type(notifying.app.notifier), "notify", fail_on_the_move)
    assert notifying.deliver(creation.event, move.event) == {"batchItemFailures": [{"itemIdentifier": f"{2:021d}"}]}
    with pytest.raises(ZeroDivisionError):
        notifying.deliver(move.event, creation.event)


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
