"""When a request is sent again, and after how long. Whoever sends it keeps its `Idempotency-Key`, so it acts once."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import httpx

AGAIN: Final = frozenset({429, 500, 502, 503, 504})
"""Too much at once, or not known whether it took effect. Everything else is answered alike when it comes again."""

FAULTS: Final = (httpx.TimeoutException, httpx.NetworkError, httpx.RemoteProtocolError)
"""Of the network. What cannot become better, as an address that is none, is raised at once."""


@dataclass(frozen=True)
class Retries:
    """How patient a client is.

    Between two attempts it waits what `Retry-After` says, and beside it a random time between nothing and a bound that
    doubles each time (full jitter): clients that were turned away together do not come back together.
    """

    attempts: int = 6
    """In all; 1 sends nothing again."""
    first_wait_s: float = 0.5
    """The bound of the random wait after the first attempt."""
    longest_wait_s: float = 20
    """The most that the bound grows to."""
    patience_s: float = 60
    """All waits of a call together. What would take longer is raised, with `retry_after_s`."""
    chance: random.Random = field(default_factory=random.SystemRandom, repr=False)

    def wait_s(self, attempt: int, waited_s: float, retry_after_s: float | None = None) -> float | None:
        """Seconds after an attempt (the first is 1) until the next one, None if that is too long."""
        bound = min(self.longest_wait_s, self.first_wait_s * 2 ** (attempt - 1))
        wait_s = (retry_after_s or 0) + self.chance.uniform(0, bound)
        return wait_s if waited_s + wait_s <= self.patience_s else None


def retry_after_s(response: httpx.Response | None) -> float | None:
    """What the answer asks for: seconds, or the date of RFC 9110. None if it says nothing that can be read."""
    said = "" if response is None else response.headers.get("Retry-After", "")
    if said.isdecimal():
        return float(said)
    try:
        return max(0.0, (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None
