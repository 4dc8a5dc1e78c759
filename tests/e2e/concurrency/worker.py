"""A process with one built function, called as Lambda calls it: a line of JSON comes in, a line goes out.

It sees what Lambda shows a function: its folder, the layer, the standard library. So nothing of the tests is imported
here. A line brings events, the instant to begin at, by the clock that all processes of a computer share, and how
long each call may last.
"""

import importlib
import json
import os
import sys
import time
from typing import Any


class Context:
    """As much of Lambda's context as our functions read."""

    def __init__(self, lasts_s: float) -> None:
        self._ends_at = time.monotonic() + lasts_s

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self._ends_at - time.monotonic()) * 1000))


class Meter:
    """Counts what the function asks of its table, and how often a transaction met another one's work."""

    def __init__(self) -> None:
        from ticketing.store import clients

        self.requests = 0
        self.refused = 0
        clients._session.register("after-call.dynamodb", self._count)

    def _count(self, **answered: Any) -> None:
        self.requests += 1
        self.refused += answered["parsed"].get("Error", {}).get("Code") == "TransactionCanceledException"


def main() -> None:
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a function logs to standard output
    meter = Meter()
    module_name, _, name = sys.argv[1].rpartition(".")
    module = importlib.import_module(module_name)
    handler = getattr(module, name)
    print(json.dumps({"file": module.__file__}), file=answers, flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        time.sleep(max(0.0, asked["begin_at"] - time.monotonic()))
        given = [handler(event, Context(asked["lasts_s"])) for event in asked["events"]]
        said = {"answers": given, "requests": meter.requests, "refused": meter.refused}
        print(json.dumps(said), file=answers, flush=True)


if __name__ == "__main__":
    main()
