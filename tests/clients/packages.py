"""Both clients as a partner gets them: built into a package, and installed into an empty folder."""

import os
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

from scripts.clients.generators import NODE, ROOT, TYPESCRIPT

PYTHON = ROOT / "clients" / "python"
NPM = NODE.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
COMPILER = TYPESCRIPT / "node_modules" / "typescript" / "bin" / "tsc"


def run(*command: object, cwd: Path = ROOT, **environment: str) -> str:
    """What a program prints; if it fails, so does the test, with all that it said."""
    path = f"{NODE.parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(  # noqa: S603 (what the caller, a test, names)
        [str(word) for word in command],
        cwd=cwd,
        env=os.environ | {"PATH": path} | environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{command[0]} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
    return done.stdout


def installed_python(folder: Path) -> Path:
    """The folder to put on a program's path."""
    uv = [ROOT / ".venv" / "bin" / "uv", "--quiet", "--offline"]
    python = f"--python={sys.executable}"
    run(*uv, "build", "--wheel", "--no-build-isolation", python, PYTHON, f"--out-dir={folder}")
    (wheel,) = folder.glob("*.whl")
    run(*uv, "pip", "install", "--no-deps", python, f"--target={folder / 'site'}", wheel)
    return folder / "site"


def installed_typescript(folder: Path) -> Path:
    """A partner's project, strictly typed, that has the client as a dependency."""
    run(NODE, NPM, "pack", "--silent", "--pack-destination", folder, cwd=TYPESCRIPT)
    (packed,) = folder.glob("*.tgz")
    home = folder / "node_modules" / "@lodgestory" / "tickets"
    with tarfile.open(packed) as archive:
        archive.extractall(folder, filter="data")
    home.parent.mkdir(parents=True)
    (folder / "package").rename(home)
    # Types of Node, which a project has of its own.
    (folder / "node_modules" / "@types").symlink_to(TYPESCRIPT / "node_modules" / "@types")
    (folder / "node_modules" / "undici-types").symlink_to(TYPESCRIPT / "node_modules" / "undici-types")
    (folder / "package.json").write_text('{"type": "module"}', "utf-8")
    return folder


def run_typescript(project: Path, program: str, **environment: str) -> str:
    """What a program prints that lies in a project, after its types were checked."""
    (project / "partner.ts").write_text(program, "utf-8")
    options: list[Any] = ["--strict", "--noEmit", "--module", "NodeNext", "--target", "ES2022", "--types", "node"]
    run(NODE, COMPILER, *options, "partner.ts", cwd=project)
    return run(NODE, "partner.ts", cwd=project, **environment)
