"""Runs the node for as long as whoever started it lives, and ends it by its process id with a SIGTERM.

Started with a pipe as standard input, which closes when its owner ends, in whatever way. `python leash.py USER GROUP
COMMAND…` starts the command as that account; empty ones mean our own.
"""

import os
import signal
import subprocess
import sys
import threading


def main() -> int:
    user, group, *command = sys.argv[1:]
    rights = {"user": int(user), "group": int(group), "extra_groups": ()} if user else {}
    node = subprocess.Popen(command, stdin=subprocess.DEVNULL, **rights)  # type: ignore[call-overload]  # noqa: S603 (our own)
    signal.signal(signal.SIGTERM, lambda *_: node.terminate())

    def end_with_the_owner() -> None:
        while os.read(0, 1024):
            pass
        node.terminate()

    threading.Thread(target=end_with_the_owner, daemon=True).start()
    return int(node.wait())


if __name__ == "__main__":
    sys.exit(main())
