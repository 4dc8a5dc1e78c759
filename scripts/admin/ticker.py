"""How far something is, for whoever waits."""

from collections.abc import Callable
from time import monotonic
from typing import Final

_SILENCE_S: Final = 2.0


class Ticker:
    """Says it, but not more often than a person wants to read."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._spoken_at = monotonic()

    def tick(self, line: str) -> None:
        if monotonic() - self._spoken_at >= _SILENCE_S:
            self._say(line)
            self._spoken_at = monotonic()
