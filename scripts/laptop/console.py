"""What the commands show while they work: one line per step, and a sign of life during the long ones."""

import contextlib
import sys
import threading
import time
from collections.abc import Iterator
from typing import TextIO

_QUIET_S = 10.0  # without a terminal, a line this often is a sign of life and not yet noise
_LABEL_WIDTH = 34


class Console:
    """Writes to a stream that may have gone away (a closed terminal must not stop a clean stop)."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream if stream is not None else sys.stdout
        self._is_terminal = self._stream.isatty()

    def say(self, text: str = "") -> None:
        self._write(text + "\n")

    @contextlib.contextmanager
    def step(self, label: str) -> Iterator["Step"]:
        """Show that `label` is being done, for how long, and how it ended."""
        step = Step(label)
        ended = threading.Event()
        ticker = threading.Thread(target=self._tick, args=(step, ended), daemon=True)
        ticker.start()
        try:
            yield step
        except BaseException:
            self._end(step, ended, ticker, "✗")
            raise
        self._end(step, ended, ticker, "✓")

    def _tick(self, step: "Step", ended: threading.Event) -> None:
        if self._is_terminal:
            while not ended.wait(0.5):
                self._write(f"\r  … {step.line()}")
        else:
            self._write(f"  … {step.label}\n")
            while not ended.wait(_QUIET_S):
                self._write(f"  … {step.line()}\n")

    def _end(self, step: "Step", ended: threading.Event, ticker: threading.Thread, mark: str) -> None:
        ended.set()
        ticker.join()
        start = "\r" if self._is_terminal else ""
        note = f"   {step.note}" if step.note else ""
        self._write(f"{start}  {mark} {step.line()}{note}\n")

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._stream.write(text)
            self._stream.flush()


class Step:
    """One step on the screen; `note` is added when it ends."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.note = ""
        self._started = time.monotonic()

    def line(self) -> str:
        return f"{self.label:<{_LABEL_WIDTH}} {time.monotonic() - self._started:6.1f} s"
