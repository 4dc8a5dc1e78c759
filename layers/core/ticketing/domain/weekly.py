"""When an organisation's weekly list is due: once in each ISO week, from its day and hour on, for a while."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from ticketing.domain.days import known_zone
from ticketing.domain.settings import Weekday, WeeklyList

DUE_FOR = timedelta(hours=7)
"""A mail is sent for six hours (notifier.delivery, MAX_AGE). In the seventh, whoever had none yet is noted as expired:
with less, a list that could not go out would leave nothing behind that says so."""

_ONE_WEEK = timedelta(weeks=1)
_DAYS = list(Weekday)


@dataclass(frozen=True, slots=True)
class Week:
    """An ISO week, as `2026-W47`, and the instant of its list. The week is that of the clocks in the list's zone."""

    id: str
    at: datetime

    @property
    def name(self) -> str:
        """As people read it: `Week 47, 2026`."""
        year, _, number = self.id.partition("-W")
        return f"Week {int(number)}, {year}"


def due(weekly_list: WeeklyList, now: datetime) -> Week | None:
    """The week whose list is to be mailed now; None if its hour has not come, or has long passed.

    | the clocks                     | the list is due                                        |
    |--------------------------------|--------------------------------------------------------|
    | skip its hour, or its day      | as much later as they skip: at the hour that follows   |
    | show its hour twice            | at the first one                                       |
    | are those of no zone we know   | never: a zone that was renamed must stop nobody else's |
    """
    zone = known_zone(weekly_list.zone)
    if zone is None:
        return None
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    # A list of late Sunday is still due on Monday.
    for first_day in (monday, monday - _ONE_WEEK):
        day = first_day + timedelta(days=_DAYS.index(weekly_list.day))
        # Python takes a local time that is skipped by the offset before, and one that comes twice as the first one.
        at = datetime(day.year, day.month, day.day, weekly_list.hour, tzinfo=zone).astimezone(UTC)
        if at <= now < at + DUE_FOR:
            return Week(_id(day), at)
    return None


def _id(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"
