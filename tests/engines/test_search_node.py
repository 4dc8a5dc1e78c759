"""The search node is what the other tests of searching take it for."""

import http.client
import json
import signal
import subprocess
import sys
import time
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from scripts.laptop.place import LOOPBACK, PROJECT
from scripts.laptop.ports import is_free
from scripts.laptop.search_node.node import SearchNode
from scripts.laptop.search_node.program import VERSION


def ask(url: str, method: str, path: str, body: object = None) -> tuple[int, Any]:
    place = urlsplit(url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)
    try:
        sent = None if body is None else json.dumps(body)
        connection.request(method, path, sent, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, json.load(answer)
    finally:
        connection.close()


def test_the_pinned_version_answers(search_node: str) -> None:
    status, node = ask(search_node, "GET", "/")
    print(f"OpenSearch {node['version']['number']}, Lucene {node['version']['lucene_version']}")
    assert (status, node["version"]["distribution"], node["version"]["number"]) == (200, "opensearch", VERSION)


def test_it_listens_on_this_computer_only(search_node: str) -> None:
    _, nodes = ask(search_node, "GET", "/_nodes/_local/http,transport")
    (node,) = nodes["nodes"].values()
    addresses = [*node["http"]["bound_address"], *node["transport"]["bound_address"]]
    assert {address.rpartition(":")[0] for address in addresses} == {LOOPBACK}


def test_a_write_makes_no_index_by_the_way(search_node: str) -> None:
    status, answer = ask(search_node, "PUT", f"/misspelt-{uuid4().hex}/_doc/1", {"text": "AC not cooling"})
    assert (status, answer["error"]["type"]) == (404, "index_not_found_exception")


def test_its_analyzers_are_there(search_node: str) -> None:
    wanted = {"tokenizer": "whitespace", "filter": ["lowercase", "asciifolding"], "text": "Crème brûlée"}
    status, answer = ask(search_node, "POST", "/_analyze", wanted)
    assert (status, [token["token"] for token in answer["tokens"]]) == (200, ["creme", "brulee"])


def test_what_was_written_is_there_after_a_stop_and_a_start(own_search_node: SearchNode) -> None:
    node = own_search_node
    ask(node.url, "PUT", "/tickets")
    ask(node.url, "PUT", "/tickets/_doc/1?version=7&version_type=external", {"text": "AC not cooling"})
    node.stop()
    node.start()
    status, found = ask(node.url, "GET", "/tickets/_doc/1")
    assert (status, found["_version"], found["_source"]) == (200, 7, {"text": "AC not cooling"})


def test_a_node_ends_with_whoever_started_it(own_search_node: SearchNode) -> None:
    """Also by a kill -9: nothing is left behind that would hold 0.7 GB."""
    node = own_search_node
    node.stop()
    owner = [sys.executable, "-c", _STARTS_IT_AND_DIES, str(node.home), str(node.port), str(node.log)]
    done = subprocess.run(owner, capture_output=True, text=True, check=False, cwd=PROJECT)  # noqa: S603 (our own)
    assert (done.stdout.strip(), done.returncode) == (node.url, -signal.SIGKILL), done.stderr
    deadline = time.monotonic() + 60
    while not is_free(node.port) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert is_free(node.port)


_STARTS_IT_AND_DIES = """
import os, pathlib, signal, sys
from scripts.laptop.search_node.node import SearchNode

home, port, log = sys.argv[1:]
node = SearchNode(pathlib.Path(home), int(port), pathlib.Path(log))
node.start()
print(node.url, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
