from typing import Literal

ReadResolutionByType0 = Literal["assignee", "channel", "issue"]

READ_RESOLUTION_BY_TYPE_0_VALUES: set[ReadResolutionByType0] = {
    "assignee",
    "channel",
    "issue",
}


def check_read_resolution_by_type_0(value: str) -> ReadResolutionByType0:
    if value in READ_RESOLUTION_BY_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {READ_RESOLUTION_BY_TYPE_0_VALUES!r}")
