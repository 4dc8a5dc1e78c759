"""A stack of the tests' own: own port, own folder, started by the modules of `make run`, which it never touches."""

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from scripts.laptop.console import Console
from scripts.laptop.demonstration import Organisations
from scripts.laptop.place import Place
from scripts.laptop.ports import free_ports
from scripts.laptop.stack import Stack, running_stack

# The build may need a proxy, the calls to this computer never do.
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost"


@dataclass(frozen=True)
class RunningStack:
    """What a test needs to know of the stack that it speaks to."""

    api_url: str
    """The base address, to which `/v1/tickets` is appended."""
    mailbox_url: str
    endpoint: str
    """Where the emulator answers as AWS."""
    place: Place
    table_name: str
    organisations: Organisations
    """By name: `id`, and `keys` by role."""
    build: Path
    """The built functions, a folder each by its name in the template."""
    functions: Mapping[str, str]
    """Names of the deployed functions by those of the template."""


@pytest.fixture(scope="session")
def stack(request: pytest.FixtureRequest) -> Iterator[RunningStack]:
    """Deployed once, for all end-to-end tests. If it cannot start, they fail: what cannot be shown is not skipped."""
    # Not below pytest's own folders, which are kept after the run: this one holds a whole emulator.
    place = Place(root=Path(tempfile.mkdtemp(prefix="lodgestory-e2e-")), port=free_ports(1)[0])
    with contextlib.ExitStack() as running:
        with shown(request.config):
            deployed = running.enter_context(running_stack(place, Console()))
        yield facts(deployed)
    if request.session.testsfailed:
        print(f"\nThe logs of the stack: {place.logs}")
    else:
        shutil.rmtree(place.root, ignore_errors=True)


@contextlib.contextmanager
def shown(config: pytest.Config) -> Iterator[None]:
    """What is printed is seen at once: starting takes half a minute, which must not be silent."""
    capture = config.pluginmanager.getplugin("capturemanager")
    assert capture is not None
    with capture.global_and_fixture_disabled():
        sys.stdout.write("\n")
        yield


def facts(running: Stack) -> RunningStack:
    return RunningStack(
        api_url=running.api_url,
        mailbox_url=running.place.mailbox_url,
        endpoint=running.place.endpoint,
        place=running.place,
        table_name=running.deployed.table_name,
        organisations=running.organisations,
        build=Path(running.build),
        functions=running.deployed.functions,
    )
