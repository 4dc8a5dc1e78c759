"""Whether the search cluster is worth being asked, for one warm process: after a failure it is left alone for a while.

So a cluster that hangs costs one slow list in a while and not each, and is asked by few when it comes back.
"""

from typing import Final

FIRST_PAUSE_S: Final = 2.0
LONGEST_PAUSE_S: Final = 60.0


class Breaker:
    """`now` are seconds that only ever grow."""

    def __init__(self) -> None:
        self._pause = 0.0
        self._until = float("-inf")

    def allows(self, now: float) -> bool:
        return now >= self._until

    def failed(self, now: float) -> None:
        """The pause doubles with each failure, since only what comes after one is tried again."""
        self._pause = min(LONGEST_PAUSE_S, self._pause * 2 or FIRST_PAUSE_S)
        self._until = now + self._pause

    def worked(self) -> None:
        self._pause = 0.0
