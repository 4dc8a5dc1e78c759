"""Schemathesis against the API function, in process.

make fuzz                    100,000 requests at least
make fuzz N=2000             fewer
make fuzz SEED=20260301      the same ones again; every finding names the seed of its round
"""

import argparse
import signal
import sys
import time

import tests.conftest  # noqa: F401 (an environment that names no real account, before anything reads it)
from tests.fuzz.campaign import Campaign
from tests.fuzz.verdict import judged


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make fuzz", description="Schemathesis against the API function, in process.")
    parser.add_argument("--requests", type=int, default=100_000, metavar="N")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    given = parser.parse_args(arguments)
    seed = given.seed if given.seed is not None else time.time_ns() // 10**6 % 10**9
    campaign = Campaign(max(1, given.requests), seed)
    print(f"seed {seed}: {campaign.total:,} requests in {campaign.planned} rounds, {given.jobs} processes", flush=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # it ends as Ctrl-C ends it: processes gone, table shown
    started = time.monotonic()
    is_whole = True
    try:
        campaign.play(given.jobs, lambda line: print(line, flush=True))
    except KeyboardInterrupt:
        is_whole = False
        print("\nInterrupted; until here:")
    wrong = judged(campaign, time.monotonic() - started, print)
    return 130 if not is_whole else int(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
