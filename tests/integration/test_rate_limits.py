"""Rate limits as callers meet them: what an organisation may ask, what it is told, and what that costs the table."""

from datetime import timedelta
from typing import Any

import pytest

from tests.builders import CHAT
from tests.fakes.counting import CallCounter
from tests.fakes.events import api_event
from tests.integration.aws import Answer, Api
from tests.integration.world import CREATE, World
from ticketing.errors import Busy
from ticketing.store import clients, keys
from ticketing.store.cached_reads import CachedReads
from ticketing.store.secrets import SigningSecrets
from ticketing.store.writes import update

BURST, A_SECOND = 200, 50


@pytest.fixture(autouse=True)
def limits(world: World) -> None:
    """Those of the template."""
    variables: Any = world.aws.settings.variables
    variables |= {"ORGANISATION_RATE_LIMIT": str(A_SECOND), "ORGANISATION_BURST_LIMIT": str(BURST)}


@pytest.fixture
def counter(world: World) -> CallCounter:
    return CallCounter(world.aws.table._client)


def another_process(world: World, key: str, table: Any = None) -> Api:
    from tickets_api.app import make_handler
    from tickets_api.services import Services

    aws = world.aws
    table = table or aws.table
    signing = SigningSecrets(lambda: clients.make("secretsmanager"), aws.settings.signing_secret_id)
    services = Services(aws.settings, table, CachedReads(table), signing, aws.objects, aws.bulks, now=aws.clock)
    return Api(make_handler(services, world.log), key)


def ask(api: Api, times: int = 1) -> list[Answer]:
    return [api("GET", "/v1/me") for _ in range(times)]


def told(answer: Answer) -> tuple[int, int, int]:
    return tuple(int(answer.headers[f"ratelimit-{name}"]) for name in ("limit", "remaining", "reset"))  # type: ignore[return-value]


def let_through(answers: list[Answer]) -> int:
    return sum(answer.status == 200 for answer in answers)


def pass_time(world: World, seconds: float) -> None:
    world.aws.clock.now += timedelta(seconds=seconds)


# --- the count ---------------------------------------------------------------------------------------------------


def test_the_burst_goes_through_and_the_next_request_is_refused(world: World) -> None:
    answers = ask(world.api, BURST + 1)
    assert let_through(answers[:BURST]) == BURST
    refused = answers[BURST]
    assert (refused.status, refused.body["code"], refused.headers["retry-after"]) == (429, "rate_limited", "1")
    assert refused.headers["content-type"] == "application/problem+json"
    assert told(refused) == (BURST, 0, 4)


def test_the_headers_count_down_one_by_one(world: World) -> None:
    answers = ask(world.api, BURST)
    assert [told(answer)[0] for answer in answers] == [BURST] * BURST
    assert [told(answer)[1] for answer in answers] == list(range(BURST - 1, -1, -1))
    assert [told(answer)[2] for answer in answers] == [-(-used // A_SECOND) for used in range(1, BURST + 1)]


def test_whoever_waits_as_they_were_told_goes_through(world: World) -> None:
    refused = ask(world.api, BURST + 1)[-1]
    pass_time(world, int(refused.headers["retry-after"]))
    answers = ask(world.api, A_SECOND + 1)
    assert [answer.status for answer in answers] == [200] * A_SECOND + [429]
    assert [told(answer)[1] for answer in answers] == [*range(A_SECOND - 1, -1, -1), 0]


def test_all_of_the_burst_is_back_after_the_seconds_that_reset_names(world: World) -> None:
    last = ask(world.api, 150)[-1]
    pass_time(world, told(last)[2])
    assert told(ask(world.api)[0])[1] == BURST - 1
    assert let_through(ask(world.api, BURST)) == BURST - 1


def test_a_request_is_told_of_its_limit_whatever_its_answer(world: World) -> None:
    path = f"/v1/tickets/{world.a_ticket()['id']}"
    etag = world.api("GET", path).headers["etag"]
    requests: list[tuple[int, str, str, Any, dict[str, str]]] = [
        (200, "GET", path, None, {}),
        (304, "GET", path, None, {"If-None-Match": etag}),
        (201, "POST", "/v1/tickets", CREATE, {}),
        (403, "PUT", "/v1/channels/new", {"name": "New", "type": "email"}, {}),
        (404, "GET", "/v1/tickets/tkt_aaaaaaaaaaaaaaaa", None, {}),
        (404, "GET", "/v1/unknown", None, {}),
        (405, "DELETE", "/v1/me", None, {}),
        (412, "PATCH", path, {"priority": "low"}, {"If-Match": '"1-999999"'}),
        (415, "POST", "/v1/tickets", "x", {"Content-Type": "text/plain"}),
        (422, "POST", "/v1/tickets", {"chat_id": CHAT}, {}),
    ]
    left = told(world.api("GET", path))[1]
    for status, method, url, body, headers in requests:
        answer = world.api(method, url, body, headers=headers)
        left -= 1
        assert (answer.status, told(answer)[1]) == (status, left), (method, url)


def test_whoever_is_not_known_is_told_of_no_limit(world: World) -> None:
    for answer in (world.as_(None)("GET", "/v1/tickets"), world.as_(None)("GET", "/v1/health")):
        assert "ratelimit-limit" not in answer.headers


# --- several processes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("processes", [2, 5, 40])
def test_processes_share_one_bucket(world: World, processes: int) -> None:
    apis = [another_process(world, world.keys.user) for _ in range(processes)]
    answers = [ask(apis[turn % processes])[0] for turn in range(BURST + 60 * processes)]
    print(f"{processes} processes: the first refusal came after {[one.status for one in answers].index(429)} requests")
    assert let_through(answers) == BURST


def test_a_burst_that_meets_only_new_processes_goes_through(world: World) -> None:
    answers = [ask(another_process(world, world.keys.user))[0] for _ in range(60)]
    assert let_through(answers) == 60
    assert told(answers[-1])[1] == BURST - 60


def test_what_a_process_that_ended_held_comes_back(world: World) -> None:
    ask(another_process(world, world.keys.user), 22)  # and holds 49 more
    assert let_through(ask(world.api, BURST)) == BURST - 71
    pass_time(world, 120)
    assert let_through(ask(world.api, BURST + 1)) == BURST


# --- what it costs -----------------------------------------------------------------------------------------------


def writes(counter: CallCounter) -> int:
    return counter.calls.get("UpdateItem", 0) + counter.calls.get("PutItem", 0)


def test_a_warm_process_writes_at_most_once_in_fifty_requests(world: World, counter: CallCounter) -> None:
    ask(world.api, 21)
    counter.start()
    asked = 0
    for _ in range(20):
        assert let_through(ask(world.api, 25)) == 25
        asked += 25
        pass_time(world, 0.5)
    # The key's last use is noted once a minute, and was noted before.
    print(f"{asked} requests: {counter.calls}")
    assert writes(counter) <= asked / 50
    assert counter.total <= asked / 50


def test_a_refusal_costs_at_most_one_store_call_in_ten(world: World, counter: CallCounter) -> None:
    """Ten processes, each asked a hundred times a second: twenty times the limit of their organisation."""
    apis = [another_process(world, world.keys.user) for _ in range(10)]
    for api in apis:
        ask(api, 30)
    counter.start()
    passed = refused = 0
    for _ in range(100):
        for api in apis:
            passed += (answer := ask(api)[0]).status == 200
            refused += answer.status == 429
        pass_time(world, 0.01)
    print(f"{passed} went through, {refused} were refused: {counter.calls}")
    assert passed <= A_SECOND + 50, "those that were still held, and a second's worth"
    # Each that went through may have cost a call.
    assert counter.total - passed <= refused / 10


def test_a_noisy_neighbour_costs_the_others_nothing(world: World, counter: CallCounter) -> None:
    """Lakeside asks twenty times what it may; the other organisation gets no 429 and pays no store call more."""
    other = world.as_(world.keys.other)
    ask(other, 22)
    counter.start()
    ask(other, 10)
    alone = counter.total
    refused, during = 0, 0
    for _ in range(10):
        refused += 100 - let_through(ask(world.api, 100))
        counter.start()
        assert [answer.status for answer in ask(other)] == [200]
        during += counter.total
        pass_time(world, 0.1)
    print(f"the neighbour was refused {refused} times; store calls of the other: {alone} alone, {during} beside it")
    assert refused >= 700
    assert during == alone


# --- when the table cannot be asked ------------------------------------------------------------------------------


class Unreachable:
    """A table that gives no lease."""

    def __init__(self, table: Any) -> None:
        self._table = table
        self.asked = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._table, name)

    def get(self, key: keys.Key) -> Any:
        if key.sk != keys.rate_key("").sk:
            return self._table.get(key)
        self.asked += 1
        raise Busy


def test_a_request_goes_on_when_no_lease_can_be_had(world: World) -> None:
    table = Unreachable(world.aws.table)
    api = another_process(world, world.keys.user, table)
    answers = ask(api, 5)
    assert let_through(answers) == 5
    assert [told(answer)[1] for answer in answers] == [199, 198, 197, 196, 195]
    assert table.asked == 1, "and the table is left in peace for a second"
    pass_time(world, 1)
    ask(api)
    assert table.asked == 2


class Crowded:
    """A table on which somebody else is always faster with a lease."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.lost = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._world.aws.table, name)

    def pause(self, attempt: int) -> None:
        pass

    def write(self, write: Any, **how: Any) -> None:
        table = self._world.aws.table
        if write.key.sk == keys.rate_key("").sk and "leased" in str(write.condition):
            table.write(update(write.key, "SET leased = leased + :one", values={":one": 1}))
            self.lost += 1
        table.write(write, **how)


def test_whoever_always_loses_the_race_for_a_lease_gets_a_token_each_time(world: World) -> None:
    ask(world.api)
    table = Crowded(world)
    answers = ask(another_process(world, world.keys.user, table), 3)
    assert let_through(answers) == 3
    assert table.lost == 15
    assert told(ask(another_process(world, world.keys.user))[0])[1] == BURST - 16, "fifteen are out on lease"


def test_whoever_always_loses_the_race_for_a_lease_is_refused_when_none_is_left(world: World) -> None:
    ask(world.api, BURST)
    pass_time(world, 0.1)
    table = Crowded(world)
    answers = ask(another_process(world, world.keys.user, table), 7)
    assert [answer.status for answer in answers] == [200] * 5 + [429] * 2


# --- wrong keys --------------------------------------------------------------------------------------------------


def wrong(world: World, source: str = "192.0.2.1", key: str | None = "lsk_local_aaaaaaaaaaaaaaaa_b") -> Answer:
    return world.api.send(api_event("GET", "/v1/me", key=key, source=source))


def test_wrong_keys_are_refused_after_twenty_in_a_minute_without_asking_the_table(
    world: World, counter: CallCounter
) -> None:
    unknown = world.keys.user.replace("lsk_local_", "lsk_local_b")  # malformed
    assert {wrong(world, key=unknown).status for _ in range(20)} == {401}
    counter.start()
    refused = wrong(world)
    assert (refused.status, refused.body["code"]) == (429, "rate_limited")
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert "address" in refused.body["detail"]
    assert counter.total == 0


def test_whoever_forgot_the_key_is_told_so_each_time(world: World) -> None:
    assert {wrong(world, key=None).status for _ in range(30)} == {401}
    assert wrong(world).status == 401


def test_another_source_is_not_slowed_down(world: World) -> None:
    for _ in range(21):
        wrong(world)
    assert wrong(world, source="192.0.2.2").status == 401


def test_whoever_has_a_network_of_addresses_has_one_source(world: World) -> None:
    """A line of IPv6 comes with 2^64 addresses; one that stands for IPv4 is that one."""
    for number in range(20):
        wrong(world, source=f"2001:db8:0:7::{number:x}")
        wrong(world, source="192.0.2.1" if number % 2 else "::ffff:192.0.2.1")
    assert wrong(world, source="2001:0db8:0000:0007:ffff::1").status == 429
    assert wrong(world, source="192.0.2.1").status == 429
    assert wrong(world, source="2001:db8:0:8::1").status == 401
    assert wrong(world, source="no address").status == 401


def test_a_key_that_is_known_is_let_in_from_a_house_of_wrong_ones(world: World) -> None:
    ask(world.api)
    for _ in range(21):
        wrong(world)
    assert wrong(world, key=world.keys.user).status == 200


def test_a_wrong_secret_of_a_known_key_is_slowed_down_too(world: World) -> None:
    ask(world.api)
    forged = world.keys.user.rpartition("_")[0] + "_" + world.keys.admin.rpartition("_")[2]
    answers = [wrong(world, key=forged).status for _ in range(21)]
    assert answers == [401] * 20 + [429]
