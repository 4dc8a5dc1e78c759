"""Wrong keys are slowed down by where they come from, without asking the table.

After 20 of them within a minute a source is refused until that minute is over, but for keys that this function knows
anyhow: others in the same house are not locked out. The counts live in the function's memory, so a source has 20
guesses a minute with each function; what makes guessing hopeless is the length of a key.
"""

import math
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address

from ticketing.errors import RateLimited

MOST = 20
WINDOW_S = 60.0
_SOURCES = 10_000
_IPV6_NETWORK = 64
"""Bits of the address that a line is given; it may choose the others anew for each request."""
_DETAIL = "Too many wrong keys came from this address. Check the key, and try again after the wait"


@dataclass(slots=True)
class _Count:
    since: float
    wrong: int = 0


@dataclass(slots=True)
class WrongKeys:
    """A function keeps one of these as long as it stays warm."""

    _counts: dict[str, _Count] = field(default_factory=dict[str, _Count])

    def check(self, source: str, now: float) -> None:
        """`now` is of a clock that only grows. Raises RateLimited."""
        count = self._counts.get(_network(source))
        if count is not None and count.wrong >= MOST and now - count.since < WINDOW_S:
            raise RateLimited(math.ceil(count.since + WINDOW_S - now), _DETAIL)

    def note(self, source: str, now: float) -> None:
        """One more wrong key."""
        source = _network(source)
        count = self._counts.get(source)
        if count is None or now - count.since >= WINDOW_S:
            if count is None and len(self._counts) >= _SOURCES:
                self._counts.clear()
            count = self._counts[source] = _Count(now)
        count.wrong += 1


def _network(source: str) -> str:
    """What stands for all addresses of one source."""
    try:
        address = ip_address(source)
    except ValueError:
        return source
    if not isinstance(address, IPv6Address):
        return source
    return str(address.ipv4_mapped or int(address) >> (128 - _IPV6_NETWORK))
