"""What SES tells of mails, as EventBridge calls the function: noted once, in any order, of our mails only."""

from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from hypothesis import HealthCheck, given, settings

from tests.builders import BEN, NOW, ORGANISATION, a_chat, a_member, a_workflow, an_occasion
from tests.fakes.events import from_file
from tests.fakes.logs import Log
from tests.integration.notifying import Notifying, Stop, a_created_ticket, a_move
from tests.integration.test_notifier import BAD_STEPS
from tests.integration.world import OTHER
from tests.unit.domain.test_mail_events import FILES, mangled
from ticketing.domain.events import Event
from ticketing.domain.mail import MailState, digest
from ticketing.domain.ticket import Change, NewTicket, create
from ticketing.errors import Busy
from ticketing.store import directory, items, keys, mail_ledger, mail_tags, suppressions, tickets
from ticketing.store.attributes import Item
from ticketing.store.keys import Key
from ticketing.store.mail_ledger import AMBIGUOUS_WAIT, LEASE, Entry

ADDRESS = "ben@lakeside.example"
MESSAGE = "0107019c4c1f6a52-5c0e6f0e-6a1d-4f0f-9a55-1d5f2d9c8b7a-000000"
KINDS = ("sent", "delayed", "soft_bounced", "delivered", "bounced", "complained")


@dataclass
class Hearing:
    """The notifier, and the function that hears of its mails."""

    notifying: Notifying
    app: Any
    log: Log

    @property
    def table(self) -> Any:
        return self.app.table

    def hear(self, name: str, about: Event | Key, message_id: str = MESSAGE, address: str = ADDRESS) -> str:
        found: str = self.app.handle(told_of(name, about, message_id, address))
        return found

    def message_id(self, event: Event) -> str:
        return str(self.mail(event)["message_id"])

    def mail(self, event: Event) -> Item:
        found = self.notifying.ledger(event, BEN)
        assert found is not None
        return found

    def suppressed(self, organisation_id: str = ORGANISATION, address: str = ADDRESS) -> Item | None:
        return suppressions.get(self.table, organisation_id, address)

    def said(self) -> list[str]:
        return [str(facts.get("why", facts.get("outcome"))) for _, _, facts in self.log.lines]


@pytest.fixture
def hearing(notifying: Notifying, monkeypatch: pytest.MonkeyPatch) -> Hearing:
    from mail_events import app

    log = Log()
    monkeypatch.setattr(app, "_log", log)
    return Hearing(notifying, app.App(notifying.aws.table, notifying.aws.clock), log)


def told_of(name: str, about: Event | Key, message_id: str, address: str) -> dict[str, Any]:
    """An event file, of a mail of ours."""
    event = from_file(f"ses_{name}")
    key = about if isinstance(about, Key) else keys.mail_key(about.ticket_id, about.version, BEN)
    detail = event["detail"]
    detail["mail"] |= {"messageId": message_id, "destination": [address]}
    detail["mail"]["tags"]["ledger"] = [mail_tags.tag(key)]
    if "bounce" in detail:
        detail["bounce"]["bouncedRecipients"][0]["emailAddress"] = address
    if "complaint" in detail:
        detail["complaint"]["complainedRecipients"][0]["emailAddress"] = address
    return event


def silent(send: Any, *, is_sent: bool, ids: list[str], **request: Any) -> None:
    """SES takes the mail, or not, and gives no answer."""
    if is_sent:
        ids.append(send(**request)["MessageId"])
    raise ReadTimeoutError(endpoint_url="https://ses.example")


# --- A mail of which nobody knows whether it went out ----------------------------------------------------------------


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


# --- Bounces and complaints ------------------------------------------------------------------------------------------


def a_sent_mail(hearing: Hearing) -> tuple[Change, str]:
    creation = a_created_ticket(hearing.notifying)
    hearing.notifying.deliver(creation.event)
    return creation, hearing.message_id(creation.event)


@pytest.mark.parametrize(("name", "reason"), [("bounced", "General"), ("complained", "abuse")])
def test_an_address_that_bounced_or_complained_is_mailed_no_more(hearing: Hearing, name: str, reason: str) -> None:
    creation, message_id = a_sent_mail(hearing)
    assert hearing.hear(name, creation.event, message_id) == "suppressed"
    found = hearing.mail(creation.event)
    at = "2026-03-01T22:10:07.020Z" if name == "bounced" else "2026-03-01T23:40:00.000Z"
    assert (found["state"], found["reason"], found[f"{name}_at"], found["at"]) == (name, reason, at, at)
    stored = hearing.suppressed()
    assert stored is not None
    assert {one: stored[one] for one in stored if one not in {"pk", "sk"}} == {"reason": name, "at": at}

    move = a_move(hearing.notifying, creation.ticket, "in_progress")
    hearing.notifying.deliver(move.event)
    assert len(hearing.notifying.subjects()) == 1
    assert hearing.mail(move.event)["state"] == "suppressed"


def test_another_organisation_still_mails_the_same_address(hearing: Hearing) -> None:
    creation, message_id = a_sent_mail(hearing)
    hearing.hear("bounced", creation.event, message_id)
    ben = a_member(BEN)
    assert ben.email == ADDRESS
    directory.put_member(hearing.table, OTHER, BEN, lambda _: ben)
    theirs = create(
        NewTicket("maintenance", "hvac", assignee=BEN),
        ticket_id="tkt_theirs2345theirs",
        number=1,
        organisation_id=OTHER,
        chat=a_chat(),
        workflow=a_workflow(),
        on=an_occasion(),
    )
    tickets.add(hearing.table, OTHER, theirs)
    hearing.notifying.deliver(theirs.event)
    assert [to for to, _ in hearing.notifying.subjects()].count([ADDRESS]) == 2
    assert hearing.suppressed(OTHER) is None


def test_a_member_who_gets_a_new_address_is_mailed_again(hearing: Hearing) -> None:
    creation, message_id = a_sent_mail(hearing)
    hearing.hear("bounced", creation.event, message_id)
    moved = a_member(BEN, email="benjamin@lakeside.example")
    directory.put_member(hearing.table, ORGANISATION, BEN, lambda _: moved)
    hearing.notifying.deliver(a_move(hearing.notifying, creation.ticket, "in_progress").event)
    assert hearing.notifying.subjects()[-1][0] == ["benjamin@lakeside.example"]


@pytest.mark.parametrize(("name", "state"), [("soft_bounced", "sent"), ("rejected", "bounced"), ("delayed", "sent")])
def test_what_says_nothing_of_the_address_suppresses_nobody(hearing: Hearing, name: str, state: str) -> None:
    creation, message_id = a_sent_mail(hearing)
    hearing.hear(name, creation.event, message_id)
    assert hearing.mail(creation.event)["state"] == state
    assert hearing.suppressed() is None


def test_a_bounce_that_comes_again_after_the_suppression_was_lifted_puts_none_back(hearing: Hearing) -> None:
    creation, message_id = a_sent_mail(hearing)
    assert hearing.hear("bounced", creation.event, message_id) == "suppressed"
    assert suppressions.lift(hearing.table, ORGANISATION, ADDRESS)
    assert hearing.hear("bounced", creation.event, message_id) == "known"
    assert hearing.suppressed() is None
    assert not suppressions.lift(hearing.table, ORGANISATION, ADDRESS)


# --- Order, repetition, faults ---------------------------------------------------------------------------------------


def claimed_mail(hearing: Hearing, key: Key) -> Any:
    entry = Entry(key, ORGANISATION, "ticket_created", digest(ORGANISATION, ADDRESS))
    return mail_ledger.claim(hearing.table, entry, NOW)


STARTS = ("claimed", "waiting", "unknown", "sent", "expired")


@pytest.mark.parametrize("start", STARTS)
def test_in_whatever_order_and_however_often_events_come_the_end_is_the_same(hearing: Hearing, start: str) -> None:
    """Every row of events of any length, by walking what they lead to: what was heard decides, not in which order."""
    key = keys.mail_key("tkt_orders", 1, BEN)
    claimed = claimed_mail(hearing, key)
    match start:
        case "waiting":
            mail_ledger.doubt(hearing.table, claimed, NOW)
        case "sent":
            mail_ledger.confirm(hearing.table, claimed, MESSAGE, NOW)
        case "unknown" | "expired":
            mail_ledger.settle(hearing.table, claimed, MailState(start), NOW)
    nothing = (hearing.table.get(key), None)
    ends: dict[frozenset[str], Any] = {frozenset(): nothing}
    waiting, steps = [frozenset[str]()], 0
    while waiting:
        told = waiting.pop()
        for name in KINDS if start == "waiting" else ("sent", "delivered", "bounced", "complained"):
            bring_back(hearing, key, ends[told])
            hearing.hear(name, key)
            steps += 1
            end = (hearing.table.get(key), hearing.suppressed())
            heard = told | {name}
            if heard not in ends:
                waiting.append(heard)
                ends[heard] = end
            assert end == ends[heard], (start, sorted(told), name)
    print(f"from {start}: {len(ends)} sets of events, {steps} steps, one end each")
    last, suppressed = ends[max(ends, key=len)]
    assert (last["state"], suppressed["reason"]) == ("complained", "complained")


def bring_back(hearing: Hearing, key: Key, end: tuple[Item, Item | None]) -> None:
    item, suppression = end
    suppressed = keys.suppressed_key(ORGANISATION, digest(ORGANISATION, ADDRESS))
    hearing.table.delete_all([suppressed])
    found = [(key, item)] if suppression is None else [(key, item), (suppressed, suppression)]
    hearing.table.put_all(found)


@pytest.mark.parametrize(
    ("first", "then", "state"),
    [
        ("delivered", "bounced", "bounced"),
        ("complained", "delivered", "complained"),
        ("complained", "bounced", "complained"),
    ],
)
def test_an_event_that_meets_another_looks_again(
    hearing: Hearing, monkeypatch: pytest.MonkeyPatch, first: str, then: str, state: str
) -> None:
    creation, message_id = a_sent_mail(hearing)
    get = hearing.table.get
    met: list[str] = []

    def another_one_after_the_look(key: Key) -> Item | None:
        found: Item | None = get(key)
        if not met:
            met.append(first)
            hearing.hear(first, creation.event, message_id)
        return found

    monkeypatch.setattr(hearing.table, "get", another_one_after_the_look)
    hearing.hear(then, creation.event, message_id)
    assert hearing.mail(creation.event)["state"] == state
    assert {"sent_at", f"{first}_at", f"{then}_at"} <= hearing.mail(creation.event).keys()
    stored = hearing.suppressed()
    assert stored is not None
    assert stored["reason"] == state


@pytest.mark.parametrize("call", ["get", "transact"])
def test_an_event_that_the_table_did_not_take_comes_again_and_says_nothing_but_that(
    hearing: Hearing, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    from mail_events.app import NotNoted

    creation, message_id = a_sent_mail(hearing)
    before = hearing.notifying.aws.items()
    with monkeypatch.context() as patch:
        patch.setattr(hearing.table, call, busy)
        with pytest.raises(NotNoted) as raised:
            hearing.hear("bounced", creation.event, message_id)
    assert (raised.value.args, raised.value.__cause__, raised.value.__suppress_context__) == ((), None, True)
    assert hearing.notifying.aws.items() == before
    assert hearing.hear("bounced", creation.event, message_id) == "suppressed"


def busy(*_: Any, **__: Any) -> None:
    raise Busy


# --- Forged, foreign, mangled ----------------------------------------------------------------------------------------


def test_every_event_that_comes_again_changes_nothing(hearing: Hearing) -> None:
    creation, message_id = a_sent_mail(hearing)
    for name in KINDS:
        hearing.hear(name, creation.event, message_id)
    before = hearing.notifying.aws.items()
    assert [hearing.hear(name, creation.event, message_id) for name in KINDS] == ["known"] * len(KINDS)
    assert hearing.notifying.aws.items() == before


def test_no_forged_event_changes_anything(hearing: Hearing) -> None:
    creation, message_id = a_sent_mail(hearing)
    never = keys.mail_key("tkt_never", 1, BEN)
    mail_ledger.close(hearing.table, Entry(never, ORGANISATION, "ticket_created"), MailState.MUTED, NOW)
    theirs = keys.mail_key("tkt_theirs", 1, BEN)
    entry = Entry(theirs, OTHER, "ticket_created", digest(OTHER, "cleo@other.example"))
    claimed: Any = mail_ledger.claim(hearing.table, entry, NOW)
    mail_ledger.confirm(hearing.table, claimed, "their-message", NOW)
    forged = {
        "another message id": partial(hearing.hear, about=creation.event, message_id="0107-guessed"),
        "another address": partial(hearing.hear, about=creation.event, message_id=message_id, address="x@y.example"),
        "our address, by their mail": partial(hearing.hear, about=theirs, message_id="their-message"),
        "a mail that was never sent": partial(hearing.hear, about=never),
        "a mail that there is not": partial(hearing.hear, about=keys.mail_key("tkt_none", 1, BEN)),
        "a member": partial(hearing.hear, about=keys.member_key(ORGANISATION, BEN)),
        "the ticket": partial(hearing.hear, about=keys.ticket_key(creation.event.ticket_id)),
    }
    before = hearing.notifying.aws.items()
    done = {(case, name, tell(name)) for case, tell in forged.items() for name in (*KINDS, "rejected")}
    assert {outcome for _, _, outcome in done} == {"ignored"}
    assert hearing.app.handle(from_file("ses_forged")) == "ignored"
    assert hearing.app.handle(from_file("ses_untagged")) == "ignored"
    assert hearing.notifying.aws.items() == before
    print(f"{len(done) + 2} forged events changed nothing: {sorted(set(hearing.said()))}")
    assert set(hearing.said()) == {
        *("other_message", "other_address", "never_sent", "no_mail", "no_tag_of_ours", "no_tag")
    }


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


def test_whatever_arrives_the_function_answers_and_logs_no_address(
    hearing: Hearing, capfd: pytest.CaptureFixture[str]
) -> None:
    creation, _ = a_sent_mail(hearing)
    before = hearing.notifying.aws.items()
    answers: dict[str, int] = {}

    @settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(mangled())
    def arriving(event: Any) -> None:
        answer = hearing.app.handle(event)
        answers[answer] = answers.get(answer, 0) + 1

    arriving()
    said = hearing.log.text() + "".join(capfd.readouterr())
    print(f"mangled events: {answers} of {len(FILES)} files; reasons {sorted(set(hearing.said()))}")
    # Not even those that were left whole have the id that the mail was sent by.
    assert answers.keys() == {"ignored"}
    assert "@" not in said
    assert max(len(line) for line in said.splitlines()) < 500
    assert hearing.notifying.aws.items() == before
    assert hearing.mail(creation.event)["state"] == "sent"


def test_a_delivered_mail_says_where_it_stands(hearing: Hearing) -> None:
    creation, message_id = a_sent_mail(hearing)
    sent_at = hearing.mail(creation.event)["sent_at"]
    hearing.hear("delivered", creation.event, message_id)
    hearing.hear("sent", creation.event, message_id)
    found = hearing.mail(creation.event)
    assert (found["state"], found["delivered_at"], found["sent_at"]) == (
        *("delivered", "2026-03-01T22:10:06.480Z", sent_at),
    )
    assert hearing.log.lines[0][2] == {
        "what": "delivered",
        "message_id": message_id,
        "about": f"TICKET#{creation.event.ticket_id}",
        "mail": f"MAIL#000000000001#{BEN}",
        "outcome": "noted",
    }


def test_mails_go_by_the_configuration_set_that_tells_of_them_with_their_place_in_the_ledger(
    hearing: Hearing, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, Any]] = []

    def remember(send: Any, **request: Any) -> Any:
        asked.append(request)
        return send(**request)

    event = a_created_ticket(hearing.notifying).event
    hearing.notifying.ses(monkeypatch, remember)
    hearing.notifying.deliver(event)
    [request] = asked
    assert request["ConfigurationSetName"] == hearing.notifying.aws.settings.mail_events_to
    [tag] = request["EmailTags"]
    assert (tag["Name"], mail_tags.key_of(tag["Value"])) == ("ledger", keys.mail_key(event.ticket_id, 1, BEN))
