"""The words of a mail."""

from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from unicodedata import category

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jinja2 import TemplateNotFound

from notifier import facts, mail
from notifier.facts import Told
from notifier.mail import Mail
from tests.builders import BEN, a_channel, a_chat, a_creation, a_member, a_ticket, a_workflow, an_occasion
from ticketing.domain.directory import Guest, Member
from ticketing.domain.ticket import Change, NewTicket, Patch, Priority, change_status, create
from ticketing.domain.ticket import change as change_ticket
from ticketing.domain.workflow import Label


def compose(template: str, to: Member, about: Told) -> Mail:
    return mail.compose(template, to.email, facts.for_staff(to, about))


def told(change: Change, **changes: object) -> Told:
    about = Told(change.event, change.ticket, a_chat(), a_channel(), None, "https://console.example/crm")
    return replace(about, **changes)  # type: ignore[arg-type]


def a_move() -> Change:
    change = change_status(a_ticket(), "resolved", workflow=a_workflow(), on=an_occasion())
    assert change is not None
    return change


def test_a_created_mail_says_what_an_assignee_needs() -> None:
    mail = compose("ticket_created", a_member(BEN), told(a_creation()))
    assert mail.to == "ben@lakeside.example"
    assert mail.subject == "[#12] New ticket: Maintenance → HVAC"
    for words in (
        "Hello Ben",
        "#12",
        "Maintenance → HVAC",
        "Medium",
        "Open",
        "Zoë Müller",
        "Front desk",
        "AC not cooling",
    ):
        assert words in mail.text
    assert "https://console.example/crm/tickets/tkt_x3k5m2q7v4ntb6ya" in mail.text


def test_a_status_mail_says_from_where_to_where() -> None:
    mail = compose("status_changed", a_member(BEN), told(a_move()))
    assert mail.subject == "[#12] Resolved: Maintenance → HVAC"
    assert "moved from Open to Resolved" in mail.text
    assert "now" not in mail.text


def test_a_status_mail_that_comes_late_says_the_present_status() -> None:
    mail = compose("status_changed", a_member(BEN), told(a_move(), ticket=a_ticket("closed")))
    assert "it is Closed now" in mail.text


def test_a_ticket_without_sub_issue_or_remark_reads_well() -> None:
    creation = a_creation(sub_issue=None, remark_preview="")
    mail = compose("ticket_created", a_member(BEN), told(creation))
    assert mail.subject == "[#12] New ticket: Maintenance"
    assert "\n\n\n" not in mail.text
    assert "None" not in mail.text


def test_the_subject_never_holds_what_a_guest_says() -> None:
    chat = a_chat(guest=Guest("GUEST-WORDS"))
    mail = compose("ticket_created", a_member(BEN), told(a_creation(remark_preview="GUEST-WORDS"), chat=chat))
    assert "GUEST-WORDS" not in mail.subject


def subject_with(label: str) -> str:
    creation = a_creation(issue=Label("maintenance", label), sub_issue=None)
    return compose("ticket_created", a_member(BEN), told(creation)).subject.removeprefix("[#12] New ticket: ")


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("Air  conditioning", "Air conditioning"),
        ("Wi\u00a0Fi", "Wi Fi"),
        ("Family \N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL} request", "Family \N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL} request"),
        ("نمی\u200cشود", "نمی\u200cشود"),
        ("Soft\u00adhyphen", "Soft\u00adhyphen"),
        ("RTL \u200fx", "RTL \u200fx"),
        ("a\nb", "a b"),
        ("tab\there", "tab here"),
        ("bell\x07", "bell"),
        ("line\u2028separated\x85twice", "line separated twice"),
        ("in\u202evoice\u202c \u2066x\u2069", "invoice x"),
    ],
)
def test_a_subject_shows_what_people_write_and_nothing_that_steers_a_header(label: str, shown: str) -> None:
    assert subject_with(label) == shown


@given(st.text(max_size=60))
@example("Bcc\r\nBcc: x@y.example")
@example("\ud800")
@example("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_no_label_ever_makes_a_second_header(label: str) -> None:
    subject = subject_with(label)
    sent = EmailMessage(policy.SMTP)
    sent["Subject"] = subject
    received = message_from_bytes(bytes(sent), policy=policy.SMTP)
    assert list(received) == ["Subject"]
    assert not {"Cc", "Cs", "Zl", "Zp"} & {category(character) for character in subject}
    assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") & set(subject)


def test_markup_in_a_plain_mail_stays_as_it_was_written() -> None:
    mail = compose("ticket_created", a_member(BEN), told(a_creation(remark_preview="<b>2 & 3</b>")))
    assert "<b>2 & 3</b>" in mail.text


def test_markup_in_a_page_is_shown_and_not_obeyed() -> None:
    mail = compose("ticket_created", a_member(BEN), told(a_creation(remark_preview="<b>2 & 3</b>")))
    assert "&lt;b&gt;2 &amp; 3&lt;/b&gt;" in mail.html
    assert "<b>2" not in mail.html


def test_a_page_says_what_the_text_says_and_has_a_button_to_the_ticket() -> None:
    mail = compose("status_changed", a_member(BEN), told(a_move(), ticket=a_ticket("closed")))
    for words in (
        "Hello <bdi>Ben</bdi>",
        "#12",
        "HVAC",
        "Medium",
        "Open",
        "Resolved",
        "Closed",
        "Zoë Müller",
        "Front desk",
    ):
        assert words in mail.html
    assert '<a class="button" href="https://console.example/crm/tickets/tkt_x3k5m2q7v4ntb6ya"' in mail.html


def test_high_priority_stands_out_without_its_colour() -> None:
    html = {
        priority: compose("ticket_created", a_member(BEN), told(a_creation(priority=priority))).html
        for priority in Priority
    }
    assert "▲ High" in html[Priority.HIGH]
    assert "▲" not in html[Priority.LOW] + html[Priority.MEDIUM]


def a_move_with_more() -> Change:
    """A status, a priority, a sub-issue that was cleared, and people, in one change."""
    patch = Patch(status="resolved", priority=Priority.HIGH, sub_issue=None, assignee="mem_cleo", watchers=["mem_ana"])
    change = change_ticket(a_ticket(), patch, workflow=a_workflow(), on=an_occasion())
    assert change is not None
    return change


def test_all_changes_are_told_that_can_be_said_in_words() -> None:
    assert facts.changes(a_move_with_more().event) == [
        {"label": "Status", "before": "Open", "after": "Resolved"},
        {"label": "Priority", "before": "Medium", "after": "High"},
        {"label": "Sub-issue", "before": "HVAC", "after": None},
    ]


@pytest.mark.parametrize("template", ["ticket_assigned", "status_changed"])
def test_a_mail_lists_what_else_was_changed(template: str) -> None:
    mail = compose(template, a_member(BEN), told(a_move_with_more()))
    assert "Also changed:\n" in mail.text
    assert "  Priority: Medium → High\n  Sub-issue: HVAC → none\n" in mail.text
    assert ("Status: Open → Resolved" in mail.text) == (template == "ticket_assigned")
    assert "Also changed" in mail.html
    assert "mem_" not in mail.text + mail.html


def test_a_mail_of_one_change_lists_no_others() -> None:
    mail = compose("status_changed", a_member(BEN), told(a_move()))
    assert "Also changed" not in mail.text + mail.html


def test_a_long_remark_is_shown_by_its_beginning() -> None:
    made = create(
        NewTicket("maintenance", remarks="It drips. " * 1024),
        ticket_id="tkt_x3k5m2q7v4ntb6ya",
        number=12,
        organisation_id="org_lakeside",
        chat=a_chat(),
        workflow=a_workflow(),
        on=an_occasion(),
    )
    mail = compose("ticket_created", a_member(BEN), told(made))
    assert "It drips. It drips. It drips." in mail.text
    assert "…" in mail.text
    assert len(mail.text) < 500
    assert len(mail.html) < 15_000


def test_a_short_remark_has_no_sign_of_being_cut() -> None:
    assert "…" not in compose("ticket_created", a_member(BEN), told(a_creation())).text


def test_who_watches_can_stop_it_in_the_footer() -> None:
    url = "https://api.example/v1/mail/stop?a=1&b=2"
    composed = mail_of_a_watcher(url)
    assert f"Stop mail about this ticket: {url}" in composed.text
    assert 'href="https://api.example/v1/mail/stop?a=1&amp;b=2"' in composed.html
    assert composed.unsubscribe_url == url
    assert "Stop mail" not in mail_of_a_watcher(None).text + mail_of_a_watcher(None).html


def mail_of_a_watcher(url: str | None) -> Mail:
    return mail.compose(
        "ticket_created",
        "ben@lakeside.example",
        facts.for_staff(a_member(BEN), told(a_creation())),
        unsubscribe_url=url,
    )


def test_another_locale_is_another_folder() -> None:
    with pytest.raises(TemplateNotFound):
        mail.compose("guest_resolved", "x@y.example", {"organisation": "Lakeside", "number": 1}, locale="de")
