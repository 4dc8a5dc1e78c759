from typing import Literal

ListChannelsActive = Literal["any", "false", "true"]

LIST_CHANNELS_ACTIVE_VALUES: set[ListChannelsActive] = {
    "any",
    "false",
    "true",
}


def check_list_channels_active(value: str) -> ListChannelsActive:
    if value in LIST_CHANNELS_ACTIVE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_CHANNELS_ACTIVE_VALUES!r}")
