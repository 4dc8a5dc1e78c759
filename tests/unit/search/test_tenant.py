"""Whatever is searched is searched in one organisation's documents, within two seconds, and fails by one error."""

from typing import Any

import pytest
from opensearchpy.exceptions import ConnectionTimeout, RequestError

from ticketing.search.client import SEARCHING_S, SearchUnavailable
from ticketing.search.mapping import ALIAS
from ticketing.search.tenant import Search, Tenant

SECRET = "what was typed"  # noqa: S105 (it opens nothing)
EMPTY = {"timed_out": False, "hits": {"hits": [], "total": {"value": 0}}}
EVIL = {"bool": {"should": [{"match_all": {}}, {"term": {"organisation": "org_other"}}]}}


class Cluster:
    def __init__(self, answer: Any = None) -> None:
        self.answer = answer
        self.asked: list[Any] = []
        self.indices: list[Any] = []

    def msearch(self, *, body: Any, index: Any = None, params: Any = None) -> Any:
        self.asked.append((body, params))
        self.indices.append(index)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer if self.answer is not None else {"responses": [EMPTY] * (len(body) // 2)}


def test_every_search_is_of_one_organisation_and_of_what_is_not_hidden() -> None:
    cluster = Cluster()
    Tenant(cluster, "org_ours").ask(Search(EVIL, 10), Search(EVIL, 10, with_hidden=True))
    ((header, shown, other_header, hidden), params) = cluster.asked[0]
    ours = {"term": {"organisation": "org_ours"}}
    assert shown["query"] == {"bool": {"filter": [ours, {"term": {"hidden": False}}], "must": [EVIL]}}
    assert hidden["query"] == {"bool": {"filter": [ours], "must": [EVIL]}}
    assert header == other_header
    assert (header["routing"], header["preference"]) == ("org_ours", "org_ours")
    assert cluster.indices == [ALIAS]
    assert "index" not in header, "what a header names is searched whatever the path says"
    assert params["max_concurrent_searches"] == 1  # the second must not see less than the first


def test_all_searches_of_a_list_share_two_seconds() -> None:
    now = [100.0]
    cluster = Cluster()
    tenant = Tenant(cluster, "org_ours", clock=lambda: now[0])
    tenant.ask(Search(EVIL, 1))
    now[0] += SEARCHING_S - 0.5
    tenant.ask(Search(EVIL, 1))
    assert [params["request_timeout"] for _, params in cluster.asked] == [SEARCHING_S, 0.5]
    assert [body[1]["timeout"] for body, _ in cluster.asked] == ["2000ms", "500ms"]
    now[0] += 0.5
    with pytest.raises(SearchUnavailable, match="out_of_time"):
        tenant.ask(Search(EVIL, 1))
    assert len(cluster.asked) == 2


@pytest.mark.parametrize(
    "answer",
    [
        ConnectionTimeout("TIMEOUT", SECRET, Exception(SECRET)),
        RequestError(400, SECRET, {"error": {"reason": SECRET}}),
        {"responses": [{"error": {"type": "parsing_exception", "reason": SECRET}, "status": 400}]},
        {"responses": [EMPTY | {"timed_out": True}]},
        {"responses": [{"hits": None, "timed_out": False}]},
        {"message": SECRET},
        SECRET,
    ],
)
def test_all_that_can_go_wrong_is_one_error_that_names_a_kind_and_no_text(answer: Any) -> None:
    with pytest.raises(SearchUnavailable) as raised:
        Tenant(Cluster(answer), "org_ours").ask(Search(EVIL, 1))
    assert SECRET not in repr(raised.value)
    assert raised.value.__cause__ is None
