from typing import Literal

ListTeamsActive = Literal["any", "false", "true"]

LIST_TEAMS_ACTIVE_VALUES: set[ListTeamsActive] = {
    "any",
    "false",
    "true",
}


def check_list_teams_active(value: str) -> ListTeamsActive:
    if value in LIST_TEAMS_ACTIVE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_TEAMS_ACTIVE_VALUES!r}")
