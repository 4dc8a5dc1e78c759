"""A server that lives as long as whoever started it: on a leash, ended by its process id, its output in a file."""

import contextlib
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from scripts.laptop.problem import Problem
from scripts.laptop.processes import end_group, tail

_SAVE_S = 60.0
"""For it to write down what it holds, once it is asked to end."""
_LOOK_AGAIN_S = 0.1


class Leashed:
    """One process, at most; `start` and `stop` may be called again and again. `name` is what people call it.

    What is started must end when its standard input closes, which happens in whatever way we end.
    """

    def __init__(self, name: str, log: Path) -> None:
        self._name = name
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        *,
        is_ready: Callable[[], bool],
        within_s: float,
    ) -> None:
        """Start and wait until it is ready; Problem with the log's end if it does not come up."""
        with self._log.open("wb") as output:
            self._process = subprocess.Popen(  # noqa: S603 (each caller names a program of its own)
                command,
                cwd=folder,
                env=dict(environment),
                stdin=subprocess.PIPE,  # the leash
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches us alone, and must not kill it before it has saved
            )
        deadline = time.monotonic() + within_s
        while not is_ready():
            if self.has_ended() or time.monotonic() > deadline:
                self.stop()
                message = f"{self._name} did not start.\n\nThe end of {self._log}:\n{tail(self._log)}"
                raise Problem(message)
            time.sleep(_LOOK_AGAIN_S)

    def has_ended(self) -> bool:
        return self._process is not None and self._process.poll() is not None

    def stop(self) -> None:
        """Let it save what it holds and end; nothing happens if it does not run."""
        if self._process is None:
            return
        process, self._process = self._process, None
        end_group(process, patience_s=_SAVE_S)
        if process.stdin:
            with contextlib.suppress(OSError):
                process.stdin.close()
