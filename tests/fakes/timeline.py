"""A time that passes only while everybody sleeps: threads of which one runs at a time, so that each run is the same."""

import heapq
import threading
from collections.abc import Callable
from itertools import count


class Timeline:
    """`now_s` are seconds since it began."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self._sleepers: list[tuple[float, int, threading.Event]] = []
        self._numbers = count()
        self._is_handed_back = threading.Event()
        self._failed: BaseException | None = None

    def clock(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        """For who runs: let others run, and go on when the time has come."""
        woken = self._asleep(seconds)
        self._is_handed_back.set()
        woken.wait()

    def start(self, task: Callable[[], None], *, after_s: float = 0.0) -> None:
        """Run something beside whoever runs, later."""
        woken = self._asleep(after_s)

        def run() -> None:
            woken.wait()
            try:
                task()
            except BaseException as error:  # noqa: BLE001 (raised again where the test waits)
                self._failed = error
            self._is_handed_back.set()

        threading.Thread(target=run, daemon=True).start()

    def run(self) -> None:
        """Until nobody sleeps any more. Raises what a task has raised."""
        while self._sleepers:
            at_s, _, woken = heapq.heappop(self._sleepers)
            self.now_s = max(self.now_s, at_s)
            self._is_handed_back.clear()
            woken.set()
            self._is_handed_back.wait()
            if self._failed is not None:
                raise self._failed

    def _asleep(self, seconds: float) -> threading.Event:
        woken = threading.Event()
        heapq.heappush(self._sleepers, (self.now_s + max(0.0, seconds), next(self._numbers), woken))
        return woken
