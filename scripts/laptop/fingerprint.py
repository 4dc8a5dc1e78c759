"""What a build is made of, as one short name: equal names mean equal builds."""

import hashlib
import platform
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

_SOURCES = ("template.yaml", "build", "layers", "functions", "requirements/tools.txt")


def of_build(project: Path) -> str:
    """Name of the native build of the sources as they are now."""
    machine = f"{sys.platform} {platform.machine()} {sys.version_info[:3]}"
    return of_files(project, _SOURCES, machine)


def of_files(project: Path, names: Iterable[str], *texts: str) -> str:
    """Hash of paths and contents below `names`; byte code and editors' leftovers do not count."""
    digest = hashlib.sha256()
    for text in texts:
        digest.update(f"{len(text)} {text}".encode())
    for file in sorted(file for name in names for file in _files(project / name)):
        content = file.read_bytes()
        digest.update(f"{file.relative_to(project)} {len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    for file in path.rglob("*"):
        if file.is_file() and "__pycache__" not in file.parts and not file.name.startswith("."):
            yield file
