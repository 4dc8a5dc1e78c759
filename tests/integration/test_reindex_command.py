"""`ticketsctl reindex` and `drift-check`: what a person reads, and what the exit code says."""

import io
import json
from dataclasses import dataclass
from typing import Any

import pytest

from scripts import ticketsctl
from scripts.admin import search_index
from scripts.admin.search_index import Progress
from tests.fakes.quick_moto import Snapshot
from tests.fakes.search_cluster import SearchCluster
from tests.integration.aws import REGION, founder
from tests.integration.indexing import Indexing
from tests.integration.world import World
from ticketing.search import drift, rebuilding
from ticketing.store import search_indexes

STACK = "tickets-test"


@dataclass
class Commanding:
    indexing: Indexing
    cluster: SearchCluster
    capsys: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str, stack: str = STACK) -> tuple[int, str]:
        self.capsys.readouterr()
        code = ticketsctl.main(["--stack", stack, *arguments])
        captured = self.capsys.readouterr()
        return code, captured.out + captured.err

    def create_stack(self, name: str, **more: str) -> None:
        aws = self.indexing.world.aws
        outputs = {
            "ApiUrl": "https://api.example",
            "TableName": "tickets",
            "SigningSecretId": aws.settings.signing_secret_id,
            "ContentBucketName": aws.settings.content_bucket,
        } | more
        template = {
            "Parameters": {"Environment": {"Type": "String"}, "DataEpoch": {"Type": "String"}},
            "Resources": {f"{name}queue": {"Type": "AWS::SQS::Queue"}},
            "Outputs": {output: {"Value": value} for output, value in outputs.items()},
        }
        parameters = [
            {"ParameterKey": key, "ParameterValue": value}
            for key, value in (("Environment", "local"), ("DataEpoch", "3"))
        ]
        founder("cloudformation").create_stack(StackName=name, TemplateBody=json.dumps(template), Parameters=parameters)


@pytest.fixture
def commanding(world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Commanding:
    Snapshot(REGION, "tickets").bring_back()
    cluster = SearchCluster()

    def connected(endpoint: str, *, timeout_s: float) -> Any:
        assert (endpoint, timeout_s) == ("https://search.example", 30)
        return cluster

    monkeypatch.setattr(search_index, "connect", connected)
    monkeypatch.setattr(rebuilding, "SETTLING_S", 0)
    monkeypatch.setattr(drift, "_GRACE_S", 0)
    found = Commanding(Indexing(world, cluster, epoch=3, is_built=False), cluster, capsys)
    found.create_stack(STACK, SearchEndpoint="https://search.example")
    return found


def live(commanding: Commanding) -> str:
    return str(search_indexes.read(commanding.indexing.world.aws.table).live)


def test_the_index_is_built_compared_and_gone_back_from(
    commanding: Commanding, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        commanding.indexing.world.a_ticket()
    code, said = commanding("reindex")
    first = live(commanding)
    assert code == 0
    assert f"Building {first} …" in said
    summary = "3 documents written; 3 tickets compared, 0 of them changed meanwhile, 0 differ"
    assert f"{summary}. {first} is searched now." in said
    assert list(commanding.cluster.shown(first).values()) == [3 * 2**40 + 2] * 3

    monkeypatch.setattr("ticketing.search.indexes.new_name", lambda _: "tickets-second")
    assert f"{first} is kept: `reindex --rollback` goes back to it." in commanding("reindex")[1]
    assert live(commanding) == "tickets-second"
    assert commanding("reindex", "--rollback")[0] == 0
    assert live(commanding) == first


def test_the_comparison_names_what_differs_by_organisation_and_fails(commanding: Commanding) -> None:
    ids = [commanding.indexing.world.a_ticket()["id"] for _ in range(14)]
    commanding("reindex")
    code, said = commanding("drift-check")
    assert (code, said.splitlines()) == (0, ["org_lakeside  14 tickets  equal", "org_other  0 tickets  equal"])

    documents = commanding.cluster.held[live(commanding)].documents
    for id_ in ids[:12]:
        del documents[id_]
    commanding.indexing.world.api("PATCH", f"/v1/tickets/{ids[13]}", {"priority": "low"})
    code, said = commanding("drift-check")
    assert code == 1
    assert "org_lakeside  14 tickets  12 missing, 1 stale" in said
    assert f"stale: {ids[13]}\n" in said
    assert "and 2 more" in said
    assert "13 tickets differ: `make reindex` builds the index anew." in said


def test_what_is_refused_is_named_and_nothing_is_switched(commanding: Commanding) -> None:
    bad, _ = (commanding.indexing.world.a_ticket(remarks="Secret")["id"] for _ in range(2))
    commanding.cluster.fate = lambda id_: 400 if id_ == bad else None
    code, said = commanding("reindex")
    assert code == 1
    assert f"refused: {bad} (made_up_exception)" in said
    assert "Secret" not in said
    assert live(commanding) == "None"
    assert commanding("reindex", "--despite-refused")[0] == 0


def test_reasons_to_stop_are_said_in_words(commanding: Commanding) -> None:
    commanding.create_stack("bare")
    assert "has no search" in commanding("reindex", stack="bare")[1]
    assert "There is no search index yet" in commanding("drift-check")[1]
    assert "There is no index to go back to" in commanding("reindex", "--rollback")[1]
    commanding.cluster.is_away = True
    code, said = commanding("reindex")
    assert (code, "The search cluster does not serve now (ConnectionTimeout)" in said) == (1, True)


def test_ctrl_c_says_that_the_next_run_goes_on(commanding: Commanding, monkeypatch: pytest.MonkeyPatch) -> None:
    commanding.indexing.world.a_ticket()
    bulk = commanding.cluster.bulk

    def interrupt(**_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(commanding.cluster, "bulk", interrupt)
        code, said = commanding("reindex")
    assert (code, "complete what they began" in said) == (1, True)
    assert commanding.cluster.bulk == bulk
    assert "Going on with tickets-" in commanding("reindex")[1]


def test_where_somebody_watches_there_is_a_bar() -> None:
    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen = Screen()
    progress = Progress(1000, lambda _: None, screen)
    progress.walks(1, 500)
    progress.walks(2, 1000)
    progress.end()
    half, whole = screen.getvalue().strip().split("\r")
    assert half.rstrip() == f"[{'#' * 15}{' ' * 15}]  50% filled 500 of about 1,000 tickets"
    assert whole.startswith(f"[{'#' * 30}] 100% compared 1,000")
