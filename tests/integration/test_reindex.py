"""An index built anew beside the one that is searched: complete, whatever happens meanwhile, and back again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.fakes.quick_moto import Snapshot
from tests.fakes.search_cluster import SearchCluster
from tests.integration.aws import REGION
from tests.integration.indexing import LIVE, Indexing, Watch
from tests.integration.world import World
from ticketing.errors import VersionConflict
from ticketing.search import indexes, rebuilding
from ticketing.search.client import SearchUnavailable
from ticketing.search.mapping import MAPPING_VERSION
from ticketing.search.rebuilding import NotEqual, NothingToGoBackTo, Rebuild
from ticketing.store import keys, search_indexes
from ticketing.store.search_indexes import Indexes


class Rebuilding:
    """Runs of `make reindex`, each a second after the one before it."""

    def __init__(self, indexing: Indexing) -> None:
        self.indexing, self.watch = indexing, Watch()
        self.table = indexing.world.aws.table

    def run(self, sleep: Callable[[float], None] = lambda _: None) -> Rebuild:
        self.indexing.world.aws.clock.now += timedelta(seconds=1)
        return Rebuild(
            self.indexing.source, self.indexing.cluster, self.watch, now=self.indexing.world.aws.clock, sleep=sleep
        )

    @property
    def there(self) -> Indexes:
        return search_indexes.read(self.table)

    @property
    def live(self) -> str:
        assert self.there.live is not None
        assert indexes.searched(self.indexing.cluster) == self.there.live
        return self.there.live


@pytest.fixture
def cluster() -> SearchCluster:
    return SearchCluster()


@pytest.fixture
def indexing(world: World, cluster: SearchCluster) -> Indexing:
    Snapshot(REGION, "tickets").bring_back()
    return Indexing(world, cluster)


@pytest.fixture
def rebuilding_(indexing: Indexing) -> Rebuilding:
    return Rebuilding(indexing)


def tickets(indexing: Indexing, count: int = 5) -> list[str]:
    ids = [indexing.world.a_ticket(remarks=f"Towel {number}")["id"] for number in range(count)]
    indexing.follow()
    return ids


def test_the_first_index_of_a_stack_holds_all_of_its_tickets(world: World, cluster: SearchCluster) -> None:
    Snapshot(REGION, "tickets").bring_back()
    indexing = Indexing(world, cluster, is_built=False)
    ids = [*tickets(indexing), world.a_foreign_ticket()]
    rounds = Rebuilding(indexing).run().build()
    there = search_indexes.read(world.aws.table)
    assert there.live is not None
    assert (there.live.startswith("tickets-2026"), there.building, there.previous) == (True, None, None)
    assert cluster.shown("tickets").keys() == set(ids)
    assert [(one.looked_at, one.suspected) for one in rounds] == [(6, 6), (6, 0)]


def test_the_new_index_takes_the_place_of_the_old_one_which_is_kept(
    indexing: Indexing, rebuilding_: Rebuilding, cluster: SearchCluster
) -> None:
    tickets(indexing)
    cluster.held[LIVE].documents.clear()
    rebuilding_.run().build()
    assert rebuilding_.live != LIVE
    assert rebuilding_.there.previous == LIVE
    assert indexing.differences(rebuilding_.live) == []
    assert LIVE in cluster.held


def test_what_was_kept_before_is_removed(indexing: Indexing, rebuilding_: Rebuilding, cluster: SearchCluster) -> None:
    tickets(indexing)
    rebuilding_.run().build()
    second = rebuilding_.live
    rebuilding_.run().build()
    assert cluster.held.keys() == {second, rebuilding_.live}


def test_a_deleted_ticket_gets_no_document_and_one_that_is_deleted_meanwhile_a_hidden_one(
    indexing: Indexing, rebuilding_: Rebuilding, cluster: SearchCluster
) -> None:
    before, meanwhile, alive = tickets(indexing, 3)
    indexing.world.api("DELETE", f"/v1/tickets/{before}")
    indexing.follow()

    def delete(_: float) -> None:
        indexing.world.api("DELETE", f"/v1/tickets/{meanwhile}")
        indexing.follow()

    rebuilding_.run(delete).build()
    assert cluster.held[rebuilding_.live].documents.keys() == {meanwhile, alive}
    assert cluster.shown(rebuilding_.live).keys() == {alive}


def test_under_constant_writes_every_search_is_answered_and_the_index_ends_as_the_table(
    indexing: Indexing, rebuilding_: Rebuilding, cluster: SearchCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before each request of the rebuild somebody writes, and searches."""
    monkeypatch.setattr(rebuilding, "_AT_ONCE", 7)
    ids = tickets(indexing, 20)
    answered: list[int] = []
    ask = cluster.ask
    is_busy = [False]

    def meanwhile(what: str) -> None:
        ask(what)
        if is_busy[0]:
            return
        is_busy[0] = True
        number = len(answered)
        id_ = ids[number % len(ids)]
        indexing.world.api("PATCH", f"/v1/tickets/{id_}", {"priority": ["low", "medium", "high"][number % 3]})
        ids.append(indexing.world.a_ticket()["id"])
        if number % 4 == 3:
            indexing.world.api("DELETE", f"/v1/tickets/{ids[number]}")
        if number % 2:
            indexing.follow()
        answered.append(len(cluster.shown("tickets")))
        is_busy[0] = False

    monkeypatch.setattr(cluster, "ask", meanwhile)
    rounds = rebuilding_.run().build()
    monkeypatch.setattr(cluster, "ask", ask)
    indexing.follow()
    print(f"{len(answered)} times somebody wrote and searched; rounds: {[(r.looked_at, r.suspected) for r in rounds]}")
    assert min(answered) >= 15
    assert indexing.differences(rebuilding_.live) == []


class Interrupted(BaseException):
    """Ctrl-C."""


def test_interrupted_at_any_request_the_next_run_goes_on_and_makes_no_second_index(
    indexing: Indexing, rebuilding_: Rebuilding, cluster: SearchCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuilding, "_AT_ONCE", 5)
    ids = tickets(indexing, 12)
    ask, stops, left = cluster.ask, 0, [0]

    def interrupted(what: str) -> None:
        ask(what)
        left[0] -= 1
        if left[0] == 0:
            raise Interrupted

    monkeypatch.setattr(cluster, "ask", interrupted)
    for after in range(1, 200):
        left[0] = after
        try:
            rebuilding_.run().build()
        except Interrupted:
            stops += 1
            left[0] = 0
            assert indexes.searched(cluster) is not None  # type: ignore[arg-type]
            assert cluster.shown("tickets").keys() == set(ids)
            indexing.world.api("PATCH", f"/v1/tickets/{ids[after % 12]}", {"priority": ["low", "high"][after % 2]})
            indexing.follow()
        else:
            break
    left[0] = 0
    indexing.follow()
    print(f"{stops} interruptions, {sum(one.startswith('goes on') for one in rebuilding_.watch.told)} resumptions")
    assert rebuilding_.there.building is None
    assert indexing.differences(rebuilding_.live) == []
    begun = {one for one in rebuilding_.watch.told if one.startswith("begins")}
    assert len(begun) <= 4, "one that nobody got to know, one a switch"


def test_a_run_goes_on_with_what_the_index_holds_already(
    indexing: Indexing, rebuilding_: Rebuilding, cluster: SearchCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuilding, "_AT_ONCE", 5)
    tickets(indexing, 12)
    bulk, bulks = cluster.bulk, [0]

    def then_stop(**request: Any) -> Any:
        bulks[0] += 1
        if bulks[0] == 2:
            raise Interrupted
        return bulk(**request)

    monkeypatch.setattr(cluster, "bulk", then_stop)
    with pytest.raises(Interrupted):
        rebuilding_.run().build()
    assert len(cluster.shown(str(rebuilding_.there.building))) == 5
    rounds = rebuilding_.run().build()
    assert [one.suspected for one in rounds] == [7, 0]


def test_what_an_older_code_was_building_is_thrown_away(
    indexing: Indexing, rebuilding_: Rebuilding, cluster: SearchCluster
) -> None:
    tickets(indexing)
    indexes.create(cluster, "tickets-old")  # type: ignore[arg-type]
    cluster.held["tickets-old"].mapping["_meta"] = {"version": MAPPING_VERSION - 1}
    search_indexes.change(rebuilding_.table, rebuilding_.there, Indexes(live=LIVE, building="tickets-old"))
    rebuilding_.run().build()
    assert "tickets-old" not in cluster.held
    assert indexing.differences(rebuilding_.live) == []


def test_a_document_that_is_refused_keeps_the_old_index_unless_that_is_wanted(
    indexing: Indexing, rebuilding_: Rebuilding, cluster: SearchCluster
) -> None:
    bad, *_ = tickets(indexing)
    cluster.fate = lambda id_: 400 if id_ == bad else None
    with pytest.raises(NotEqual) as refused:
        rebuilding_.run().build()
    assert [(one.id, one.error) for one in refused.value.refused] == [(bad, "made_up_exception")]
    assert rebuilding_.live == LIVE
    rebuilding_.run().build(despite_refused=True)
    assert rebuilding_.live != LIVE
    assert len(cluster.shown(rebuilding_.live)) == 4


def test_a_busy_cluster_is_waited_for_and_one_that_stays_busy_ends_the_run(
    indexing: Indexing, rebuilding_: Rebuilding, cluster: SearchCluster
) -> None:
    tickets(indexing)
    pauses: list[float] = []

    def wait(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 4:
            cluster.fate = lambda _: None

    cluster.fate = lambda _: 429
    rebuilding_.run(wait).build()
    assert pauses == [rebuilding.SETTLING_S, 1, 2, 4]
    cluster.fate = lambda _: 429
    with pytest.raises(SearchUnavailable):
        rebuilding_.run().build()
    assert rebuilding_.there.building is not None


def test_of_two_runs_at_the_same_time_one_is_told(
    indexing: Indexing, rebuilding_: Rebuilding, cluster: SearchCluster
) -> None:
    tickets(indexing)
    with pytest.raises(VersionConflict):
        rebuilding_.run(lambda _: _finished(rebuilding_.run().build())).build()
    assert indexing.differences(rebuilding_.live) == []
    assert cluster.held.keys() == {LIVE, rebuilding_.live}


def _finished(_: object) -> None:
    return None


# --- back ---


def test_going_back_brings_the_older_index_up_to_date_before_it_is_searched(
    indexing: Indexing, rebuilding_: Rebuilding, cluster: SearchCluster
) -> None:
    changed, deleted, purged, *_ = tickets(indexing)
    rebuilding_.run().build()
    newer = rebuilding_.live
    indexing.world.api("PATCH", f"/v1/tickets/{changed}", {"priority": "low"})
    indexing.world.api("DELETE", f"/v1/tickets/{deleted}")
    indexing.world.aws.table.delete_all([keys.ticket_key(purged)])
    created = indexing.world.a_ticket()["id"]
    indexing.follow()
    assert created not in cluster.shown(LIVE)
    rebuilding_.run().go_back()
    assert rebuilding_.live == LIVE
    assert rebuilding_.there.previous == newer
    assert indexing.differences(LIVE) == []
    assert purged not in cluster.held[LIVE].documents
    rebuilding_.run().go_back()
    assert rebuilding_.live == newer


def test_going_back_is_refused_where_there_is_nothing_to_go_back_to(
    indexing: Indexing, rebuilding_: Rebuilding, cluster: SearchCluster
) -> None:
    with pytest.raises(NothingToGoBackTo):
        rebuilding_.run().go_back()
    rebuilding_.run().build()
    cluster.held.pop(LIVE)
    with pytest.raises(NothingToGoBackTo):
        rebuilding_.run().go_back()


def test_going_back_gives_up_what_is_being_built(
    indexing: Indexing, rebuilding_: Rebuilding, cluster: SearchCluster
) -> None:
    tickets(indexing)
    rebuilding_.run().build()
    newer = rebuilding_.live
    indexes.create(cluster, "tickets-half")  # type: ignore[arg-type]
    half = Indexes(live=newer, building="tickets-half", previous=LIVE)
    search_indexes.change(rebuilding_.table, rebuilding_.there, half)
    rebuilding_.run().go_back()
    assert cluster.held.keys() == {LIVE, newer}
    assert rebuilding_.live == LIVE


def stopped_after_the_alias(
    rebuilding_: Rebuilding, monkeypatch: pytest.MonkeyPatch, run: Callable[[], object]
) -> None:
    """A run that has moved the alias and not the item."""

    def stop(*_: object) -> None:
        raise Interrupted

    with monkeypatch.context() as patch:
        patch.setattr(Rebuild, "_settle", stop)
        with pytest.raises(Interrupted):
            run()
    assert rebuilding_.there.building == indexes.searched(rebuilding_.indexing.cluster)


def test_going_back_after_a_switch_that_was_cut_off_goes_back_from_the_new_index(
    indexing: Indexing, rebuilding_: Rebuilding, cluster: SearchCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    tickets(indexing)
    rebuilding_.run().build()
    second = rebuilding_.live
    stopped_after_the_alias(rebuilding_, monkeypatch, rebuilding_.run().build)
    third = rebuilding_.there.building
    rebuilding_.run().go_back()
    assert (rebuilding_.live, rebuilding_.there.previous) == (second, third)
    assert cluster.held.keys() == {second, third}
    assert indexing.differences(second) == []


def test_a_way_back_that_was_cut_off_after_the_switch_is_completed(
    indexing: Indexing, rebuilding_: Rebuilding, monkeypatch: pytest.MonkeyPatch
) -> None:
    tickets(indexing)
    rebuilding_.run().build()
    newer = rebuilding_.live
    stopped_after_the_alias(rebuilding_, monkeypatch, rebuilding_.run().go_back)
    assert rebuilding_.run().build() == []
    assert (rebuilding_.live, rebuilding_.there.previous) == (LIVE, newer)


def test_a_way_back_that_was_cut_off_before_it_is_not_what_a_rebuild_goes_on_with(
    indexing: Indexing, rebuilding_: Rebuilding, cluster: SearchCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    tickets(indexing)
    rebuilding_.run().build()
    newer = rebuilding_.live

    def stop(_: float) -> None:
        raise Interrupted

    with pytest.raises(Interrupted):
        rebuilding_.run(stop).go_back()
    rebuilding_.run().build()
    assert rebuilding_.live not in {LIVE, newer}
    assert cluster.held.keys() == {newer, rebuilding_.live}
