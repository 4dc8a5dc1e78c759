"""The Java that OpenSearch 2 runs on. From 24 on, Java has no security manager, without which it does not start."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from scripts.laptop.maven import INSTALL
from scripts.laptop.problem import Problem

OLDEST, NEWEST = 17, 23
_VERSION = re.compile(r"^\s*java\.specification\.version = (?:1\.)?(\d+)", re.MULTILINE)


def suitable_java(environment: Mapping[str, str] = os.environ) -> Path:
    """The `java` to start OpenSearch with. Problem that names each one that was found and does not suit."""
    found: list[str] = []
    for program in dict.fromkeys(_candidates(environment)):
        version = _version(program)
        if version is not None and OLDEST <= version <= NEWEST:
            return program
        found.append(f"  {program}: {'does not run' if version is None else f'Java {version}'}")
    message = (
        f"OpenSearch needs Java {OLDEST} to {NEWEST}, on the PATH or named by JAVA_HOME; "
        f"{'found only' if found else 'none was found.'}\n{''.join(f'{line}\n' for line in found)}{INSTALL}"
    )
    raise Problem(message)


def _candidates(environment: Mapping[str, str]) -> Iterator[Path]:
    for name in ("OPENSEARCH_JAVA_HOME", "JAVA_HOME"):
        if environment.get(name):
            yield Path(environment[name]) / "bin" / "java"
    on_path = shutil.which("java", path=environment.get("PATH", os.defpath))
    if on_path:
        yield Path(on_path)


def _version(program: Path) -> int | None:
    """None for what does not run, like the placeholder of macOS."""
    command = [str(program), "-XshowSettings:properties", "-version"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603 (a java)
    except (OSError, subprocess.TimeoutExpired):
        return None
    stated = _VERSION.search(done.stderr + done.stdout)
    return int(stated[1]) if stated and done.returncode == 0 else None
