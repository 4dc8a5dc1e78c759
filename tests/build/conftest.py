"""Real builds, made once and shared by all tests of this tier."""

import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = ROOT / ".venv-tools" / "bin"
# All that a build reads. It is copied first, so that nobody's editor can change it between two builds.
SOURCES = ("template.yaml", "samconfig.toml", "build", "layers", "functions")
TOUCHED = Path("layers/core/ticketing/errors.py")


@dataclass(frozen=True)
class Builds:
    """The folders of four builds, each with one folder for each artifact."""

    arm64: Path
    again: Path
    """The same sources at another path."""
    touched: Path
    """The same, but for one line in one file of the layer."""
    native: Path
    """For this machine, to be run."""
    sources: Path


@pytest.fixture(scope="session")
def builds(tmp_path_factory: pytest.TempPathFactory) -> Builds:
    folder = tmp_path_factory.mktemp("builds")
    first = copy_sources(folder / "first")
    second = copy_sources(folder / "somewhere" / "else", of=first)
    touched = copy_sources(folder / "touched", of=first)
    to_run = copy_sources(folder / "native", of=first)
    with (touched / TOUCHED).open("a") as file:
        file.write("\n# One more line.\n")
    wanted = ((first, "arm64"), (second, "arm64"), (touched, "arm64"), (to_run, "native"))
    with ThreadPoolExecutor(max_workers=2) as two_at_once:
        arm64, again, changed, native = two_at_once.map(lambda job: sam_build(*job), wanted)
    return Builds(arm64, again, changed, native, sources=first)


def copy_sources(target: Path, of: Path = ROOT) -> Path:
    target.mkdir(parents=True)
    for name in SOURCES:
        if (of / name).is_dir():
            shutil.copytree(of / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(of / name, target / name)
    return target


def sam_build(project: Path, target: str) -> Path:
    """What cloud ops type, with the processor chosen."""
    folder = project / f"built-{target}"
    environment = {
        **os.environ,
        "PATH": f"{TOOLS}{os.pathsep}{os.environ['PATH']}",
        "LODGESTORY_BUILD": target,
        "SAM_CLI_TELEMETRY": "0",
    }
    command = [str(TOOLS / "sam"), "build", "--build-dir", str(folder)]
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 (SAM, from .venv-tools)
    assert done.returncode == 0, done.stderr
    return folder
