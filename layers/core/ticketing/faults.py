"""Unforeseen errors, told to the logs: what and where, never the message, which may quote what a guest wrote."""

from pathlib import Path
from traceback import extract_tb
from typing import Any

_FRAMES = 6


def describe(error: BaseException) -> dict[str, Any]:
    """The error's type and the innermost places of its stack, `file:line function`, the deepest last."""
    frames = extract_tb(error.__traceback__)[-_FRAMES:]
    places = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    return {"error": type(error).__name__, "at": places}
