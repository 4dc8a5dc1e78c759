"""What `make run SEARCH=opensearch` promises: the index stays with its tickets, and goes when it would lie about them.

The fixture `search_node` is asked for its skip: without Java none of this can be tested.
"""

import os
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.laptop.aws import client
from scripts.laptop.console import Console
from scripts.laptop.place import Place
from scripts.laptop.ports import free_ports, is_free
from scripts.laptop.search import Wanted
from scripts.laptop.stack import Stack, running_stack
from tests.engines.test_search_node import ask


@pytest.fixture(scope="module")
def place(search_node: str) -> Iterator[Place]:
    """Where a stack was started with OpenSearch, given an index, and stopped."""
    with tempfile.TemporaryDirectory(prefix="lodgestory-search-") as root:
        first = Place(root=Path(root), port=free_ports(1)[0])
        with running_stack(first, Console(), WITH_OPENSEARCH) as stack:
            assert told(stack) == {"TicketsApi": stack.search.endpoint, "SearchIndexer": stack.search.endpoint}
            assert stack.facts()["search_endpoint"] == stack.search.endpoint
            make_index(stack)
        yield first
        assert is_free(WITH_OPENSEARCH.port)


WITH_OPENSEARCH = Wanted("opensearch", free_ports(1)[0])


def told(stack: Stack) -> dict[str, str]:
    """Where the functions are told to search."""
    functions = client(stack.place, "lambda")
    variables = {
        name: functions.get_function_configuration(FunctionName=function)["Environment"]["Variables"]
        for name, function in stack.deployed.functions.items()
    }
    return {name: theirs["SEARCH_ENDPOINT"] for name, theirs in variables.items() if "SEARCH_ENDPOINT" in theirs}


def make_index(stack: Stack) -> None:
    status, _ = ask(stack.search.endpoint, "PUT", "/kept")
    assert status in {200, 400}  # 400: it is there


def has_index(stack: Stack) -> bool:
    status, _ = ask(stack.search.endpoint, "GET", "/kept")
    return status == 200


def test_the_index_outlives_a_stop_but_not_a_state_that_goes_back(place: Place) -> None:
    with running_stack(place, Console(), WITH_OPENSEARCH) as stack:
        assert has_index(stack)
        assert stack.emulator.pid is not None
        os.kill(stack.emulator.pid, signal.SIGKILL)
        while not stack.emulator.has_ended():
            time.sleep(0.05)
    with running_stack(place, Console(), WITH_OPENSEARCH) as stack:
        assert not has_index(stack)


def test_without_a_word_the_next_run_searches_in_the_table_and_keeps_no_index_that_nobody_writes(place: Place) -> None:
    with running_stack(place, Console(), WITH_OPENSEARCH) as stack:
        make_index(stack)
    with running_stack(place, Console()) as stack:
        assert set(told(stack).values()) == {""}
        assert stack.search.node is None
        assert is_free(WITH_OPENSEARCH.port)
    with running_stack(place, Console(), WITH_OPENSEARCH) as stack:
        assert not has_index(stack)
