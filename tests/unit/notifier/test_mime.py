"""What goes over the wire, read by the parser that mail programs are written with."""

import json
import re
from collections.abc import Callable, Mapping
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from notifier import mail, mime, wording
from notifier.mail import Mail
from notifier.mime import Stamp
from scripts.mails.samples import SAMPLES

STAMP = Stamp("tickets@lodgestory.example")
FIRST = ["From", "To", "Subject"]
LAST = ["Auto-Submitted", "X-Auto-Response-Suppress", "MIME-Version", "Content-Type"]

_FAKES = Path(__file__).parents[2] / "fakes"
_STRINGS: list[dict[str, list[str]]] = [
    json.loads((_FAKES / name).read_text("ascii")) for name in ("hostile_strings.json", "hostile_mail_strings.json")
]
LONG = ("x" * 10_240, "é" * 10_240, "👩\u200d🔧" * 400, "a b " * 2_500, " " * 500, "a" * 998)
HOSTILE = tuple(dict.fromkeys([*(text for kinds in _STRINGS for texts in kinds.values() for text in texts), *LONG]))

WORDS = {
    "recipient_name",
    "issue",
    "sub_issue",
    "status",
    "status_from",
    "status_to",
    "guest_name",
    "channel",
    "remark",
    "before",
    "after",
    "organisation",
    "actor_name",
    "what",
    "week",
    "assignee",
    "name",
}


def places(facts: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where in a template's facts somebody's words stand."""
    inside = facts.items() if isinstance(facts, Mapping) else enumerate(facts) if isinstance(facts, list) else ()
    found = [place for key, value in inside for place in places(value, (*path, key))]
    return [path] if isinstance(facts, str) and path[-1] in WORDS else found


def changed(facts: Any, path: tuple[Any, ...], words: str) -> Any:
    if not path:
        return words
    first, *rest = path
    inside = changed(facts[first], tuple(rest), words)
    if isinstance(facts, list):
        return [*facts[:first], inside, *facts[first + 1 :]]
    return {**facts, first: inside}


FULLEST = {sample.template: sample for sample in sorted(SAMPLES, key=lambda sample: len(places(sample.facts)))}
PLACES = [(sample, place) for sample in FULLEST.values() for place in places(sample.facts)]


def sent(composed: Mail, stamp: Stamp = STAMP) -> EmailMessage:
    """The message as it arrives, after all that must hold for any was looked at."""
    written = mime.written(composed, stamp)
    assert written.isascii()
    assert max(map(len, written.split(b"\r\n"))) <= 998
    assert b"\n" not in written.replace(b"\r\n", b"")
    assert b"\r" not in written.replace(b"\r\n", b"")
    message = message_from_bytes(written, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    assert not [value.defects for value in message.values() if value.defects]
    return message


def check(composed: Mail, message: EmailMessage) -> None:
    """Nothing was added, lost or changed on the way."""
    assert message.keys() == [*FIRST, *LAST]
    assert message["Subject"] == composed.subject
    assert message["To"] == composed.to
    assert message["From"] == f"{STAMP.name} <{STAMP.sender}>"
    plain, page = message.iter_parts()
    assert (plain.get_content_type(), page.get_content_type()) == ("text/plain", "text/html")
    assert (read(plain), read(page)) == (composed.text, composed.html)


def read(part: Message) -> str:
    """The text of a part; on the way its lines, and the last one, end in CRLF (RFC 2046, section 4.1.1)."""
    assert isinstance(part, EmailMessage)
    text: str = part.get_content()
    assert text.count("\n") == text.count("\r\n") == text.count("\r")
    return text.replace("\r\n", "\n")


@pytest.mark.parametrize("template", FULLEST)
def test_words_of_others_change_nothing_but_the_words_of_a_mail(template: str) -> None:
    everywhere = [place for sample, place in PLACES if sample.template == template]
    for words in HOSTILE:
        facts = FULLEST[template].facts
        for place in everywhere:
            facts = changed(facts, place, words)
        composed = mail.compose(template, "ben@lakeside.example", facts)
        check(composed, sent(composed))
    print(f"{template}: {len(HOSTILE)} strings, each in {len(everywhere)} places")


def test_there_are_strings_enough_and_no_place_is_left_out() -> None:
    assert len(HOSTILE) >= 300
    assert {place[-1] for _, place in PLACES} == WORDS


@given(st.text(st.characters(codec=None), max_size=200), st.sampled_from(PLACES))
@example("=?utf-8?q?=0D=0ABcc:_spy@evil.example?=", PLACES[0])
@example("\ud800\r\nBcc: x", PLACES[0])
def test_any_words_arrive_as_they_were_composed(words: str, at: tuple[Any, tuple[Any, ...]]) -> None:
    sample, place = at
    composed = mail.compose(sample.template, "ben@lakeside.example", changed(sample.facts, place, words))
    check(composed, sent(composed))


@given(st.text(st.characters(codec=None), max_size=300))
@example("a" * 68)
@example("a" * 69)
@example("a =?utf-8?b?4oKs?= b")
@example("x\r\nBcc: spy@evil.example")
def test_any_subject_is_read_as_it_was_written(words: str) -> None:
    composed = Mail("ben@lakeside.example", words, "text", "page")
    assert sent(composed)["Subject"] == wording.one_line(words)


@pytest.mark.parametrize("words", ["a\ud800b", "a\x00b", "a\x1bb", "a\x85b"])
def test_what_no_text_can_hold_is_marked_as_lost(words: str) -> None:
    plain, page = sent(Mail("ben@lakeside.example", "s", words, words)).iter_parts()
    assert read(plain) == read(page) == "a\ufffdb\n"


def a_mail(**more: Any) -> Mail:
    return Mail("ben@lakeside.example", "Subject", "text", "page", **more)


def test_mails_of_one_ticket_have_one_root() -> None:
    message = sent(a_mail(thread="tkt_x3k5m2q7v4ntb6ya"))
    assert message["References"] == message["In-Reply-To"] == "<tkt_x3k5m2q7v4ntb6ya@lodgestory.example>"
    assert message.keys() == [*FIRST, "In-Reply-To", "References", *LAST]


def test_no_program_answers_a_mail() -> None:
    message = sent(a_mail())
    assert (message["Auto-Submitted"], message["X-Auto-Response-Suppress"]) == ("auto-generated", "All")


def test_one_click_ends_mail_about_a_ticket() -> None:
    message = sent(a_mail(unsubscribe_url="https://api.lodgestory.example/v1/mail/stop/x"))
    assert message["List-Unsubscribe"] == "<https://api.lodgestory.example/v1/mail/stop/x>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_answers_go_where_the_stamp_says() -> None:
    message = sent(a_mail(), Stamp("tickets@lodgestory.example", "Concierge", "answers@lodgestory.example"))
    assert message["From"] == "Concierge <tickets@lodgestory.example>"
    assert message["Reply-To"] == "answers@lodgestory.example"


LONG_DOMAIN = f"{'mail.' * 30}lodgestory.example"


@pytest.mark.parametrize(
    ("name", "of"),
    [
        ("References", lambda: (a_mail(thread="tkt_x"), Stamp(f"t@{LONG_DOMAIN}"))),
        ("In-Reply-To", lambda: (a_mail(thread="tkt_x"), Stamp(f"t@{LONG_DOMAIN}"))),
        ("List-Unsubscribe", lambda: (a_mail(unsubscribe_url=f"https://x.example/{'aB1' * 200}"), STAMP)),
        ("To", lambda: (Mail(f"{'a' * 64}@{'b' * 60}.{LONG_DOMAIN}", "s", "t", "h"), STAMP)),
        ("From", lambda: (a_mail(), Stamp(f"t@{LONG_DOMAIN}"))),
    ],
)
def test_a_long_id_or_address_is_never_encoded(name: str, of: Callable[[], tuple[Mail, Stamp]]) -> None:
    written = mime.written(*of()).split(b"\r\n\r\n")[0].decode()
    header = re.search(rf"^{name}: (.*(?:\r\n .*)*)", written, re.MULTILINE)
    assert header is not None
    assert "=?" not in header[1]
