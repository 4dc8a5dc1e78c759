"""What a merge patch makes of an organisation's settings."""

import pytest

from tests.builders import an_organisation
from ticketing.domain.directory import organisation_after_patch
from ticketing.domain.settings import Settings, Weekday, WeeklyList, after_patch
from ticketing.errors import ValidationFailed

MONDAY = WeeklyList(Weekday.MONDAY, 7, "Europe/Zurich")


def test_what_a_patch_names_is_replaced_and_the_rest_stays() -> None:
    before = Settings(weekly_list=MONDAY, retention_days=90)
    assert after_patch(before, {"guest_mail": False}) == Settings(
        guest_mail=False, weekly_list=MONDAY, retention_days=90
    )
    assert after_patch(before, {"retention_days": None}) == Settings(weekly_list=MONDAY)


def test_of_a_weekly_list_that_is_there_a_part_can_be_changed() -> None:
    after = after_patch(Settings(weekly_list=MONDAY), {"weekly_list": {"hour": 8}})
    assert after.weekly_list == WeeklyList(Weekday.MONDAY, 8, "Europe/Zurich")
    assert after_patch(after, {"weekly_list": None}).weekly_list is None


def test_a_new_weekly_list_needs_all_of_its_parts() -> None:
    with pytest.raises(ValidationFailed) as refused:
        after_patch(Settings(), {"weekly_list": {"day": Weekday.FRIDAY}})
    assert [error.field for error in refused.value.errors] == ["weekly_list.hour", "weekly_list.zone"]


def test_an_organisation_counts_its_changes_and_stays_itself_without_one() -> None:
    before = an_organisation()
    assert organisation_after_patch(before, {"guest_mail": True}) is before
    after = organisation_after_patch(before, {"guest_mail": False})
    assert (after.version, after.settings.guest_mail) == (2, False)
