"""Bulk actions that are too large for one request, over the API and by the worker: queued, run, done, blocked, undone.

In most of these tests a request takes three tickets at most, so that four are already large.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bulk_worker import planning
from tests.builders import ANA, BEN, CHAT, ORGANISATION, a_chat, a_ticket
from tests.fakes.counting import CallCounter
from tests.integration import half_done
from tests.integration.aws import Answer
from tests.integration.world import GONE, World
from ticketing.domain.bulk import Phase
from ticketing.domain.bulk_audience import Part
from ticketing.store import bulks, directory, items, keys
from ticketing.store.bulk_protocol import SIZES
from ticketing.store.walks import MAX_ROWS


@pytest.fixture(autouse=True)
def three_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tickets_api.bulk_selections.MOST_AT_ONCE", 3)


def made(world: World, number: int, **changes: Any) -> list[str]:
    return [world.a_ticket(**changes)["id"] for _ in range(number)]


def ask(world: World, action: str, **asked: Any) -> Answer:
    headers = asked.pop("headers", None)
    return world.api("POST", "/v1/tickets/bulk", {"action": action, **asked}, headers=headers)


def queued(answer: Answer) -> str:
    assert (answer.status, answer.body["state"]) == (202, "queued"), answer.body
    bulk_id: str = answer.body["id"]
    assert answer.headers["location"] == f"/v1/bulk/{bulk_id}"
    return bulk_id


def work_off(world: World) -> int:
    """Let the worker have every message; how many there were."""
    from bulk_worker.work import Worker

    messages = world.aws.take(world.aws.settings.bulk_queue_url)
    for message in messages:
        worker = Worker(world.aws.table, remaining_s=lambda: 300.0, sleep=lambda _: None, clock=lambda: 0.0)
        assert worker.bring_to_end(message["bulk_id"])
    return len(messages)


def read(world: World, ticket_id: str) -> Any:
    return world.api("GET", f"/v1/tickets/{ticket_id}").body


def told(world: World, bulk_id: str) -> Any:
    answer = world.api("GET", f"/v1/bulk/{bulk_id}")
    assert answer.status == 200
    return answer.body


def rows(world: World, bulk_id: str, limit: int = 100, cursor: str | None = None) -> list[Any]:
    found: list[Any] = []
    query = {"limit": [str(limit)]} | ({"cursor": [cursor]} if cursor is not None else {})
    while True:
        page = world.api("GET", f"/v1/bulk/{bulk_id}/tickets", query=query).body
        found += page["data"]
        if not page["has_more"]:
            return found
        query["cursor"] = [page["next_cursor"]]


# --- queued, run, done -------------------------------------------------------------------------------------------


def test_a_hundred_and_one_wait_for_the_worker_and_are_changed_by_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tickets_api.bulk_selections.MOST_AT_ONCE", 100)
    tickets = made(world, 101)
    bulk = queued(ask(world, "priority", ids=tickets, value="low"))
    assert {read(world, id_)["priority"] for id_ in tickets} == {"high"}
    assert work_off(world) == 1
    assert {(read(world, id_)["priority"], read(world, id_)["version"]) for id_ in tickets} == {("low", 2)}
    state = told(world, bulk)
    assert [state[name] for name in ("state", "total", "done", "changed")] == ["done", 101, 101, 101]
    assert [row["ticket_id"] for row in rows(world, bulk)] == tickets


@pytest.mark.parametrize(
    ("action", "value", "shown"),
    [
        ("assign", ANA, lambda ticket: ticket["assignee"]["id"] == ANA),
        ("assign", None, lambda ticket: ticket["assignee"] is None),
        ("status", "resolved", lambda ticket: ticket["status"]["id"] == "resolved" and ticket["resolved_at"]),
        ("status", {"category": "active"}, lambda ticket: ticket["status"]["id"] == "in_progress"),
        ("priority", "low", lambda ticket: ticket["priority"] == "low"),
    ],
)
def test_each_ticket_tells_what_was_done_as_if_alone(
    world: World, action: str, value: Any, shown: Callable[[Any], Any]
) -> None:
    tickets = made(world, 4, assignee=BEN)
    asked_at = world.aws.clock.now
    bulk = queued(ask(world, action, ids=tickets, value=value, headers={"X-Request-Id": "night-shift"}))
    world.aws.clock.now += timedelta(seconds=7)
    work_off(world)
    for id_ in tickets:
        ticket = read(world, id_)
        assert (bool(shown(ticket)), ticket["version"]) == (True, 2), ticket
        newest = world.api("GET", f"/v1/tickets/{id_}/history").body["data"][0]
        assert (newest["bulk_id"], newest["version"], newest["request_id"]) == (bulk, 2, "night-shift")
        assert newest["actor"]["id"] == ANA
        assert newest["at"] == told(world, bulk)["committed_at"] != asked_at
    assert told(world, bulk)["finished_at"] is not None


def test_deleted_and_restored(world: World) -> None:
    tickets = made(world, 4)
    queued(ask(world, "delete", ids=tickets))
    work_off(world)
    assert {world.api("GET", f"/v1/tickets/{id_}").status for id_ in tickets} == {404}
    queued(ask(world, "restore", ids=tickets))
    work_off(world)
    assert {read(world, id_)["version"] for id_ in tickets} == {3}


def test_a_filter_finds_what_the_list_would_show(world: World) -> None:
    bens, anas = made(world, 5, assignee=BEN), made(world, 1, assignee=ANA)
    bulk = queued(ask(world, "assign", filter={"assignee": [BEN]}, value=ANA))
    work_off(world)
    assert (told(world, bulk)["changed"], told(world, bulk)["total"]) == (5, 5)
    assert {read(world, id_)["assignee"]["id"] for id_ in bens + anas} == {ANA}
    assert {read(world, id_)["version"] for id_ in anas} == {1}


def test_what_meets_the_filter_no_more_when_it_is_looked_at_is_left_out(world: World) -> None:
    tickets = made(world, 4, assignee=BEN)
    bulk = queued(ask(world, "priority", filter={"assignee": [BEN]}, value="low"))
    world.api("PATCH", f"/v1/tickets/{tickets[0]}", {"assignee": ANA})
    work_off(world)
    assert [told(world, bulk)[name] for name in ("total", "changed", "left_out")] == [3, 3, 1]
    assert read(world, tickets[0])["priority"] == "high"
    left = {"ticket_id": tickets[0], "result": "left_out", "version": None, "blocker": None}
    assert left in rows(world, bulk)


def test_a_filter_that_takes_longer_than_a_request_has_is_followed_by_the_worker(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tickets = made(world, 7)
    give_a_request_time_for_one_page(monkeypatch)
    bulk = queued(ask(world, "priority", filter={"priority": ["high"]}, value="low"))
    assert told(world, bulk)["total"] == 2, "as far as it is known"
    work_off(world)
    assert [told(world, bulk)[name] for name in ("state", "total", "changed")] == ["done", 7, 7]
    assert {read(world, id_)["priority"] for id_ in tickets} == {"low"}


def test_a_filter_that_finds_more_than_a_bulk_action_may_have_is_refused(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(world, 5)
    monkeypatch.setattr("tickets_api.bulk_selections.MOST", 4)
    refused = ask(world, "priority", filter={"priority": ["high"]}, value="low")
    (error,) = refused.body["errors"]
    assert (refused.status, error["field"], error["code"]) == (422, "filter", "too_many")


def test_a_filter_of_which_the_worker_finds_more_than_that_changes_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tickets = made(world, 7)
    give_a_request_time_for_one_page(monkeypatch)
    monkeypatch.setattr("bulk_worker.planning.MOST", 6)
    bulk = queued(ask(world, "priority", filter={"priority": ["high"]}, value="low"))
    work_off(world)
    assert [told(world, bulk)[name] for name in ("state", "failure", "changed")] == ["failed", "too_many", 0]
    assert {read(world, id_)["version"] for id_ in tickets} == {1}


def give_a_request_time_for_one_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two tickets."""
    monkeypatch.setattr("tickets_api.bulk_selections.MAX_LIMIT", 2)
    monkeypatch.setattr("tickets_api.bulk_selections.Budget", lambda _: _Spent())


class _Spent:
    """A budget of one page."""

    scanned = 0
    left = MAX_ROWS

    @property
    def is_spent(self) -> bool:
        return True

    def cut(self, rows: int) -> int:
        return max(rows, 2)


def test_what_is_so_already_is_counted_and_left_alone(world: World) -> None:
    low, high = made(world, 2, priority="low"), made(world, 2)
    bulk = queued(ask(world, "priority", ids=[*low, *high], value="low"))
    work_off(world)
    assert [told(world, bulk)[name] for name in ("total", "done", "changed", "unchanged")] == [4, 4, 2, 2]
    assert {read(world, id_)["version"] for id_ in low} == {1}


def test_where_nothing_is_to_change_nothing_is_done(world: World) -> None:
    tickets = made(world, 4, priority="low")
    bulk = queued(ask(world, "priority", ids=tickets, value="low"))
    work_off(world)
    assert [told(world, bulk)[name] for name in ("state", "done", "changed", "unchanged")] == ["done", 4, 0, 4]


def test_everybody_whom_it_concerns_is_known_when_it_is_done(world: World) -> None:
    tickets = made(world, 3, assignee=BEN, watchers=["mem_owner"]) + made(world, 2, assignee=None)
    for one, size in ((tickets, 5), (tickets[:3], 3)):
        ask(world, "status", ids=one, value="resolved" if size == 5 else "closed")
        work_off(world)
        done = [bulks.get(world.aws.table, row["bulk_id"]) for row in _newest(world, one[:1])]
        counts = {bulk.phase: bulk.audience.counts for bulk in done if bulk is not None and bulk.audience is not None}
        assert counts == {
            Phase.DONE: {Part.ASSIGNEE: {BEN: 3}, Part.CREATOR: {ANA: size}, Part.WATCHER: {"mem_owner": 3}}
        }


def _newest(world: World, tickets: list[str]) -> list[Any]:
    return [world.api("GET", f"/v1/tickets/{id_}/history").body["data"][0] for id_ in tickets]


# --- blocked, failed ---------------------------------------------------------------------------------------------


def test_every_blocker_is_listed_first_and_nothing_has_changed(world: World) -> None:
    *fine, closed, gone = made(world, 5)
    world.api("PATCH", f"/v1/tickets/{closed}", {"status": "closed"})
    world.api("DELETE", f"/v1/tickets/{gone}")
    foreign, unknown = world.a_foreign_ticket(), "tkt_aaaaaaaaaaaaaaaa"
    bulk = queued(ask(world, "status", ids=[*fine, closed, gone, foreign, unknown], value="in_progress"))
    before = {id_: read(world, id_) for id_ in (*fine, closed)}
    work_off(world)
    state = told(world, bulk)
    assert [state[name] for name in ("state", "blocked", "changed", "done", "undo_until")] == ["blocked", 4, 0, 0, None]
    found = rows(world, bulk, limit=2)
    assert [(row["ticket_id"], row["blocker"]["code"]) for row in found[:4]] == [
        (closed, "invalid_status_transition"),
        *((id_, "ticket_not_found") for id_ in (gone, foreign, unknown)),
    ]
    assert found[0]["blocker"]["allowed"] == ["open"]
    assert [(row["ticket_id"], row["result"]) for row in found[4:]] == [(id_, "not_changed") for id_ in fine]
    assert {id_: read(world, id_) for id_ in before} == before


def test_who_lists_its_tickets_while_it_is_blocked_meets_each_of_them_once(world: World) -> None:
    tickets = made(world, 5)
    world.api("DELETE", f"/v1/tickets/{tickets[-1]}")
    bulk = queued(ask(world, "priority", ids=tickets, value="low"))
    first = world.api("GET", f"/v1/bulk/{bulk}/tickets", query={"limit": ["2"]}).body
    work_off(world)
    others = rows(world, bulk, limit=2, cursor=first["next_cursor"])
    assert [row["ticket_id"] for row in [*first["data"], *others]] == tickets
    assert [row["ticket_id"] for row in rows(world, bulk, limit=2)] == [tickets[-1], *tickets[:-1]]


def test_a_version_that_was_expected_and_is_not_there_blocks(world: World) -> None:
    tickets = made(world, 4)
    bulk = queued(ask(world, "priority", ids=tickets, value="low", expected_versions={tickets[1]: 7, tickets[2]: 1}))
    work_off(world)
    assert [row["ticket_id"] for row in rows(world, bulk) if row["result"] == "blocked"] == [tickets[1]]


def test_an_assignee_who_left_is_refused_at_once(world: World) -> None:
    refused = ask(world, "assign", ids=made(world, 4), value=GONE)
    assert (refused.status, refused.body["errors"][0]["code"]) == (422, "assignee_not_member")
    assert world.aws.take(world.aws.settings.bulk_queue_url) == []


def test_an_assignee_who_leaves_while_it_waits_makes_it_fail(world: World) -> None:
    tickets = made(world, 4, assignee=ANA)
    bulk = queued(ask(world, "assign", ids=tickets, value=BEN))
    owner = world.as_(world.keys.owner)
    assert owner("DELETE", f"/v1/members/{BEN}").status == 200
    work_off(world)
    assert [told(world, bulk)[name] for name in ("state", "failure")] == ["failed", "assignee_not_member"]
    assert {read(world, id_)["version"] for id_ in tickets} == {1}


def test_a_ticket_that_another_bulk_action_is_at_blocks(world: World) -> None:
    tickets = made(world, 4)
    half_done.prepare(world.aws, tickets[0])
    bulk = queued(ask(world, "priority", ids=tickets, value="medium"))
    work_off(world)
    (blocked,) = [row for row in rows(world, bulk) if row["result"] == "blocked"]
    assert (blocked["ticket_id"], blocked["blocker"]["code"]) == (tickets[0], "bulk_in_progress")


# --- undone ------------------------------------------------------------------------------------------------------


def test_an_undo_sets_every_ticket_back(world: World) -> None:
    tickets = made(world, 4, assignee=BEN)
    bulk = queued(ask(world, "assign", ids=tickets, value=ANA))
    work_off(world)
    undo = queued(world.api("POST", f"/v1/bulk/{bulk}/undo"))
    work_off(world)
    assert {(read(world, id_)["assignee"]["id"], read(world, id_)["version"]) for id_ in tickets} == {(BEN, 3)}
    assert [told(world, undo)[name] for name in ("undo_of", "undo_until", "changed")] == [bulk, None, 4]


def test_an_undo_is_blocked_where_it_was_changed_since_and_then_undoes_nothing(world: World) -> None:
    tickets = made(world, 4, assignee=BEN)
    bulk = queued(ask(world, "assign", ids=tickets, value=ANA))
    work_off(world)
    world.api("PATCH", f"/v1/tickets/{tickets[3]}", {"assignee": None})
    undo = queued(world.api("POST", f"/v1/bulk/{bulk}/undo"))
    work_off(world)
    assert told(world, undo)["state"] == "blocked"
    assert rows(world, undo)[0]["blocker"]["code"] == "changed_since"
    assert {read(world, id_)["assignee"]["id"] for id_ in tickets[:3]} == {ANA}


def test_what_was_blocked_has_nothing_to_undo(world: World) -> None:
    bulk = queued(ask(world, "delete", ids=[*made(world, 3), "tkt_aaaaaaaaaaaaaaaa"]))
    work_off(world)
    refused = world.api("POST", f"/v1/bulk/{bulk}/undo")
    assert (refused.status, refused.body["code"]) == (409, "undo_expired")


# --- again, and forgotten ----------------------------------------------------------------------------------------


def test_a_repeated_request_is_queued_once_and_answered_alike(world: World) -> None:
    tickets, key = made(world, 4), {"Idempotency-Key": "night-1"}
    first = ask(world, "priority", ids=tickets, value="low", headers=key)
    work_off(world)
    again = ask(world, "priority", ids=tickets, value="low", headers=key)
    assert (again.status, again.body, again.headers["location"]) == (202, first.body, first.headers["location"])
    assert work_off(world) == 0
    other = ask(world, "priority", ids=tickets, value="high", headers=key)
    assert (other.status, other.body["code"]) == (422, "idempotency_mismatch")


def test_a_message_that_comes_twice_changes_nothing_more(world: World) -> None:
    tickets = made(world, 4)
    bulk = queued(ask(world, "priority", ids=tickets, value="low"))
    (message,) = world.aws.take(world.aws.settings.bulk_queue_url)
    for _ in range(2):
        world.aws.bulks.send(message, group="org_lakeside", deduplication_id=str(_))
        work_off(world)
    assert {read(world, id_)["version"] for id_ in tickets} == {2}
    assert told(world, bulk)["changed"] == 4


def test_what_could_not_be_sent_is_sent_by_the_janitor(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    tickets = made(world, 4)

    def lost(*_: Any, **__: Any) -> None:
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr("ticketing.store.queues.FifoQueue.send", lost)
        queued(ask(world, "priority", ids=tickets, value="low"))
    assert work_off(world) == 0
    janitor = _janitor(world)
    world.aws.clock.now += timedelta(minutes=1, seconds=1)
    assert janitor()["bulk actions"] == 1
    assert work_off(world) == 1
    assert {read(world, id_)["priority"] for id_ in tickets} == {"low"}


def test_the_request_and_the_janitor_queue_it_among_those_of_its_organisation(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    groups: list[str] = []

    def sent(_: Any, message: Any, *, group: str, deduplication_id: str) -> None:
        groups.append(group)

    monkeypatch.setattr("ticketing.store.queues.FifoQueue.send", sent)
    queued(ask(world, "priority", ids=made(world, 4), value="low"))
    janitor = _janitor(world)
    world.aws.clock.now += timedelta(minutes=1, seconds=1)
    assert janitor()["bulk actions"] == 1
    assert groups == [ORGANISATION, ORGANISATION]


def test_its_leases_are_those_of_a_worker(world: World) -> None:
    bulk = queued(ask(world, "priority", ids=made(world, 4), value="low"))
    record = bulks.get(world.aws.table, bulk)
    assert record is not None
    begun = planning.begin(world.aws.table, record, SIZES, lambda: 0.0)
    assert begun is not None
    now = world.aws.clock.now
    leases = begun[0].leased_until, begun[0].attempt_ends_at
    assert leases == (now + timedelta(seconds=60), now + timedelta(seconds=120))


def test_one_that_nobody_carries_out_within_a_day_has_failed(world: World) -> None:
    bulk = queued(ask(world, "priority", ids=made(world, 4), value="low"))
    world.aws.take(world.aws.settings.bulk_queue_url)
    janitor = _janitor(world)
    for _ in range(3):
        world.aws.clock.now += timedelta(hours=12)
        janitor()
    assert [told(world, bulk)[name] for name in ("state", "failure")] == ["failed", "interrupted"]


def test_it_is_forgotten_after_thirty_days_with_all_its_pages(world: World) -> None:
    bulk = queued(ask(world, "priority", ids=made(world, 4), value="low"))
    work_off(world)
    janitor = _janitor(world)
    world.aws.clock.now += timedelta(days=30, seconds=1)
    janitor()
    assert world.api("GET", f"/v1/bulk/{bulk}").status == 404
    assert world.aws.table.query(keys.bulk_key(bulk).pk, limit=10).items == []


def _janitor(world: World) -> Callable[[], dict[str, int]]:
    from janitor.app import App

    class Context:
        def get_remaining_time_in_millis(self) -> int:
            return 100_000

    app = App(world.aws.settings, world.aws.clock)
    return lambda: app.handle(Context())


# --- what it costs -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "chats"), [(101, 101), (300, 100)])
def test_it_takes_few_store_calls(world: World, size: int, chats: int) -> None:
    ids = _kept(world, size, chats)
    ask(world, "priority", ids=ids[:1], value="low")
    world.aws.clock.now += timedelta(seconds=1)  # the bucket of bulk actions is full again
    world.hold_a_lease()
    counter = CallCounter(world.aws.table._client)
    counter.start()
    queued(ask(world, "assign", ids=ids, value=ANA, headers={"Idempotency-Key": "1"}))
    work_off(world)
    print(f"{size} tickets in {chats} chats: {counter.total} calls, {counter.calls}")
    assert counter.total <= 6 * size / 100 + 12, counter.calls
    assert {(read(world, id_)["assignee"]["id"], read(world, id_)["version"] > 1) for id_ in ids[::29]} == {(ANA, True)}


@pytest.mark.parametrize("size", [101, 300])
def test_restores_to_as_many_chats_take_a_few_more(world: World, size: int) -> None:
    """A transaction has room for half as many, whose chats it checks, and these are read anew for it."""
    ids = _kept(world, size, size)
    assert queued(ask(world, "delete", ids=ids))
    work_off(world)
    world.aws.clock.now += timedelta(seconds=5)
    world.hold_a_lease()
    counter = CallCounter(world.aws.table._client)
    counter.start()
    queued(ask(world, "restore", ids=ids, headers={"Idempotency-Key": "1"}))
    work_off(world)
    print(f"{size} restores: {counter.total} calls, {counter.calls}")
    assert counter.total <= 8 * size / 100 + 12, counter.calls


def _kept(world: World, size: int, chats: int) -> list[str]:
    """Tickets and chats as they would be kept, without the requests that make them."""
    table = world.aws.table
    table.put_all(directory.new_chat_items(ORGANISATION, [a_chat(id=f"chat_{number}") for number in range(chats)]))
    tickets = [a_ticket(id=f"tkt_{nth:016}", chat_id=f"chat_{nth % chats}", assignee=BEN) for nth in range(size)]
    table.put_all((keys.ticket_key(one.id), items.ticket_item(one)) for one in tickets)
    return [one.id for one in tickets]


# --- of this organisation alone ----------------------------------------------------------------------------------


def test_another_organisation_sees_nothing_of_it(world: World) -> None:
    bulk = queued(ask(world, "priority", ids=made(world, 4), value="low"))
    stranger = world.as_(world.keys.other)
    for path in (f"/v1/bulk/{bulk}", f"/v1/bulk/{bulk}/tickets"):
        assert stranger("GET", path).status == 404
    assert stranger("POST", f"/v1/bulk/{bulk}/undo").status == 404


def test_it_is_read_by_its_tickets_as_it_was_until_it_is_committed(world: World) -> None:
    ticket = made(world, 1)[0]
    before = read(world, ticket)
    half_done.prepare(world.aws, ticket)
    assert read(world, ticket) == before
    refused = world.api("PATCH", f"/v1/tickets/{ticket}", {"priority": "medium"})
    assert (refused.status, refused.body["code"]) == (503, "busy")
    world.aws.clock.now += timedelta(seconds=16)
    assert world.api("PATCH", f"/v1/tickets/{ticket}", {"priority": "medium"}).status == 200, "its lease is over"
    assert world.api("GET", f"/v1/chats/{CHAT}/tickets").body["data"][0]["priority"] == "medium"
