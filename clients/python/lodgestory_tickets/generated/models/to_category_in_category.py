from typing import Literal

ToCategoryInCategory = Literal["active", "closed", "open", "resolved", "waiting"]

TO_CATEGORY_IN_CATEGORY_VALUES: set[ToCategoryInCategory] = {
    "active",
    "closed",
    "open",
    "resolved",
    "waiting",
}


def check_to_category_in_category(value: str) -> ToCategoryInCategory:
    if value in TO_CATEGORY_IN_CATEGORY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {TO_CATEGORY_IN_CATEGORY_VALUES!r}")
