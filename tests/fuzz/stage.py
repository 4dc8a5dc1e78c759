"""The world in which requests are tried: two organisations, full of things to name, to which every case returns."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from hypothesis.control import current_build_context, currently_in_test_context

from tests.fakes.logs import Log
from tests.integration.aws import Api, simulated_aws
from tests.integration.hall import Hall
from tests.integration.routes import furnish_what_examples_name
from tests.integration.world import stand_up

LIFTED: dict[str, str] = {}
"""Settings of the function that are others here, by their names in the environment: limits of how much a caller may ask
for belong here, raised. The clock stands still, so what was used up would never come back.
"""


_NEW: Final = 10**9
"""What is drawn begins far from what the world was furnished with: no new id is one that is taken."""


_READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


_RESTORE: Final = "/restore"


class Faults(Log):
    """Remembers what went wrong alone: the lines of a hundred thousand requests are too many to keep."""

    def info(self, msg: str, *_: Any, extra: dict[str, Any]) -> None:
        pass


class Stage:
    """`caller` is an owner of the organisation that is tried."""

    def __init__(self, hall: Hall, log: Faults) -> None:
        self.hall = hall
        self.caller: Api = hall.us
        self.faults = log
        self._case: object = None
        self._is_changed = True
        self._restored: set[str] = set()

    @property
    def document(self) -> dict[str, Any]:
        described: dict[str, Any] = self.caller("GET", "/openapi.json").body
        return described

    def before(self) -> None:
        """The world as it was, unless the request that comes goes on with the same case.

        In a test of Hypothesis a case is one example of it: a single request, or a whole row of the stateful phase.
        Outside of one each request is a case of its own.
        """
        case: object = current_build_context().data if currently_in_test_context() else object()
        if case is self._case:
            return
        self._case = case
        self._restored.clear()
        if self._is_changed:
            self.hall.begin()
            self._is_changed = False
        self.hall.draw(_NEW)

    def after(self, method: str, path: str, status: int) -> None:
        """A request was answered: what read or was refused has left the world as it was."""
        if path.endswith(_RESTORE) and 200 <= status < 300:
            self._restored.add(path.removesuffix(_RESTORE))
        self._is_changed |= method not in _READS and not 300 <= status < 500

    def was_restored(self, path: str) -> bool:
        """Whether a ticket of this path was brought back in the present case."""
        return any(path == one or path.startswith(f"{one}/") for one in self._restored)


@contextmanager
def staged() -> Iterator[Stage]:
    log = Faults()
    drawn = itertools.count(2 * _NEW)
    with simulated_aws(**LIFTED) as aws:
        world = stand_up(aws, log, lambda size: next(drawn).to_bytes(size))
        furnish_what_examples_name(world)
        yield Stage(Hall(world), log)
