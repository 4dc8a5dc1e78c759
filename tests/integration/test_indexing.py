"""The search index follows the table: whatever fails, comes twice or late, and whatever a document looks like."""

import os
import subprocess
import sys
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from tests.builders import CHAT, ORGANISATION
from tests.fakes.counting import CallCounter
from tests.fakes.quick_moto import Snapshot
from tests.fakes.search_cluster import MEMORY_OF_DELETES_S, SearchCluster
from tests.fakes.stream import shuffled
from tests.integration.aws import REGION
from tests.integration.indexing import LIVE, Indexing
from tests.integration.notifying import Stop
from tests.integration.world import World
from ticketing.domain.search_document import phone_parts
from ticketing.errors import Busy
from ticketing.search import reading
from ticketing.search.mapping import MAPPING_VERSION
from ticketing.store import feed, keys, search_indexes
from ticketing.store.search_indexes import Indexes

SEED = int(os.environ.get("LODGESTORY_SEED", "20260301"))


@pytest.fixture
def cluster() -> SearchCluster:
    return SearchCluster()


@pytest.fixture
def indexing(world: World, cluster: SearchCluster) -> Iterator[Indexing]:
    Snapshot(REGION, "tickets").bring_back()  # the stream begins here
    found = Indexing(world, cluster)
    yield found
    assert not [facts for level, _, facts in found.log.lines if level == "error" and "at" in facts]


def patch(indexing: Indexing, ticket_id: str, **changes: Any) -> None:
    assert indexing.world.api("PATCH", f"/v1/tickets/{ticket_id}", changes).status == 200


def delete(indexing: Indexing, ticket_id: str) -> None:
    assert indexing.world.api("DELETE", f"/v1/tickets/{ticket_id}").status == 200


def remark(indexing: Indexing, ticket_id: str, text: str) -> None:
    assert indexing.world.api("POST", f"/v1/tickets/{ticket_id}/remarks", {"text": text}).status == 201


# --- what is written ---


def test_what_is_created_and_changed_is_found_as_it_is(indexing: Indexing) -> None:
    ticket = indexing.world.a_ticket(remarks="AC not cooling in 204")
    patch(indexing, ticket["id"], priority="low")
    indexing.follow()
    document = indexing.document(ticket["id"])
    assert (document["priority"], document["version"], document["shown"]) == ("low", 2, "AC not cooling in 204")
    assert indexing.differences() == []


def test_a_deleted_ticket_keeps_a_document_that_shows_nothing(indexing: Indexing) -> None:
    id_ = indexing.world.a_ticket(remarks="Secret")["id"]
    indexing.follow()
    delete(indexing, id_)
    indexing.follow()
    assert indexing.document(id_)["hidden"] is True
    assert "Secret" not in str(indexing.document(id_))
    assert indexing.differences() == []


def test_the_tickets_of_a_deleted_chat_are_hidden_with_it(indexing: Indexing) -> None:
    id_ = indexing.world.a_ticket()["id"]
    indexing.follow()
    indexing.delete_chat()
    indexing.follow()
    assert indexing.document(id_)["hidden"] is True
    assert indexing.differences() == []


REMARKS = {
    "none": [],
    "a short one": ["Towels"],
    "several": ["Towels", "and soap", "and a kettle"],
    "more than the search text holds": ["soap " * 300, "towel " * 300, "kettle"],
    "one that is an object": ["soap " * 20_000 + "kettle"],
    "one of many lines": ["Towels\n\n  and\tsoap"],
}


@pytest.mark.parametrize("texts", REMARKS.values(), ids=REMARKS)
def test_all_words_of_all_remarks_are_indexed(indexing: Indexing, texts: list[str]) -> None:
    id_ = indexing.world.a_ticket(remarks=None)["id"] if not texts else indexing.world.a_ticket(remarks=texts[0])["id"]
    for text in texts[1:]:
        remark(indexing, id_, text)
    indexing.follow()
    document = indexing.document(id_)
    assert document["remarks"].split() == " ".join(texts).casefold().split()
    assert document["cut"] is False


def test_of_a_thread_without_end_so_much_is_indexed_as_is_promised(
    indexing: Indexing, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ticketing.domain import search_document

    monkeypatch.setattr(search_document, "MAX_REMARKS", 5_000)
    monkeypatch.setattr(reading, "MAX_REMARKS", 5_000)
    id_ = indexing.world.a_ticket(remarks="soap " * 900)["id"]
    for _ in range(3):
        remark(indexing, id_, "towel " * 900)
    monkeypatch.setattr(reading, "_REMARKS_A_QUERY", 1)
    counter = CallCounter(indexing.source.table._client)
    counter.start()
    indexing.follow()
    document = indexing.document(id_)
    indexed = len(document["remarks"])
    assert (4_990 < indexed <= 5_000, document["cut"], counter.calls["Query"]) == (True, True, 2), indexed


def test_a_guest_who_is_renamed_is_found_by_the_new_name_in_every_ticket_of_the_chat(indexing: Indexing) -> None:
    ids = [indexing.world.a_ticket()["id"] for _ in range(3)]
    indexing.follow()
    indexing.put_chat("Ada Lovelace")
    indexing.follow()
    assert {indexing.document(id_)["guest_name"] for id_ in ids} == {"ada lovelace"}
    assert indexing.differences() == []


def test_a_phone_that_changes_is_found_in_every_ticket_and_told_of_by_no_feed(indexing: Indexing) -> None:
    ids = [indexing.world.a_ticket()["id"] for _ in range(3)]
    indexing.follow()
    name = indexing.world.api("GET", f"/v1/chats/{CHAT}").body["guest"]["name"]
    entries = feed.head(indexing.world.aws.table, ORGANISATION)
    indexing.put_chat(name, phone="+41791234567")
    indexing.follow()
    assert [indexing.document(id_)["phone_parts"] for id_ in ids] == [phone_parts("+41791234567")] * 3
    assert feed.head(indexing.world.aws.table, ORGANISATION) == entries


def test_what_nobody_finds_a_chats_tickets_by_is_no_news(indexing: Indexing, cluster: SearchCluster) -> None:
    indexing.world.a_ticket()
    indexing.follow()
    guest = indexing.world.api("GET", f"/v1/chats/{CHAT}").body["guest"]
    before = cluster.requests["bulk"]
    indexing.put_chat(guest["name"], phone=guest["phone"], email="zoe.new@guest.example")
    indexing.follow()
    assert cluster.requests["bulk"] == before
    assert [one.kind for one in indexing.differences()] == ["stale"], "at first sight"
    assert indexing.comparison().judge(indexing.differences()) == []


def test_a_chat_of_more_tickets_than_a_run_takes_goes_on_through_the_queue(
    indexing: Indexing, monkeypatch: pytest.MonkeyPatch
) -> None:
    from search_indexer import index as module

    monkeypatch.setattr(module, "_AT_ONCE", 10)
    monkeypatch.setattr(module, "_A_MESSAGE", 6)
    monkeypatch.setattr(module, "_LINKS_A_QUERY", 7)
    ids = [indexing.world.a_ticket()["id"] for _ in range(25)]
    indexing.follow()
    indexing.drain()
    indexing.put_chat("Ada Lovelace")
    indexing.follow()
    assert [len(one["tickets"]) for one in indexing.waiting()] == [6, 6, 3]
    indexing.drain()
    assert {indexing.document(id_)["guest_name"] for id_ in ids} == {"ada lovelace"}


def test_both_indexes_are_written_while_one_is_being_built(indexing: Indexing, cluster: SearchCluster) -> None:
    from ticketing.search import indexes

    table = indexing.world.aws.table
    indexes.create(cluster, "tickets-next")  # type: ignore[arg-type]
    search_indexes.change(table, search_indexes.read(table), Indexes(live=LIVE, building="tickets-next"))
    indexing.world.a_ticket()
    before = cluster.requests["bulk"]
    indexing.follow()
    assert cluster.shown(LIVE) == cluster.shown("tickets-next") != {}
    assert cluster.requests["bulk"] == before + 1


def test_after_a_restore_of_the_table_a_higher_epoch_writes_over_higher_versions(
    indexing: Indexing, cluster: SearchCluster
) -> None:
    id_ = indexing.world.a_ticket()["id"]
    as_it_was = indexing.world.aws.table.get(keys.ticket_key(id_))
    for priority in ("low", "high", "low"):
        patch(indexing, id_, priority=priority)
    indexing.follow()
    assert as_it_was is not None
    indexing.world.aws.table.put_all([(keys.ticket_key(id_), as_it_was)])
    restored = Indexing(indexing.world, cluster, epoch=2, is_built=False)
    restored.tell(id_)
    assert restored.document(id_)["version"] == 1


# --- how much it asks ---


def test_a_batch_is_one_bulk_request_and_few_reads(indexing: Indexing, cluster: SearchCluster, world: World) -> None:
    for number in range(1, 13):
        chat = {"channel_id": "front_desk", "guest": {"name": f"Guest {number}"}}
        world.as_(world.keys.admin)("PUT", f"/v1/chats/chat_{number}", chat)
    ids = [world.a_ticket(remarks=f"Towel {number}", chat_id=f"chat_{number % 12 + 1}")["id"] for number in range(99)]
    for id_ in ids[:60]:
        remark(indexing, id_, "And soap")
    indexing.follow()
    counter = CallCounter(indexing.source.table._client)
    before = cluster.requests["bulk"]
    events = indexing.events(*ids)
    counter.start()
    indexing.index.follow(events)
    print(f"99 tickets of 12 chats, 60 with several remarks: {counter.calls}")
    assert counter.calls == {"BatchGetItem": 2}
    assert cluster.requests["bulk"] == before + 1


def test_what_is_too_much_for_a_request_is_divided_by_its_size(
    indexing: Indexing, cluster: SearchCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ticketing.search import writing

    sizes: list[int] = []
    bulk = cluster.bulk

    def measured(**request: Any) -> Any:
        sizes.append(len(request["body"]))
        return bulk(**request)

    monkeypatch.setattr(cluster, "bulk", measured)
    monkeypatch.setattr(writing.Writer.__init__, "__kwdefaults__", {"max_bytes": 20_000})
    ids = [indexing.world.a_ticket(remarks="soap " * 500)["id"] for _ in range(12)]
    indexing.follow()
    assert len(sizes) > 1
    assert max(sizes) <= 20_000
    assert cluster.shown(LIVE).keys() == set(ids)


def test_a_request_that_the_cluster_finds_too_large_is_halved_and_a_document_that_is_set_aside(
    indexing: Indexing, cluster: SearchCluster
) -> None:
    small = [indexing.world.a_ticket()["id"] for _ in range(5)]
    large = indexing.world.a_ticket(remarks="soap " * 2000)["id"]
    cluster.takes_bytes = 9_000
    indexing.follow()
    assert cluster.shown(LIVE).keys() == set(small)
    assert [(one["pk"], one["error"]) for one in indexing.dead()] == [(keys.ticket_key(large).pk, "too_large")]


def test_where_no_cluster_is_configured_its_client_is_not_even_loaded() -> None:
    program = "import sys, search_indexer.app; sys.exit('opensearchpy' in sys.modules)"
    environment = os.environ | {
        "TABLE_NAME": "tickets",
        "DEAD_LETTER_QUEUE_URL": "https://queue.example/dead",
        "AWS_DEFAULT_REGION": REGION,
        "PYTHONPATH": os.pathsep.join(sys.path),
        "SEARCH_ENDPOINT": "",
    }
    subprocess.run([sys.executable, "-c", program], env=environment, check=True)  # noqa: S603 (ourselves)


# --- what goes wrong ---


def test_a_document_that_can_never_be_written_holds_up_no_other(indexing: Indexing, cluster: SearchCluster) -> None:
    good, bad, other = (indexing.world.a_ticket(remarks=f"Secret {number}")["id"] for number in range(3))
    cluster.fate = lambda id_: 400 if id_ == bad else None
    mapping = indexing.follow()
    assert cluster.shown(LIVE).keys() == {good, other}
    assert mapping.given_up == []
    (letter,) = indexing.dead()
    assert letter == {
        "reason": "refused by the index",
        "function": "search_indexer",
        **keys.ticket_key(bad)._asdict(),
        "index": LIVE,
        "error": "made_up_exception",
    }
    assert "Secret" not in indexing.log.text()
    assert indexing.waiting() == []


def test_a_ticket_of_which_no_document_can_be_made_is_set_aside_alone(
    indexing: Indexing, cluster: SearchCluster
) -> None:
    good, bad = (indexing.world.a_ticket()["id"] for _ in range(2))
    indexing.world.aws.table.put_all([(keys.ticket_key(bad), {"org": ORGANISATION, "version": 1})])
    indexing.follow()
    assert cluster.shown(LIVE).keys() == {good}
    assert [(one["pk"], one["error"]) for one in indexing.dead()] == [(keys.ticket_key(bad).pk, "KeyError")]


@pytest.mark.parametrize("status", [429, 500, 503, 403])
def test_what_the_cluster_does_not_take_now_comes_by_the_queue(
    indexing: Indexing, cluster: SearchCluster, status: int
) -> None:
    first, second = (indexing.world.a_ticket()["id"] for _ in range(2))
    cluster.fate = lambda id_: status if id_ == second else None
    indexing.follow()
    assert cluster.shown(LIVE).keys() == {first}
    assert indexing.waiting() == [{"tickets": [second]}]
    cluster.fate = lambda _: None
    indexing.drain()
    assert indexing.differences() == []
    assert indexing.dead() == []


def test_a_cluster_that_is_away_costs_the_feed_nothing_and_the_backlog_drains(
    indexing: Indexing, cluster: SearchCluster, world: World
) -> None:
    ids = [world.a_ticket()["id"] for _ in range(5)]
    indexing.follow()
    cluster.is_away = True
    ids += [world.a_ticket()["id"] for _ in range(60)]
    for id_ in ids[:20]:
        patch(indexing, id_, priority="low")
    delete(indexing, ids[3])
    indexing.put_chat("Ada Lovelace")
    asked = cluster.requests.total()
    mapping = indexing.follow(batch_size=25)
    assert (mapping.given_up, len(mapping.invocations) > 2) == ([], True)
    entries = [
        (one.ticket_id, one.version)
        for one in feed.read(world.aws.table, ORGANISATION, after=5, limit=1000, now=world.aws.clock()).entries
    ]
    assert len(entries) == 60 + 20 + 1 + 64
    assert cluster.requests.total() == asked + 1, "left alone after the first request in vain"
    for _ in range(3):
        indexing.work_off()
    waited = len(indexing.waiting())
    cluster.is_away = False
    rounds = indexing.drain()
    print(f"{len(entries)} entries, {waited} messages waited, {rounds} rounds until none did")
    assert indexing.differences() == []
    assert len(cluster.shown(LIVE)) == 64


def test_of_a_run_of_several_requests_none_is_sent_after_the_first_in_vain(
    indexing: Indexing, cluster: SearchCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ticketing.search import writing

    monkeypatch.setattr(writing.Writer.__init__, "__kwdefaults__", {"max_bytes": 2_000})
    ids = [indexing.world.a_ticket()["id"] for _ in range(6)]
    indexing.follow()
    cluster.is_away = True
    asked = cluster.requests["bulk"]
    indexing.tell(*ids)
    assert cluster.requests["bulk"] == asked + 1
    assert indexing.waiting() == [{"tickets": ids}]


def test_a_message_comes_again_until_its_tickets_are_written_each_time_later(
    indexing: Indexing, cluster: SearchCluster
) -> None:
    indexing.world.a_ticket()
    cluster.is_away = True
    indexing.follow()
    for _ in range(6):
        indexing.work_off()
    assert indexing.pauses == [30, 60, 120, 240, 360, 360]
    assert len(indexing.waiting()) == 1


def test_of_several_messages_only_those_with_a_ticket_that_was_not_written_come_again(
    indexing: Indexing, cluster: SearchCluster
) -> None:
    written, busy = (indexing.world.a_ticket()["id"] for _ in range(2))
    cluster.is_away = True
    indexing.tell(written)
    indexing.tell(busy)
    cluster.is_away = False
    cluster.fate = lambda id_: 429 if id_ == busy else None
    assert indexing.work_off() == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert indexing.waiting() == [{"tickets": [busy]}]


def test_a_chat_that_the_table_does_not_serve_now_comes_by_the_queue(
    indexing: Indexing, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = indexing.world.a_ticket()["id"]
    indexing.follow()

    def refuse(*_: Any, **__: Any) -> None:
        raise Busy

    indexing.put_chat("Ada Lovelace")
    records = indexing.news()
    with monkeypatch.context() as only:
        only.setattr(indexing.source.table, "query", refuse)
        indexing.follow(records)
        assert indexing.waiting() == [{"chats": [[ORGANISATION, CHAT]]}]
        indexing.work_off()
        assert indexing.waiting() == [{"chats": [[ORGANISATION, CHAT]]}]
    indexing.drain()
    assert indexing.document(id_)["guest_name"] == "ada lovelace"


def test_a_message_of_no_kind_that_we_send_fails_alone(indexing: Indexing) -> None:
    id_ = indexing.world.a_ticket()["id"]
    records = [
        {"messageId": "1", "body": '{"tickets": "tkt_1"}'},
        {"messageId": "2", "body": f'{{"tickets": ["{id_}"]}}'},
    ]
    assert indexing.app.handle({"Records": records}) == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert indexing.document(id_)["version"] == 1
    indexing.log.lines.clear()


def test_when_not_even_the_queue_takes_it_the_batch_comes_again(
    indexing: Indexing, cluster: SearchCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexing.world.a_ticket()
    cluster.is_away = True

    def refuse(*_: Any, **__: Any) -> None:
        raise Busy

    with monkeypatch.context() as only:
        only.setattr(indexing.index._retries, "send", refuse)
        with pytest.raises(Busy):
            indexing.app.handle({"Records": indexing.news()})
    indexing.log.lines.clear()


def test_an_index_that_is_gone_is_said_and_waited_for_by_nobody(indexing: Indexing, cluster: SearchCluster) -> None:
    indexing.world.a_ticket()
    indexing.follow()
    cluster.held.clear()
    indexing.world.a_ticket()
    indexing.follow()
    assert "search index is gone" in indexing.log.text()
    assert indexing.waiting() == []
    assert cluster.held == {}, "no index of the cluster's own guess"


def test_before_an_index_is_built_nothing_is_written_and_it_is_said_once(world: World, cluster: SearchCluster) -> None:
    Snapshot(REGION, "tickets").bring_back()
    indexing = Indexing(world, cluster, is_built=False)
    for _ in range(2):
        world.a_ticket()
        indexing.follow()
    assert cluster.held == {}
    assert indexing.waiting() == []
    assert [message for level, message, _ in indexing.log.lines if level == "error"] == [
        "no search index: build it with `make reindex`"
    ]


def test_an_index_of_an_older_mapping_is_named_and_takes_what_the_code_has_learnt(
    world: World, cluster: SearchCluster
) -> None:
    Snapshot(REGION, "tickets").bring_back()
    indexing = Indexing(world, cluster)
    mapping = cluster.held[LIVE].mapping
    mapping["_meta"] = {"version": 0}
    mapping["properties"] = {name: one for name, one in mapping["properties"].items() if name != "cut"}
    id_ = world.a_ticket()["id"]
    indexing.follow()
    assert indexing.document(id_)["cut"] is False
    assert f"its mapping is of version 0, not {MAPPING_VERSION}" in indexing.log.text()


# --- orders, repetitions, ends ---


def test_whatever_order_a_tickets_life_is_told_in_the_index_ends_as_the_table(
    indexing: Indexing, cluster: SearchCluster
) -> None:
    """Also when the engine has forgotten that it deleted a document: there is nothing that it could bring back."""
    from itertools import permutations

    seconds = [0.0]
    cluster.now = lambda: seconds[0]
    orders = 0
    id_ = indexing.world.a_ticket(remarks="Secret")["id"]
    patch(indexing, id_, priority="low")
    patch(indexing, id_, priority="high")
    delete(indexing, id_)
    life = [one for one in indexing.news() if keys.is_event(one["dynamodb"]["Keys"]["sk"]["S"])]
    assert len(life) == 4
    for order in permutations(life):
        cluster.held[LIVE].documents.clear()
        cluster.held[LIVE].deleted.clear()
        for record in order:
            indexing.app.handle({"Records": [record]})
            seconds[0] += MEMORY_OF_DELETES_S + 1
        assert cluster.shown(LIVE) == {}
        orders += 1
    print(f"{orders} orders of create, two updates, delete")


def test_killed_anywhere_replayed_twice_and_shuffled_the_index_is_the_table(
    indexing: Indexing, cluster: SearchCluster, world: World
) -> None:
    dice = Random(SEED)  # noqa: S311 (no secret)
    ids = [world.a_ticket(remarks=f"Towel {number}")["id"] for number in range(30)]
    for _ in range(120):
        id_ = dice.choice(ids)
        move = dice.random()
        if move < 0.7:
            world.api("PATCH", f"/v1/tickets/{id_}", {"priority": dice.choice(["low", "medium", "high"])})
        elif move < 0.85:
            world.api("POST", f"/v1/tickets/{id_}/remarks", {"text": f"Again {dice.random():.3f}"})
        else:
            world.api("DELETE", f"/v1/tickets/{id_}")
        if move < 0.03:
            indexing.put_chat(f"Guest {dice.random():.3f}")
    deaths = [0]

    def may_die(_: str) -> None:
        if dice.random() < 0.35:
            deaths[0] += 1
            raise Stop

    cluster.after_request = may_die
    cluster.fate = lambda _: dice.choice([None, None, None, None, 429, 503])
    history = shuffled(indexing.news(), dice, twice=1.0)
    mapping = indexing.follow(
        history, shards=3, batch_size=25, random=dice, lost_checkpoints=0.3, failures=(Exception, Stop)
    )
    cluster.after_request = lambda _: None
    cluster.fate = lambda _: None
    indexing.drain()
    told = f"{len(history)} records, {len(mapping.invocations)} invocations, {deaths[0]} deaths"
    print(f"seed {SEED}: {told}, {len(cluster.shown(LIVE))} of {len(ids)} tickets live")
    assert mapping.given_up == []
    assert deaths[0] > 3
    assert indexing.differences() == []
    assert len(cluster.shown(LIVE)) > 10
