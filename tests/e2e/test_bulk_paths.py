"""Each way in which a bulk action is carried out, at its full size, through the gateway of the deployed stack."""

from typing import Any

import httpx
import pytest

from tests.e2e.concurrency.hotel import founded
from tests.e2e.concurrency.stock import Stock, stocked
from tests.e2e.conftest import RunningStack
from tests.e2e.test_chain import eventually


@pytest.fixture(scope="module")
def stock(stack: RunningStack) -> Stock:
    return stocked(founded(stack, "Many Rooms"))


@pytest.mark.parametrize(
    ("number", "status"),
    [
        pytest.param(49, 200, id="one transaction"),
        pytest.param(60, 200, id="changed and marked by one transaction"),
        pytest.param(98, 200, id="committed by marks"),
        pytest.param(100, 200, id="prepared, then committed"),
        pytest.param(250, 202, id="by the worker"),
    ],
)
def test_a_bulk_action_changes_each_of_its_tickets_once_and_no_other(
    stack: RunningStack, stock: Stock, number: int, status: int
) -> None:
    *wanted, neighbour = stock.tickets(number + 1)
    headers = {"Authorization": f"Bearer {stock.hotel.key}"}
    with httpx.Client(base_url=stack.api_url, headers=headers, timeout=60) as http:
        answer = http.post("/v1/tickets/bulk", json={"action": "priority", "value": "low", "ids": wanted})
        assert answer.status_code == status, answer.text
        path = f"/v1/bulk/{answer.json()['id']}"

        def look() -> Any:
            return http.get(path).raise_for_status().json()

        told = eventually(look, lambda bulk: bulk["state"] == "done")
        rows = http.get(f"{path}/tickets").raise_for_status().json()
    print(f"{number}: {answer.json()['state']}, from commit to last apply {told['committed_at']} {told['finished_at']}")
    assert (told["state"], told["changed"], told["unchanged"], told["done"]) == ("done", number, 0, number)
    assert {(row["result"], row["version"]) for row in rows["data"]} == {("changed", 2)}
    stock.check_done_once(told["id"], wanted)
    (untouched,) = stock.read([neighbour]).values()
    assert untouched.version == 1


@pytest.mark.parametrize(
    ("ids", "status", "code"),
    [
        pytest.param([], 422, "empty_selection", id="nothing"),
        pytest.param(["tkt_aaaaaaaaaaaaaaaa"] * 2, 422, "validation_failed", id="twice the same"),
        pytest.param([f"tkt_{nth:016}" for nth in range(10_001)], 422, "validation_failed", id="10,001"),
        pytest.param(["tkt_aaaaaaaaaaaaaaaa"], 409, "bulk_blocked", id="an unknown one"),
        pytest.param(["x" * 5_000_000], 413, "payload_too_large", id="5 MB"),
    ],
)
def test_what_cannot_be_done_is_refused_by_its_code(
    stack: RunningStack, stock: Stock, ids: list[str], status: int, code: str
) -> None:
    (neighbour,) = stock.tickets(1)
    headers = {"Authorization": f"Bearer {stock.hotel.key}"}
    with httpx.Client(base_url=stack.api_url, headers=headers, timeout=60) as http:
        answer = http.post("/v1/tickets/bulk", json={"action": "delete", "ids": ids})
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text[:300]
    (untouched,) = stock.read([neighbour]).values()
    assert untouched.version == 1
