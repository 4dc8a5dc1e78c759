from typing import Literal

ReadUnresolvedPriorityItem = Literal["high", "low", "medium"]

READ_UNRESOLVED_PRIORITY_ITEM_VALUES: set[ReadUnresolvedPriorityItem] = {
    "high",
    "low",
    "medium",
}


def check_read_unresolved_priority_item(value: str) -> ReadUnresolvedPriorityItem:
    if value in READ_UNRESOLVED_PRIORITY_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {READ_UNRESOLVED_PRIORITY_ITEM_VALUES!r}")
