"""There is no limit to a remark: a long one is cut in lists and comes back whole by its id."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from tests.builders import ORGANISATION
from tests.fakes.faults import FAULTS, Faults
from tests.fakes.quick_moto import Snapshot
from tests.integration.aws import REGION
from tests.integration.test_janitor import Context
from tests.integration.world import CREATE, World
from ticketing.domain.remark import INLINE_BYTES
from ticketing.errors import Busy
from ticketing.store import keys
from ticketing.store.objects import Objects

# Two megabytes of words in several scripts; no two lines alike, so that a mixed-up or cut text shows.
LONG = "\n".join(f"{line}: the guest said “it’s still dripping” – все ещё капает" for line in range(27_000))


@pytest.fixture
def janitor(world: World) -> Any:
    from janitor.app import App

    return App(world.aws.settings, world.aws.clock)


def remark(world: World, ticket: str, version: int) -> dict[str, Any]:
    body: dict[str, Any] = world.api("GET", f"/v1/tickets/{ticket}/remarks/rmk_{version}").body
    return body


def notes(world: World, ticket: str) -> int:
    found = world.aws.table.query(keys.ticket_collection(ticket), limit=100).items
    return sum(item["sk"].startswith("OBJECT#") for item in found)


def a_day_later(world: World, janitor: Any) -> int:
    world.aws.clock.now += timedelta(days=1, seconds=1)
    done: int = janitor.handle(Context())["objects"]
    return done


def test_a_remark_of_two_megabytes_comes_back_whole(world: World) -> None:
    assert len(LONG.encode()) > 2 * 1024 * 1024
    ticket = world.a_ticket()["id"]
    answer = world.api("POST", f"/v1/tickets/{ticket}/remarks", {"text": LONG})
    assert answer.status == 201
    whole = remark(world, ticket, 2)
    assert whole["text"] == LONG
    assert whole["text_url"] is None


def test_the_first_remark_of_a_ticket_may_be_as_long(world: World) -> None:
    ticket = world.a_ticket(remarks=LONG)
    assert remark(world, ticket["id"], 1)["text"] == LONG
    assert ticket["remark_preview"] == LONG[: len(ticket["remark_preview"])].replace("\n", " ")


def test_and_so_may_one_that_comes_with_other_changes(world: World) -> None:
    ticket = world.a_ticket()["id"]
    answer = world.api("PATCH", f"/v1/tickets/{ticket}", {"status": "in_progress", "remark": LONG})
    assert (answer.status, answer.body["status"]["id"], answer.body["remark_count"]) == (200, "in_progress", 1)
    assert remark(world, ticket, 2)["text"] == LONG


def test_the_thread_shows_its_beginning_and_where_the_whole_of_it_is_read(world: World) -> None:
    ticket = world.a_ticket(remarks="AC not cooling")["id"]
    added = world.api("POST", f"/v1/tickets/{ticket}/remarks", {"text": LONG}).body
    short, long = world.api("GET", f"/v1/tickets/{ticket}/remarks").body["data"]
    assert (short["text"], short["text_url"]) == ("AC not cooling", None)
    assert long == added
    assert LONG.startswith(long["text"])
    assert 1000 < len(long["text"].encode()) <= 2048
    assert world.api("GET", long["text_url"]).body["text"] == LONG


@pytest.mark.parametrize(("text", "is_kept_apart"), [("ä" * 32_768, False), ("ä" * 32_768 + "!", True)])
def test_64_kb_in_utf_8_is_the_longest_that_stands_in_the_thread(
    world: World, text: str, *, is_kept_apart: bool
) -> None:
    ticket = world.a_ticket()["id"]
    world.api("POST", f"/v1/tickets/{ticket}/remarks", {"text": text})
    [shown] = world.api("GET", f"/v1/tickets/{ticket}/remarks").body["data"]
    assert (shown["text"] == text, shown["text_url"] is None) == (not is_kept_apart, not is_kept_apart)
    assert bool(world.aws.object_names()) == is_kept_apart
    assert remark(world, ticket, 2)["text"] == text
    assert len("ä" * 32_768) * 2 == INLINE_BYTES


def test_the_same_request_again_gets_the_same_answer_and_adds_nothing(world: World) -> None:
    ticket = world.a_ticket()["id"]
    first, again = (
        world.api("POST", f"/v1/tickets/{ticket}/remarks", {"text": LONG}, headers={"Idempotency-Key": "k"})
        for _ in range(2)
    )
    assert (again.status, again.body) == (first.status, first.body)
    assert world.api("GET", f"/v1/tickets/{ticket}").body["remark_count"] == 1


def test_the_janitor_keeps_what_a_remark_names(world: World, janitor: Any) -> None:
    ticket = world.a_ticket(remarks=LONG)["id"]
    assert notes(world, ticket) == 1
    assert janitor.handle(Context())["objects"] == 0, "not before a day has passed"
    assert a_day_later(world, janitor) == 1
    assert notes(world, ticket) == 0
    assert remark(world, ticket, 1)["text"] == LONG


def test_and_removes_what_no_remark_came_to_name(world: World, janitor: Any) -> None:
    ticket = world.a_ticket()["id"]
    world.a_ticket(external_id="taken")
    refused = world.api("POST", "/v1/tickets", CREATE | {"remarks": LONG, "external_id": "taken"})
    assert refused.status == 409
    stale = {"If-Match": '"1.1.1"'}
    world.api("PATCH", f"/v1/tickets/{ticket}", {"priority": "low"})
    world.api("POST", f"/v1/tickets/{ticket}/remarks", {"text": LONG}, headers=stale)
    assert len(world.aws.object_names()) == 1, "a stale If-Match is seen before anything is written"
    assert a_day_later(world, janitor) == 1
    assert world.aws.object_names() == []


def test_a_purge_removes_the_text_with_its_ticket(world: World, janitor: Any) -> None:
    kept, gone = world.a_ticket(remarks=LONG)["id"], world.a_ticket(remarks=LONG)["id"]
    world.api("DELETE", f"/v1/tickets/{gone}")
    world.aws.clock.now += timedelta(days=31)
    assert janitor.handle(Context())["purge"] == 1
    assert [name.split("/")[1] for name in world.aws.object_names()] == [kept]


def test_a_purge_removes_what_was_begun_and_never_named(world: World, janitor: Any) -> None:
    ticket = world.a_ticket()["id"]
    name = f"tickets/{ticket}/begun"
    note = {"org": ORGANISATION, "version": 2, "object": name}
    world.aws.objects.put(name, b"...", "text/plain")
    world.aws.table.put_all([(keys.object_note_key(ticket, 2, "digest"), note)])
    world.api("DELETE", f"/v1/tickets/{ticket}")
    world.aws.clock.now += timedelta(days=31)
    assert janitor.handle(Context())["purge"] == 1
    assert world.aws.object_names() == []


def test_when_the_bucket_does_not_answer_nothing_was_done_and_the_caller_is_told_to_come_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = world.a_ticket()["id"]

    def fail(*_: Any) -> None:
        raise Busy

    monkeypatch.setattr(Objects, "put", fail)
    answer = world.api("POST", f"/v1/tickets/{ticket}/remarks", {"text": LONG})
    assert (answer.status, answer.body["code"]) == (503, "busy")
    assert world.api("GET", f"/v1/tickets/{ticket}").body["version"] == 1
    monkeypatch.undo()
    assert world.api("POST", f"/v1/tickets/{ticket}/remarks", {"text": LONG}).status == 201


def test_whatever_goes_wrong_the_remark_is_whole_or_not_there_and_its_repetition_adds_one(world: World) -> None:
    ticket = world.a_ticket()["id"]
    asked: Any = ("POST", f"/v1/tickets/{ticket}/remarks", {"text": LONG})
    saved, faults = Snapshot(REGION, "tickets"), Faults(world.aws.table._client)
    with faults.watching():
        assert world.api(*asked, headers={"Idempotency-Key": "k"}).status == 201
    calls, cases = list(faults.calls), 0
    for number, fault in product(range(1, len(calls) + 1), FAULTS):
        saved.bring_back()
        with faults.at(number, fault):
            answer = world.api(*asked, headers={"Idempotency-Key": "k"})
        cases += faults.has_struck
        where = f"call {number}, {calls[number - 1]}, {fault}"
        assert faults.has_stopped or answer.status in {201, 503}, where
        with faults.watching():
            count = world.api("GET", f"/v1/tickets/{ticket}").body["remark_count"]
            assert count == 0 or remark(world, ticket, 2)["text"] == LONG, where
            again = world.api(*asked, headers={"Idempotency-Key": "k"})
            assert (again.status, again.body["id"]) == (201, "rmk_2"), where
            assert remark(world, ticket, 2)["text"] == LONG, where
    print(f"a long remark: {cases} faults at {len(calls)} store calls: {', '.join(calls)}")
    assert cases > len(calls) * len(FAULTS) // 2


def test_pages_of_long_texts_are_shorter_than_asked_for_and_miss_nothing(world: World) -> None:
    # Ten of these do not fit into an answer: each is 64 KB here, and six times that as JSON.
    ticket = world.a_ticket()["id"]
    for _ in range(10):
        world.api("POST", f"/v1/tickets/{ticket}/remarks", {"text": "\x01" * INLINE_BYTES})
    sizes: list[int] = []
    versions: list[int] = []
    cursor = None
    while cursor or not sizes:
        page = world.api("GET", f"/v1/tickets/{ticket}/remarks", query={"cursor": [cursor]} if cursor else {}).body
        sizes.append(len(page["data"]))
        versions += [one["version"] for one in page["data"]]
        cursor = page["next_cursor"]
    assert versions == list(range(2, 12))
    assert max(sizes) < 10
