"""The cluster that tests have in memory answers as a real OpenSearch does, as far as we ask."""

from collections.abc import Iterator, Mapping
from time import sleep
from typing import Any
from uuid import uuid4

import orjson
import pytest
from opensearchpy.exceptions import ConflictError, NotFoundError, RequestError

from tests.builders import a_chat, a_ticket
from tests.fakes.search_cluster import SearchCluster
from ticketing.domain.search_document import indexed
from ticketing.search import indexes
from ticketing.search.client import connect
from ticketing.search.mapping import FIELDS, MAPPING_VERSION
from ticketing.search.tenant import Tenant, versions_of

ORGANISATION = "org_lakeside"


class Place:
    """One index of a name of its own, asked by the requests that our code makes."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.index = f"tickets-{uuid4().hex}"
        indexes.create(client, self.index)
        self.written = indexes.written_as(self.index)

    def bulk(self, *lines: Mapping[str, Any], index: str | None = None) -> list[tuple[int, str | None]]:
        answer = self.client.bulk(
            body=b"".join(orjson.dumps(line) + b"\n" for line in lines),
            index=index or self.written,
            params={"require_alias": "true", "filter_path": "items.*.status,items.*.error.type"},
        )
        told = [next(iter(one.values())) for one in answer["items"]]
        return [(one["status"], one.get("error", {}).get("type")) for one in told]

    def put(self, id_: str, at: int, index: str | None = None, **changes: Any) -> tuple[int, str | None]:
        """Write a document as the version `at`; `changes` are of its fields."""
        body = dict(indexed(a_ticket(id=id_), a_chat(), ["AC not cooling"], epoch=1).body) | changes
        body["organisation"] = ORGANISATION
        meta = {"_id": id_, "routing": ORGANISATION, "version": at, "version_type": "external"}
        (answer,) = self.bulk({"index": meta}, body, index=index)
        return answer

    def held(self, id_: str, routing: str = ORGANISATION) -> Any:
        answer = self.client.mget(body={"docs": [{"_id": id_, "routing": routing}]}, index=self.written)
        return answer["docs"][0]

    def seen(self, id_: str) -> dict[str, int]:
        held = self.held(id_)
        return {"if_seq_no": held["_seq_no"], "if_primary_term": held["_primary_term"]}

    def forget(self, id_: str, seen: Mapping[str, int]) -> tuple[int, str | None]:
        (answer,) = self.bulk({"delete": {"_id": id_, "routing": ORGANISATION, **seen}})
        return answer

    def search(self, **body: Any) -> list[Any]:
        indexes.refresh(self.client, self.index)
        answer = self.client.search(body=body, index=self.written)
        hits: list[Any] = answer["hits"]["hits"]
        return hits


@pytest.fixture(params=["in memory", "OpenSearch"])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    if request.param == "in memory":
        yield Place(SearchCluster())
        return
    client = connect(request.getfixturevalue("search_node"), timeout_s=60)
    found = Place(client)
    yield found
    indexes.remove(client, found.index)
    client.close()


def test_the_highest_version_stays_and_an_equal_one_changes_nothing(place: Place) -> None:
    conflict = (409, "version_conflict_engine_exception")
    assert [place.put("tkt_1", version)[0] for version in (5, 7)] == [201, 200]
    assert [place.put("tkt_1", version) for version in (6, 7)] == [conflict, conflict]
    assert place.held("tkt_1")["_version"] == 7


def test_versions_of_the_last_epoch_fit(place: Place) -> None:
    highest = (2**23 - 1) * 2**40
    assert place.put("tkt_1", highest)[0] == 201
    assert place.held("tkt_1")["_version"] == highest


def test_a_document_with_a_field_of_no_mapping_or_of_another_type_is_refused_alone(place: Place) -> None:
    assert place.put("tkt_1", 1, surprise="x") == (400, "strict_dynamic_mapping_exception")
    assert place.put("tkt_2", 1, number="twelve") == (400, "mapper_parsing_exception")
    assert place.put("tkt_3", 1)[0] == 201


def test_a_write_to_an_alias_that_is_not_there_makes_no_index(place: Place) -> None:
    assert place.put("tkt_1", 1, index=f"written-{uuid4().hex}") == (404, "index_not_found_exception")
    assert place.put("tkt_1", 1, index=f"tickets-{uuid4().hex}") == (404, "index_not_found_exception")


def test_a_search_for_ids_tells_the_versions_of_those_that_are_there_hidden_or_not(place: Place) -> None:
    place.put("tkt_1", 5, version=3)
    place.put("tkt_2", 5, version=4, hidden=True)
    indexes.refresh(place.client, place.index)
    for organisation, expected in ((ORGANISATION, {"tkt_1": 3, "tkt_2": 4}), ("org_other", {})):
        tenant = Tenant(place.client, organisation, index=place.index, seconds=60)
        (answer,) = tenant.ask(versions_of(["tkt_1", "tkt_2", "tkt_3"]))
        assert {one.id: one.version for one in answer.found} == expected


def test_what_was_written_since_it_was_seen_is_not_removed(place: Place) -> None:
    place.put("tkt_1", 5)
    seen = place.seen("tkt_1")
    place.put("tkt_1", 6)
    assert place.forget("tkt_1", seen) == (409, "version_conflict_engine_exception")
    assert place.forget("tkt_1", place.seen("tkt_1"))[0] == 200
    assert place.held("tkt_1")["found"] is False
    assert place.forget("tkt_1", seen)[0] in {404, 409}


def test_a_single_document_is_removed_the_same_way(place: Place) -> None:
    place.put("tkt_1", 5)
    where = {"index": place.written, "id": "tkt_1"}
    got = place.client.get(**where, params={"routing": ORGANISATION, "_source": "false"})
    place.put("tkt_1", 6)
    as_seen = {"if_seq_no": got["_seq_no"], "if_primary_term": got["_primary_term"]}
    with pytest.raises(ConflictError):
        place.client.delete(**where, params={"routing": ORGANISATION, **as_seen})
    place.client.delete(**where, params={"routing": ORGANISATION, **place.seen("tkt_1")})
    with pytest.raises(NotFoundError):
        place.client.get(**where, params={"routing": ORGANISATION})


def test_for_a_while_a_removed_document_is_remembered_and_then_it_is_not(place: Place) -> None:
    """The reason why nothing is indexed but what the table says now."""
    place.put("tkt_1", 5)
    place.forget("tkt_1", place.seen("tkt_1"))
    assert place.put("tkt_1", 4)[0] == 409
    if isinstance(place.client, SearchCluster):
        place.client.now = lambda: 61.0
    else:
        place.client.indices.put_settings(index=place.index, body={"index.gc_deletes": "0s"})
    for version in range(1, 50):
        # It forgets when it refreshes what was written, by a clock that it reads now and then.
        place.put("tkt_2", version)
        indexes.refresh(place.client, place.index)
        if place.put("tkt_1", 4)[0] == 201:
            return
        sleep(0.1)
    pytest.fail("it was not brought back")


def test_the_walk_sees_what_is_shown_newest_first_page_by_page(place: Place) -> None:
    for number in range(5):
        place.put(f"tkt_{number}", 10 + number, created_at=f"2026-03-0{number // 2 + 1}T00:00:00.000Z")
    place.put("tkt_9", 9, hidden=True)
    body = {
        "size": 3,
        "query": {"bool": {"filter": [{"term": {"organisation": ORGANISATION}}, {"term": {"hidden": False}}]}},
        "sort": [{"created_at": "desc"}, {"id": "desc"}],
        "version": True,
        "_source": False,
        "track_total_hits": False,
    }
    first = place.search(**body)
    rest = place.search(**body, search_after=first[-1]["sort"])
    assert [one["_version"] for one in [*first, *rest]] == [14, 13, 12, 11, 10]
    assert first[0]["sort"] == ["2026-03-03T00:00:00.000Z", "tkt_4"]


def test_the_sweep_sees_what_was_hidden_before_an_instant(place: Place) -> None:
    for number in range(1, 4):
        place.put(f"tkt_{number}", 1, hidden=True, hidden_since=f"2026-03-0{number}T00:00:00.000Z")
    place.put("tkt_4", 1, hidden=True, hidden_since=None)
    place.put("tkt_5", 1)
    before = {"range": {"hidden_since": {"lt": "2026-03-03T00:00:00.000Z"}}}
    found = place.search(
        size=500,
        query={"bool": {"filter": [{"term": {"hidden": True}}, before]}},
        sort=["hidden_since", "id"],
        seq_no_primary_term=True,
        _source=False,
    )
    assert [(one["_id"], one["_routing"]) for one in found] == [("tkt_1", ORGANISATION), ("tkt_2", ORGANISATION)]
    assert place.forget("tkt_1", place.seen("tkt_1"))[0] == 200
    assert {"if_seq_no": found[1]["_seq_no"], "if_primary_term": found[1]["_primary_term"]} == place.seen("tkt_2")


def test_mappings_are_told_and_only_grow(place: Place) -> None:
    assert indexes.mapping_version(place.client, place.index) == MAPPING_VERSION
    assert indexes.mapping_version(place.client, "tickets-of-nobody") is None
    place.client.indices.put_mapping(index=place.index, body={"properties": {"room": {"type": "keyword"}}})
    place.client.indices.put_mapping(index=place.index, body={"properties": dict(FIELDS)})
    assert indexes.mapping_version(place.client, place.index) == MAPPING_VERSION
    assert place.put("tkt_1", 1, room="204")[0] == 201
    with pytest.raises(RequestError):
        place.client.indices.put_mapping(index=place.index, body={"properties": {"number": {"type": "keyword"}}})


def test_the_alias_moves_in_one_step_and_an_index_can_be_removed_twice(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexes, "ALIAS", f"alias-{uuid4().hex}")
    assert indexes.searched(place.client) is None
    indexes.search_from_now_on(place.client, place.index)
    other = f"tickets-{uuid4().hex}"
    indexes.create(place.client, other)
    indexes.search_from_now_on(place.client, other)
    assert indexes.searched(place.client) == other
    for _ in range(2):
        indexes.remove(place.client, other)
    assert indexes.searched(place.client) is None
