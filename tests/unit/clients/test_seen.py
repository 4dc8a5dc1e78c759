"""What the client has written is told with every request, to its own organisation and to nobody else."""

import threading

import httpx
import pytest

from lodgestory_tickets import Lodgestory, LodgestoryError
from lodgestory_tickets.models import ChangeTicket, CreateTicket
from lodgestory_tickets.seen import MOST_TOKENS, Seen
from tests.unit.clients.conftest import Played, page, problem, ticket

NEW = CreateTicket(chat_id="chat_1", issue="maintenance")


def answer(token: str) -> httpx.Response:
    return httpx.Response(200, headers={"Lodgestory-Seen": token})


def test_the_last_token_goes_with_every_request(api: Played, client: Lodgestory) -> None:
    api.answers = [page(), ticket("first"), page(), ticket(), ticket("second"), page(), page()]
    client.list_tickets()
    client.create_ticket(NEW)
    client.list_tickets()
    client.read_ticket("tkt_1")
    client.change_ticket("tkt_1", ChangeTicket(priority="low"))
    client.list_tickets()
    client.list_chat_tickets("chat_1")
    assert api.sent("Lodgestory-Seen") == [None, None, "first", "first", "first", "second", "second"]


def test_another_client_knows_nothing_of_it(api: Played, client: Lodgestory) -> None:
    api.answers = [ticket("ours"), page()]
    client.create_ticket(NEW)
    with Lodgestory("http://api.example/live", "lsk_2", transport=api) as other:
        other.list_tickets()
    assert api.sent("Lodgestory-Seen") == [None, None]
    assert api.sent("Authorization") == ["Bearer lsk_1", "Bearer lsk_2"]


def test_of_changes_at_the_same_time_all_tokens_are_sent_until_the_next_change_joins_them(
    api: Played, client: Lodgestory
) -> None:
    both_are_under_way = threading.Barrier(2, timeout=20)

    def together(request: httpx.Request) -> httpx.Response:
        both_are_under_way.wait()
        return ticket(f"of {request.headers['Idempotency-Key']}")

    api.answers = [together, together, page(), ticket("joined"), page()]
    threads = [threading.Thread(target=client.create_ticket, args=(NEW,), kwargs={"idempotency_key": k}) for k in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    client.list_tickets()
    client.create_ticket(NEW)
    client.list_tickets()
    _, _, listed, written, again = api.sent("Lodgestory-Seen")
    assert set((listed or "").split(", ")) == {"of a", "of b"}
    assert (written, again) == (listed, "joined")


def test_a_token_replaces_what_was_sent_with_its_request_and_nothing_else() -> None:
    seen = Seen()
    seen.learn((), answer("a"))
    seen.learn((), answer("b"))
    assert seen.tokens() == ("a", "b")
    seen.learn(("a",), answer("c"))
    assert seen.tokens() == ("b", "c")
    seen.learn(("b", "c"), httpx.Response(200))
    assert seen.tokens() == ("b", "c"), "a read tells nothing new"


def test_no_more_are_kept_than_the_api_takes() -> None:
    seen = Seen()
    for number in range(MOST_TOKENS + 3):
        seen.learn((), answer(str(number)))
    assert seen.tokens() == tuple(str(number) for number in range(3, MOST_TOKENS + 3))


def test_the_api_takes_as_many_as_the_client_sends() -> None:
    from tickets_api.seen import HEADER, MAX_TOKENS

    assert (Seen.__module__, MOST_TOKENS, HEADER) == ("lodgestory_tickets.seen", MAX_TOKENS, "Lodgestory-Seen")


def test_a_token_that_the_api_takes_no_more_is_forgotten(api: Played, client: Lodgestory) -> None:
    api.answers = [ticket("old"), problem(400, "invalid_cursor"), page(), page()]
    client.create_ticket(NEW)
    assert client.list_tickets().data.data == []
    client.list_tickets()
    assert api.sent("Lodgestory-Seen") == [None, "old", None, None]


def test_a_cursor_that_is_wrong_leaves_the_token_alone(api: Played, client: Lodgestory) -> None:
    api.answers = [ticket("kept"), problem(400, "invalid_cursor"), problem(400, "invalid_cursor"), page()]
    client.create_ticket(NEW)
    with pytest.raises(LodgestoryError, match="invalid_cursor"):
        client.list_tickets(cursor="wrong")
    client.list_tickets()
    assert api.sent("Lodgestory-Seen") == [None, "kept", None, "kept"]
