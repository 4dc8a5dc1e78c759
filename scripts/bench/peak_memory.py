"""The most memory that a process has held at one instant, as the kernel counts it. Linux tells it, others do not."""

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
_FORGET_PEAK: Final = "5"
"""What `clear_refs` takes for it (proc_pid_clear_refs(5))."""


def of_function(name: str, port: int) -> Sequence[Path]:
    """The processes in which the emulator at that port runs a function, as folders of /proc."""
    wanted = {f"AWS_LAMBDA_FUNCTION_NAME={name}".encode(), f"GATEWAY_PORT={port}".encode()}
    return [process for process in _PROC.glob("[0-9]*") if wanted <= _environment(process)]


def forget(processes: Sequence[Path]) -> None:
    """From now on their peak counts anew, from what they hold now."""
    for process in processes:
        (process / "clear_refs").write_text(_FORGET_PEAK)


def peak_mb(processes: Sequence[Path]) -> float | None:
    """The highest peak of them; None if there is none of them."""
    return max((_status_mb(process, "VmHWM") for process in processes), default=None)


def now_mb(processes: Sequence[Path]) -> float | None:
    """What the largest of them holds now; None if there is none of them."""
    return max((_status_mb(process, "VmRSS") for process in processes), default=None)


def _environment(process: Path) -> set[bytes]:
    with contextlib.suppress(OSError):  # somebody else's, or one that has just ended
        return set((process / "environ").read_bytes().split(b"\0"))
    return set()


def _status_mb(process: Path, wanted: str) -> float:
    lines = (process / "status").read_text().splitlines()
    kilobytes = next(line.split()[1] for line in lines if line.startswith(f"{wanted}:"))
    return int(kilobytes) * 1024 / 1_000_000
