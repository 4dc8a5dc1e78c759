"""`make stop` and `make reset`."""

import contextlib
import os
import signal
import time

from scripts.laptop.console import Console
from scripts.laptop.lock import holder
from scripts.laptop.place import Place
from scripts.laptop.problem import Problem
from scripts.laptop.search_node import node
from scripts.laptop.stack import has_data, remove_data

_PATIENCE_S = 120.0


def stop(place: Place, console: Console) -> None:
    """End what runs here, cleanly."""
    pid = holder(place.lock_file)
    if pid is None:
        console.say("Nothing runs here.")
        return
    with console.step(f"Stopping process {pid}"):
        # The lock was held a moment ago by this very process, so the number is not somebody else's.
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + _PATIENCE_S
        while holder(place.lock_file) == pid:
            if time.monotonic() > deadline:
                message = f"Process {pid} does not end. Its terminal shows why; as a last resort:  kill -9 {pid}"
                raise Problem(message)
            time.sleep(0.1)


def reset(place: Place, console: Console) -> None:
    """End what runs here and remove its data."""
    if holder(place.lock_file) is not None:
        stop(place, console)
    if not (has_data(place) or place.demonstration_file.exists() or node.has_data(place.search)):
        console.say("There is no local data.")
        return
    console.say(
        f"Removing the local data: tickets, mails, keys, files, search index, in {place.root} (builds and logs stay)."
    )
    remove_data(place)
