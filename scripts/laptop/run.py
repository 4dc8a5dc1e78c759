"""`make run`: the stack in the foreground, its addresses, and the functions' logs until Ctrl-C."""

import os
import signal
import time
from types import FrameType

from scripts.laptop import stack_file
from scripts.laptop.console import Console
from scripts.laptop.logs import LogFollower
from scripts.laptop.mailbox.server import mailbox_page
from scripts.laptop.place import Place
from scripts.laptop.problem import Problem
from scripts.laptop.processes import tail
from scripts.laptop.search import Wanted
from scripts.laptop.stack import Stack, running_stack
from scripts.laptop.welcome import welcome

_LOOK_S = 1.0
_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(place: Place, console: Console, wanted: Wanted) -> None:
    """Start, show, follow. Returns after a clean stop, however it was asked for."""
    for number in _STOPPING:
        signal.signal(number, _stop)
    console.say("\nLodgestory Tickets on this computer\n")
    try:
        with running_stack(place, console, wanted) as stack, mailbox_page(place) as mailbox_page_url:
            facts = stack.facts() | {"mailbox_page_url": mailbox_page_url, "pid": os.getpid()}
            stack_file.write(place.stack_file, facts)
            console.say(welcome(facts, place))
            _follow(stack, console)
    except KeyboardInterrupt:
        console.say("\nStopped. The data is kept: `make run` goes on with it, `make reset` removes it.")


def _follow(stack: Stack, console: Console) -> None:
    follower = LogFollower(stack.place, stack.deployed.functions)
    parent = os.getppid()
    node = stack.search.node
    while not stack.emulator.has_ended():
        for line in follower.new_lines():
            console.say(line)
        if node and node.has_ended():
            console.say(f"{_SEARCH_ENDED}\nThe end of {node.log}:\n{tail(node.log, 10)}")
            node = None
        if os.getppid() != parent:
            _stop(signal.SIGTERM, None)  # make was killed: nobody could stop us any more
        time.sleep(_LOOK_S)
    message = (
        "MiniStack has ended by itself or was killed. What was changed since the last clean stop is lost;\n"
        f"`make run` starts it again.\n\nThe end of {stack.emulator.log}:\n{tail(stack.emulator.log, 10)}"
    )
    raise Problem(message)


_SEARCH_ENDED = """
OpenSearch has ended by itself or was killed: lists are answered from the table. Stop and start this to have it back.
"""


def _stop(_number: int, _frame: FrameType | None) -> None:
    """One request to stop is enough; a second Ctrl-C would cut off the saving of the data."""
    for number in _STOPPING:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt
