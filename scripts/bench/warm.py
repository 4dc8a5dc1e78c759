"""What a warm request costs in processor time, as a multiple of Mangum alone with an application that does nothing.

The whole function without its engine: the key is checked, the policy asked, names and chats are joined and cursors are
signed, while the store hands out tickets that are ready. Beside it stands the floor: orjson of the very same body.
Steps alternate within each round, so that a noisy moment meets all of them; the median round counts.
"""

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from statistics import median
from typing import Any, Final
from unittest.mock import patch

import orjson
from mangum import Mangum
from mangum.handlers.api_gateway import APIGateway

from scripts.bench import in_process
from scripts.demonstration.dataset import OrganisationData, demonstration
from ticketing.domain.directory import Role
from ticketing.domain.instants import to_milliseconds
from ticketing.domain.query import TicketPage
from ticketing.domain.ticket import Ticket
from ticketing.store import finder, items, keys, tickets
from ticketing.store.attributes import Item
from ticketing.store.keys import Key

ROWS: Final = 100
AT_MOST: Final = {"get": 10.0, "list of 100": 30.0}
_ROUNDS: Final = 61
_AT_ONCE: Final = 5


class _Known:
    """A table that has every item at hand."""

    def __init__(self, known: dict[Key, Item]) -> None:
        self._known = known

    def get_many(self, wanted: Iterable[Key]) -> dict[Key, Item]:
        return {key: self._known[key] for key in wanted if key in self._known}

    def get(self, wanted: Key) -> Item | None:
        return self._known.get(wanted)

    def write(self, _: object, **__: object) -> None:
        """A key's last use is noted, once a minute, and a lease of requests is taken."""


def report() -> bool:
    """Measure and print; whether the promises are kept."""
    took, floors = _measured()
    alone = took.pop("Mangum alone")
    print(f"\nWarm, median of {_ROUNDS} rounds; Mangum alone {alone * 1e6:.0f} µs of processor time")
    for name, seconds in took.items():
        ratio, floor = seconds / alone, floors[name] / alone
        verdict = "kept" if ratio <= AT_MOST[name] else "NOT KEPT"
        line = f"  {name}: {ratio:.1f}× Mangum alone (≤ {AT_MOST[name]:g}): {verdict}; {seconds * 1e6:.0f} µs"
        print(f"{line}, of which orjson of the body {floor:.2f}×")
    return all(seconds / alone <= AT_MOST[name] for name, seconds in took.items())


def _measured() -> tuple[dict[str, float], dict[str, float]]:
    """Seconds of each step, and of orjson for the body that it answers with."""
    data = demonstration(datetime.now(UTC))[0]
    found = [history[-1].ticket for history in data.histories if history[-1].ticket.deleted_at is None][:ROWS]
    key, known = _directory(data)
    handle = in_process.handler(_Known(known))
    nothing: Any = _nothing  # Mangum's own type wants mappings that change
    empty = Mangum(nothing, lifespan="off", custom_handlers=[APIGateway])
    asked = {"get": in_process.event("api_read_ticket", key), "list of 100": in_process.event("api_list_tickets", key)}
    with (
        patch.object(tickets, "get", lambda *_: found[0]),
        patch.object(finder, "find", lambda *_, **__: TicketPage(found, None, ROWS, is_first=True, is_all=True)),
    ):
        bodies = {name: orjson.loads(_body(handle(event, None), found)) for name, event in asked.items()}
        steps: dict[str, Callable[[], object]] = {
            "Mangum alone": lambda: empty(asked["get"], None),  # type: ignore[arg-type]  # no context is needed
            "get": lambda: handle(asked["get"], None),
            "list of 100": lambda: handle(asked["list of 100"], None),
        }
        took = _median_of(steps)
    return took, _median_of({name: lambda body=body: orjson.dumps(body) for name, body in bodies.items()})  # type: ignore[misc]  # a default binds the value


def _median_of(steps: dict[str, Callable[[], object]]) -> dict[str, float]:
    taken: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(_ROUNDS):
        for name, step in steps.items():
            began = time.process_time()
            for _ in range(_AT_ONCE):
                step()
            taken[name].append((time.process_time() - began) / _AT_ONCE)
    return {name: median(seconds) for name, seconds in taken.items()}


def _body(answer: Any, found: list[Ticket]) -> str:
    """An answer's body, if it is the one that is to be measured."""
    body: str = answer["body"]
    if answer["statusCode"] != 200 or found[0].id not in body:
        message = f"the benchmark is broken: {answer['statusCode']} {body[:200]}"
        raise SystemExit(message)
    return body


async def _nothing(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"{}"})


def _directory(data: OrganisationData) -> tuple[str, dict[Key, Item]]:
    """An admin's key, and all that names and chats are read from."""
    org, now = data.organisation.id, to_milliseconds(datetime.now(UTC))
    holder = next(member for member in data.members if member.role is Role.ADMIN)
    text, key = in_process.admin_key(org, holder.id, now)
    known = {
        keys.api_key_key(key.id): items.api_key_item(key),
        keys.organisation_key(org): items.organisation_item(data.organisation),
        **{keys.member_key(org, one.id): items.member_item(org, one) for one in data.members},
        **{keys.team_key(org, one.id): items.team_item(org, one) for one in data.teams},
        **{keys.channel_key(org, one.id): items.channel_item(org, one) for one in data.channels},
        **{keys.chat_key(org, one.id): items.chat_item(org, one) for one in data.chats},
    }
    return text, {place: {**place._asdict(), **item} for place, item in known.items()}
