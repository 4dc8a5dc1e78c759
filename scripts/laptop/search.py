"""What tickets are searched in on this computer: the table, a node that we start, or one that runs already."""

import contextlib
import http.client
import json
import os
import re
import ssl
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import uuid4

from scripts.laptop.aws import command_environment
from scripts.laptop.console import Console
from scripts.laptop.deployed import Memory
from scripts.laptop.place import Place
from scripts.laptop.ports import is_free
from scripts.laptop.problem import Problem
from scripts.laptop.processes import run_to_log
from scripts.laptop.search_node import node as nodes
from scripts.laptop.search_node.node import SearchNode
from ticketing.search.mapping import MAPPING_VERSION

TABLE, OPENSEARCH = "table", "opensearch"
VARIABLE = "OPENSEARCH_URL"
ADDRESS = re.compile(r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?|http://(localhost|127\.0\.0\.1)(:[0-9]{1,5})?")
"""What the template takes as SearchEndpoint."""
_PATIENCE_S = 10.0
_NOTE = "search-run"


@dataclass(frozen=True)
class Wanted:
    """What `make run` was asked for."""

    engine: str = TABLE
    port: int = 9200
    url: str | None = None  # of an OpenSearch that runs already; it is not ours to start or to stop

    @property
    def has_own_node(self) -> bool:
        return self.engine == OPENSEARCH and self.url is None


@dataclass(frozen=True)
class Search:
    """What there is; `endpoint` is what the stack is deployed with, empty for the table."""

    endpoint: str = ""
    node: SearchNode | None = None
    is_in_step: bool = False  # its index was written beside the state that the emulator has, in every run


def wanted(engine: str, port: int, environment: Mapping[str, str] = os.environ) -> Wanted:
    """Problem if OPENSEARCH_URL is no address that the template takes. It counts with SEARCH=opensearch alone."""
    url = environment.get(VARIABLE, "").strip().rstrip("/")
    if engine != OPENSEARCH or not url:
        return Wanted(engine, port)
    if not ADDRESS.fullmatch(url):
        message = (
            f"{VARIABLE} is not an address that the stack takes: https://host or https://host:port, "
            "or http:// for localhost and 127.0.0.1; without path, name and password."
        )
        raise Problem(message)
    return Wanted(engine, port, url)


def check(place: Place, asked: Wanted, console: Console) -> None:
    """Find out before anything is built that the node could not start. Raises Problem."""
    if not asked.has_own_node:
        return
    if not is_free(asked.port):
        raise Problem(_PORT_TAKEN.format(port=asked.port, other=asked.port + 1, variable=VARIABLE))
    with console.step("Looking for Java and OpenSearch"):
        _node(place, asked).check()


@contextlib.contextmanager
def running(place: Place, asked: Wanted, console: Console) -> Iterator[Search]:
    """Start what is missing, give it, and in the end stop what was started so that its data stays."""
    if asked.url is not None:
        with console.step("Asking your OpenSearch") as step:
            step.note = f"{asked.url} {answer_of(asked.url)}"
        yield Search(asked.url, None, _is_in_step(place, asked.url))
    elif asked.has_own_node:
        node = _node(place, asked)
        try:
            is_in_step = _is_in_step(place, node.url)
            with console.step("Starting OpenSearch"):
                if not is_in_step:
                    nodes.remove(place.search)
                node.start()
            yield Search(node.url, node, is_in_step)
        finally:
            with console.step("Stopping OpenSearch"):
                node.stop()
    else:
        # Nobody writes the index meanwhile; one that is behind would tell what is no longer true.
        nodes.remove(place.search)
        place.search_note.unlink(missing_ok=True)
        yield Search()


def fill(place: Place, found: Search, console: Console) -> None:
    """Build the index of the tickets that are there, unless it was written in every run since.

    A killed emulator goes back to its last clean stop, and an index does not: it would hold newer versions than the
    table has, and keep them for good. So each run leaves a note in both, and they part where one of them goes back.
    An index of an older mapping is built anew, too.
    """
    if not found.endpoint:
        return
    with console.step("Search index") as step:
        if found.is_in_step:
            step.note = "unchanged"
        elif not _is_built(place):
            step.note = f"not built, see {place.logs / 'reindex.log'}: `make reindex` tries again"
            return
    run = f"{_begins(found.endpoint)}{uuid4().hex}"
    Memory(place).remember(_NOTE, run)
    place.search_note.write_text(run)


def _is_built(place: Place) -> bool:
    command = [
        *(sys.executable, "-m", "scripts.ticketsctl"),
        *("--stack", place.stack_name, "--endpoint-url", place.endpoint, "reindex"),
    ]
    try:
        run_to_log(command, command_environment(place), place.logs / "reindex.log", "")
    except Problem:  # lists are answered from the table
        return False
    return True


def _is_in_step(place: Place, endpoint: str) -> bool:
    noted = place.search_note.read_text() if place.search_note.exists() else ""
    return noted.startswith(_begins(endpoint)) and Memory(place).recall(_NOTE) == noted


def _begins(endpoint: str) -> str:
    return f"{endpoint} {MAPPING_VERSION} "


def answer_of(url: str) -> str:
    """Whether an OpenSearch answers there, in words; asked without a proxy, as the functions do."""
    place = urlsplit(url)
    connect = http.client.HTTPSConnection if place.scheme == "https" else http.client.HTTPConnection
    connection = connect(place.hostname or "", place.port, timeout=_PATIENCE_S)
    try:
        connection.request("GET", "/")
        answer = connection.getresponse()
        return _version_in(answer.read()) or f"answers, but does not let us in (status {answer.status})"
    except ssl.SSLError as error:
        return f"does not answer: {error.reason}. Lists are answered from the table"
    except (OSError, http.client.HTTPException) as error:
        return f"does not answer: {error}. Lists are answered from the table"
    finally:
        connection.close()


def _version_in(body: bytes) -> str | None:
    try:
        version = json.loads(body)["version"]
        return f"answers: {version.get('distribution', 'no OpenSearch')} {version['number']}"
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _node(place: Place, asked: Wanted) -> SearchNode:
    return SearchNode(place.search, asked.port, place.logs / "opensearch.log")


_PORT_TAKEN = """Port {port} of this computer is taken by another program, perhaps by an OpenSearch. Choose another port
  make run SEARCH=opensearch SEARCH_PORT={other}
or use the one that runs there
  make run SEARCH=opensearch {variable}=http://127.0.0.1:{port}"""
