"""When a weekly list is due: once in each ISO week, whatever the clocks do."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from ticketing.domain.settings import Weekday, WeeklyList
from ticketing.domain.weekly import DUE_FOR, Week, due

MONDAY_NINE = WeeklyList(Weekday.MONDAY, 9, "Europe/Zurich")
ZONES = (
    *("UTC", "Europe/Zurich", "Europe/London", "Europe/Dublin", "Europe/Lisbon", "Europe/Moscow", "Atlantic/Azores"),
    *("Africa/Cairo", "Africa/Casablanca", "Africa/El_Aaiun", "Africa/Lagos", "Asia/Beirut", "Asia/Gaza", "Asia/Dubai"),
    *("Asia/Jerusalem", "Asia/Tehran", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Yangon", "Asia/Tokyo", "Asia/Colombo"),
    *("Australia/Sydney", "Australia/Adelaide", "Australia/Eucla", "Australia/Lord_Howe", "Pacific/Auckland"),
    *("Pacific/Chatham", "Pacific/Apia", "Pacific/Kiritimati", "Pacific/Marquesas", "America/New_York", "America/Nuuk"),
    *("America/St_Johns", "America/Santiago", "America/Asuncion", "America/Havana", "America/Caracas", "Etc/GMT+12"),
)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]  # year, month, day and so on


@pytest.mark.parametrize(
    ("now", "found"),
    [
        (utc(2026, 3, 2, 7, 59, 59), None),
        (utc(2026, 3, 2, 8), Week("2026-W10", utc(2026, 3, 2, 8))),
        (utc(2026, 3, 2, 14, 59, 59), Week("2026-W10", utc(2026, 3, 2, 8))),
        (utc(2026, 3, 2, 15), None),
        (utc(2026, 3, 3, 8), None),
        # In summer nine in Zurich is seven in UTC.
        (utc(2026, 7, 6, 7), Week("2026-W28", utc(2026, 7, 6, 7))),
    ],
)
def test_a_list_is_due_from_its_hour_on_for_a_while(now: datetime, found: Week | None) -> None:
    assert due(MONDAY_NINE, now) == found


@pytest.mark.parametrize(
    ("weekly_list", "at"),
    [
        # 2026-03-29, from 02:00 straight to 03:00
        (WeeklyList(Weekday.SUNDAY, 2, "Europe/Zurich"), utc(2026, 3, 29, 1)),
        # 2026-10-04, from 02:00 straight to 02:30
        (WeeklyList(Weekday.SUNDAY, 2, "Australia/Lord_Howe"), utc(2026, 10, 3, 15, 30)),
        # 2026-04-24, from midnight straight to 01:00
        (WeeklyList(Weekday.FRIDAY, 0, "Africa/Cairo"), utc(2026, 4, 23, 22)),
        # Samoa had no 30th of December 2011, a Friday: nine on the day after.
        (WeeklyList(Weekday.FRIDAY, 9, "Pacific/Apia"), utc(2011, 12, 30, 19)),
    ],
)
def test_an_hour_that_the_clocks_skip_counts_as_the_one_that_follows(weekly_list: WeeklyList, at: datetime) -> None:
    week = due(weekly_list, at)
    assert week is not None
    assert week.at == at
    assert due(weekly_list, at - timedelta(seconds=1)) is None


def test_an_hour_that_comes_twice_counts_once_the_first_time() -> None:
    twice = WeeklyList(Weekday.SUNDAY, 2, "Europe/Zurich")  # 2026-10-25, 02:00 at 00:00 UTC and again at 01:00 UTC
    assert due(twice, utc(2026, 10, 25, 0)) == due(twice, utc(2026, 10, 25, 1)) == Week("2026-W43", utc(2026, 10, 25))


def test_the_list_of_late_sunday_is_still_due_on_monday() -> None:
    assert due(WeeklyList(Weekday.SUNDAY, 23, "UTC"), utc(2026, 3, 2, 1)) == Week("2026-W09", utc(2026, 3, 1, 23))


@pytest.mark.parametrize("zone", ["Mars/Olympus", "Europe", "", "../../etc/passwd", "+01:00"])
def test_in_a_zone_that_we_do_not_know_nothing_is_due(zone: str) -> None:
    assert due(WeeklyList(Weekday.MONDAY, 9, zone), utc(2026, 3, 2, 9)) is None


def test_a_week_is_named_as_people_read_it() -> None:
    assert Week("2026-W07", utc(2026, 2, 9)).name == "Week 7, 2026"


@pytest.mark.parametrize("zone", ZONES)
def test_every_week_has_one_list_however_often_the_schedule_fires(zone: str) -> None:
    # Clocks change at night, most of them from Friday to Sunday; a week ends with the last hour of Sunday.
    often = ((Weekday.MONDAY, 9), (Weekday.FRIDAY, 0), (Weekday.SUNDAY, 2), (Weekday.SUNDAY, 23))
    schedules = [WeeklyList(day, hour, zone) for day, hour in often]
    _fire(schedules, utc(2025, 12, 15), utc(2027, 1, 18))


def test_no_week_loses_its_list_with_the_day_that_was_skipped() -> None:
    schedules = [WeeklyList(day, hour, "Pacific/Apia") for day, hour in product(Weekday, (0, 9, 23))]
    _fire(schedules, utc(2011, 12, 5), utc(2012, 2, 6))


def _fire(schedules: list[WeeklyList], first: datetime, last: datetime) -> None:
    """Fire as the template does, a minute past each full and half hour."""
    step = timedelta(minutes=30)
    firings = [first + timedelta(minutes=1) + number * step for number in range((last - first) // step)]
    weeks = 0
    for schedule in schedules:
        found = [week for now in firings if (week := due(schedule, now)) is not None]
        often = Counter(found)
        assert len({week.id for week in often}) == len(often), f"a week has two lists: {schedule}"
        whole = [times for week, times in often.items() if first <= week.at <= last - DUE_FOR]
        assert set(whole) == {DUE_FOR // step}, schedule
        _check_weeks(schedule, {week.id: week.at for week in often}, first, last)
        weeks += len(often)
    zones = {schedule.zone for schedule in schedules}
    print(f"{min(zones)}: {len(schedules)} schedules, {len(schedules) * len(firings)} firings, {weeks} lists")


def _check_weeks(schedule: WeeklyList, found: dict[str, datetime], first: datetime, last: datetime) -> None:
    """Each ISO week between is there, and its list comes at its day and hour, or where the clocks went on."""
    whole = (first + timedelta(weeks=1) * number for number in range(1, (last - first) // timedelta(weeks=1) - 1))
    assert {"{}-W{:02d}".format(*monday.isocalendar()) for monday in whole} <= found.keys(), schedule
    for at in found.values():
        local = at.astimezone(ZoneInfo(schedule.zone))
        is_as_said = (local.strftime("%A").lower(), local.hour, local.minute) == (schedule.day, schedule.hour, 0)
        was_skipped = local.utcoffset() != (at - timedelta(days=1)).astimezone(ZoneInfo(schedule.zone)).utcoffset()
        assert is_as_said or was_skipped, (schedule, local)
