"""The demonstration organisations of a new stack, and their keys.

A key can be read only when it is made, so the keys stay in the place's folder, beside the state that they open.
The command that makes both completes what an interrupted run began.
"""

import hashlib
import json
import sys
from collections.abc import Mapping
from typing import Any

from scripts.laptop.aws import command_environment
from scripts.laptop.console import Console
from scripts.laptop.deployed import Memory
from scripts.laptop.place import Place
from scripts.laptop.processes import run_to_log

type Organisations = Mapping[str, Mapping[str, Any]]  # name: {"id": …, "keys": {role: key}}

_NOTE = "demonstration"
_FAILURE = "The demonstration data could not be loaded (`ticketsctl seed`)."


def loaded(place: Place, console: Console) -> Organisations:
    """The organisations and their keys, loaded if this state has none yet."""
    memory = Memory(place)
    with console.step("Demonstration data") as step:
        if memory.recall(_NOTE) == _digest(place):
            step.note = "unchanged"
        else:
            _seed(place)
            memory.remember(_NOTE, _digest(place))
    return _read(place)


def _seed(place: Place) -> None:
    # Keys of another state would be kept by the command; without the file it makes new ones.
    place.demonstration_file.unlink(missing_ok=True)
    command = [
        *(sys.executable, "-m", "scripts.ticketsctl"),
        *("--stack", place.stack_name, "--endpoint-url", place.endpoint),
        *("seed", "--keys-to", str(place.demonstration_file)),
    ]
    run_to_log(command, command_environment(place), place.logs / "seed.log", _FAILURE)
    place.demonstration_file.chmod(0o600)


def _read(place: Place) -> Organisations:
    organisations: Organisations = json.loads(place.demonstration_file.read_text())
    return organisations


def _digest(place: Place) -> str:
    try:
        return hashlib.sha256(place.demonstration_file.read_bytes()).hexdigest()
    except OSError:
        return "no file"
