"""Instants as text: RFC 3339 in UTC with milliseconds, of fixed width, so that text order is time order."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)
_US = timedelta(microseconds=1)


@lru_cache(maxsize=4096)
def to_text(at: datetime) -> str:
    """`2026-11-23T22:10:05.123Z`."""
    # Lists write hundreds of them, and the same ones again at the next look; this way is a third of strftime's price.
    in_utc = at if at.tzinfo is UTC else at.astimezone(UTC)
    return in_utc.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def from_text(text: str) -> datetime:
    """The instant of a text that `to_text` made."""
    return datetime.fromisoformat(text)


def to_epoch_ms(at: datetime) -> int:
    """The instant as a number, where nothing is ordered by it and bytes count."""
    return (at - _EPOCH) // _MS


def from_epoch_ms(number: int) -> datetime:
    """The instant of a number that `to_epoch_ms` made."""
    return _EPOCH + number * _MS


def to_epoch_us(at: datetime) -> int:
    """The instant as a number for reckoning with the pace of rate limits."""
    return (at - _EPOCH) // _US


def to_milliseconds(at: datetime) -> datetime:
    """The same instant without what `to_text` would lose, so that a value read back equals the one written."""
    return at.astimezone(UTC).replace(microsecond=at.microsecond // 1000 * 1000)
