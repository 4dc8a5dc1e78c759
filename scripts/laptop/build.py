"""`sam build` for this computer's processor, kept by content: what has been built once is not built again."""

import contextlib
import os
import shutil
import time
from pathlib import Path

from scripts.laptop import fingerprint
from scripts.laptop.console import Console
from scripts.laptop.place import PROJECT, TOOLS, builds_folder
from scripts.laptop.processes import run_to_log, tools_path

_KEPT = 3  # a running stack's build, the tests' and one of a moment ago
_ABANDONED_S = 3600
_FAILURE = "The functions could not be built (`sam build`)."


def up_to_date_build(console: Console) -> Path:
    """The folder of the built functions of the sources as they are now; it holds their `template.yaml`."""
    name = fingerprint.of_build(PROJECT)
    folder = builds_folder() / name
    with console.step("Building the functions") as step:
        if (folder / "template.yaml").is_file():
            step.note = "unchanged"
        else:
            _build(folder)
        folder.touch()
        _prune(keep=folder)
    return folder


def _build(folder: Path) -> None:
    unfinished = folder.with_name(f"{folder.name}.{os.getpid()}")
    shutil.rmtree(unfinished, ignore_errors=True)
    built = unfinished / "built"  # SAM keeps a file of its own beside it
    command = [str(TOOLS / "sam"), "build", "--template-file", "template.yaml", "--build-dir", str(built)]
    try:
        run_to_log(command, _environment(), builds_folder().parent / "logs" / "sam-build.log", _FAILURE)
        with contextlib.suppress(FileExistsError, OSError):  # another command has just built the same
            built.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _environment() -> dict[str, str]:
    """The user's own (proxies, certificates, caches are needed for the wheels), told to build for this computer."""
    return {
        **os.environ,
        "PATH": tools_path(),
        "PYTHON": str(TOOLS / "python"),  # build/Makefile compiles with it
        "LODGESTORY_BUILD": "native",
        "SAM_CLI_TELEMETRY": "0",
        "PYTHONUNBUFFERED": "1",
    }


def _prune(keep: Path) -> None:
    """Remove all but the newest builds, and what was cut off long ago."""
    folders = sorted(builds_folder().iterdir(), key=lambda folder: folder.stat().st_mtime, reverse=True)
    unfinished = [folder for folder in folders if "." in folder.name]
    abandoned = [folder for folder in unfinished if folder.stat().st_mtime < time.time() - _ABANDONED_S]
    finished = [folder for folder in folders if folder not in unfinished]
    for folder in abandoned + finished[_KEPT:]:
        if folder != keep:
            shutil.rmtree(folder, ignore_errors=True)
