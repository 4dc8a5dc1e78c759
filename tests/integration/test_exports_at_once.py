"""Two runs at one export, in any order of their calls: its file is that of one run, and the record tells of it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any
from unittest.mock import patch

import pytest
from botocore.client import BaseClient

from exporter.work import work
from tests.integration.exporting import LONG, TINY, a_new_export, content, rows, small_parts, source
from tests.integration.test_ticket_lists import stored
from tests.integration.world import World
from ticketing.domain.export import State
from ticketing.store import exports
from ticketing.store.objects import Lost
from ticketing.store.table import ConditionNotMet

__all__ = ["small_parts"]

SEED, CASES = 20261201, 120
_TICKETS = 9
_PATIENCE_S = 60.0


class Turns:
    """Runs in threads of their own, one call of AWS at a time: which of them goes on is drawn at each call."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._turn = threading.Condition()
        self._waiting: set[str] = set()
        self._going: str | None = None
        self.calls: list[str] = []

    def play(self, runs: dict[str, Callable[[], None]], between: Callable[[], None]) -> None:
        threads = {name: threading.Thread(target=self._run, args=(run,), name=name) for name, run in runs.items()}
        for name, thread in threads.items():
            self._going = name
            thread.start()
            self._settle()
        while self._waiting:
            between()
            with self._turn:
                self._going = self._random.choice(sorted(self._waiting))
                self._waiting.discard(self._going)
                self._turn.notify_all()
            self._settle()
        for thread in threads.values():
            thread.join(_PATIENCE_S)

    def _run(self, run: Callable[[], None]) -> None:
        try:
            run()
        finally:
            with self._turn:
                self._going = None
                self._turn.notify_all()

    def _settle(self) -> None:
        with self._turn:
            assert self._turn.wait_for(lambda: self._going is None, _PATIENCE_S)

    def wait(self, operation: str) -> None:
        name = threading.current_thread().name
        with self._turn:
            self._waiting.add(name)
            self._going = None
            self._turn.notify_all()
            assert self._turn.wait_for(lambda: self._going == name, _PATIENCE_S)
        self.calls.append(f"{name} {operation}")


@contextmanager
def taking_turns(turns: Turns) -> Iterator[None]:
    real = BaseClient._make_api_call  # type: ignore[attr-defined]  # botocore's stubs leave it out

    def call(self: Any, operation: str, arguments: Any) -> Any:
        if threading.current_thread() is not threading.main_thread():
            turns.wait(operation)
        return real(self, operation, arguments)

    with patch.object(BaseClient, "_make_api_call", call):
        yield


@pytest.mark.usefixtures("small_parts")
def test_its_file_is_that_of_one_run(world: World) -> None:
    random = Random(SEED)  # noqa: S311 (no secret)
    ended: dict[str, int] = {}
    made = [stored(world, number) for number in range(1, _TICKETS + 1)]
    calls = 0
    for case in range(CASES):
        export = a_new_export(world, f"case{case}")

        def run() -> None:
            hurry = random.choice((0.0, 0.2, 0.6))
            try:
                work(
                    source(world),
                    export.id,  # noqa: B023 (it runs within this round)
                    remaining_s=lambda: 1.0 if random.random() < hurry else LONG,
                    part_bytes=random.choice((TINY, 2 * TINY, 2**20)),
                )
                how = "came to its end"
            except (ConditionNotMet, Lost) as stopped:
                how = type(stopped).__name__
            ended[how] = ended.get(how, 0) + 1

        def between() -> None:
            if random.random() < 0.1:  # so that no two runs write the same
                number = random.randrange(1, _TICKETS + 1)
                stored(world, number, remark_preview="x" * random.randrange(120), version=2 + random.randrange(9**9))

        turns = Turns(random)
        with taking_turns(turns):
            turns.play({"one": run, "other": run}, between)
        calls += len(turns.calls)
        while not work(source(world), export.id, remaining_s=lambda: LONG, part_bytes=TINY):
            pass
        done = exports.get(world.aws.table, export.id)
        assert done is not None
        assert done.state is State.DONE
        file = content(world, export.id)
        assert [row["id"] for row in rows(file)] == made, (case, turns.calls)
        assert (done.rows, done.size) == (_TICKETS, len(file)), (case, turns.calls)
    print(f"{CASES} exports by two runs at once, {calls} calls in any order: {ended}; every file whole; seed {SEED}")
    assert ended["ConditionNotMet"] >= CASES / 4
