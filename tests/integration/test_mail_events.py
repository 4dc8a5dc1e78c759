"""What SES tells of mails, as EventBridge calls the function: noted once, in any order, of our mails only."""

from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings

from tests.builders import BEN, NOW, ORGANISATION, a_chat, a_member, a_workflow, an_occasion
from tests.fakes.events import from_file
from tests.integration.hearing import ADDRESS, KINDS, MESSAGE, Hearing, a_sent_mail, bring_back, claimed_mail, told_of
from tests.integration.notifying import a_created_ticket, a_move
from tests.integration.world import OTHER
from tests.unit.domain.test_mail_events import SEED, mangled
from ticketing.domain.mail import MailState, digest
from ticketing.domain.ticket import NewTicket, create
from ticketing.errors import Busy
from ticketing.store import directory, keys, mail_ledger, mail_tags, suppressions, tickets
from ticketing.store.attributes import Item
from ticketing.store.keys import Key
from ticketing.store.mail_ledger import Entry


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


def test_whatever_arrives_the_function_answers_and_logs_no_address(
    hearing: Hearing, capfd: pytest.CaptureFixture[str]
) -> None:
    """Events of a mail of ours, mangled: some are believed, and only that mail and its suppression change."""
    creation, message_id = a_sent_mail(hearing)
    key = keys.mail_key(creation.event.ticket_id, 1, BEN)
    suppressed = keys.suppressed_key(ORGANISATION, digest(ORGANISATION, ADDRESS))
    sent, before = hearing.mail(creation.event), hearing.notifying.aws.items()
    answers: dict[str, int] = {}

    @settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @seed(SEED)
    @given(mangled([told_of(kind, creation.event, message_id, ADDRESS) for kind in (*KINDS, "rejected")]))
    def arriving(event: Any) -> None:
        bring_back(hearing, key, (sent, None))
        answer = hearing.app.handle(event)
        answers[answer] = answers.get(answer, 0) + 1
        if answer == "ignored":
            assert hearing.mail(creation.event) == sent

    arriving()
    after = hearing.notifying.aws.items()
    assert {one for one in before.keys() | after.keys() if before.get(one) != after.get(one)} <= {key, suppressed}
    said = hearing.log.text() + "".join(capfd.readouterr())
    print(f"mangled events, seed {SEED}: {answers}; reasons {sorted(set(hearing.said()))}")
    assert answers.keys() == {"ignored", "noted", "suppressed", "known"}
    assert "@" not in said
    assert max(len(line) for line in said.splitlines()) < 500


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
