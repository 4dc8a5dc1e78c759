"""What a DynamoDB client's reads cost: calls, read units as the engine tells them, and time spent waiting for it."""

import time
from dataclasses import dataclass
from typing import Any, Final

_READS: Final = ("BatchGetItem", "GetItem", "Query")


@dataclass(frozen=True)
class Reads:
    """`waited_s` runs from the sending of each request until its answer has been received."""

    calls: int = 0
    units: float = 0.0
    waited_s: float = 0.0

    def __add__(self, other: "Reads") -> "Reads":
        return Reads(self.calls + other.calls, self.units + other.units, self.waited_s + other.waited_s)


class Meter:
    """Put it once on a client; `took` tells of all since it was last asked.

    The few writes of a reader, who takes a lease of requests and notes that a key was used, are not counted as calls.
    """

    def __init__(self, client: Any) -> None:
        self._calls, self._units, self._waited_s = 0, 0.0, 0.0
        for name in _READS:
            client.meta.events.register(f"before-parameter-build.dynamodb.{name}", self._ask)
            client.meta.events.register(f"after-call.dynamodb.{name}", self._hear)
        session = client._endpoint.http_session  # noqa: SLF001 (no event of botocore is sent when an answer arrives)
        self._send, session.send = session.send, self._timed

    def took(self) -> Reads:
        reads = Reads(self._calls, self._units, self._waited_s)
        self._calls, self._units, self._waited_s = 0, 0.0, 0.0
        return reads

    def _ask(self, params: dict[str, Any], **_: Any) -> None:
        params["ReturnConsumedCapacity"] = "TOTAL"

    def _hear(self, parsed: dict[str, Any], **_: Any) -> None:
        self._calls += 1
        told = parsed.get("ConsumedCapacity", [])
        self._units += sum(one["CapacityUnits"] for one in (told if isinstance(told, list) else [told]))

    def _timed(self, request: Any) -> Any:
        began = time.perf_counter()
        try:
            return self._send(request)
        finally:
            self._waited_s += time.perf_counter() - began
