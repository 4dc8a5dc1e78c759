"""The weekly list as Lambda calls it: the unresolved tickets, to whom they are meant for, once a week."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email import message_from_string, policy
from itertools import count
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from notifier import weekly_reading
from notifier.delivery import MAX_AGE
from tests.builders import (
    ANA,
    BEN,
    CHANNEL,
    ORGANISATION,
    a_chat,
    a_member,
    a_ticket,
    a_workflow,
    an_organisation,
)
from tests.fakes.counting import CallCounter
from tests.fakes.events import from_file
from tests.fakes.faults import FAULTS, Faults, Stop
from tests.integration.aws import Aws
from tests.integration.world import ADMIN, OTHER, OWNER, furnish
from ticketing.domain.directory import Member, Plan, Role, delete_chat
from ticketing.domain.mail import digest
from ticketing.domain.preferences import Preferences
from ticketing.domain.settings import Settings, Weekday, WeeklyList
from ticketing.domain.ticket import Ticket
from ticketing.domain.weekly import DUE_FOR
from ticketing.domain.workflow import Label
from ticketing.store import directory, items, keys, workflows
from ticketing.store.mail_ledger import LEASE

MONDAY_NINE = WeeklyList(Weekday.MONDAY, 9, "Europe/Zurich")
NINE = datetime(2026, 3, 2, 8, tzinfo=UTC)
WEEK = "2026-W10"
FIRING = timedelta(minutes=30)
OWNERS, ADMINS = "owner@lakeside.example", "admin@lakeside.example"
REFUSED = ClientError({"Error": {"Code": "TooManyRequestsException"}}, "SendEmail")
LOST = ReadTimeoutError(endpoint_url="https://ses.example")


@dataclass
class Context:
    """Lambda's context, as far as it is asked; each question takes `step_ms`."""

    left_ms: int = 900_000
    step_ms: int = 0

    def get_remaining_time_in_millis(self) -> int:
        self.left_ms -= self.step_ms
        return self.left_ms


@dataclass
class Weekly:
    aws: Aws
    module: Any
    """The function's entry, which needs the environment when it is imported."""
    app: Any

    def fire(self, context: Context | None = None) -> Any:
        """One run of the schedule; the next one is half an hour later."""
        try:
            return self.app.handle(context or Context())
        finally:
            self.aws.clock.now += FIRING

    def say_when(self, weekly_list: WeeklyList | None, organisation: str = ORGANISATION, **changes: Any) -> None:
        settings = Settings(weekly_list=weekly_list)
        wanted = an_organisation(id=organisation, name="Lakeside Hotels", settings=settings, **changes)
        directory.put_organisation(self.aws.table, organisation, organisation, lambda _: wanted)

    def seed(self, tickets: Iterable[Ticket]) -> None:
        self.aws.table.put_all((keys.ticket_key(one.id), items.ticket_item(one)) for one in tickets)

    def put(self, member: Member, organisation: str = ORGANISATION) -> None:
        directory.put_member(self.aws.table, organisation, member.id, lambda _: member)

    def mailed(self, since: int = 0) -> list[tuple[str, str]]:
        """To whom and how it begins, in order."""
        return [(str(mail["To"]), str(mail["Subject"])) for mail in self._messages(since)]

    def told(self) -> list[str]:
        return sorted(to for to, _ in self.mailed())

    def text(self) -> str:
        """What the last mail says."""
        body = self._messages()[-1].get_body(("plain",))
        assert body is not None
        return str(body.get_content())

    def states(self, organisation: str = ORGANISATION) -> dict[str, str]:
        """What the ledger has of this week, by member."""
        found = {member: keys.weekly_mail_key(organisation, WEEK, member) for member in (OWNER, ADMIN, ANA, BEN)}
        noted = self.aws.table.get_many(found.values())
        return {member: noted[key]["state"] for member, key in found.items() if key in noted}

    def ses(self, patch: pytest.MonkeyPatch, answer: Any) -> None:
        """Let SES do what `answer` does with the call that really sends."""
        client = self.app.delivery.sender._client
        send = client.send_email
        patch.setattr(client, "send_email", lambda **request: answer(send, **request))

    def _messages(self, since: int = 0) -> list[Any]:
        return [message_from_string(mail.raw_data, policy=policy.default) for mail in self.aws.mails()[since:]]


@pytest.fixture
def lists(aws: Aws) -> Weekly:
    """Lakeside wants its list on Mondays at nine; it is a minute past, and it has three unresolved tickets."""
    from notifier import weekly

    furnish(aws)
    lists = Weekly(aws, weekly, weekly.App(aws.settings, aws.clock))
    lists.say_when(MONDAY_NINE)
    lists.seed(tickets_of(ORGANISATION, 3))
    aws.clock.now = NINE + timedelta(minutes=1)
    return lists


_numbers = count(1)


def tickets_of(organisation: str, how_many: int, **changes: Any) -> list[Ticket]:
    """The first one is 20 days old, each further one a minute younger."""
    made = []
    for position in range(how_many):
        number = next(_numbers)
        at = NINE - timedelta(days=20) + timedelta(minutes=position)
        ticket = a_ticket(id=f"tkt_{number:016d}", number=number, organisation_id=organisation)
        made.append(replace(ticket, **{"created_at": at, "updated_at": at, **changes}))
    return made


# --- Who gets it, and when -------------------------------------------------------------------------------------------


def test_owners_and_admins_get_the_list_and_nobody_else(lists: Weekly) -> None:
    lists.fire()
    subject = "3 unresolved tickets: Lakeside Hotels, Week 10, 2026"
    assert sorted(lists.mailed()) == [(ADMINS, subject), (OWNERS, subject)]


def test_it_is_sent_once_however_often_the_schedule_fires(lists: Weekly) -> None:
    for _ in range(20):
        lists.fire()
    assert lists.told() == [ADMINS, OWNERS]
    assert lists.states() == {OWNER: "sent", ADMIN: "sent"}


def test_the_next_week_has_a_list_of_its_own(lists: Weekly) -> None:
    lists.fire()
    lists.aws.clock.now += timedelta(days=7)
    lists.fire()
    assert [subject.partition("Hotels, ")[2] for _, subject in lists.mailed()] == ["Week 10, 2026"] * 2 + [
        "Week 11, 2026"
    ] * 2


def test_before_its_hour_nothing_is_sent(lists: Weekly) -> None:
    lists.aws.clock.now = NINE - timedelta(seconds=1)
    lists.fire()
    assert lists.mailed() == []


@pytest.mark.parametrize(
    "what", [{"weekly_list": None}, {"weekly_list": replace(MONDAY_NINE, zone="Mars/Olympus")}], ids=["none", "zone"]
)
def test_without_a_schedule_nothing_is_sent(lists: Weekly, what: dict[str, Any]) -> None:
    lists.say_when(**what)
    lists.fire()
    assert lists.mailed() == []


def test_an_organisation_on_an_unpaid_plan_gets_none(lists: Weekly) -> None:
    lists.say_when(MONDAY_NINE, plan=Plan.UNPAID)
    lists.fire()
    assert lists.mailed() == []


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"preferences": Preferences(digests=False)}, "muted"),
        ({"email": "nowhere"}, "no_address"),
        ({"is_active": False}, None),
        ({"role": Role.USER}, None),
    ],
)
def test_who_is_not_mailed_and_why(lists: Weekly, changes: dict[str, Any], state: str | None) -> None:
    lists.put(a_member(ADMIN, **{"role": Role.ADMIN, **changes}))
    lists.fire()
    assert lists.told() == [OWNERS]
    assert lists.states().get(ADMIN) == state


def test_an_address_that_bounced_is_not_mailed_again(lists: Weekly) -> None:
    key = keys.suppressed_key(ORGANISATION, digest(ORGANISATION, ADMINS))
    lists.aws.table.put_all([(key, {keys.ORGANISATION: ORGANISATION})])
    lists.fire()
    assert lists.told() == [OWNERS]
    assert lists.states()[ADMIN] == "suppressed"


def test_other_preferences_do_not_matter(lists: Weekly) -> None:
    quiet = Preferences(created=False, assigned=False, status_changed=False)
    lists.put(a_member(ADMIN, role=Role.ADMIN, preferences=quiet))
    lists.fire()
    assert lists.told() == [ADMINS, OWNERS]


def test_every_organisation_is_looked_at_however_many_there_are(lists: Weekly) -> None:
    made = [an_organisation(id=f"org_{number:03d}") for number in range(250)]
    for key in (keys.organisation_key, keys.organisation_entry_key):
        lists.aws.table.put_all((key(one.id), items.organisation_item(one)) for one in made)
    assert lists.fire() == {"organisations": 252}
    assert lists.told() == [ADMINS, OWNERS]


# --- What it says ----------------------------------------------------------------------------------------------------


def test_it_names_each_ticket_the_oldest_first(lists: Weekly) -> None:
    (fresh,) = tickets_of(ORGANISATION, 1, created_at=NINE - timedelta(hours=3), assignee=None)
    lists.seed([fresh])
    lists.fire()
    lines = [line.strip() for line in lists.text().splitlines()]
    facts = [line.split(", ") for line in lines if " priority, " in line]
    assert [fact[3] for fact in facts] == ["20 days", "20 days", "19 days", "3 hours"]
    assert facts[-1] == ["Medium priority", "Open", "Unassigned", "3 hours", "guest Zoë Müller"]
    at = lines.index(f"#{fresh.number} Maintenance → HVAC")
    assert lines[at + 2] == f"https://console.example/crm/tickets/{fresh.id}"
    assert "https://console.example/crm/tickets?status_category=unresolved" in lists.text()


def test_it_tells_who_has_how_many(lists: Weekly) -> None:
    lists.seed(tickets_of(ORGANISATION, 4, assignee="team_maintenance"))
    lists.seed(tickets_of(ORGANISATION, 1, assignee="mem_unknown"))
    lists.fire()
    said = [line.strip() for line in lists.text().splitlines() if ", the oldest" in line]
    assert said == [
        "Maintenance: 4 tickets, the oldest 20 days",
        "Ben: 3 tickets, the oldest 20 days",
        "mem_unknown: 1 ticket, the oldest 20 days",
    ]


def test_resolved_closed_and_deleted_tickets_are_not_in_it(lists: Weekly) -> None:
    done = [one.status for one in map(a_ticket, ("resolved", "closed"))]
    lists.seed(ticket for status in done for ticket in tickets_of(ORGANISATION, 2, status=status))
    lists.seed(tickets_of(ORGANISATION, 2, deleted_at=NINE))
    lists.fire()
    assert lists.mailed()[0][1] == "3 unresolved tickets: Lakeside Hotels, Week 10, 2026"


def test_tickets_of_a_deleted_chat_are_not_in_it_though_they_are_still_there(lists: Weekly) -> None:
    directory.put_chat(lists.aws.table, ORGANISATION, "chat_gone", lambda _: a_chat(id="chat_gone"))
    lists.seed(tickets_of(ORGANISATION, 5, chat_id="chat_gone"))

    def die(chat: Any) -> Any:
        return delete_chat(chat, NINE)

    directory.put_chat(lists.aws.table, ORGANISATION, "chat_gone", die)
    lists.fire()
    assert lists.mailed()[0][1].startswith("3 unresolved")


def test_with_nothing_unresolved_it_says_so(lists: Weekly) -> None:
    lists.say_when(None)
    lists.say_when(MONDAY_NINE, OTHER)
    lists.fire()
    assert lists.mailed() == [(ADMINS, "Nothing unresolved: Lakeside Hotels, Week 10, 2026")]


def test_follow_ups_have_a_section_of_their_own(lists: Weekly) -> None:
    """The product's second scenario: quotes that nobody followed up, seen every Monday."""
    quotes = tickets_of(ORGANISATION, 2, issue=Label("follow_up", "Follow-up"), sub_issue=Label("q", "Quote sent"))
    lists.seed(quotes)
    lists.fire()
    others, _, follow_ups = lists.text().partition("Pending follow-ups: 2")
    assert [f"#{one.number} " in follow_ups for one in quotes] == [True, True]
    assert others.count("→ HVAC") == 3
    assert "Quote sent" not in others
    assert lists.mailed()[0][1].startswith("5 unresolved")


def test_what_is_a_follow_up_is_for_the_workflow_to_say(lists: Weekly) -> None:
    lists.seed(tickets_of(ORGANISATION, 2, issue=Label("follow_up", "Follow-up")))
    plain = tuple(replace(issue, is_follow_up=False) for issue in a_workflow().issues)
    workflows.put(lists.aws.table, ORGANISATION, CHANNEL, lambda _: a_workflow(issues=plain))
    lists.fire()
    assert "Pending follow-ups" not in lists.text()


def test_of_many_the_first_two_hundred_are_shown_and_the_rest_is_counted(lists: Weekly) -> None:
    lists.seed(tickets_of(ORGANISATION, 260))
    lists.seed(tickets_of(ORGANISATION, 210, issue=Label("follow_up", "Follow-up"), sub_issue=None))
    lists.fire()
    text = lists.text()
    assert text.count("→ HVAC") == 200
    assert text.count(" Follow-up\r\n") == 200
    assert lists.mailed()[0][1].startswith("473 unresolved")
    assert "473 unresolved tickets in Week 10, 2026; 400 listed here" in text
    assert "Pending follow-ups: 210; 200 listed here" in text


def test_all_are_counted_when_a_read_ends_before_the_page_is_full(
    lists: Weekly, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weekly_reading, "_PAGE", 7)
    lists.seed(tickets_of(ORGANISATION, 100))
    lists.fire()
    assert lists.mailed()[0][1].startswith("103 unresolved")


def test_no_ticket_of_another_organisation_is_in_it(lists: Weekly) -> None:
    theirs = tickets_of(OTHER, 5, assignee=ADMIN)
    lists.seed(theirs)
    lists.say_when(MONDAY_NINE, OTHER)
    lists.put(a_member(ADMIN, role=Role.ADMIN, email="admin@other.example"), OTHER)
    lists.fire()
    assert {to: subject[0] for to, subject in lists.mailed()} == {
        OWNERS: "3",
        ADMINS: "3",
        "admin@other.example": "5",
    }
    for raw, (to, _) in zip(lists._messages(), lists.mailed(), strict=True):
        is_theirs = to == "admin@other.example"
        text = str(raw.get_body(("plain",)).get_content())
        assert [one.id in text for one in theirs] == [is_theirs] * 5


# --- What goes wrong -------------------------------------------------------------------------------------------------


def refuse(_send: Any, **_request: Any) -> Any:
    raise REFUSED


def test_while_ses_refuses_nobody_is_forgotten(lists: Weekly, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        lists.ses(patch, refuse)
        lists.fire()
        lists.fire()
    assert (lists.mailed(), lists.states()) == ([], {OWNER: "waiting", ADMIN: "waiting"})
    lists.fire()
    assert lists.told() == [ADMINS, OWNERS]


def test_nothing_waits_in_the_retry_queue_because_the_schedule_comes_again(
    lists: Weekly, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists.ses(monkeypatch, refuse)
    lists.fire()
    assert lists.aws.waiting(lists.aws.settings.mail_retry_queue_url) == []


def test_a_list_that_could_not_go_out_for_six_hours_is_noted_as_expired(
    lists: Weekly, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        lists.ses(patch, refuse)
        while lists.aws.clock.now <= NINE + MAX_AGE:
            lists.fire()

    def read_in_vain(*_: Any) -> Any:
        raise AssertionError

    monkeypatch.setattr(weekly_reading, "read", read_in_vain)
    lists.fire()
    assert (lists.mailed(), lists.states()) == ([], {OWNER: "expired", ADMIN: "expired"})


def test_who_could_not_be_mailed_is_still_looked_at_when_a_mail_is_too_old_to_send() -> None:
    assert timedelta(hours=1) <= DUE_FOR - MAX_AGE, "at least two runs of the schedule"


def test_a_mail_of_which_nobody_knows_goes_out_once_more_with_the_next_run(
    lists: Weekly, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fall_silent(_send: Any, **_request: Any) -> Any:
        raise LOST

    with monkeypatch.context() as patch:
        lists.ses(patch, fall_silent)
        lists.fire()
    lists.fire()
    assert lists.told() == [ADMINS, OWNERS]


def test_when_it_is_killed_midway_the_rest_get_theirs_and_nobody_gets_two(
    lists: Weekly, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed with the third claim in hand, before SES is asked: of that one nobody knows, so it waits longest."""
    for number in range(5):
        lists.put(a_member(f"mem_b{number}", role=Role.ADMIN))
    sent = count(1)

    def die(send: Any, **request: Any) -> Any:
        if next(sent) == 3:
            raise Stop
        return send(**request)

    with monkeypatch.context() as patch:
        lists.ses(patch, die)
        with pytest.raises(Stop):
            lists.app.handle(Context())
    assert len(lists.told()) == 2
    lists.aws.clock.now += LEASE / 2
    lists.fire()
    assert len(lists.told()) == 6
    for _ in range(3):
        lists.fire()
    assert len(lists.told()) == len(set(lists.told())) == 7


def test_one_organisations_fault_does_not_keep_the_others_from_theirs(
    lists: Weekly, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists.say_when(MONDAY_NINE, OTHER)
    read = weekly_reading.read

    def stumble(table: Any, organisation_id: str, clock: Any) -> Any:
        if organisation_id == ORGANISATION:
            raise weekly_reading.TookTooLong
        return read(table, organisation_id, clock)

    with monkeypatch.context() as patch:
        patch.setattr(weekly_reading, "read", stumble)
        with pytest.raises(lists.module.ListsFailed):
            lists.fire()
    assert lists.told() == [ADMINS]
    lists.fire()
    assert lists.told() == [ADMINS, ADMINS, OWNERS]


def test_one_recipients_fault_does_not_keep_the_others_from_theirs(
    lists: Weekly, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(send: Any, **request: Any) -> Any:
        if request["Destination"]["ToAddresses"] == [ADMINS]:
            raise ValueError
        return send(**request)

    with monkeypatch.context() as patch:
        lists.ses(patch, stumble)
        with pytest.raises(lists.module.ListsFailed):
            lists.fire()
    assert lists.told() == [OWNERS]


def test_an_organisation_that_takes_too_long_is_given_up(lists: Weekly, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weekly_reading, "_PAGE", 2)
    seconds = count(0, round(weekly_reading.MAX_SECONDS))
    app = lists.module.App(lists.aws.settings, lists.aws.clock, lambda: float(next(seconds)))
    with pytest.raises(lists.module.ListsFailed):
        app.handle(Context())
    assert lists.mailed() == []


def test_when_the_time_is_up_the_next_run_goes_on(lists: Weekly) -> None:
    lists.say_when(MONDAY_NINE, OTHER)
    lists.put(a_member(ADMIN, role=Role.ADMIN, email="admin@other.example"), OTHER)
    enough_for_one = Context(left_ms=lists.module._RESERVE_MS + 1_000, step_ms=1_000)
    assert lists.fire(enough_for_one) == {"organisations": 1}
    assert len(lists.told()) == 2
    lists.fire()
    assert lists.told() == [ADMINS, "admin@other.example", OWNERS]


def test_whatever_goes_wrong_at_whichever_store_call_everybody_gets_one(lists: Weekly) -> None:
    """SES is never at fault here, so a mail is only doubted, and may go out twice, if its confirmation was lost."""
    table = lists.app.delivery.table
    table._sleep = lambda _: None
    faults = Faults(table._client)
    with faults.watching():
        lists.app.handle(Context())
    calls, cases = len(faults.calls), 0
    for call in range(1, calls + 1):
        for fault in (one for one in FAULTS if not one.is_healed):
            lists.aws.clock.now = NINE + timedelta(weeks=cases + 1, minutes=1)
            before = len(lists.aws.mails())
            # Lambda repeats a run that fails, but it need not: the schedule comes again.
            with faults.at(call, fault), suppress(Exception, Stop):
                lists.fire()
            with faults.watching():
                lists.fire()
                lists.fire()
            got = [to for to, _ in lists.mailed(since=before)]
            assert set(got) == {ADMINS, OWNERS}, (call, fault, got)
            assert len(got) <= 3, (call, fault, got)
            cases += 1
    print(f"{cases} faults at {calls} calls")


# --- What it costs ---------------------------------------------------------------------------------------------------


def test_what_is_done_is_not_read_again(lists: Weekly) -> None:
    lists.fire()
    calls = CallCounter(lists.app.delivery.table._client)
    lists.fire()
    # The organisations and their settings; Lakeside's people and its ledger.
    assert calls.calls == {"Query": 2, "BatchGetItem": 2}


def test_what_a_thousand_tickets_cost(lists: Weekly) -> None:
    chats = [a_chat(id=f"chat_{number:04d}x") for number in range(1000)]
    lists.aws.table.put_all(directory.new_chat_items(ORGANISATION, chats))
    made = tickets_of(ORGANISATION, 1000)
    lists.seed(replace(one, chat_id=chat.id) for one, chat in zip(made, chats, strict=True))
    calls = CallCounter(lists.app.delivery.table._client)
    lists.fire()
    print(f"1,000 tickets of 1,000 chats, two recipients: {calls.total} store calls, {calls.calls}")
    assert lists.mailed()[0][1].startswith("1003 unresolved")
    # 11 batches of chats, whether they live; 3 of names.
    assert calls.total <= 30


def test_the_sample_event_is_what_the_schedule_sends(lists: Weekly, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists.module, "_app", lists.app)
    assert lists.module.handler(from_file("schedule_weekly_list"), Context()) == {"organisations": 2}
    assert lists.told() == [ADMINS, OWNERS]
