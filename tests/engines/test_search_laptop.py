"""What `make run SEARCH=opensearch` promises: the index has the tickets of the table, whatever became of either.

The fixture `search_node` is asked for its skip: without Java none of this can be tested.
"""

import os
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from scripts.laptop.aws import client
from scripts.laptop.console import Console
from scripts.laptop.place import Place
from scripts.laptop.ports import free_ports, is_free
from scripts.laptop.search import Wanted
from scripts.laptop.stack import Stack, running_stack
from tests.engines.test_search_node import ask

HOTEL = "Lakeside Hotels"
WITH_OPENSEARCH = Wanted("opensearch", free_ports(1)[0])
PATIENCE_S = 60
BACKLOG_S = 300
"""What waits is tried again after pauses that double from 15 seconds on."""


@pytest.fixture(scope="module")
def place(search_node: str) -> Iterator[Place]:
    """Where a stack was started with OpenSearch for the first time, and stopped."""
    with tempfile.TemporaryDirectory(prefix="lodgestory-search-") as root:
        first = Place(root=Path(root), port=free_ports(1)[0])
        with running_stack(first, Console(), WITH_OPENSEARCH) as stack:
            assert told(stack) >= {("TicketsApi", stack.search.endpoint), ("SearchIndexer", stack.search.endpoint)}
            assert stack.facts()["search_endpoint"] == stack.search.endpoint
            assert tickets_found(stack) > 10, "the demonstration's"
        yield first
        assert is_free(WITH_OPENSEARCH.port)


def told(stack: Stack) -> set[tuple[str, str]]:
    """Where the functions are told to search."""
    functions = client(stack.place, "lambda")
    variables = {
        name: functions.get_function_configuration(FunctionName=function)["Environment"]["Variables"]
        for name, function in stack.deployed.functions.items()
    }
    return {(name, theirs["SEARCH_ENDPOINT"]) for name, theirs in variables.items() if "SEARCH_ENDPOINT" in theirs}


def api(stack: Stack) -> httpx.Client:
    headers = {"Authorization": f"Bearer {stack.organisations[HOTEL]['keys']['user']}"}
    return httpx.Client(base_url=stack.api_url, headers=headers, timeout=60)


def create(stack: Stack, **changes: str) -> str:
    body = {"chat_id": "chat_lakeside_0001", "issue": "maintenance", "assignee": "mem_lakeside_technician"}
    with api(stack) as http:
        created = http.post("/v1/tickets", json=body | changes)
    assert created.status_code == 201, created.text
    return str(created.json()["id"])


def searched(stack: Stack, **asked: str) -> tuple[set[str], str]:
    """The tickets that a list has, and who answered it."""
    with api(stack) as http:
        answer = http.get("/v1/tickets", params=asked).raise_for_status().json()
    return {row["id"] for row in answer["data"]}, answer["freshness"]["source"]


def tickets_found(stack: Stack, query: object = None) -> int:
    _, answer = ask(stack.search.endpoint, "POST", "/tickets/_count", {"query": query or {"match_all": {}}})
    return int(answer.get("count", 0))


def is_found(stack: Stack, ticket_id: str, patience_s: float = PATIENCE_S) -> bool:
    deadline = time.monotonic() + patience_s
    while not tickets_found(stack, {"term": {"id": ticket_id}}):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.3)
    return True


def test_the_index_outlives_a_stop_and_goes_back_with_a_state_that_was_lost(place: Place) -> None:
    with running_stack(place, Console(), WITH_OPENSEARCH) as stack:
        assert stack.search.is_in_step
        lost = create(stack)
        assert is_found(stack, lost)
        assert stack.emulator.pid is not None
        os.kill(stack.emulator.pid, signal.SIGKILL)
        while not stack.emulator.has_ended():
            time.sleep(0.05)
    with running_stack(place, Console(), WITH_OPENSEARCH) as stack:
        assert tickets_found(stack) > 10
        assert not is_found(stack, lost, patience_s=0)


def test_a_run_that_searches_in_the_table_keeps_no_index_and_the_next_one_has_what_came_meanwhile(place: Place) -> None:
    with running_stack(place, Console()) as stack:
        assert {endpoint for _, endpoint in told(stack)} == {""}
        assert stack.search.node is None
        meanwhile = create(stack)
    with running_stack(place, Console(), WITH_OPENSEARCH) as stack:
        assert is_found(stack, meanwhile, patience_s=0)


def test_it_answers_lists_and_while_it_is_away_the_table_does_and_nothing_is_lost(place: Place) -> None:
    with running_stack(place, Console(), WITH_OPENSEARCH) as stack:
        assert stack.search.node is not None
        first = create(stack, remarks="The chandelier flickers")
        assert is_found(stack, first)
        assert searched(stack, q="chandeleir") == ({first}, "index"), "forgiving a typo"
        stack.search.node.stop()
        try:
            made = {first, *(create(stack, remarks=f"Another chandelier, {number}") for number in range(3))}
            assert searched(stack, q="chandelier") == (made, "table")
        finally:
            stack.search.node.start()
        assert all(is_found(stack, id_, BACKLOG_S) for id_ in made)
        deadline = time.monotonic() + BACKLOG_S
        while (answer := searched(stack, q="chandeleir", sort="relevance")) != (made, "index"):
            assert time.monotonic() < deadline, answer
            time.sleep(1)
