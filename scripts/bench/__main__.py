"""Run every benchmark and print its figures beside what was promised; exit 1 if a promise is not kept."""

import argparse
import sys
import tempfile
from pathlib import Path

from scripts.bench import bulk, cold_start, indexed, item_sizes, mails, reading, searching, sizes, warm
from scripts.laptop.build import up_to_date_build
from scripts.laptop.console import Console


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="starts of each variant; the best counts (default 9)")
    bulk.add_sizes(parser, "--bulk")
    searching.add_sizes(parser, "--searching")
    arguments = parser.parse_args()
    build = up_to_date_build(Console())
    sizes.report(build)
    kept = [item_sizes.report(), reading.report(), warm.report()]
    with tempfile.TemporaryDirectory(prefix="lodgestory-bench-") as scratch:
        kept.append(cold_start.report(build, Path(scratch), rounds=arguments.rounds))
    kept.append(searching.report(arguments.searching))
    kept.append(indexed.report(arguments.searching))
    bulk.report(arguments.bulk)
    mails.report()
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
