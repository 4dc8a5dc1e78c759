"""Whatever goes wrong at whichever store call of the janitor: nothing is half done, and the next run finishes."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from tests.builders import CHAT, ORGANISATION
from tests.fakes.faults import FAULTS, Fault, Faults, Stop
from tests.fakes.quick_moto import Snapshot
from tests.integration.aws import REGION
from tests.integration.test_janitor import Context
from tests.integration.world import World
from ticketing.store import keys
from ticketing.store.attributes import Item
from ticketing.store.keys import Key

type Items = dict[Key, Item]
type IsHalfDone = Callable[[Items, Items, Items], Iterator[object]]
"""What is half done in a table, by how it was before and how it is when all is done."""


@dataclass(frozen=True)
class Case:
    task: str
    key: Key
    is_half_done: IsHalfDone


def dead_chat(world: World) -> Case:
    """A deleted chat with two tickets, each with a remark."""
    for number in range(2):
        world.a_ticket(remarks="AC not cooling", external_id=f"PMS-{number}")
    assert world.as_(world.keys.admin)("DELETE", f"/v1/chats/{CHAT}").status == 200
    world.aws.clock.now += Context.a_while
    return Case("dead chats", keys.chat_key(ORGANISATION, CHAT), half_deleted)


def half_deleted(before: Items, done: Items, now: Items) -> Iterator[object]:
    """A ticket lives as before, or is deleted with its event; the chat is closed after all of them."""
    partitions = {key.pk for key in done if key.pk.startswith("TICKET#")}
    for pk in sorted(partitions):
        if of(now, pk) not in (of(before, pk), of(done, pk)):
            yield of(now, pk)
    others = [key for key in before.keys() | now.keys() if key.pk not in partitions and before.get(key) != now.get(key)]
    if others and now != done:
        yield f"closed too early: {others}"


def due_ticket(world: World) -> Case:
    """A ticket that was deleted long ago, with remarks, an external id, and a history."""
    ticket = world.a_ticket(remarks="AC not cooling", external_id="PMS-1")["id"]
    world.api("POST", f"/v1/tickets/{ticket}/remarks", {"text": "On it"})
    world.api("DELETE", f"/v1/tickets/{ticket}")
    world.aws.clock.now += timedelta(days=31)
    return Case("purge", keys.ticket_key(ticket), half_purged)


def half_purged(before: Items, done: Items, now: Items) -> Iterator[object]:
    """Whatever is left of a ticket is led to by the ticket itself, which goes last; nobody else's is touched."""
    (ticket,) = (key for key in before.keys() - done.keys() if key.sk == "TICKET")
    if ticket not in now and now != done:
        yield f"forgotten: {now.keys() - done.keys()}"
    if not done.items() <= now.items() <= before.items():
        yield f"touched: {before.keys() ^ now.keys()}"


def of(items: Items, pk: str) -> Items:
    return {key: item for key, item in items.items() if key.pk == pk}


class Stage:
    """A janitor at work on one due thing, always from the same table."""

    def __init__(self, world: World, case: Case) -> None:
        from janitor.app import App
        from janitor.tasks import TASKS

        self._janitor: Any = App(world.aws.settings, world.aws.clock)
        self._task = next(task for task in TASKS if task.name == case.task)
        self._key = case.key
        self._saved = Snapshot(REGION, "tickets")
        self.faults = Faults(self._janitor._stores.table._client)
        self._janitor._stores.table._sleep = lambda _: None

    def restore(self) -> None:
        self._saved.bring_back()

    def run(self) -> Items:
        """What the janitor does when the thing's turn comes; what the table holds then."""
        with suppress(Stop):
            self._janitor._run(self._task, self._key)
        return self.items()

    def next_run(self) -> Items:
        """The schedule's next one, which has to find the thing by itself."""
        with self.faults.watching():
            self._janitor.handle(Context())
        return self.items()

    def items(self) -> Items:
        return {Key(item["pk"], item["sk"]): item for item in self._saved.items()}


@pytest.mark.parametrize("prepare", [dead_chat, due_ticket])
def test_a_disturbed_janitor_leaves_nothing_half_done_and_the_next_run_finishes(
    world: World, prepare: Callable[[World], Case]
) -> None:
    case = prepare(world)
    stage = Stage(world, case)
    before = stage.items()
    with stage.faults.watching():
        done = stage.run()
    calls = list(stage.faults.calls)
    assert done != before
    wrong, cases = [], 0
    for where, fault, now in disturbances(stage, calls):
        cases += 1
        wrong += [f"{where}: half done: {part}" for part in case.is_half_done(before, done, now)]
        if fault.is_healed and now != done:
            wrong.append(f"{where}: not healed by asking the engine again")
        if now != done and stage.next_run() != done:
            wrong.append(f"{where}: the next run did not finish it")
    print(f"{case.task}: {cases} faults at {len(calls)} store calls: {', '.join(calls)}")
    assert cases > len(calls) * len(FAULTS) * 3 // 4
    assert not wrong, "\n".join([case.task, *wrong])


def disturbances(stage: Stage, calls: list[str]) -> Iterator[tuple[str, Fault, Items]]:
    for number, name in enumerate(calls, start=1):
        for fault in FAULTS:
            stage.restore()
            with stage.faults.at(number, fault):
                now = stage.run()
            if stage.faults.has_struck:
                yield f"call {number} of {len(calls)}, {name}, {fault}", fault, now
