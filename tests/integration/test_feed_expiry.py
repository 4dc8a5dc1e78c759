"""How long the feed can be followed: 30 days, whenever the engine removes what has expired; then 410, never a gap."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from tests.builders import ORGANISATION
from tests.integration.aws import Answer
from tests.integration.world import World, api_on
from ticketing.config import Settings
from ticketing.store import feed, keys
from ticketing.store.feed import FeedEntry


@dataclass
class Partner:
    """Whoever follows the feed; `versions` are those of the changes on a page."""

    world: World

    def asks(self, cursor: str | None = None, limit: int = 100) -> Answer:
        query = {"limit": [str(limit)]} | ({"cursor": [cursor]} if cursor else {})
        return self.world.api("GET", "/v1/changes", query=query)

    def cursor(self) -> str:
        return str(self.asks("now").body["next_cursor"])

    def versions(self, cursor: str | None = None, limit: int = 100) -> list[int]:
        return [one["version"] for one in self.asks(cursor, limit).body["data"]]

    def walk(self, limit: int) -> list[int]:
        """All pages from the beginning."""
        page, found = self.asks(limit=limit), list[int]()
        while True:
            assert page.status == 200, page.body
            found += [one["version"] for one in page.body["data"]]
            if not page.body["has_more"]:
                return found
            page = self.asks(page.body["next_cursor"], limit)

    def is_refused(self, cursor: str) -> bool:
        answer = self.asks(cursor)
        return (answer.status, answer.body.get("code")) == (410, "cursor_expired")

    # --- what happens meanwhile ---

    def tell(self, *versions: int) -> None:
        entries = [FeedEntry("tkt_x3k5m2q7v4ntb6ya", version) for version in versions]
        feed.append(self.world.aws.table, ORGANISATION, entries, self.world.aws.clock())

    def wait(self, days: float) -> None:
        self.world.aws.clock.now += timedelta(days=days)

    def sweep(self, *positions: int) -> None:
        """The engine gets to entries that have expired, in whatever order it likes."""
        self.world.aws.table.delete_all([keys.feed_entry_key(ORGANISATION, one) for one in positions])


@pytest.fixture
def partner(world: World) -> Partner:
    return Partner(world)


def test_an_entry_is_told_for_29_days_and_after_31_its_cursor_has_expired(partner: Partner) -> None:
    cursor = partner.cursor()
    partner.tell(1)
    partner.wait(29)
    assert partner.versions(cursor) == [1]
    partner.wait(2)
    assert partner.is_refused(cursor)


@pytest.mark.parametrize("swept", [(), (1,), (2,), (1, 2), (2, 3), (1, 2, 3)], ids=str)
def test_a_cursor_before_what_has_expired_is_refused_whatever_the_engine_has_removed(
    partner: Partner, swept: tuple[int, ...]
) -> None:
    start = partner.cursor()
    partner.tell(1, 2, 3)
    partner.wait(20)
    kept_from = partner.cursor()
    partner.tell(4, 5)
    partner.wait(11)
    partner.sweep(*swept)
    assert partner.is_refused(start)
    assert partner.versions(kept_from) == [4, 5]
    assert partner.versions() == [4, 5]


def test_a_first_follow_finds_the_oldest_kept_entry_behind_any_number_of_expired_ones(partner: Partner) -> None:
    for number in range(1, 41):
        partner.tell(number)
        partner.wait(1)
    kept = [*range(12, 41)]
    for swept in ((), (3, 4, 9), (1, 2, 10), (5, 6, 7, 8, 11)):
        partner.sweep(*swept)
        for limit in (1, 2, 3, 7, 30, 100):
            assert partner.walk(limit) == kept, (swept, limit)


def test_an_expired_entry_between_kept_ones_is_no_silent_gap(partner: Partner) -> None:
    """The clocks of two indexers may part by a second."""
    cursor = partner.cursor()
    partner.tell(1)
    partner.wait(-1)
    partner.tell(2)
    partner.wait(1)
    partner.tell(3)
    partner.wait(29.5)
    assert partner.is_refused(cursor)
    partner.sweep(2)
    assert partner.is_refused(cursor)


@pytest.mark.parametrize("swept", [(), (1,), (1, 2)], ids=str)
def test_when_all_has_expired_a_caught_up_cursor_goes_on_and_an_older_one_does_not(
    partner: Partner, swept: tuple[int, ...]
) -> None:
    start = partner.cursor()
    partner.tell(1, 2)
    caught_up = partner.cursor()
    partner.wait(31)
    partner.sweep(*swept)
    assert partner.is_refused(start)
    assert partner.versions(caught_up) == []
    first = partner.asks()
    assert (first.body["data"], first.body["has_more"]) == ([], False)
    partner.tell(3)
    assert partner.versions(caught_up) == partner.versions(first.body["next_cursor"]) == partner.versions() == [3]


def test_now_in_an_empty_feed_misses_nothing_however_long_nothing_happens(partner: Partner) -> None:
    cursor = partner.cursor()
    partner.wait(100)
    assert partner.versions(cursor) == []
    partner.tell(1)
    assert partner.versions(cursor) == [1]


def test_a_follower_that_reads_every_day_is_never_refused(partner: Partner) -> None:
    cursor, found = partner.cursor(), list[int]()
    for day in range(1, 71):
        partner.tell(day)
        partner.wait(1)
        partner.sweep(*range(1, day - 30))
        page = partner.asks(cursor)
        found, cursor = found + [one["version"] for one in page.body["data"]], page.body["next_cursor"]
    assert found == [*range(1, 71)]


# --- a table that was restored from a backup ----------------------------------------------------------------------


def restored(partner: Partner, epoch: str) -> Partner:
    world = partner.world
    world.aws.settings = Settings({**world.aws.settings.variables, "DATA_EPOCH": epoch})
    return Partner(World(world.aws, world.keys, api_on(world.aws, world.aws.table, world.keys.user), world.log))


def test_a_cursor_from_before_a_restore_is_refused_though_the_feed_is_as_long_again(partner: Partner) -> None:
    partner.tell(1)
    cursor = partner.cursor()
    after = restored(partner, "2")
    after.tell(2)
    assert after.is_refused(cursor)
    assert after.versions() == [1, 2]
    assert after.versions(after.asks(limit=1).body["next_cursor"]) == [2]


def test_a_cursor_beyond_the_end_is_refused_rather_than_silent_until_the_feed_is_as_long_again(
    partner: Partner,
) -> None:
    partner.tell(1, 2)
    cursor = partner.cursor()
    partner.world.aws.table.delete_all(
        [keys.feed_head_key(ORGANISATION), *(keys.feed_entry_key(ORGANISATION, one) for one in (1, 2))]
    )
    partner.tell(3)
    assert partner.is_refused(cursor)


def test_a_cursor_of_the_form_before_it_named_the_restore_is_refused_as_expired(partner: Partner) -> None:
    from ticketing.domain.signing import Signer

    partner.tell(1)
    former = Signer([b"c2VjcmV0"]).seal("changes", ORGANISATION, 0)
    assert partner.is_refused(former)
