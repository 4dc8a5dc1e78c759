"""Programs that Maven Central has, fetched into a folder of this project once for each content of their pom.xml."""

import os
import shutil
import subprocess
import time
from pathlib import Path

from scripts.laptop.problem import Problem

INSTALL = """  Debian, Ubuntu:  sudo apt-get install openjdk-17-jre-headless maven
  macOS:           brew install openjdk@17 maven"""

_TRIES = 3
_PAUSE_S = 2.0


def fetched(what: str, pom: Path, folder: Path, *options: str) -> Path:
    """The folder with all that the pom depends on, `what` in words. Problem if Maven is missing or cannot fetch it."""
    made_from = folder / "made-from.xml"
    if made_from.is_file() and made_from.read_bytes() == pom.read_bytes():
        return folder
    _require_programs(what)
    unfinished = folder.with_name(f"{folder.name}.{os.getpid()}")  # another process may be fetching the same
    try:
        _fetch(what, pom, unfinished, options)
        (unfinished / made_from.name).write_bytes(pom.read_bytes())
        shutil.rmtree(folder, ignore_errors=True)
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return folder


def _require_programs(what: str) -> None:
    missing = [program for program in ("java", "mvn") if shutil.which(program) is None]
    if missing:
        message = (
            f"{what} needs {' and '.join(missing)} on the PATH (Java 17 or newer, Maven 3.8 or newer), "
            f"as it comes from Maven Central:\n{INSTALL}"
        )
        raise Problem(message)


def _fetch(what: str, pom: Path, folder: Path, options: tuple[str, ...]) -> None:
    command = ["mvn", "-q", "-B", "-f", str(pom), "dependency:copy-dependencies", f"-DoutputDirectory={folder}"]
    said = ""
    for tried in range(_TRIES):
        time.sleep(_PAUSE_S * tried)  # Maven Central turns away who asks for much
        done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)  # noqa: S603 (Maven)
        if done.returncode == 0:
            return
        said = done.stdout[-2000:] + done.stderr[-500:]
    message = (
        f"Maven could not fetch {what}, in {_TRIES} tries:\n{said}\n"
        "Check the network and any proxy (~/.m2/settings.xml), then run it again."
    )
    raise Problem(message)
