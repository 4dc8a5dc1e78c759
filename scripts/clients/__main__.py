"""Write the generated part of both clients, or with --check only tell whether it is what the generators make."""

import argparse
import filecmp
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from scripts.clients import generators
from scripts.clients.document import prepared

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "openapi.json"
GENERATED = {
    generators.python: ROOT / "clients" / "python" / "lodgestory_tickets" / "generated",
    generators.typescript: ROOT / "clients" / "typescript" / "src" / "generated",
}
"""Where each generator's output is committed."""

SHOWN = 12


def main() -> int:
    """0 if the clients are now, or with --check were, what the generators make of the document."""
    arguments = argparse.ArgumentParser(prog="python -m scripts.clients", description=__doc__)
    arguments.add_argument("--check", action="store_true", help="change nothing; fail if a run would")
    is_check = arguments.parse_args().check
    stale: list[str] = []
    with tempfile.TemporaryDirectory(prefix="lodgestory-clients-") as folder:
        document = Path(folder) / "openapi.json"
        document.write_text(json.dumps(prepared(json.loads(DOCUMENT.read_text("utf-8")))), "utf-8")
        for generate, place in GENERATED.items():
            made = Path(folder) / generate.__name__
            generate(document, made)
            if is_check:
                stale += [str((place / name).relative_to(ROOT)) for name in differences(made, place)]
            else:
                shutil.rmtree(place, ignore_errors=True)
                shutil.copytree(made, place)
                print(f"wrote {place.relative_to(ROOT)}")
    if stale:
        print("These are not what the generators make of docs/openapi.json; run `make clients`:", file=sys.stderr)
        print("\n".join(f"  {name}" for name in stale[:SHOWN]), file=sys.stderr)
    return 1 if stale else 0


def differences(made: Path, committed: Path) -> Iterator[str]:
    """The names of all files that are not the same, byte for byte, or are on one side only."""
    for name in sorted(files(made) | files(committed)):
        both = (made / name, committed / name)
        if not all(file.is_file() for file in both) or not filecmp.cmp(*both, shallow=False):
            yield name


def files(folder: Path) -> set[str]:
    """What is in a folder; byte code that an interpreter left there is none of it."""
    found = (file for file in folder.rglob("*") if file.is_file() and file.parent.name != "__pycache__")
    return {str(file.relative_to(folder)) for file in found}


if __name__ == "__main__":
    sys.exit(main())
