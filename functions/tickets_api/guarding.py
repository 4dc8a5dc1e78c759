"""The headers by which every answer tells a browser to be careful with it."""

from collections.abc import Iterable
from typing import Final

HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Strict-Transport-Security": "max-age=63072000",
    # Ids of tickets stand in our addresses; no other host needs to see them.
    "Referrer-Policy": "no-referrer",
    # Guests' names and numbers stay on no disk of a shared front desk. A client keeps by ETag what it wants to keep.
    "Cache-Control": "no-store",
    # An answer that a browser is led to show as a page can load nothing, run nothing, and be framed by nobody.
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
"""What every answer has, unless its route says something else under the same name."""

_ENCODED: Final = [(name.lower().encode("ascii"), value.encode("ascii")) for name, value in HEADERS.items()]


def added_to(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Those that an answer does not bring itself."""
    brought = {name.lower() for name, _ in headers}
    return [(name, value) for name, value in _ENCODED if name not in brought]
