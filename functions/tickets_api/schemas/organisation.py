"""An organisation and what it decides for itself."""

from functools import cache
from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field

from ticketing.domain.settings import MAX_RETENTION_DAYS, MIN_RETENTION_DAYS, Weekday
from tickets_api.schemas.fields import WHOLE, Body, Shape


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _known_zone(name: str) -> str:
    if name not in _zones():
        message = "Not a time zone of the IANA database"
        raise ValueError(message)
    return name


Day = Annotated[Weekday, Field(strict=False)]
Hour = Annotated[int, Field(ge=0, le=23, description="A full hour of the zone's clocks"), WHOLE]
Zone = Annotated[
    str,
    Field(min_length=1, max_length=64, description="A name of the IANA database", examples=["Europe/Zurich"]),
    AfterValidator(_known_zone),
]
RetentionDays = Annotated[int, Field(ge=MIN_RETENTION_DAYS, le=MAX_RETENTION_DAYS), WHOLE]


class PatchWeeklyList(Body):
    """A part of it, if there is one already; else all of it."""

    # Factories, because a default in the document would say that leaving a field out sets it.
    day: Day = Field(default_factory=lambda: Weekday.MONDAY)
    hour: Hour = Field(default_factory=int)
    zone: Zone = Field(default_factory=str)


class PatchOrganisation(Body):
    """A JSON merge patch of the settings: what it names is replaced, null switches off."""

    guest_mail: bool = Field(default_factory=bool)
    weekly_list: PatchWeeklyList | None = None
    retention_days: RetentionDays | None = None

    def to_domain(self) -> dict[str, Any]:
        """The fields that were sent, and only those."""
        return self.model_dump(exclude_unset=True)


class WeeklyListOut(Shape):
    day: str
    hour: int
    zone: str


class OrganisationOut(Shape):
    """`weekly_list` null: none is mailed. `retention_days` null: tickets are kept for ever."""

    id: str
    name: str
    plan: str
    created_at: str
    guest_mail: bool
    weekly_list: WeeklyListOut | None
    retention_days: int | None
    version: int
