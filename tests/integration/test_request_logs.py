"""What a request leaves behind: its id, one log line, and no word of a guest."""

from typing import Any

import pytest

from tests.builders import CHANNEL
from tests.integration.world import CREATE, World


def test_the_request_id_of_the_caller_comes_back_and_a_bad_one_is_replaced(world: World) -> None:
    assert world.api("GET", "/v1/tickets", headers={"X-Request-Id": "night-7"}).headers["x-request-id"] == "night-7"
    for bad in ("a b", "x" * 65, "ä"):
        made = world.api("GET", "/v1/tickets", headers={"X-Request-Id": bad}).headers["x-request-id"]
        assert made.startswith("req_")


def test_an_error_carries_the_id_of_its_request(world: World) -> None:
    refused = world.api("GET", "/v1/nothing", headers={"X-Request-Id": "night-7"})
    assert refused.body["request_id"] == "night-7"


def test_what_we_did_not_foresee_is_a_500_without_a_word_of_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        message = "secret words of a guest"
        raise ZeroDivisionError(message)

    monkeypatch.setattr("ticketing.store.finder.find", broken)
    answer = world.api("GET", "/v1/tickets")
    assert (answer.status, answer.body["code"]) == (500, "internal_error")
    assert "secret words" not in str(answer) + world.log.text()
    assert any(level == "error" and facts["error"] == "ZeroDivisionError" for level, _, facts in world.log.lines)


def test_nothing_that_a_guest_is_or_says_and_no_secret_stands_in_a_log(world: World) -> None:
    canary = "CANARY-7f3a"
    chat = {
        "channel_id": CHANNEL,
        "guest": {"name": canary, "phone": "+1 555 0100", "email": f"{canary}@guest.example"},
    }
    world.api("PUT", "/v1/chats/chat_canary", chat)
    ticket = world.a_ticket(chat_id="chat_canary", remarks=canary)
    world.api("GET", f"/v1/tickets/{ticket['id']}")
    world.api("GET", "/v1/tickets", query={"q": [canary]})
    world.api("GET", "/v1/tickets", query={"cursor": [canary]})
    world.api("POST", "/v1/tickets", CREATE | {canary: canary})
    world.api("POST", "/v1/tickets", '{"remarks": "' + canary)
    world.api("GET", f"/v1/{canary}")
    world.as_(canary)("GET", "/v1/tickets")
    assert len(world.log.lines) >= 8
    assert canary not in world.log.text()
    assert "5550100" not in world.log.text().replace(" ", "")
    assert world.keys.user not in world.log.text()
