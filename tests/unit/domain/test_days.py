"""Created between two dates, as people mean it where they live."""

import zoneinfo
from datetime import UTC, datetime

import pytest

from ticketing.domain.days import created_range
from ticketing.errors import ValidationFailed


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("first", "last", "zone", "start", "end"),
    [
        ("2026-03-01", "2026-03-01", "UTC", utc(2026, 3, 1), utc(2026, 3, 2)),
        ("2026-03-01", None, "Europe/Zurich", utc(2026, 2, 28, 23), None),
        # The clocks go forward on that day: it has 23 hours.
        ("2026-03-29", "2026-03-29", "Europe/Zurich", utc(2026, 3, 28, 23), utc(2026, 3, 29, 22)),
        ("2026-10-25", "2026-10-25", "Europe/Zurich", utc(2026, 10, 24, 22), utc(2026, 10, 25, 23)),
        # They skip midnight: the day begins at one.
        ("2018-11-04", "2018-11-04", "America/Sao_Paulo", utc(2018, 11, 4, 3), utc(2018, 11, 5, 2)),
        # The hour after midnight comes twice.
        ("2026-11-01", None, "America/Havana", utc(2026, 11, 1, 4), None),
        ("2026-03-01T10:00:00Z", "2026-03-01t12:00:00z", "UTC", utc(2026, 3, 1, 10), utc(2026, 3, 1, 12)),
        ("2026-03-01T10:00:00+05:30", None, "America/Lima", utc(2026, 3, 1, 4, 30), None),
        ("2026-03-01T10:00:00.1Z", None, "UTC", utc(2026, 3, 1, 10, 0, 0, 100_000), None),
        # Between two milliseconds the later one is meant, at which the next ticket can be created.
        ("2026-03-01T10:00:00.000000001Z", None, "UTC", utc(2026, 3, 1, 10, 0, 0, 1000), None),
        (None, "2026-03-01T10:00:00.9999Z", "UTC", None, utc(2026, 3, 1, 10, 0, 1)),
        (None, None, "Asia/Kathmandu", None, None),
        # The first and the last day that can be named, wherever their clocks are.
        ("1970-01-01", None, "Asia/Tokyo", utc(1969, 12, 31, 15), None),
        (None, "9998-12-31", "Pacific/Pago_Pago", None, utc(9999, 1, 1, 11)),
    ],
)
def test_a_range(first: str | None, last: str | None, zone: str, start: datetime | None, end: datetime | None) -> None:
    assert created_range(first, last, zone) == (start, end)


@pytest.mark.parametrize(
    ("first", "last", "zone", "field", "code"),
    [
        ("yesterday", None, "UTC", "created_from", "invalid"),
        ("2026-02-30", None, "UTC", "created_from", "invalid"),
        ("2026-03-01T10:00:00", None, "UTC", "created_from", "zone_missing"),
        ("2026-03-01T25:00:00Z", None, "UTC", "created_from", "invalid"),
        ("2026-03-01T10:00:00+24:00", None, "UTC", "created_from", "invalid"),
        ("2026-03-01T10:00Z", None, "UTC", "created_from", "invalid"),
        ("20260301", None, "UTC", "created_from", "invalid"),
        ("2026-W10", None, "UTC", "created_from", "invalid"),
        ("٢٠٢٦-03-01", None, "UTC", "created_from", "invalid"),
        (None, "", "UTC", "created_to", "invalid"),
        ("0001-01-01", None, "Asia/Tokyo", "created_from", "out_of_range"),
        ("0101-01-01", None, "UTC", "created_from", "out_of_range"),
        ("0001-01-01", None, "Europe/Zurich", "created_from", "out_of_range"),
        ("0001-01-01T00:00:00+01:00", None, "UTC", "created_from", "out_of_range"),
        (None, "9999-12-31", "UTC", "created_to", "out_of_range"),
        (None, "9999-01-02", "UTC", "created_to", "out_of_range"),
        ("2026-03-02", "2026-03-01T12:00:00Z", "UTC", "created_to", "out_of_order"),
        ("2026-03-02", "2026-03-01", "UTC", "created_to", "out_of_order"),
        (None, None, "Mars/Olympus", "tz", "unknown_zone"),
        (None, None, "Europe", "tz", "unknown_zone"),
        (None, None, "../../etc/passwd", "tz", "unknown_zone"),
        (None, None, "", "tz", "unknown_zone"),
        ("2026-03-01", None, "+01:00", "tz", "unknown_zone"),
    ],
)
def test_what_is_refused_is_named(first: str | None, last: str | None, zone: str, field: str, code: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        created_range(first, last, zone)
    assert [(one.field, one.code) for one in refused.value.errors] == [(field, code)]


def test_zones_are_known_where_the_system_has_none() -> None:
    zoneinfo.reset_tzpath(to=())
    zoneinfo.ZoneInfo.clear_cache()
    try:
        assert created_range("2026-07-01", None, "Europe/Zurich") == (utc(2026, 6, 30, 22), None)
    finally:
        zoneinfo.reset_tzpath()
        zoneinfo.ZoneInfo.clear_cache()
