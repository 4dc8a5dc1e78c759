"""Whether the index is the table: what the daily look finds, says, and leaves to the next run."""

from datetime import timedelta
from typing import Any

import orjson
import pytest

from tests.builders import ORGANISATION
from tests.fakes.quick_moto import Snapshot
from tests.fakes.search_cluster import Document, SearchCluster
from tests.integration.aws import REGION
from tests.integration.indexing import LIVE, Indexing
from tests.integration.world import OTHER, World
from ticketing.search import drift
from ticketing.store import keys


@pytest.fixture
def cluster() -> SearchCluster:
    return SearchCluster()


@pytest.fixture
def indexing(world: World, cluster: SearchCluster, monkeypatch: pytest.MonkeyPatch) -> Indexing:
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "lodgestory-tickets-test")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "search_indexer")
    monkeypatch.setenv("POWERTOOLS_METRICS_DISABLED", "false")
    Snapshot(REGION, "tickets").bring_back()
    return Indexing(world, cluster)


def looked(indexing: Indexing, capsys: pytest.CaptureFixture[str]) -> dict[str, float]:
    """What the metrics of the look say, all of its runs together."""
    capsys.readouterr()
    assert indexing.app.handle({"source": "aws.scheduled", "detail-type": "Scheduled Event"}) == {}
    while indexing.waiting():
        assert indexing.work_off() == {"batchItemFailures": []}
    told = [orjson.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    for one in told:
        (stated,) = one["_aws"]["CloudWatchMetrics"]
        assert (stated["Namespace"], one["service"]) == ("lodgestory-tickets-test", "search_indexer")
    return {name: sum(one[name][0] for one in told) for name in ("SearchTicketsCompared", "SearchDrift")}


def named(indexing: Indexing) -> set[str]:
    return {ticket for _, _, facts in indexing.log.lines for ticket in facts.get("tickets", [])}


def test_an_index_that_is_the_table_has_no_drift(indexing: Indexing, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(3):
        indexing.world.a_ticket()
    indexing.world.a_foreign_ticket()
    indexing.follow()
    assert looked(indexing, capsys) == {"SearchTicketsCompared": 4, "SearchDrift": 0}
    assert [level for level, _, _ in indexing.log.lines if level == "error"] == []


def test_what_is_missing_stale_or_too_much_is_found_in_every_organisation(
    indexing: Indexing, cluster: SearchCluster, capsys: pytest.CaptureFixture[str]
) -> None:
    missing, stale, extra, hidden_too_late, fine = (indexing.world.a_ticket()["id"] for _ in range(5))
    foreign = indexing.world.a_foreign_ticket()
    indexing.follow()
    documents = cluster.held[LIVE].documents
    del documents[missing], documents[foreign]
    indexing.world.api("PATCH", f"/v1/tickets/{stale}", {"priority": "low"})
    indexing.world.api("DELETE", f"/v1/tickets/{hidden_too_late}")
    indexing.world.aws.table.delete_all([keys.ticket_key(extra)])
    assert looked(indexing, capsys)["SearchDrift"] == 5
    assert named(indexing) == {
        f"missing {missing}",
        f"missing {foreign}",
        f"stale {stale}",
        f"extra {extra}",
        f"extra {hidden_too_late}",
    }
    assert fine not in str(named(indexing))


def test_what_the_index_learns_a_moment_later_is_no_drift(
    indexing: Indexing, capsys: pytest.CaptureFixture[str]
) -> None:
    ids = [indexing.world.a_ticket()["id"] for _ in range(2)]
    indexing.follow()
    indexing.world.api("PATCH", f"/v1/tickets/{ids[0]}", {"priority": "low"})
    indexing.world.api("DELETE", f"/v1/tickets/{ids[1]}")
    indexing.world.a_ticket()
    waits: list[float] = []

    def meanwhile(seconds: float) -> None:
        waits.append(seconds)
        indexing.follow()

    indexing.drifts._sleep = meanwhile
    assert looked(indexing, capsys)["SearchDrift"] == 0
    assert len(waits) == 1


def test_a_ticket_that_never_rests_is_no_drift_while_the_index_follows(
    indexing: Indexing, capsys: pytest.CaptureFixture[str]
) -> None:
    id_ = indexing.world.a_ticket()["id"]
    indexing.follow()
    indexing.world.api("PATCH", f"/v1/tickets/{id_}", {"priority": "low"})

    def meanwhile(_: float) -> None:
        indexing.follow()
        indexing.world.api("PATCH", f"/v1/tickets/{id_}", {"priority": "medium"})

    indexing.drifts._sleep = meanwhile
    assert looked(indexing, capsys)["SearchDrift"] == 0


def test_a_look_that_does_not_fit_into_a_run_goes_on_where_it_ended(
    indexing: Indexing, cluster: SearchCluster, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drift, "TICKETS_A_STRETCH", 2)
    ids = [indexing.world.a_ticket()["id"] for _ in range(7)]
    foreign = indexing.world.a_foreign_ticket()
    indexing.follow()
    for id_ in (ids[0], ids[6], foreign):
        del cluster.held[LIVE].documents[id_]
    indexing.drifts._clock = iter(range(0, 10_000, 30)).__next__  # each look at the clock finds the time over
    assert looked(indexing, capsys) == {"SearchTicketsCompared": 8, "SearchDrift": 3}
    assert named(indexing) == {f"missing {ids[0]}", f"missing {ids[6]}", f"missing {foreign}"}


def test_a_cluster_that_is_away_is_no_drift_but_a_failure(indexing: Indexing, cluster: SearchCluster) -> None:
    from ticketing.search.client import SearchUnavailable

    cluster.is_away = True
    with pytest.raises(SearchUnavailable):
        indexing.app.handle({"detail-type": "Scheduled Event"})


def test_a_look_that_goes_on_while_the_cluster_is_away_comes_again(indexing: Indexing, cluster: SearchCluster) -> None:
    indexing.drifts._queue.send({"look": {"organisation": OTHER, "before": None}})
    cluster.is_away = True
    assert indexing.work_off() == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    cluster.is_away = False
    indexing.drain()


# --- documents that nobody needs any more ---


def test_what_was_deleted_a_month_ago_is_removed_and_nothing_else(
    indexing: Indexing, cluster: SearchCluster, capsys: pytest.CaptureFixture[str]
) -> None:
    long_ago, lately, alive = (indexing.world.a_ticket()["id"] for _ in range(3))
    indexing.world.api("DELETE", f"/v1/tickets/{long_ago}")
    indexing.world.aws.clock.now += timedelta(days=2)
    indexing.world.api("DELETE", f"/v1/tickets/{lately}")
    indexing.follow()
    indexing.world.aws.clock.now += timedelta(days=29, hours=1)
    looked(indexing, capsys)
    assert cluster.held[LIVE].documents.keys() == {lately, alive}


def test_many_are_removed_and_one_that_was_written_again_meanwhile_stays(
    indexing: Indexing, cluster: SearchCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drift, "_A_SWEEP", 10)
    hidden = {"hidden": True, "hidden_since": "2026-01-01T00:00:00.000Z", "organisation": ORGANISATION}
    documents = cluster.held[LIVE].documents
    for number in range(35):
        documents[f"tkt_{number:02d}"] = Document(5, hidden | {"id": f"tkt_{number:02d}"}, ORGANISATION, number)
    search = cluster.search

    def then_one_is_written(**request: Any) -> Any:
        found = search(**request)
        documents["tkt_07"].sequence = 100
        return found

    monkeypatch.setattr(cluster, "search", then_one_is_written)
    removed = drift.sweep(cluster, LIVE, indexing.world.aws.clock.now, may_go_on=lambda: True)  # type: ignore[arg-type]
    assert (removed, [*documents]) == (34, ["tkt_07"])
