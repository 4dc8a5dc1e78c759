"""Many rounds, in several processes: each with a seed of its own, in a world of its own."""

import multiprocessing
import queue
import signal
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from typing import Any, Final, Self

from tests.fuzz.effort import Effort
from tests.fuzz.findings import Finding
from tests.fuzz.play import Round, play
from tests.fuzz.rows import Rows
from tests.fuzz.tally import Tally

LONGEST_ROUND: Final = 10_000
"""Requests. A finding is seen again by playing its round again, which should not take an hour."""

_SIGN_OF_LIFE_S: Final = 5.0


class RoundFailed(RuntimeError):
    """A round broke off by a mistake of ours."""


@dataclass
class Campaign:
    """What came of it so far."""

    total: int
    """Requests to be sent at least."""
    seed: int
    rounds: dict[int, Round] = field(default_factory=dict[int, Round])
    running: dict[int, Tally] = field(default_factory=dict[int, Tally])
    """Of the rounds that are being played, by seed."""

    @property
    def of_a_round(self) -> int:
        """Requests, about."""
        return -(-self.total // self.planned)

    @property
    def planned(self) -> int:
        return max(1, -(-self.total // LONGEST_ROUND))

    @property
    def tally(self) -> Tally:
        together = Tally()
        for tally in [*(one.tally for one in self.rounds.values()), *self.running.values()]:
            together.add(tally)
        return together

    @property
    def rows(self) -> Rows:
        together = Rows()
        for one in self.rounds.values():
            together.add(one.rows)
        return together

    @property
    def routes(self) -> tuple[str, ...]:
        return next((one.routes for one in self.rounds.values()), ())

    @property
    def findings(self) -> dict[int, tuple[Finding, ...]]:
        """By the seed of their round."""
        return {seed: one.findings for seed, one in sorted(self.rounds.items()) if one.findings}

    def play(self, jobs: int, say: Callable[[str], None]) -> None:
        """Raises RoundFailed."""
        with _Crew(min(jobs, self.planned)) as crew:
            started = said = time.monotonic()
            while not self._is_over():
                self._hand_out(crew)
                self._hear(crew)
                if time.monotonic() - said >= _SIGN_OF_LIFE_S:
                    said = time.monotonic()
                    say(self._sign_of_life(said - started))

    def _is_over(self) -> bool:
        return not self.running and len(self.rounds) >= self.planned and self.tally.total >= self.total

    def _hand_out(self, crew: "_Crew") -> None:
        """The next round to everyone who has none, while there are some to be played."""
        begun = len(self.rounds) + len(self.running)
        while len(self.running) < crew.size and (begun < self.planned or self._falls_short()):
            self.running[self.seed + begun] = Tally()
            crew.tasks.put((self.seed + begun, Effort.of_about(self.of_a_round)))
            begun += 1

    def _falls_short(self) -> bool:
        """Whether all planned rounds were played, and there were too few requests in them."""
        return not self.running and self.tally.total < self.total

    def _hear(self, crew: "_Crew") -> None:
        for news in crew.news():
            if isinstance(news, Round):
                del self.running[news.seed]
                self.rounds[news.seed] = news
            elif isinstance(news, str):
                raise RoundFailed(news)
            else:
                seed, tally = news
                self.running[seed] = tally

    def _sign_of_life(self, seconds: float) -> str:
        tally, rounds = self.tally, f"{len(self.rounds)} of {self.planned} rounds"
        return (
            f"{tally.total:>9,} requests · {tally.total / seconds:,.0f} a second · {tally.share:.0%} answered 2xx · "
            f"{tally.faults} answered 5xx · {rounds} · {sum(map(len, self.findings.values()))} findings"
        )


class _Crew:
    """The processes that play, ended when it is left."""

    def __init__(self, size: int) -> None:
        # A fresh interpreter for each: a copy of this one would share moto's state and threads half-way.
        context = multiprocessing.get_context("spawn")
        self.size = size
        self.tasks: Any = context.Queue()
        self._told: Any = context.Queue()
        self._processes: list[BaseProcess] = [
            context.Process(target=_work, args=(self.tasks, self._told), daemon=True) for _ in range(size)
        ]

    def __enter__(self) -> Self:
        for process in self._processes:
            process.start()
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            process.terminate()
            process.join()

    def news(self) -> Iterator[Any]:
        """A round that is over, a seed with what was answered so far, or the words of what broke."""
        if not all(process.is_alive() for process in self._processes):
            raise RoundFailed("A process has ended")
        try:
            yield self._told.get(timeout=1)
            while True:
                yield self._told.get_nowait()
        except queue.Empty:
            return


def _work(tasks: Any, told: Any) -> None:
    """Play what is handed out, until nobody is there to be told."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who prints the table
    parent = multiprocessing.parent_process()
    while parent is not None and parent.is_alive():
        try:
            seed, effort = tasks.get(timeout=_SIGN_OF_LIFE_S)
        except queue.Empty:
            continue
        try:
            told.put(play(seed, effort, _Teller(seed, told)))
        except Exception:  # noqa: BLE001 (told where somebody can read it)
            told.put(traceback.format_exc())


class _Teller:
    """Tells what was answered so far, once a second."""

    def __init__(self, seed: int, told: Any) -> None:
        self._seed = seed
        self._told = told
        self._last = time.monotonic()

    def __call__(self, tally: Tally) -> None:
        if time.monotonic() - self._last >= 1:
            self._last = time.monotonic()
            self._told.put((self._seed, Tally(tally.answers.copy())))
