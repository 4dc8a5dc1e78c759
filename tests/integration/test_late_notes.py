"""What the search index could not be given is noted where lists look for the last changes, until it has it."""

from typing import Any

import pytest

from tests.builders import NOW, ORGANISATION, later
from tests.fakes.quick_moto import Snapshot
from tests.fakes.search_cluster import SearchCluster
from tests.integration.aws import REGION, Aws
from tests.integration.indexing import LIVE, Indexing, Watch
from tests.integration.world import World
from ticketing.domain.instants import to_text
from ticketing.errors import Busy
from ticketing.search.rebuilding import Rebuild
from ticketing.store import keys, late_notes
from ticketing.store.late_notes import LateNote, one_each
from ticketing.store.writes import Write

ID = "tkt_1"


def a_note(version: int, minute: int) -> LateNote:
    return LateNote(ORGANISATION, ID, version, later(minutes=minute))


def noted(aws: Aws) -> list[LateNote]:
    """As a list finds them, by the index of changes."""
    page = late_notes.of_organisation(aws.table, ORGANISATION, after=None, limit=100)
    assert list(late_notes.of_tickets(aws.table, [ID])) == [late_notes.of_row(row) for row in page.items]
    return [late_notes.of_row(row) for row in page.items]


# --- the notes themselves ---


def test_a_note_is_of_the_newest_version_and_the_oldest_change_in_whatever_order_they_come(aws: Aws) -> None:
    for one in (a_note(5, 50), a_note(4, 40), a_note(7, 70), a_note(6, 60), a_note(7, 70)):
        late_notes.write(aws.table, one)
    assert noted(aws) == [a_note(7, 40)]
    assert one_each([a_note(5, 50), a_note(4, 40)]) == [a_note(5, 40)]


def test_a_note_that_is_settled_is_found_no_more_and_another_change_begins_anew(aws: Aws) -> None:
    late_notes.write(aws.table, a_note(5, 50))
    assert late_notes.settle(aws.table, a_note(5, 50), NOW)
    assert noted(aws) == []
    assert not late_notes.settle(aws.table, a_note(5, 50), NOW), "nothing is left to settle"
    item = aws.table.get(keys.late_note_key(ID))
    assert item is not None
    assert item[keys.EXPIRES_AT] == int((NOW + late_notes.KEPT).timestamp())
    late_notes.write(aws.table, a_note(6, 60))
    assert noted(aws) == [a_note(6, 60)]
    item = aws.table.get(keys.late_note_key(ID))
    assert item is not None
    assert keys.EXPIRES_AT not in item


def test_what_somebody_notes_meanwhile_is_not_settled_nor_lost(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    late_notes.write(aws.table, a_note(5, 50))
    late_notes.write(aws.table, a_note(6, 60))
    assert not late_notes.settle(aws.table, a_note(5, 50), NOW)
    rivals, write = [a_note(8, 30), a_note(9, 90)], aws.table.write

    def after_a_rival(asked: Write, **more: Any) -> None:
        with monkeypatch.context() as only:
            only.setattr(aws.table, "write", write)
            if rivals:
                late_notes.write(aws.table, rivals.pop(0))
        write(asked, **more)

    monkeypatch.setattr(aws.table, "write", after_a_rival)
    late_notes.write(aws.table, a_note(7, 10))
    assert noted(aws) == [a_note(9, 10)]


# --- who writes and settles them ---


@pytest.fixture
def cluster() -> SearchCluster:
    return SearchCluster()


@pytest.fixture
def indexing(world: World, cluster: SearchCluster) -> Indexing:
    Snapshot(REGION, "tickets").bring_back()
    return Indexing(world, cluster)


def patch(indexing: Indexing, ticket_id: str, priority: str) -> str:
    answer = indexing.world.api("PATCH", f"/v1/tickets/{ticket_id}", {"priority": priority})
    assert answer.status == 200
    return str(answer.body["updated_at"])


def test_what_is_indexed_at_once_is_not_noted(indexing: Indexing) -> None:
    indexing.world.a_ticket()
    indexing.follow()
    assert indexing.noted() == {}


def test_what_must_wait_is_noted_before_it_does_and_settled_once_it_is_found(
    indexing: Indexing, cluster: SearchCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = indexing.world.a_ticket()
    id_, at = ticket["id"], ticket["created_at"]
    send, noted_before = indexing.index._retries.send, list[Any]()

    def sent(*asked: Any, **more: Any) -> None:
        noted_before.append(indexing.noted())
        send(*asked, **more)

    monkeypatch.setattr(indexing.index._retries, "send", sent)
    cluster.is_away = True
    indexing.follow()
    assert noted_before == [{id_: (1, at)}]
    indexing.world.aws.clock.now = later(minutes=5)
    patch(indexing, id_, "low")
    indexing.follow()
    assert indexing.noted() == {id_: (2, at)}, "since the first change that is missing"
    indexing.work_off()
    assert indexing.noted() == {id_: (2, at)}
    cluster.is_away = False
    indexing.drain()
    assert cluster.shown(LIVE).keys() == {id_}
    assert indexing.noted() == {}


def test_a_note_of_what_was_indexed_meanwhile_is_settled_by_the_message_that_waits(
    indexing: Indexing, cluster: SearchCluster
) -> None:
    id_ = indexing.world.a_ticket()["id"]
    cluster.fate = lambda _: 429
    indexing.follow()
    cluster.fate = lambda _: None
    patch(indexing, id_, "low")
    indexing.follow()
    assert indexing.noted().keys() == {id_}, "it means nothing any more, but nobody was told"
    indexing.drain()
    assert indexing.noted() == {}


def test_a_message_comes_again_while_its_notes_cannot_be_settled(
    indexing: Indexing, cluster: SearchCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = indexing.world.a_ticket()["id"]
    cluster.is_away = True
    indexing.follow()
    cluster.is_away = False

    def refuse(*_: Any, **__: Any) -> None:
        raise Busy

    with monkeypatch.context() as only:
        only.setattr(late_notes, "settle", refuse)
        assert indexing.work_off() == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert cluster.shown(LIVE).keys() == indexing.noted().keys() == {id_}
    indexing.drain()
    assert indexing.noted() == {}


def test_what_the_table_does_not_take_a_note_of_waits_all_the_same_and_is_noted_later(
    indexing: Indexing, cluster: SearchCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = (indexing.world.a_ticket() for _ in range(2))
    cluster.is_away = True
    write, faults = late_notes.write, [None, Busy, ZeroDivisionError, ZeroDivisionError]

    def sometimes(*asked: Any) -> None:
        if (fault := faults.pop(0) if faults else None) is not None:
            raise fault
        write(*asked)

    monkeypatch.setattr(late_notes, "write", sometimes)
    indexing.follow()
    (message,) = indexing.waiting()
    assert message["tickets"] == [one["id"], other["id"]]
    assert message["unnoted"] == [[ORGANISATION, other["id"], 1, other["created_at"]]]
    assert indexing.noted().keys() == {one["id"]}
    indexing.work_off()
    assert indexing.noted().keys() == {one["id"]}
    assert "not noted" in indexing.log.text()
    faults.clear()
    indexing.work_off()
    assert indexing.noted() == {ticket["id"]: (1, ticket["created_at"]) for ticket in (one, other)}
    cluster.is_away = False
    indexing.drain()
    assert indexing.noted() == {}
    assert cluster.shown(LIVE).keys() == {one["id"], other["id"]}


def test_what_is_refused_for_ever_stays_noted_until_it_is_mended(indexing: Indexing, cluster: SearchCluster) -> None:
    bad, good = (indexing.world.a_ticket() for _ in range(2))
    cluster.fate = lambda id_: 400 if id_ == bad["id"] else None
    indexing.follow()
    assert indexing.noted() == {bad["id"]: (1, bad["created_at"])}
    assert len(indexing.dead()) == 1
    indexing.drifts.look(_from_the_start())
    assert indexing.noted().keys() == {bad["id"]}
    cluster.fate = lambda _: None
    patch(indexing, bad["id"], "low")
    indexing.follow()
    indexing.drifts.look(_from_the_start())
    assert indexing.noted() == {}
    assert cluster.shown(LIVE).keys() == {bad["id"], good["id"]}


def test_what_is_refused_and_could_not_be_noted_comes_again_until_it_is(
    indexing: Indexing, cluster: SearchCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = indexing.world.a_ticket()
    cluster.fate = lambda _: 400

    def refuse(*_: Any) -> None:
        raise Busy

    with monkeypatch.context() as only:
        only.setattr(late_notes, "write", refuse)
        indexing.follow()
        assert indexing.work_off() == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert indexing.noted() == {}
    assert indexing.work_off() == {"batchItemFailures": []}
    assert indexing.noted() == {bad["id"]: (1, bad["created_at"])}


def test_a_ticket_of_which_nobody_can_make_a_document_is_not_noted(indexing: Indexing) -> None:
    """No list could show it, and each would try."""
    id_ = indexing.world.a_ticket()["id"]
    indexing.world.aws.table.put_all([(keys.ticket_key(id_), {keys.ORGANISATION: ORGANISATION, "version": 1})])
    indexing.follow()
    assert len(indexing.dead()) == 1
    assert indexing.noted() == {}


def test_of_a_renamed_guest_nothing_is_noted_as_no_ticket_has_changed(
    indexing: Indexing, cluster: SearchCluster
) -> None:
    indexing.world.a_ticket()
    indexing.follow()
    cluster.is_away = True
    indexing.put_chat("Ada Lovelace")
    indexing.follow()
    assert (indexing.noted(), len(indexing.waiting())) == ({}, 1)


def test_a_deleted_ticket_and_one_of_a_deleted_chat_are_settled_by_documents_that_show_nothing(
    indexing: Indexing, cluster: SearchCluster
) -> None:
    deleted, of_dead_chat = (indexing.world.a_ticket()["id"] for _ in range(2))
    cluster.is_away = True
    indexing.world.api("DELETE", f"/v1/tickets/{deleted}")
    indexing.delete_chat()
    indexing.follow()
    assert indexing.noted().keys() == {deleted, of_dead_chat}
    cluster.is_away = False
    indexing.drain()
    assert (cluster.shown(LIVE), indexing.noted()) == ({}, {})


@pytest.mark.parametrize("by", ["the daily look", "a rebuild"])
def test_what_nobody_had_time_to_settle_is_by(indexing: Indexing, cluster: SearchCluster, by: str) -> None:
    ids = [indexing.world.a_ticket()["id"] for _ in range(5)]
    foreign = indexing.world.a_foreign_ticket()
    cluster.is_away = True
    indexing.follow()
    cluster.is_away = False
    url = indexing.world.aws.settings.search_retry_queue_url
    indexing.world.aws.take(url)  # as if it had waited for longer than the queue keeps it
    indexing.seconds += 900
    indexing.tell(*ids[1:], foreign)
    assert indexing.noted().keys() == {*ids, foreign}
    if by == "the daily look":
        indexing.drifts.look(_from_the_start())
        assert indexing.noted().keys() == {ids[0]}, "that is still late"
    else:
        clock = indexing.world.aws.clock
        Rebuild(indexing.source, cluster, Watch(), now=clock, sleep=lambda _: None).build()  # type: ignore[arg-type]
        assert indexing.noted() == {}


def test_a_note_goes_with_its_ticket(indexing: Indexing, cluster: SearchCluster) -> None:
    from ticketing.store import purging

    id_ = indexing.world.a_ticket()["id"]
    indexing.world.api("DELETE", f"/v1/tickets/{id_}")
    cluster.is_away = True
    indexing.follow()
    assert indexing.noted().keys() == {id_}
    aws = indexing.world.aws
    assert purging.purge(aws.table, aws.objects, keys.ticket_key(id_), later(days=60))
    assert indexing.noted() == {}
    assert aws.table.get(keys.late_note_key(id_)) is None


def test_a_note_of_a_ticket_that_was_purged_before_somebody_told_of_it_means_nothing(indexing: Indexing) -> None:
    indexing.world.a_ticket()
    indexing.follow()
    late_notes.write(indexing.source.table, LateNote(ORGANISATION, "tkt_gone", 3, NOW))
    indexing.drifts.look(_from_the_start())
    assert indexing.noted() == {}


def test_notes_are_walked_in_steps_and_none_is_left_out(
    indexing: Indexing, cluster: SearchCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ticketing.search import noticing

    monkeypatch.setattr(noticing, "_AT_ONCE", 3)
    ids = [indexing.world.a_ticket()["id"] for _ in range(8)]
    for id_ in ids:  # all at one instant
        late_notes.write(indexing.source.table, LateNote(ORGANISATION, id_, 1, NOW))
    assert {since for _, since in indexing.noted().values()} == {to_text(NOW)}
    indexing.follow()
    assert noticing.settle_all(indexing.source.table, cluster, LIVE, ORGANISATION, NOW) == 8
    assert indexing.noted() == {}


def _from_the_start() -> Any:
    from search_indexer.drift import Place

    return Place()
