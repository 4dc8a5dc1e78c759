"""Counts what a client asks its engine: one call is one HTTP request, as the promises mean it."""

from collections import Counter
from typing import Any


class CallCounter:
    """Register it once on a botocore client; `took` counts the calls of one action and names them."""

    def __init__(self, client: Any) -> None:
        self._counted: Counter[str] = Counter()
        client.meta.events.register("before-call", self._count)

    def _count(self, model: Any, **_: Any) -> None:
        self._counted[model.name] += 1

    def start(self) -> None:
        self._counted.clear()

    @property
    def total(self) -> int:
        return self._counted.total()

    @property
    def calls(self) -> dict[str, int]:
        return dict(self._counted)
