"""A whole stack: built, started, deployed and filled. `make run` keeps one, the end-to-end tests another."""

import contextlib
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass

from scripts.laptop import demonstration, deployed, search, stack_file
from scripts.laptop.build import up_to_date_build
from scripts.laptop.console import Console
from scripts.laptop.demonstration import Organisations
from scripts.laptop.deploy import up_to_date_stack
from scripts.laptop.deployed import Deployed
from scripts.laptop.emulator import Emulator
from scripts.laptop.lock import held
from scripts.laptop.place import REGION, Place
from scripts.laptop.search import Search, Wanted
from scripts.laptop.search_node import node

_SETTLE_S = 30.0
_BY_THE_TABLE = Wanted()
_LOST = """
  ! The kept state is not whole: MiniStack was probably killed, or its first start was cut off.
    Starting from an empty state; demonstration data is loaded again.
"""


@dataclass(frozen=True)
class Stack:
    """A stack that answers."""

    place: Place
    emulator: Emulator
    build: str
    deployed: Deployed
    organisations: Organisations
    search: Search

    @property
    def api_url(self) -> str:
        return self.deployed.api_url(self.place)

    def facts(self) -> stack_file.StackFacts:
        """What tests and tools need to know; the file of it is `stack.json`."""
        return {
            "api_url": self.api_url,
            "mailbox_url": self.place.mailbox_url,
            "organisations": self.organisations,
            "endpoint": self.place.endpoint,
            "port": self.place.port,
            "region": REGION,
            "stack_name": self.place.stack_name,
            "table_name": self.deployed.table_name,
            "functions": dict(self.deployed.functions),
            "outputs": dict(self.deployed.outputs),
            "build": self.build,
            "emulator_pid": self.emulator.pid,
            "search_endpoint": self.search.endpoint or None,
        }


@contextlib.contextmanager
def running_stack(place: Place, console: Console, wanted: Wanted = _BY_THE_TABLE) -> Iterator[Stack]:
    """Start what is missing, give the stack, and in the end stop it so that its data stays."""
    with held(place.lock_file):
        place.make_folders()
        place.stack_file.unlink(missing_ok=True)
        emulator = Emulator(place)
        emulator.claim_port()
        search.check(place, wanted, console)
        build = up_to_date_build(console)
        try:
            present = _start(place, emulator, console)
            with search.running(place, wanted, console) as found:
                try:
                    stack = up_to_date_stack(place, build, present, console, found.endpoint)
                    organisations = demonstration.loaded(place, console)
                    search.fill(place, found, console)
                    yield Stack(place, emulator, str(build), stack, organisations, found)
                finally:
                    _stop(place, emulator, console)  # first, so that no function misses what it writes to
        finally:
            _stop(place, emulator, console)


def _start(place: Place, emulator: Emulator, console: Console) -> Deployed | None:
    was_used = has_data(place)
    with console.step("Starting MiniStack"):
        emulator.start()
        present = deployed.find(place)
    if present is not None or not was_used:
        return present
    console.say(_LOST)
    with console.step("Starting MiniStack empty"):
        emulator.stop()
        remove_data(place)
        emulator.start()
    return None


def _stop(place: Place, emulator: Emulator, console: Console) -> None:
    """Nothing happens if it was stopped already."""
    place.stack_file.unlink(missing_ok=True)
    if emulator.pid is None or emulator.has_ended():
        emulator.stop()
        return
    with console.step("Saving the data and stopping"):
        _let_a_deploy_end(place)
        emulator.stop()


def _let_a_deploy_end(place: Place) -> None:
    """A half deployed stack would be saved as such, and thrown away at the next start."""
    deadline = time.monotonic() + _SETTLE_S
    with contextlib.suppress(Exception):  # whatever it answers now, it is stopped next
        while deployed.is_changing(place) and time.monotonic() < deadline:
            time.sleep(0.3)


def has_data(place: Place) -> bool:
    """Whether there is anything of a stack; an index by itself is nothing."""
    return any(folder.is_dir() and any(folder.iterdir()) for folder in (place.state, place.objects))


def remove_data(place: Place) -> None:
    """Remove what the emulator keeps, the keys to it and the search index; builds and logs stay."""
    for folder in (place.state, place.objects, place.scratch):
        shutil.rmtree(folder, ignore_errors=True)
    node.remove(place.search)
    for file in (place.search_note, place.demonstration_file, place.stack_file):
        file.unlink(missing_ok=True)
    place.make_folders()
