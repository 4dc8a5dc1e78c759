"""One function in the Lambda runtime interface emulator that the SAM CLI brings, with nothing of ours around it.

The emulator is the program that AWS puts into its own Lambda base images. The function sees what Lambda shows it:
its folder, the layer, the standard library, its environment and its own role's credentials.
"""

import contextlib
import http.client
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.laptop.place import LOOPBACK, TOOLS
from scripts.laptop.ports import free_ports, is_free
from scripts.laptop.problem import Problem
from scripts.laptop.processes import end_group

_PACKAGES = TOOLS.parent / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
_START_S = 20.0
_PATH = "/2015-03-31/functions/function/invocations"
# The runtime interface client and what it imports; all else of the tools stays out of the function's sight.
_CLIENT_FILES = ("awslambdaric", "runtime_client*.so", "simplejson", "snapshot_restore_py*")


@dataclass(frozen=True)
class Code:
    """What is run: handler, its folder and the layer's, seconds it may take."""

    handler: str
    folder: Path
    layer: Path
    timeout_s: int


def call(code: Code, event: Any, environment: Mapping[str, str], scratch: Path) -> Any:
    """The function's answer; its logs go to standard error. Problem if the runtime does not start."""
    with started(code, environment, scratch) as port:
        return post(port, event, code.timeout_s)


def failed(answer: Any) -> bool:
    """Whether an answer is Lambda's report of an exception, a time-out or a dead process."""
    return isinstance(answer, dict) and "errorMessage" in answer and "statusCode" not in answer


@contextlib.contextmanager
def started(code: Code, environment: Mapping[str, str], scratch: Path, *, is_quiet: bool = False) -> Iterator[int]:
    """The port of a fresh runtime, which ends with the block. The function itself starts with the first `post`.

    The emulator's words and the function's logs go to standard error, or nowhere.
    """
    client = _client_folder(scratch)
    front, back = free_ports(2)
    process = subprocess.Popen(  # noqa: S603 (Lambda's runtime interface, from .venv-tools)
        [
            str(_emulator_binary()),
            *("--runtime-interface-emulator-address", f"{LOOPBACK}:{front}"),
            *("--runtime-api-address", f"{LOOPBACK}:{back}", "--log-level", "error"),
            # -S: no site-packages, so a wheel that the build lacks is missed here as it would be on Lambda.
            *(str(TOOLS / "python"), "-S", "-m", "awslambdaric", code.handler),
        ],
        cwd=code.folder,
        env=dict(environment) | {"PYTHONPATH": os.pathsep.join(map(str, (code.folder, code.layer, client)))},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL if is_quiet else sys.stderr.fileno(),
        stderr=subprocess.DEVNULL if is_quiet else None,
        start_new_session=True,
    )
    try:
        _wait_for(front, process)
        yield front
    finally:
        end_group(process)
        shutil.rmtree(client, ignore_errors=True)


def _emulator_binary() -> Path:
    machine = "arm64" if platform.machine().lower() in {"arm64", "aarch64"} else "x86_64"
    binary = _PACKAGES / "samcli" / "local" / "rapid" / f"aws-lambda-rie-{machine}"
    if sys.platform != "linux" or not binary.is_file():
        message = (
            "AWS's runtime interface emulator is a Linux program. On this computer call the function in the running\n"
            "stack instead:  .venv-tools/bin/sam remote invoke FUNCTION --stack-name … --event-file …"
        )
        raise Problem(message)
    return binary


def _client_folder(scratch: Path) -> Path:
    folder = scratch / f"runtime-client-{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for pattern in _CLIENT_FILES:
        for file in _PACKAGES.glob(pattern):
            (folder / file.name).symlink_to(file)
    return folder


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _START_S
    while is_free(port):
        if process.poll() is not None or time.monotonic() > deadline:
            message = "The runtime interface emulator did not start; its own words are above."
            raise Problem(message)
        time.sleep(0.05)


def post(port: int, event: Any, timeout_s: int) -> Any:
    """The answer to an event. Problem if none comes."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=timeout_s + _START_S)
    try:
        connection.request("POST", _PATH, body=json.dumps(event))
        text = connection.getresponse().read().decode()
    except (OSError, http.client.HTTPException) as error:
        message = f"The function gave no answer: {error}"
        raise Problem(message) from error
    finally:
        connection.close()
    try:
        return json.loads(text)
    except json.JSONDecodeError:  # "Task timed out after …" comes as plain text
        return {"errorMessage": text}
