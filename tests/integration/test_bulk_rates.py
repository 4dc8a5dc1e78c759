"""The limit of bulk actions as callers meet it: on how many tickets they may be, what costs nothing, and who pays."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Lock
from typing import Any

import pytest

from tests.builders import ANA, BEN, ORGANISATION
from tests.fakes.counting import CallCounter
from tests.fakes.faults import Fault, Faults, Kind, Reach
from tests.integration.aws import Answer
from tests.integration.world import CREATE, OTHER, World
from ticketing.domain.instants import to_epoch_us
from ticketing.domain.rates import SECOND, Limits
from ticketing.errors import Busy, RateLimited
from ticketing.store import bulk_rates, keys
from ticketing.store.table import ConditionNotMet, OutcomeUnknown
from ticketing.store.writes import update

BURST, A_SECOND = 20, 2
UNKNOWN = "tkt_aaaaaaaaaaaaaaaa"


@pytest.fixture(autouse=True)
def limits(world: World) -> Limits:
    """A bucket that a few tickets empty."""
    variables: Any = world.aws.settings.variables
    variables |= {"BULK_TICKETS_RATE_LIMIT": str(A_SECOND), "BULK_TICKETS_BURST_LIMIT": str(BURST)}
    return Limits(A_SECOND, BURST)


@pytest.fixture
def tickets(world: World) -> list[str]:
    return [world.a_ticket(assignee=BEN)["id"] for _ in range(7)]


def bulk(world: World, ids: list[str], value: str | None = ANA, key: str | None = None, **more: Any) -> Answer:
    headers = {"Idempotency-Key": key} if key else None
    return world.api(
        "POST", "/v1/tickets/bulk", {"action": "assign", "ids": ids, "value": value, **more}, headers=headers
    )


def taken(world: World, organisation_id: str = ORGANISATION) -> int:
    """How many tokens the bucket lacks, of those that it can hold."""
    item = world.aws.table.get(keys.bulk_rate_key(organisation_id))
    return max(0, item["full_at"] - now(world)) * A_SECOND // SECOND if item else 0


def take(world: World, number: int, organisation_id: str = ORGANISATION, table: Any = None) -> None:
    bulk_rates.take(table or world.aws.table, organisation_id, number, Limits(A_SECOND, BURST), now(world))


def remove(world: World) -> None:
    """The engine does it, when the bucket is full anyway."""
    world.aws.table.delete_all([keys.bulk_rate_key(ORGANISATION)])


def now(world: World) -> int:
    return to_epoch_us(world.aws.clock())


def pass_time(world: World, seconds: float) -> None:
    world.aws.clock.now += timedelta(seconds=seconds)


# --- the count ---------------------------------------------------------------------------------------------------


def test_the_burst_is_taken_to_the_last_token_and_one_more_is_refused(world: World, tickets: list[str]) -> None:
    done = [bulk(world, some) for some in (tickets, tickets, tickets[:6])]
    assert [answer.status for answer in done] == [200] * 3
    before = world.aws.items()
    refused = bulk(world, tickets[:1], None)
    assert (refused.status, refused.body["code"], refused.headers["retry-after"]) == (429, "rate_limited", "1")
    assert "bulk actions" in refused.body["detail"]
    assert world.aws.items() == before


@pytest.mark.parametrize(("number", "seconds"), [(1, 1), (2, 1), (3, 2), (7, 4)])
def test_whoever_waits_as_they_were_told_goes_through_and_sooner_does_not(
    world: World, tickets: list[str], number: int, seconds: int
) -> None:
    take(world, BURST)
    assert bulk(world, tickets[:number]).headers["retry-after"] == str(seconds)
    pass_time(world, seconds - 1)
    assert bulk(world, tickets[:number]).status == 429
    pass_time(world, 1)
    assert bulk(world, tickets[:number]).status == 200


def test_all_of_the_burst_comes_back_and_never_more(world: World) -> None:
    take(world, BURST)
    pass_time(world, 10 * BURST / A_SECOND)
    take(world, BURST)
    with pytest.raises(RateLimited):
        take(world, 1)


def test_tickets_that_are_so_already_count_too(world: World, tickets: list[str]) -> None:
    answer = bulk(world, tickets, BEN)
    assert (answer.body["changed"], taken(world)) == (0, 7)


def test_an_undo_counts_too(world: World, tickets: list[str]) -> None:
    done = bulk(world, tickets).body
    assert world.api("POST", f"/v1/bulk/{done['id']}/undo").status == 200
    assert taken(world) == 14


def test_an_organisation_pays_for_nobody_else(world: World, tickets: list[str]) -> None:
    take(world, BURST, OTHER)
    assert bulk(world, tickets).status == 200
    assert (taken(world), taken(world, OTHER)) == (7, BURST)


def test_a_bucket_that_is_smaller_than_a_bulk_action_gives_it_all_it_has(world: World, tickets: list[str]) -> None:
    variables: Any = world.aws.settings.variables
    variables |= {"BULK_TICKETS_BURST_LIMIT": "5"}
    assert bulk(world, tickets).status == 200
    assert bulk(world, tickets[:1]).status == 429


# --- what costs nothing ------------------------------------------------------------------------------------------


def test_a_dry_run_of_more_than_a_request_changes_takes_them_all(
    world: World, tickets: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tickets_api.bulk_selections.MOST_AT_ONCE", 1)
    assert bulk(world, tickets, dry_run=True).status == 200
    assert (world.aws.table.get(keys.bulk_rate_key(ORGANISATION)) or {})["full_at"] > 0


def test_a_dry_run_takes_none(world: World, tickets: list[str]) -> None:
    assert bulk(world, tickets, dry_run=True).status == 200
    assert taken(world) == 0


def test_a_bulk_action_that_is_blocked_takes_none(world: World, tickets: list[str]) -> None:
    assert bulk(world, [*tickets, UNKNOWN]).body["code"] == "bulk_blocked"
    assert taken(world) == 0


def test_a_filter_that_finds_nothing_takes_none(world: World) -> None:
    asked = {"action": "priority", "filter": {"assignee": [ANA]}, "value": "low"}
    assert world.api("POST", "/v1/tickets/bulk", asked).body["code"] == "empty_selection"
    assert taken(world) == 0


@pytest.mark.parametrize("value", [ANA, BEN], ids=["changes them", "finds them so"])
def test_a_request_that_comes_again_gets_its_answer_and_takes_none(
    world: World, tickets: list[str], value: str
) -> None:
    first = bulk(world, tickets, value, key="night-1")
    again = bulk(world, tickets, value, key="night-1")
    assert (again.status, again.body, taken(world)) == (200, first.body, 7)


def test_a_request_that_comes_again_gets_its_answer_also_when_no_token_is_left(
    world: World, tickets: list[str]
) -> None:
    first = bulk(world, tickets, key="night-1")
    take(world, BURST - 7)
    again = bulk(world, tickets, key="night-1")
    assert (again.status, again.body) == (200, first.body)


def test_what_time_has_brought_back_is_not_given_back_too(world: World, limits: Limits) -> None:
    begun = now(world)
    take(world, 7)
    pass_time(world, 2)
    take(world, 5)
    bulk_rates.give_back(world.aws.table, ORGANISATION, 7, limits, begun, now(world))
    assert taken(world) == 5
    bulk_rates.give_back(world.aws.table, ORGANISATION, 7, limits, begun - 60 * SECOND, now(world))
    assert taken(world) == 5


def test_nothing_is_given_back_to_a_bucket_that_is_gone(world: World, limits: Limits) -> None:
    bulk_rates.give_back(world.aws.table, ORGANISATION, 7, limits, now(world), now(world))
    assert world.aws.table.get(keys.bulk_rate_key(ORGANISATION)) is None


def test_nothing_is_given_back_when_the_table_cannot_be_asked_and_nobody_is_troubled(
    world: World, limits: Limits
) -> None:
    take(world, 7)
    faults = Faults(world.aws.table._client)
    with faults.at(1, Fault(Kind.NOT_REACHED, Reach.CALL)):
        bulk_rates.give_back(world.aws.table, ORGANISATION, 7, limits, now(world), now(world))
    assert (faults.has_struck, taken(world)) == (True, 7)


# --- races -------------------------------------------------------------------------------------------------------


class Meddling:
    """Somebody acts right before the n-th time that the tickets are changed."""

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch, act: Callable[[], object], times: int) -> None:
        table = world.aws.table
        transact = table.transact
        self.met = 0

        def meddled(writes: Any, companions: Any = ()) -> None:
            if self.met < times:
                self.met += 1
                act()
            transact(writes, companions)

        monkeypatch.setattr(table, "transact", meddled)


def touch(world: World, ticket_id: str) -> Callable[[], object]:
    """The ticket as a writer leaves it who was faster."""
    bump = update(keys.ticket_key(ticket_id), "SET version = version + :one", values={":one": 1})
    return lambda: world.aws.table.write(bump)


def test_a_bulk_action_that_is_planned_again_takes_once(
    world: World, tickets: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    meddling = Meddling(world, monkeypatch, touch(world, tickets[0]), times=2)
    assert bulk(world, tickets).status == 200
    assert (meddling.met, taken(world)) == (2, 7)


def test_a_bulk_action_that_loses_every_race_gives_all_back(
    world: World, tickets: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Meddling(world, monkeypatch, touch(world, tickets[0]), times=3)
    assert (bulk(world, tickets).body["code"], taken(world)) == ("busy", 0)


def test_a_bulk_action_that_is_blocked_when_it_is_planned_again_gives_all_back(
    world: World, tickets: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def delete() -> None:
        world.aws.table.delete_all([keys.ticket_key(tickets[0])])

    Meddling(world, monkeypatch, delete, times=1)
    assert (bulk(world, tickets).body["code"], taken(world)) == ("bulk_blocked", 0)


def test_what_may_have_been_done_keeps_its_tokens(
    world: World, tickets: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: Any) -> None:
        raise OutcomeUnknown

    monkeypatch.setattr(world.aws.table, "transact", unknown)
    assert bulk(world, tickets).status == 503
    assert taken(world) == 7


class OneAtATime:
    """A table whose single writes are whole, as the engine's are and moto's are not; others come in between them."""

    def __init__(self, table: Any) -> None:
        self._table = table
        self._lock = Lock()
        self.lost = 0

    def write(self, write: Any, **how: Any) -> None:
        with self._lock:
            try:
                self._table.write(write, **how)
            except ConditionNotMet:
                self.lost += 1
                raise


def test_parallel_takers_get_the_burst_and_not_one_token_more(world: World) -> None:
    dice = random.Random(3)  # noqa: S311 (not for secrets)
    rounds, lost = 5, 0
    for turn in range(rounds):
        table, organisation_id = OneAtATime(world.aws.table), f"org_{turn}"

        def taker(number: int, table: Any = table, organisation_id: str = organisation_id) -> int:
            try:
                take(world, number, organisation_id, table)
            except RateLimited:
                return 0
            return number

        sizes = [dice.randint(1, 4) for _ in range(20)] + [1] * 4
        with ThreadPoolExecutor(8) as pool:
            got = sum(pool.map(taker, sizes))
        lost += table.lost
        assert got == BURST, f"{sizes}: {got}"
    print(f"{rounds} rounds of 24 takers, seed 3: {lost} writes were refused")
    assert lost > rounds, "nobody met anybody"


class Meanwhile:
    """A table on which others do something right before each write."""

    def __init__(self, table: Any, acts: list[Callable[[], object]]) -> None:
        self._table = table
        self._acts = acts

    def write(self, write: Any, **how: Any) -> None:
        if self._acts:
            self._acts.pop(0)()
        self._table.write(write, **how)


def test_a_bucket_that_others_take_from_meanwhile_still_gives(world: World) -> None:
    table = Meanwhile(world.aws.table, [lambda: take(world, 5), lambda: take(world, 5)])
    take(world, 10, table=table)
    assert taken(world) == BURST


def test_a_bucket_that_others_empty_meanwhile_refuses(world: World) -> None:
    table = Meanwhile(world.aws.table, [lambda: take(world, 5), lambda: take(world, 6)])
    with pytest.raises(RateLimited) as refused:
        take(world, 10, table=table)
    assert (refused.value.retry_after_s, taken(world)) == (1, 11)


def test_a_bucket_that_is_removed_between_look_and_write_is_full(world: World) -> None:
    table = Meanwhile(world.aws.table, [lambda: take(world, 5), lambda: remove(world)])
    take(world, 10, table=table)
    assert taken(world) == 10


def test_whoever_never_finds_it_as_it_was_is_busy(world: World) -> None:
    table = Meanwhile(world.aws.table, [lambda: take(world, 5), lambda: remove(world)] * 5)
    with pytest.raises(Busy):
        take(world, 10, table=table)


# --- what it costs, and when the table cannot be asked -----------------------------------------------------------


def test_a_full_bucket_is_asked_once_and_another_one_twice(world: World) -> None:
    counter = CallCounter(world.aws.table._client)
    for seconds, calls in ((0, 1), (0.5, 2), (60, 1)):
        pass_time(world, seconds)
        counter.start()
        take(world, 3)
        assert counter.calls == {"UpdateItem": calls}


def test_the_bucket_is_kept_until_it_is_full_and_is_then_removed(world: World) -> None:
    take(world, BURST)
    item = world.aws.table.get(keys.bulk_rate_key(ORGANISATION))
    assert item is not None
    assert 60 <= item[keys.EXPIRES_AT] - item["full_at"] / SECOND < 61


@pytest.mark.parametrize("kind", [Kind.NOT_REACHED, Kind.LOST, Kind.THROTTLED])
def test_without_an_answer_to_it_nothing_is_changed_and_the_caller_is_told_so(
    world: World, tickets: list[str], kind: Kind
) -> None:
    faults = Faults(world.aws.table._client)
    with faults.watching():
        bulk(world, tickets[:1], None)
    call = faults.calls.index("UpdateItem") + 1
    pass_time(world, 60)
    before = world.aws.items()
    with faults.at(call, Fault(kind, Reach.CALL)):
        answer = bulk(world, tickets[:1])
    assert faults.has_struck
    assert (answer.status, answer.body["code"], answer.body["detail"]) == (503, "busy", Busy.detail)
    assert world.aws.items() == before


def test_a_limit_that_was_widened_holds_at_once(world: World, tickets: list[str]) -> None:
    bulk_rates.take(world.aws.table, ORGANISATION, BURST, Limits(1, 10_000), now(world) + 3_600 * SECOND)
    assert bulk(world, tickets).status == 200
    assert taken(world) == 7


def test_the_tickets_of_a_single_change_have_nothing_to_do_with_it(world: World, tickets: list[str]) -> None:
    take(world, BURST)
    assert world.api("POST", "/v1/tickets", CREATE).status == 201
    assert world.api("PATCH", f"/v1/tickets/{tickets[0]}", {"priority": "low"}).status == 200
