"""How fast mails drain: events of a thousand new tickets at once, on a deployed stack, until all are in its inbox.

Seconds are those of the emulator on this computer; that the memory of the function is flat carries over.
"""

import argparse
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx

from scripts.admin import stack as admin_stack
from scripts.admin.connection import Connection
from scripts.bench import many_tickets, peak_memory
from scripts.bench.many_tickets import ManyTickets
from scripts.laptop.console import Console
from scripts.laptop.place import Place
from scripts.laptop.ports import free_ports
from scripts.laptop.stack import Stack, running_stack
from ticketing.domain.directory import Member, Role
from ticketing.domain.events import Event, EventKind, Source
from ticketing.domain.instants import to_milliseconds
from ticketing.domain.principal import Actor
from ticketing.store import directory, items, keys

MAILS: Final = 1_000
_WARMING: Final = 20
_LOOK_S: Final = 1.0
_PATIENCE_S: Final = 900
_READER: Final = "mem_reader"


def report(number: int = MAILS) -> None:
    """Deploy, measure and print."""
    console = Console()
    with tempfile.TemporaryDirectory(prefix="lodgestory-bench-") as root:
        place = Place(root=Path(root), port=free_ports(1)[0])
        with running_stack(place, console) as stack:
            measure(stack, number, console)


def measure(stack: Stack, number: int, console: Console) -> None:
    """What `report` does, on a stack that runs."""
    place = stack.place
    admin = admin_stack.find(place.stack_name, Connection.choose(place.stack_name, place.endpoint, None, {}))
    tickets = many_tickets.written(admin, number + _WARMING, console)
    reader = Member(_READER, "Ada Reader", "reader@benchmark.example", Role.USER)
    directory.put_member(tickets.table, tickets.organisation_id, reader.id, lambda _: reader)
    _drain(stack, tickets, 0, _WARMING, console)
    notifier = peak_memory.of_function(stack.deployed.functions["Notifier"], place.port)
    peak_memory.forget(notifier)
    before = peak_memory.now_mb(notifier)
    took = _drain(stack, tickets, _WARMING, number, console)
    peak = peak_memory.peak_mb(notifier)
    memory = "not told by this system" if peak is None else f"{before:.1f} MB before, {peak:.1f} MB at its peak"
    print(f"\nMails: {number:,} events at once are mailed in {took:.1f} s, {number / took:.0f} a second")
    print(f"  the notifier's memory: {memory}")


def _drain(stack: Stack, tickets: ManyTickets, first: int, number: int, console: Console) -> float:
    """Seconds from the last event's writing until the inbox has a mail of each."""
    wanted = _in_inbox(stack) + number
    events = [_event(tickets.organisation_id, id_) for id_ in tickets.ticket_ids[first : first + number]]
    tickets.table.put_all((keys.event_key(one.ticket_id, one.version), items.event_item(one)) for one in events)
    began = time.perf_counter()
    with console.step(f"Mailing {number:,} events") as step:
        while (found := _in_inbox(stack)) < wanted:
            step.label = f"Mailing {number:,} events: {number - (wanted - found):,}"
            if time.perf_counter() - began > _PATIENCE_S:
                raise SystemExit(f"the benchmark is broken: {wanted - found} mails are missing")
            time.sleep(_LOOK_S)
        step.label = f"Mailing {number:,} events"
    if found > wanted:
        raise SystemExit(f"the benchmark is broken: {found - wanted} mails too many")
    return time.perf_counter() - began


def _in_inbox(stack: Stack) -> int:
    messages: dict[str, list[Any]] = (
        httpx.get(stack.place.mailbox_url, trust_env=False).raise_for_status().json()["messages"]
    )
    return sum(map(len, messages.values()))


def _event(organisation_id: str, ticket_id: str) -> Event:
    now = to_milliseconds(datetime.now(UTC))
    return Event(
        ticket_id,
        organisation_id,
        1,
        EventKind.CREATED,
        now,
        Actor.system(),
        Source.API,
        "benchmark",
        (),
        assignee=_READER,
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.bench.mails", description=__doc__)
    parser.add_argument("mails", type=int, nargs="?", default=MAILS, help=f"how many (default {MAILS:,})")
    try:
        report(parser.parse_args().mails)
    except KeyboardInterrupt:
        print("\nStopped; nothing of it is left.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
