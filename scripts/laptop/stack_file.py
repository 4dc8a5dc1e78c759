"""`stack.json`: how tests and tools find a running stack. It holds keys, so only its owner may read it."""

import json
import os
from pathlib import Path
from typing import Any

from scripts.laptop.problem import Problem

type StackFacts = dict[str, Any]

NOT_RUNNING = "No stack runs here. Start it in another terminal and leave it running:  make run"


def write(file: Path, facts: StackFacts) -> None:
    """Appears whole or not at all, and is never readable by others, not even for a moment."""
    unfinished = file.with_suffix(".tmp")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        json.dump(facts, stream, indent=2)
        stream.write("\n")
    unfinished.replace(file)


def read(file: Path) -> StackFacts:
    """The facts of the stack that runs at the file's place; Problem if none does."""
    try:
        facts: StackFacts = json.loads(file.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        raise Problem(NOT_RUNNING) from None
    return facts
