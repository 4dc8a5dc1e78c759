"""At most one stack per place. The lock is the kernel's, so a crash leaves nothing stale behind."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from scripts.laptop.problem import Problem


@contextlib.contextmanager
def held(file: Path) -> Iterator[None]:
    """Hold the lock and show our process id in it; Problem if another process holds it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = (
                f"It already runs here (process {_read_pid(file)}): its addresses and keys are in "
                f"{file.parent / 'stack.json'}.\n`make stop` ends it."
            )
            raise Problem(message) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def holder(file: Path) -> int | None:
    """The process that holds the lock, or None. A process id that is read while its lock is held is a live one."""
    try:
        descriptor = os.open(file, os.O_RDWR)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read_pid(file)
    else:
        return None
    finally:
        os.close(descriptor)


def _read_pid(file: Path) -> int | None:
    with contextlib.suppress(OSError, ValueError):
        return int(file.read_text())
    return None
