"""What an organisation decides for itself: mail to guests, the weekly list, how long tickets are kept."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from ticketing.errors import FieldError, ValidationFailed

MIN_RETENTION_DAYS = 30
MAX_RETENTION_DAYS = 3650
"""Not below the 30 days in which a deleted ticket can be restored; ten years at most, else for ever."""


class Weekday(StrEnum):
    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


@dataclass(frozen=True, slots=True)
class WeeklyList:
    """When the weekly list is mailed: a day and a full hour of the clocks in an IANA time zone."""

    day: Weekday
    hour: int
    zone: str


@dataclass(frozen=True, slots=True)
class Settings:
    """`weekly_list` None: none is mailed. `retention_days` None: tickets are kept for ever."""

    guest_mail: bool = True
    weekly_list: WeeklyList | None = None
    retention_days: int | None = None


DEFAULTS: Final = Settings()


def after_patch(before: Settings, patch: Mapping[str, Any]) -> Settings:
    """The settings after a JSON merge patch (RFC 7396) of values that are well-formed each.

    What it names is replaced, null switches off; of the weekly list it may name a part, if there is one already.
    Raises ValidationFailed that names each missing part.
    """
    changed = {name: patch[name] for name in ("guest_mail", "retention_days") if name in patch}
    if "weekly_list" in patch:
        changed["weekly_list"] = _merged(before.weekly_list, patch["weekly_list"])
    return replace(before, **changed)


_PARTS: Final = ("day", "hour", "zone")


def _merged(before: WeeklyList | None, patch: Mapping[str, Any] | None) -> WeeklyList | None:
    if patch is None:
        return None
    if before is not None:
        return replace(before, **patch)
    missing = [part for part in _PARTS if part not in patch]
    if missing:
        needed = "A weekly list needs a day, an hour and a zone"
        raise ValidationFailed(errors=[FieldError(f"weekly_list.{part}", "required", needed) for part in missing])
    return WeeklyList(**patch)
