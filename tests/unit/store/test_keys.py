"""Keys: one partition a thing, sort keys whose text order is the wanted order."""

from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOW, later
from ticketing.domain.instants import to_text
from ticketing.store import keys

VERSIONS = st.integers(1, 10**9)


@given(VERSIONS, VERSIONS)
def test_events_sort_by_version(one: int, other: int) -> None:
    assert (keys.event_key("tkt_1", one).sk < keys.event_key("tkt_1", other).sk) == (one < other)


@given(VERSIONS, VERSIONS)
def test_feed_entries_sort_by_position_and_before_the_head(one: int, other: int) -> None:
    first, second = keys.feed_entry_key("org_a", one).sk, keys.feed_entry_key("org_a", other).sk
    assert (first < second) == (one < other)
    assert first < keys.LAST_FEED_ENTRY < keys.feed_head_key("org_a").sk


def test_everything_of_a_ticket_stands_in_one_partition() -> None:
    ticket = keys.ticket_key("tkt_1")
    for key in (
        keys.event_key("tkt_1", 1),
        keys.remark_key("tkt_1", 1),
        keys.text_key("tkt_1"),
        keys.mail_key("tkt_1", 1, "mem_a"),
    ):
        assert key.pk == ticket.pk == keys.ticket_collection("tkt_1")


def test_a_weekly_list_is_noted_once_for_each_week_and_member() -> None:
    key = keys.weekly_mail_key("org_a", "2026-W47", "mem_a")
    assert key == ("ORG#org_a", "WEEKLY#2026-W47#mem_a")
    assert key.pk == keys.organisation_key("org_a").pk


def test_only_events_are_events() -> None:
    assert keys.is_event(keys.event_key("tkt_1", 1).sk)
    for key in (keys.ticket_key("tkt_1"), keys.mail_key("tkt_1", 1, "mem_a"), keys.remark_key("tkt_1", 1)):
        assert not keys.is_event(key.sk)


def test_two_organisations_never_share_a_partition() -> None:
    for key_of in (keys.organisation_key, keys.counter_key, keys.feed_head_key):
        assert key_of("org_a").pk != key_of("org_b").pk
    assert keys.chat_key("org_a", "chat").pk != keys.chat_key("org_b", "chat").pk


def test_a_list_goes_by_creation_then_by_id() -> None:
    assert keys.listed_at(NOW, "tkt_2") < keys.listed_at(later(seconds=1), "tkt_1")
    assert keys.listed_at(NOW, "tkt_1") < keys.listed_at(NOW, "tkt_2")


@given(st.from_regex(r"[A-Za-z0-9_-]{1,40}", fullmatch=True), st.from_regex(r"[A-Za-z0-9_-]{1,40}", fullmatch=True))
def test_a_list_goes_on_right_beyond_an_id_and_ends_after_every_id(one: str, other: str) -> None:
    first = keys.member_key("org_a", "")
    seen, next_ = keys.member_key("org_a", one).sk, keys.member_key("org_a", other).sk
    assert (keys.beyond(first, one) < next_) == (seen < next_)
    assert first.sk < seen < keys.last_of_kind(first)
    assert not first.sk <= keys.team_key("org_a", one).sk <= keys.last_of_kind(first)


def test_chats_are_counted_apart_by_channel_and_organisation() -> None:
    partitions = {keys.channel_count_key(org, channel, 0).pk for org in ("org_a", "org_b") for channel in ("a", "b")}
    assert len(partitions) == 4
    assert {keys.channel_shard(f"chat_{number}") for number in range(200)} == set(range(keys.CHANNEL_SHARDS))


def test_notes_of_late_changes_stand_between_no_two_changes_and_tell_when_and_of_what_they_are() -> None:
    change, note = keys.changed_at(later(days=10_000), "tkt_1"), keys.late_since(NOW, "tkt_2")
    first, last = keys.late_range()
    assert change < keys.LAST_CHANGE < first <= note <= last
    assert keys.of_changed_at(note) == (to_text(NOW), True)
    assert keys.of_changed_at(keys.changed_at(NOW, "tkt_1")) == (to_text(NOW), False)
