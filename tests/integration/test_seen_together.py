"""`Lodgestory-Seen` of writes at the same time: their tokens are sent together, and the next write joins them."""

from typing import Any

import pytest

from tests.builders import ORGANISATION
from tests.fakes.lagging_index import LaggingIndex
from tests.integration.aws import Answer, Api
from tests.integration.world import CREATE, World
from ticketing.domain.signing import Signer

SEEN = "lodgestory-seen"


def sending(api: Api, tokens: list[str], method: str, path: str, body: Any = None) -> Answer:
    return api(method, path, body, headers={"Lodgestory-Seen": ", ".join(tokens)} if tokens else {})


def created(api: Api, *tokens: str) -> tuple[str, str]:
    """The id of a new ticket, and the token of its answer."""
    answer = sending(api, [*tokens], "POST", "/v1/tickets", CREATE)
    assert answer.status == 201, answer.body
    return answer.body["id"], answer.headers[SEEN]


def told(token: str) -> list[str]:
    """The ids that a token tells of, the oldest first."""
    text: str = Signer([b"c2VjcmV0"]).open("seen", ORGANISATION, token)
    return [f"tkt_{one.partition('.')[0]}" for one in text.split(",")]


def test_a_list_shows_writes_that_were_made_at_the_same_time(lagging: tuple[Api, LaggingIndex]) -> None:
    api, _ = lagging
    made = dict(created(api) for _ in range(3))
    listed = sending(api, list(made.values()), "GET", "/v1/tickets")
    assert {row["id"] for row in listed.body["data"]} == set(made)
    assert len(sending(api, list(made.values())[:1], "GET", "/v1/tickets").body["data"]) == 1


def test_the_next_write_joins_them_and_keeps_the_newest_of_each(world: World) -> None:
    token = created(world.api)[1]
    for _ in range(8):
        token = created(world.api, token)[1]
    here, there = created(world.api, token), created(world.api, token)
    last, joined = created(world.api, here[1], there[1])
    assert told(joined)[-1] == last
    assert set(told(joined)[-3:-1]) == {here[0], there[0]}, "older ones that both tell of go first"
    assert told(joined)[:-3] == told(token)[-7:]


def test_the_joined_token_has_the_highest_version_of_each_ticket(world: World) -> None:
    ticket, before = created(world.api)
    after = sending(world.api, [before], "PATCH", f"/v1/tickets/{ticket}", {"priority": "low"}).headers[SEEN]
    for tokens in ([before, after], [after, before]):
        joined = created(world.api, *tokens)[1]
        text: str = Signer([b"c2VjcmV0"]).open("seen", ORGANISATION, joined)
        assert text.startswith(f"{ticket[4:]}.2,")


def test_a_ticket_that_one_of_them_wrote_last_stays_however_old_it_is_in_the_other(world: World) -> None:
    ticket, first = created(world.api)
    changed = sending(world.api, [first], "PATCH", f"/v1/tickets/{ticket}", {"priority": "low"}).headers[SEEN]
    others = first
    for _ in range(9):
        others = created(world.api, others)[1]
    assert told(others)[0] == ticket
    assert ticket in told(created(world.api, changed, others)[1])


@pytest.mark.parametrize("given", ["{token},", "{token},nonsense", "{token}" + ",{token}" * 10])
def test_one_bad_token_or_one_too_many_refuses_the_request(world: World, given: str) -> None:
    token = created(world.api)[1]
    header = {"Lodgestory-Seen": given.format(token=token)}
    refused = world.api("GET", "/v1/tickets", headers=header)
    assert (refused.status, refused.body["code"]) == (400, "invalid_cursor")


def test_ten_tokens_are_taken(world: World) -> None:
    token = created(world.api)[1]
    assert sending(world.api, [token] * 10, "GET", "/v1/tickets").status == 200
