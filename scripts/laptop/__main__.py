"""`python -m scripts.laptop run|stop|reset|mailbox|invoke`; the Makefile's targets of these names call it."""

import argparse
import sys

from scripts.laptop import stack_file
from scripts.laptop.console import Console
from scripts.laptop.invoke.command import invoke
from scripts.laptop.place import laptop_place
from scripts.laptop.problem import Problem
from scripts.laptop.run import run
from scripts.laptop.search import OPENSEARCH, TABLE, wanted
from scripts.laptop.stop import reset, stop

_LAST_PORT = 65535


def main() -> int:
    arguments = _parse()
    console = Console()
    try:
        place = laptop_place(arguments.port)
        if arguments.command == "run":
            run(place, console, wanted(arguments.search, arguments.search_port))
        elif arguments.command == "stop":
            stop(place, console)
        elif arguments.command == "reset":
            reset(place, console)
        elif arguments.command == "mailbox":
            console.say(stack_file.read(place.stack_file)["mailbox_page_url"])
        else:
            return invoke(place, arguments.function, arguments.event)
    except Problem as problem:
        Console(sys.stderr).say(f"\n{problem}")
        return 1
    return 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scripts.laptop", description="The whole system on one computer.")
    parser.add_argument("command", choices=("run", "stop", "reset", "mailbox", "invoke"))
    parser.add_argument("--port", type=_port, default=4566, help="the emulator's port on 127.0.0.1")
    parser.add_argument("--search", choices=(TABLE, OPENSEARCH), default=TABLE, help="run: what searches tickets")
    parser.add_argument("--search-port", type=_port, default=9200, help="run: OpenSearch's port on 127.0.0.1")
    parser.add_argument("--function", default="", help="invoke: the function's name in template.yaml")
    parser.add_argument("--event", default="", help="invoke: the file with the event")
    return parser.parse_args()


def _port(text: str) -> int:
    port = int(text) if text.isdecimal() else 0
    if not 1 <= port <= _LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port number")
    return port


if __name__ == "__main__":
    sys.exit(main())
