"""What is read of an event of SES: the documented shapes, and nothing of any other."""

import json
import os
from collections.abc import Sequence
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from tests.builders import BEN, NOW, TICKET
from tests.fakes.events import FOLDER, from_file
from ticketing.domain.mail import MailState
from ticketing.domain.mail_events import Ignored, Told, What, is_forward, told_by
from ticketing.store import keys, mail_tags

FILES = sorted(file.stem for file in FOLDER.glob("ses_*.json"))
KEY = keys.mail_key(TICKET, 1, BEN)
SEED = int(os.environ.get("LODGESTORY_SEED", "20261123"))


@pytest.mark.parametrize(
    ("name", "what", "at", "reason"),
    [
        ("ses_sent", What.SENT, "22:10:05.610", None),
        ("ses_delayed", What.DELAYED, "22:15:06.000", None),
        ("ses_delivered", What.DELIVERED, "22:10:06.480", None),
        ("ses_soft_bounced", What.SOFT_BOUNCED, "22:10:07.020", None),
        ("ses_bounced", What.BOUNCED, "22:10:07.020", "General"),
        ("ses_complained", What.COMPLAINED, "23:40:00.000", "abuse"),
        ("ses_rejected", What.REJECTED, "22:10:05.610", "rejected"),
        ("ses_rendering_failed", What.REJECTED, "22:10:05.610", "rejected"),
    ],
)
def test_each_kind_is_read_with_its_instant_its_reason_and_whom_it_is_about(
    name: str, what: What, at: str, reason: str | None
) -> None:
    told = told_by(from_file(name), NOW)
    message_id = "0107019c4c1f6a52-5c0e6f0e-6a1d-4f0f-9a55-1d5f2d9c8b7a-000000"
    happened = datetime.fromisoformat(f"2026-03-01T{at}+00:00").astimezone(UTC)
    whom = frozenset({"ben@lakeside.example"})
    accepted = datetime(2026, 3, 1, 22, 10, 5, 610000, UTC)
    assert told == Told(what, message_id, mail_tags.tag(KEY), whom, accepted, happened, reason)


def test_every_file_of_an_event_is_read_but_the_one_without_our_tag() -> None:
    unread = []
    for name in FILES:
        try:
            told_by(from_file(name), NOW)
        except Ignored as ignored:
            unread.append((name, ignored.why))
    assert unread == [("ses_untagged", "no_tag")]


def test_a_soft_bounce_and_a_rejection_say_nothing_of_the_address() -> None:
    assert {what for what in What if what.suppresses} == {What.BOUNCED, What.COMPLAINED}


def test_a_bounce_of_unknown_kind_is_a_soft_one() -> None:
    event = from_file("ses_bounced")
    for kind in ("Undetermined", "permanent", None, ["Permanent"]):
        event["detail"]["bounce"]["bounceType"] = kind
        assert told_by(event, NOW).what is What.SOFT_BOUNCED


def test_a_mail_only_goes_forward_and_sent_is_ahead_of_all_that_we_thought() -> None:
    order = [MailState.SENT, MailState.DELIVERED, MailState.BOUNCED, MailState.COMPLAINED]
    assert [(a, b) for a in order for b in order if is_forward(a, b)] == [
        (a, b) for at, a in enumerate(order) for b in order[at + 1 :]
    ]
    assert all(is_forward(state, MailState.SENT) for state in MailState if not state.went_out)


def changed(name: str, *path: str, value: Any) -> dict[str, Any]:
    event = from_file(name)
    node: Any = event
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    return event


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (None, "unknown_type"),
        ([], "unknown_type"),
        ({"detail": []}, "unknown_type"),
        (changed("ses_sent", "detail", "eventType", value="Open"), "unknown_type"),
        (changed("ses_sent", "detail", "eventType", value=["Send"]), "unknown_type"),
        (changed("ses_sent", "detail", "mail", value="Send"), "no_tag"),
        (changed("ses_sent", "detail", "mail", "tags", value=["ledger"]), "no_tag"),
        (changed("ses_sent", "detail", "mail", "tags", "ledger", value=[]), "no_tag"),
        (changed("ses_sent", "detail", "mail", "tags", "ledger", value=["a", "b"]), "no_tag"),
        (changed("ses_sent", "detail", "mail", "tags", "ledger", value=["a" * 257]), "no_tag"),
        (changed("ses_sent", "detail", "mail", "tags", "ledger", value=["\ud800"]), "no_tag"),
        (changed("ses_sent", "detail", "mail", "messageId", value=7), "no_message_id"),
        (changed("ses_sent", "detail", "mail", "messageId", value="a\nb"), "no_message_id"),
    ],
)
def test_what_is_not_as_documented_is_ignored(event: object, why: str) -> None:
    with pytest.raises(Ignored) as ignored:
        told_by(event, NOW)
    assert ignored.value.why == why


@pytest.mark.parametrize("at", [None, 7, "", "yesterday", "2026-13-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-03-01"])
def test_an_instant_that_cannot_be_read_is_that_of_the_mail_or_now(at: object) -> None:
    event = changed("ses_bounced", "detail", "bounce", "timestamp", value=at)
    assert told_by(event, NOW).at == datetime(2026, 3, 1, 22, 10, 5, 610000, UTC)
    event["detail"]["mail"]["timestamp"] = at
    assert told_by(event, NOW).at == NOW


def test_addresses_are_those_that_we_could_have_mailed() -> None:
    named = [{"emailAddress": one} for one in ("Ben <ben@lakeside.example>", "\ud800@b.example", "a" * 300, None, 7)]
    event = changed(
        "ses_bounced", "detail", "bounce", "bouncedRecipients", value=[*named, "ben@lakeside.example", None]
    )
    assert told_by(event, NOW).addresses == frozenset()


@pytest.mark.parametrize("tag", ["", "AAAA", "=", "////", "VElDS0VUI3gKVElDS0VU", mail_tags.tag(KEY) + "="])
def test_a_tag_that_is_none_of_a_mail_is_ignored(tag: str) -> None:
    with pytest.raises(Ignored, match="no_tag_of_ours"):
        mail_tags.key_of(tag)
    assert mail_tags.key_of(mail_tags.tag(KEY)) == KEY


@pytest.mark.parametrize(
    "key",
    [
        keys.digest_key("blk_1", BEN),
        keys.digest_key("blk_1", "guest:chat_1"),
        keys.weekly_mail_key("org_a", "2026-W47", BEN),
    ],
    ids=["digest", "guest of a bulk action", "weekly list"],
)
def test_the_tag_of_every_mail_leads_to_it(key: keys.Key) -> None:
    assert mail_tags.key_of(mail_tags.tag(key)) == key


def test_what_was_taken_out_of_the_spam_is_no_complaint() -> None:
    event = deepcopy(from_file("ses_complained"))
    event["detail"]["complaint"]["complaintFeedbackType"] = "not-spam"
    assert told_by(event, NOW).what is What.DELIVERED


@pytest.mark.parametrize(
    "key", [keys.ticket_key(TICKET), keys.organisation_key("org_lakeside"), keys.member_key("org_lakeside", BEN)]
)
def test_no_tag_leads_to_anything_but_a_mail(key: keys.Key) -> None:
    with pytest.raises(Ignored, match="no_tag_of_ours"):
        mail_tags.key_of(mail_tags.tag(key))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just("x" * 100_000),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=8,
)


def places(node: Any, *path: Any) -> list[tuple[Any, ...]]:
    below = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(found for name, one in below for found in places(one, *path, name))]


@st.composite
def mangled(draw: st.DrawFn, events: Sequence[Any]) -> Any:
    """One of the events, in which a few places hold anything, or nothing."""
    event: Any = deepcopy(draw(st.sampled_from(events)))
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(places(event)))
        if not path:
            return draw(ANYTHING)
        node = event
        for step in path[:-1]:
            node = node[step]
        if isinstance(node, dict) and draw(st.booleans()):
            del node[path[-1]]
        else:
            node[path[-1]] = draw(ANYTHING)
    return event


def test_nothing_that_arrives_makes_the_reading_fail_and_all_that_leaves_is_short() -> None:
    seen = {"read": 0, "ignored": 0}

    @settings(max_examples=1500, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @seed(SEED)
    @given(mangled([from_file(name) for name in FILES]))
    def reading(event: Any) -> None:
        try:
            told = told_by(event, NOW)
        except Ignored:
            seen["ignored"] += 1
            return
        seen["read"] += 1
        assert len(json.dumps([told.message_id, told.tag, told.reason, sorted(told.addresses)])) < 14_000
        for address in told.addresses:
            address.encode("ascii")

    reading()
    print(f"\nmangled events, seed {SEED}: {seen}")
    assert min(seen.values()) > 100
