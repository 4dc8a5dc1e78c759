from typing import Literal

ListMembersActive = Literal["any", "false", "true"]

LIST_MEMBERS_ACTIVE_VALUES: set[ListMembersActive] = {
    "any",
    "false",
    "true",
}


def check_list_members_active(value: str) -> ListMembersActive:
    if value in LIST_MEMBERS_ACTIVE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_MEMBERS_ACTIVE_VALUES!r}")
