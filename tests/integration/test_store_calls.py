"""How often a request asks DynamoDB when its function is warm: counted at the client, never timed."""

from typing import Any

import pytest

from tests.fakes.counting import CallCounter
from tests.integration.world import CREATE, World

# Method, path below the ticket, body, headers, calls at most. A key costs nothing until it comes again.
PROMISES: list[tuple[str, str, Any, dict[str, str], int]] = [
    ("GET", "", None, {}, 2),
    ("PATCH", "", {"status": "in_progress"}, {}, 4),
    ("PATCH", "", {"status": "in_progress"}, {"Idempotency-Key": "a"}, 4),
    ("PATCH", "", {"priority": "low", "assignee": None}, {}, 4),
    ("PATCH", "", {"status": "in_progress", "assignee": None, "remark": "On it"}, {"Idempotency-Key": "d"}, 4),
    ("PATCH", "", {}, {}, 2),
    ("POST", "/remarks", {"text": "On it"}, {"Idempotency-Key": "b"}, 4),
    ("PUT", "/watchers/mem_admin", None, {}, 4),
    ("DELETE", "/watchers/mem_admin", None, {}, 4),
    ("DELETE", "", None, {"Idempotency-Key": "c"}, 4),
]


@pytest.fixture
def counter(world: World) -> CallCounter:
    """Everything that may be cached is cached: the key, the organisation, the names; and a lease is held."""
    world.api("GET", f"/v1/tickets/{world.a_ticket(watchers=['mem_admin'])['id']}")
    world.hold_a_lease()
    return CallCounter(world.aws.table._client)


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "night"}])
def test_a_create_takes_at_most_four_calls(world: World, counter: CallCounter, headers: dict[str, str]) -> None:
    counter.start()
    created = world.api("POST", "/v1/tickets", CREATE | {"remarks": "AC", "external_id": "PMS-1"}, headers=headers)
    print(f"POST /v1/tickets: {counter.calls}")
    assert created.status == 201
    assert counter.total <= 4, counter.calls


@pytest.mark.parametrize(("method", "below", "body", "headers", "at_most"), PROMISES)
def test_a_request_takes_at_most_so_many_calls(
    world: World, counter: CallCounter, method: str, below: str, body: Any, headers: dict[str, str], at_most: int
) -> None:
    ticket = world.a_ticket(remarks="AC not cooling")["id"]
    counter.start()
    answer = world.api(method, f"/v1/tickets/{ticket}{below}", body, headers=headers)
    print(f"{method} /v1/tickets/…{below}: {counter.calls}")
    assert answer.status in {200, 201}, answer.body
    assert counter.total <= at_most, counter.calls
