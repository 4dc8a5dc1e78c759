"""Other programs: started with a known environment, ended by their own process id, their output kept in a file."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from scripts.laptop.place import PROJECT, TOOLS
from scripts.laptop.problem import Problem

_TAIL_LINES = 30
_PATIENCE_S = 5.0
_NO_NETWORK = (
    *("NewConnectionError", "Max retries exceeded", "ProxyError", "ConnectTimeoutError", "ReadTimeoutError"),
    *("Name or service not known", "Temporary failure in name resolution", "Network is unreachable"),
    *("CERTIFICATE_VERIFY_FAILED", "Could not find a version that satisfies"),
)


def tools_path() -> str:
    """PATH with the tools first: SAM looks for the Python of the runtime there."""
    return os.pathsep.join([str(TOOLS), os.environ.get("PATH", os.defpath)])


def tail(log: Path, lines: int = _TAIL_LINES) -> str:
    """The end of a log file, indented for the screen."""
    try:
        text = log.read_text(errors="replace")
    except OSError:
        return "  (no output)"
    return "\n".join(f"  | {line}" for line in text.rstrip().splitlines()[-lines:]) or "  (no output)"


def run_to_log(command: Sequence[str], environment: Mapping[str, str], log: Path, failure: str) -> None:
    """Run a program to its end with all its output in `log`; Problem with the log's tail if it fails."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 (each caller names a program of its own)
            command,
            cwd=PROJECT,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches us alone, and we end the whole group
        )
        try:
            code = process.wait()
        except BaseException:
            end_group(process)
            raise
    if code != 0:
        message = f"{failure}\n\nThe end of {log}:\n{tail(log)}{network_hint(log.read_text(errors='replace'))}"
        raise Problem(message)


def network_hint(output: str) -> str:
    """What to add where a program's output shows that it found no way to the network."""
    if not any(word in output for word in _NO_NETWORK):
        return ""
    return (
        "\n\nThis computer does not reach the Python package index, which the wheels come from:\n"
        "check the network and any proxy (HTTPS_PROXY, SSL_CERT_FILE, PIP_INDEX_URL), then run it again."
    )


def end_group(process: "subprocess.Popen[bytes]", patience_s: float = _PATIENCE_S) -> None:
    """End a program that was started in a session of its own, and what it started."""
    _signal_group(process.pid, signal.SIGTERM)
    try:
        process.wait(patience_s)
    except subprocess.TimeoutExpired:
        pass
    finally:
        _signal_group(process.pid, signal.SIGKILL)
        process.wait()


def _signal_group(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
