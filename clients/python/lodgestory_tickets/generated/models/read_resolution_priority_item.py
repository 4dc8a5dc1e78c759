from typing import Literal

ReadResolutionPriorityItem = Literal["high", "low", "medium"]

READ_RESOLUTION_PRIORITY_ITEM_VALUES: set[ReadResolutionPriorityItem] = {
    "high",
    "low",
    "medium",
}


def check_read_resolution_priority_item(value: str) -> ReadResolutionPriorityItem:
    if value in READ_RESOLUTION_PRIORITY_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {READ_RESOLUTION_PRIORITY_ITEM_VALUES!r}")
