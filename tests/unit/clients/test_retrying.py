"""What is sent again, when, and with the same key."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from lodgestory_tickets import Lodgestory, LodgestoryError, Retries
from lodgestory_tickets.models import ChangeTicket, CreateTicket, DoBulk, SearchTickets
from tests.unit.clients.conftest import Chance, Played, bulk, page, problem, ticket

NEW = CreateTicket(chat_id="chat_1", issue="maintenance")


@pytest.mark.parametrize(
    "trouble",
    [
        problem(429, "rate_limited"),
        problem(503, "busy"),
        problem(500, "internal"),
        httpx.Response(502, text="<html>"),
        httpx.Response(504, text="<html>"),
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("no answer"),
        httpx.RemoteProtocolError("cut off"),
    ],
    ids=str,
)
def test_a_change_comes_again_with_the_same_key_and_body(
    api: Played, client: Lodgestory, waits: list[float], trouble: httpx.Response | Exception
) -> None:
    api.answers = [trouble, trouble, ticket(http_status=201)]
    assert client.create_ticket(NEW).status == 201
    keys = api.sent("Idempotency-Key")
    assert keys[0]
    assert keys == [keys[0]] * 3
    assert [json.loads(request.content) for request in api.asked] == [{"chat_id": "chat_1", "issue": "maintenance"}] * 3
    assert len(waits) == 2


def test_each_change_has_a_key_of_its_own_and_a_read_has_none(api: Played, client: Lodgestory) -> None:
    api.answers = [ticket()]
    client.create_ticket(NEW)
    client.create_ticket(NEW)
    client.change_ticket("tkt_1", ChangeTicket(priority="low"))
    client.add_watcher("tkt_1", "mem_ana")
    client.remove_watcher("tkt_1", "mem_ana")
    client.read_ticket("tkt_1")
    *changes, read = api.sent("Idempotency-Key")
    assert len(set(changes)) == 5
    assert all(changes)
    assert read is None


def test_a_key_that_is_given_is_the_one_that_is_sent(api: Played, client: Lodgestory, waits: list[float]) -> None:
    api.answers = [problem(503, "busy"), ticket()]
    client.create_ticket(NEW, idempotency_key="PMS-4711-new")
    assert api.sent("Idempotency-Key") == ["PMS-4711-new"] * 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 412, 413, 415, 422])
def test_a_refusal_does_not_come_again(api: Played, client: Lodgestory, waits: list[float], status: int) -> None:
    api.answers = [problem(status, "refused")]
    with pytest.raises(LodgestoryError):
        client.create_ticket(NEW)
    assert (len(api.asked), waits) == (1, [])


def test_it_waits_what_the_api_asks_for_and_a_random_time_beside_it(
    api: Played, client: Lodgestory, waits: list[float], chance: Chance
) -> None:
    chance.part = 1.0
    api.answers = [problem(429, "rate_limited", "7"), problem(429, "rate_limited"), ticket()]
    client.create_ticket(NEW)
    assert waits == [7 + 0.5, 1.0]


def test_the_bound_of_the_random_wait_doubles_up_to_a_limit() -> None:
    chance = Chance()
    chance.part = 1.0
    retries = Retries(first_wait_s=1, longest_wait_s=5, chance=chance)
    assert [retries.wait_s(attempt, 0) for attempt in (1, 2, 3, 4, 5)] == [1, 2, 4, 5, 5]
    chance.part = 0.0
    assert retries.wait_s(3, 0) == 0


def test_a_date_is_waited_for_like_seconds(
    api: Played, client: Lodgestory, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    api.answers = [problem(503, "busy", later), ticket()]
    client.create_ticket(NEW)
    assert 0 < waits[0] <= 30


def test_it_gives_up_after_its_attempts_with_the_last_answer(
    api: Played, client: Lodgestory, waits: list[float]
) -> None:
    api.answers = [problem(503, "busy")]
    with pytest.raises(LodgestoryError) as raised:
        client.create_ticket(NEW)
    assert (raised.value.code, len(api.asked), len(waits)) == ("busy", 6, 5)


def test_it_gives_up_on_a_wait_beyond_its_patience_and_tells_how_long(
    api: Played, client: Lodgestory, waits: list[float]
) -> None:
    api.answers = [problem(429, "rate_limited", "40")]
    with pytest.raises(LodgestoryError) as raised:
        client.create_ticket(NEW)
    assert (waits, raised.value.retry_after_s) == ([40.0], 40.0), "twice 40 is more than 60"


def test_no_answer_at_all_is_an_error_of_its_own(api: Played, client: Lodgestory, waits: list[float]) -> None:
    lost = httpx.ReadTimeout("no answer")
    api.answers = [lost]
    with pytest.raises(LodgestoryError) as raised:
        client.create_ticket(NEW)
    assert (raised.value.code, raised.value.status, raised.value.__cause__) == ("no_answer", None, lost)
    assert len(api.asked) == 6


def test_a_search_is_a_read_by_post_and_comes_again_too(api: Played, client: Lodgestory, waits: list[float]) -> None:
    api.answers = [problem(503, "busy"), page()]
    assert client.search_tickets(SearchTickets(status=["open"])).data.data == []


def test_one_attempt_sends_nothing_again(api: Played) -> None:
    api.answers = [problem(503, "busy")]
    with (
        Lodgestory("http://api.example", "lsk_1", transport=api, retries=Retries(attempts=1)) as client,
        pytest.raises(LodgestoryError),
    ):
        client.read_me()
    assert len(api.asked) == 1


def test_a_bulk_action_whose_first_time_is_still_at_it_comes_again(
    api: Played, client: Lodgestory, waits: list[float]
) -> None:
    api.answers = [problem(409, "idempotency_in_flight", "1"), bulk("done")]
    assert client.do_bulk(DoBulk(action="delete", ids=["tkt_1"])).status == 200
    assert (len(set(api.sent("Idempotency-Key"))), len(waits)) == (1, 1)
