"""Runs MiniStack for as long as whoever started it lives.

Started by the tools' Python with a pipe as standard input. When the other end closes, however its owner ended
(Ctrl-C, a closed terminal, kill -9), MiniStack gets the SIGTERM on which it saves its state. So no emulator is
ever left behind, and no process id has to be remembered and trusted later.
"""

import os
import runpy
import signal
import threading


def _stop_when_the_owner_ends() -> None:
    while os.read(0, 1024):  # the raw descriptor: a buffered reader would hold a lock at interpreter exit
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=_stop_when_the_owner_ends, daemon=True).start()
    runpy.run_module("ministack", run_name="__main__", alter_sys=True)
