"""Run every benchmark and print its figures beside what was promised; exit 1 if a promise is not kept."""

import argparse
import sys
import tempfile
from pathlib import Path

from scripts.bench import cold_start, reading, sizes
from scripts.laptop.build import up_to_date_build
from scripts.laptop.console import Console


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="starts of each variant; the best counts (default 9)")
    arguments = parser.parse_args()
    build = up_to_date_build(Console())
    sizes.report(build)
    kept = reading.report()
    with tempfile.TemporaryDirectory(prefix="lodgestory-bench-") as scratch:
        kept = cold_start.report(build, Path(scratch), rounds=arguments.rounds) and kept
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
