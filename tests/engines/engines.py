"""The engines that are asked: started for the asking, on 127.0.0.1, and ended afterwards."""

import contextlib
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from uuid import uuid4

from botocore.config import Config
from botocore.exceptions import BotoCoreError
from moto import mock_aws

from scripts.laptop import maven
from scripts.laptop.emulator import Emulator
from scripts.laptop.place import LOOPBACK, PROJECT, REGION, Place
from scripts.laptop.ports import free_ports
from scripts.laptop.problem import Problem
from scripts.laptop.search_node import node
from scripts.laptop.search_node.node import SearchNode
from tests.engines.lab import Lab
from tests.fakes.tables import create_table
from ticketing.store import clients

type MakeLab = Callable[[], Lab]

_HERE = Path(__file__).parent / "dynamodb_local"
_READY_S = 60.0
ANYBODY: dict[str, Any] = {
    "region_name": REGION,
    "aws_access_key_id": "test",
    "aws_secret_access_key": "test",
    "config": Config(proxies={}),  # a proxy of the environment does not know this computer's 127.0.0.1
}


class EngineMissing(Exception):
    """This computer lacks what an engine needs; the message says what."""


@contextlib.contextmanager
def moto() -> Iterator[MakeLab]:
    """The simulation that the integration tests use."""
    with mock_aws():
        # Each behaviour gets a table of its own: moto copies the whole of it for every transaction.
        yield lambda: _lab(clients.dynamodb(**ANYBODY), clients.make("dynamodbstreams", **ANYBODY))


@contextlib.contextmanager
def ministack() -> Iterator[MakeLab]:
    """The emulator of the laptop and of the end-to-end tests."""
    place = Place(root=Path(tempfile.mkdtemp(prefix="lodgestory-parity-")), port=free_ports(1)[0])
    emulator = Emulator(place)
    try:
        emulator.start()
        lab = _at(place.endpoint)
        yield lambda: Lab(lab.client, lab.table, lab.streams)
    finally:
        emulator.stop()
        shutil.rmtree(place.root, ignore_errors=True)


@contextlib.contextmanager
def dynamodb_local() -> Iterator[MakeLab]:
    """DynamoDB Local, which AWS makes. Raises EngineMissing without Java and Maven."""
    port = free_ports(1)[0]
    jars = _fetched_jars()
    command = ["java", "-Xmx256m", f"-Djava.library.path={jars}", "-cp", f"{jars}/*", str(_HERE / "Local.java")]
    process = subprocess.Popen(  # noqa: S603 (an engine of these tests)
        [*command, "-inMemory", "-sharedDb", "-port", str(port), "-disableTelemetry"],
        stdin=subprocess.PIPE,  # the leash: it ends when this process does, in whatever way
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        endpoint = f"http://{LOOPBACK}:{port}"
        _wait_for(process, clients.dynamodb(endpoint_url=endpoint, **ANYBODY))
        lab = _at(endpoint)
        yield lambda: Lab(lab.client, lab.table, lab.streams)
    finally:
        process.terminate()
        process.wait()
        if process.stdin:
            process.stdin.close()


@contextlib.contextmanager
def opensearch() -> Iterator[SearchNode]:
    """A node of its own, empty, which may be stopped and started. Raises EngineMissing without Java and Maven."""
    folder = Path(tempfile.mkdtemp(prefix="lodgestory-search-"))
    engine = SearchNode(folder / "search", free_ports(1)[0], folder / "opensearch.log")
    try:
        try:
            engine.start()
        except Problem as problem:
            raise EngineMissing(str(problem)) from None
        yield engine
    finally:
        engine.stop()
        node.remove(folder / "search")
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def aws() -> Iterator[MakeLab]:
    """AWS itself, with the credentials of the environment: a table of its own, removed afterwards."""
    lab = _lab(clients.dynamodb(), clients.make("dynamodbstreams"))
    try:
        yield lambda: Lab(lab.client, lab.table, lab.streams)
    finally:
        lab.client.delete_table(TableName=lab.table)


LOCAL: dict[str, Callable[[], AbstractContextManager[MakeLab]]] = {
    "moto": moto,
    "MiniStack": ministack,
    "DynamoDB Local": dynamodb_local,
}
"""The engines of this computer, by the names that the table of results shows."""

ALL = LOCAL | {"AWS": aws}


def _at(endpoint: str) -> Lab:
    of_engine = {"endpoint_url": endpoint, **ANYBODY}
    return _lab(clients.dynamodb(**of_engine), clients.make("dynamodbstreams", **of_engine))


def _lab(client: Any, streams: Any) -> Lab:
    name = f"lodgestory-parity-{uuid4().hex[:12]}"
    create_table(client, name)
    client.get_waiter("table_exists").wait(TableName=name)
    return Lab(client, name, streams)


def _fetched_jars() -> Path:
    try:
        return maven.fetched("DynamoDB Local", _HERE / "pom.xml", PROJECT / ".local" / "dynamodb-local")
    except Problem as problem:
        raise EngineMissing(str(problem)) from None


def _wait_for(process: subprocess.Popen[bytes], client: Any) -> None:
    deadline = time.monotonic() + _READY_S
    while True:
        try:
            client.list_tables()
        except BotoCoreError:
            if process.poll() is not None or time.monotonic() > deadline:
                message = "DynamoDB Local did not start"
                raise EngineMissing(message) from None
            time.sleep(0.2)
        else:
            return
