import contextlib
import os
from collections.abc import Iterator

import pytest

from scripts.laptop.console import Console
from scripts.laptop.search_node.node import SearchNode
from tests.engines.engines import EngineMissing, opensearch


@pytest.fixture(scope="session")
def search_node() -> Iterator[str]:
    """The address of an OpenSearch that starts empty. It is shared: a test makes indices with names of its own.

    Without Java the tests that ask for it are skipped by name, unless ENGINES=required.
    """
    with _started() as node:
        yield node.url


@pytest.fixture
def own_search_node() -> Iterator[SearchNode]:
    """One that the test may stop and start."""
    with _started() as node:
        yield node


@contextlib.contextmanager
def _started() -> Iterator[SearchNode]:
    with contextlib.ExitStack() as until_the_end:
        try:
            with Console().step("Starting OpenSearch"):
                node = until_the_end.enter_context(opensearch())
        except EngineMissing as missing:
            if os.environ.get("ENGINES") == "required":
                pytest.fail(str(missing))
            pytest.skip(f"NOT TESTED: {missing}")
        yield node
