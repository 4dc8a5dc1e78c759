"""What a partner's program gets: answers with their types, errors by code, whole lists."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from lodgestory_tickets import UNSET, Lodgestory, LodgestoryError, every
from lodgestory_tickets.models import ChangeTicket, CreateTicket
from tests.unit.clients.conftest import TICKET, Played, bulk, page, problem, ticket

DOCUMENT: dict[str, Any] = json.loads((Path(__file__).parents[3] / "docs" / "openapi.json").read_text("utf-8"))
ROW = {name: value for name, value in TICKET.items() if name != "watchers"}


def test_an_answer_has_its_data_and_what_its_headers_say(api: Played, client: Lodgestory) -> None:
    api.answers = [ticket(http_status=201)]
    made = client.create_ticket(CreateTicket(chat_id="chat_1", issue="maintenance"))
    assert (made.data.number, made.data.chat.guest_name, made.data.sub_issue) == (7, "Zoé", None)
    assert (made.status, made.etag, made.request_id) == (201, '"1-1-1"', "req-1")


def test_what_is_left_out_is_not_sent_and_none_is_null(api: Played, client: Lodgestory) -> None:
    api.answers = [ticket()]
    client.change_ticket("tkt_1", ChangeTicket(assignee=None, remark="Done", status=UNSET))
    assert json.loads(api.asked[0].content) == {"assignee": None, "remark": "Done"}


def test_filters_are_repeated_and_the_address_keeps_its_stage(api: Played, client: Lodgestory) -> None:
    api.answers = [page()]
    client.list_tickets(status=["open", "waiting"], limit=5)
    assert str(api.asked[0].url) == "http://api.example/live/v1/tickets?status=open&status=waiting&limit=5"


def test_an_etag_goes_out_as_if_match(api: Played, client: Lodgestory) -> None:
    api.answers = [ticket()]
    read = client.read_ticket("tkt_1")
    client.change_ticket("tkt_1", ChangeTicket(priority="low"), if_match=read.etag)
    assert api.sent("If-Match") == [None, '"1-1-1"']


def test_values_and_fields_that_are_newer_than_the_client_are_no_fault(api: Played, client: Lodgestory) -> None:
    category = {"id": "parked", "name": "Parked", "category": "parked"}
    api.answers = [ticket(priority="urgent", mood="calm", status=category)]
    read = client.read_ticket("tkt_1").data
    assert (read.priority, read.status.category) == ("urgent", "parked")


def test_an_error_tells_its_code_field_and_request(api: Played, client: Lodgestory) -> None:
    wrong = [{"field": "priority", "code": "enum", "detail": "Input should be 'low'"}]
    api.answers = [problem(422, "validation_failed", errors=wrong)]
    with pytest.raises(LodgestoryError) as raised:
        client.create_ticket(CreateTicket(chat_id="chat_1", issue="maintenance"))
    error = raised.value
    assert (error.code, error.field, error.status, error.request_id) == ("validation_failed", "priority", 422, "req-2")
    assert str(error) == "validation_failed: Words (priority: Input should be 'low') [request req-2]"


def test_an_error_carries_what_its_code_promises(api: Played, client: Lodgestory) -> None:
    api.answers = [
        problem(409, "invalid_status_transition", allowed=["open"]),
        problem(412, "version_conflict", current_version=4),
        problem(409, "workflow_missing", configure_url="https://console.example"),
    ]
    raised = []
    for _ in range(3):
        with pytest.raises(LodgestoryError) as error:
            client.change_ticket("tkt_1", ChangeTicket(status="done"))
        raised.append(error.value)
    assert (raised[0].allowed, raised[0].current_version, raised[0].field) == (("open",), None, None)
    assert (raised[1].current_version, raised[2].configure_url) == (4, "https://console.example")


def test_each_field_of_the_documented_error_has_a_place_in_the_exception() -> None:
    documented = set(DOCUMENT["components"]["schemas"]["Problem"]["properties"])
    assert documented - {"type"} <= set(vars(LodgestoryError("code", "detail")))


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (httpx.Response(304, headers={"ETag": '"1"'}), "not_modified"),
        (httpx.Response(413, text="<html>"), "unexpected_answer"),
        (httpx.Response(302, headers={"Location": "https://elsewhere.example"}), "unexpected_answer"),
        (httpx.Response(403, json={"message": "Forbidden"}), "unexpected_answer"),
        (httpx.Response(403, json=["Forbidden"]), "unexpected_answer"),
        (httpx.Response(200, text="<html>"), "unexpected_answer"),
        (httpx.Response(200, json={"id": "tkt_1"}), "unexpected_answer"),
    ],
)
def test_what_is_no_answer_of_the_api_is_an_error_too(
    api: Played, client: Lodgestory, answer: httpx.Response, code: str
) -> None:
    api.answers = [answer]
    with pytest.raises(LodgestoryError) as raised:
        client.read_ticket("tkt_1", if_none_match='"1"')
    assert (raised.value.code, raised.value.status, len(api.asked)) == (code, answer.status_code, 1)


def test_every_goes_on_while_there_is_more_also_past_an_empty_page(api: Played, client: Lodgestory) -> None:
    api.answers = [page(ROW, ROW, next_cursor="c1"), page(next_cursor="c2"), page(ROW)]
    numbers = [row.number for row in every(client.list_tickets, status=["open"])]
    asked = [dict(request.url.params) for request in api.asked]
    assert numbers == [7, 7, 7]
    assert asked == [{"status": "open", "limit": "100"} | more for more in ({}, {"cursor": "c1"}, {"cursor": "c2"})]


def test_every_asks_for_a_page_only_when_it_is_needed_and_takes_the_ids_of_a_path(
    api: Played, client: Lodgestory
) -> None:
    api.answers = [page(ROW, next_cursor="c1")]
    rows = every(client.list_chat_tickets, "chat_1", limit=1)
    assert api.asked == []
    assert next(rows).number == 7
    assert [str(request.url) for request in api.asked] == ["http://api.example/live/v1/chats/chat_1/tickets?limit=1"]


def test_a_large_bulk_action_is_waited_for_until_it_is_over(
    api: Played, client: Lodgestory, waits: list[float]
) -> None:
    api.answers = [bulk("queued"), bulk("running"), bulk("blocked")]
    assert client.wait_for_bulk("blk_1").data.state == "blocked"
    assert waits == [1, 1]
    api.answers = [bulk("running")]
    assert client.wait_for_bulk("blk_1", patience_s=3).data.state == "running", "patience has an end"


def test_the_key_is_not_shown(client: Lodgestory) -> None:
    assert "lsk_1" not in repr(client) + repr(vars(client))


def test_every_operation_of_the_document_is_a_method_by_the_name_of_its_route() -> None:
    routes = [operation["operationId"] for methods in DOCUMENT["paths"].values() for operation in methods.values()]
    for name in routes:
        assert callable(getattr(Lodgestory, name)), name
    assert len(routes) == len(set(routes))


def test_every_operation_that_takes_an_idempotency_key_is_one_that_gets_one() -> None:
    from lodgestory_tickets.client import _CHANGES

    reference = {"$ref": "#/components/parameters/Idempotency-Key"}
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            if reference in operation.get("parameters", []):
                assert method in _CHANGES, (method, path)
