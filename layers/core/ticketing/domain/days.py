"""When a list of tickets begins and ends: instants, or whole days where people live."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ticketing.errors import ValidationFailed

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT = re.compile(
    r"(\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2})(\.\d{1,9})?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)?", re.ASCII
)
_ZONE = re.compile(r"[A-Za-z0-9_+-]{1,30}(/[A-Za-z0-9_+-]{1,30}){0,2}", re.ASCII)
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = datetime(9998, 12, 31, tzinfo=UTC)
"""Beyond these a day, moved to UTC or on by one, may have no name."""

_ONE_DAY = timedelta(days=1)
_FORM = "Give a date (2026-03-01) or an instant with its zone (2026-03-01T22:10:05Z, 2026-03-01T23:10:05+01:00)"
_RANGE = "Give a day from 1970-01-01 to 9998-12-31"


def created_range(first: str | None, last: str | None, zone_name: str) -> tuple[datetime | None, datetime | None]:
    """The range that `created_from`, `created_to` and `tz` mean: its start, included, and its end, not included.

    | given      | as `created_from`               | as `created_to`                       |
    |------------|---------------------------------|---------------------------------------|
    | a date     | its midnight in the zone        | the next midnight: the day is in      |
    | an instant | that instant, included          | that instant, not included            |

    Tickets are created at whole milliseconds, so an instant between two means the later one. Raises
    ValidationFailed that names `created_from`, `created_to` or `tz`.
    """
    zone = _zone(zone_name)
    start = _instant("created_from", first, zone, days_on=0) if first is not None else None
    end = _instant("created_to", last, zone, days_on=1) if last is not None else None
    if start is not None and end is not None and (start > end or (start == end and _DATE.fullmatch(last or ""))):
        raise ValidationFailed.of("created_to", "The range ends before it begins", "out_of_order")
    return start, end


def known_zone(name: str) -> ZoneInfo | None:
    """The time zone of an IANA name; None if there is none of that name."""
    try:
        return ZoneInfo(name) if _ZONE.fullmatch(name) else None
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder of zones is an OSError
        return None


def _zone(name: str) -> ZoneInfo:
    zone = known_zone(name)
    if zone is None:
        raise ValidationFailed.of("tz", "There is no such time zone; use a name like Europe/Zurich", "unknown_zone")
    return zone


def _instant(field: str, text: str, zone: ZoneInfo, *, days_on: int) -> datetime:
    try:
        found = _midnight(text, zone, days_on) if _DATE.fullmatch(text) else _exact(field, text)
    except ValueError:  # no such day or hour
        raise ValidationFailed.of(field, _FORM) from None
    except OverflowError:  # moved to UTC, or on by a day, it is beyond the calendar
        raise ValidationFailed.of(field, _RANGE, "out_of_range") from None
    # The first day begins up to a day earlier than in UTC, and the last one ends up to a day after its next midnight.
    if not _FIRST - _ONE_DAY <= found <= _LAST + 2 * _ONE_DAY:
        raise ValidationFailed.of(field, _RANGE, "out_of_range")
    return found


def _midnight(text: str, zone: ZoneInfo, days_on: int) -> datetime:
    """The start of a day. Where clocks skip midnight it is the moment at which they do."""
    day = date.fromisoformat(text) + days_on * _ONE_DAY
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def _exact(field: str, text: str) -> datetime:
    found = _INSTANT.fullmatch(text)
    if found is None:
        raise ValueError
    whole, fraction, offset = found[1], found[2], found[3]
    if offset is None:
        raise ValidationFailed.of(field, "An instant needs its zone: end it with Z or an offset", "zone_missing")
    at = datetime.fromisoformat((whole + offset).upper()).astimezone(UTC)
    nanoseconds = int((fraction or ".0")[1:].ljust(9, "0"))
    return at + timedelta(milliseconds=-(-nanoseconds // 10**6))
