from typing import Literal

StatusCategory = Literal["active", "closed", "open", "resolved", "waiting"]

STATUS_CATEGORY_VALUES: set[StatusCategory] = {
    "active",
    "closed",
    "open",
    "resolved",
    "waiting",
}


def check_status_category(value: str) -> StatusCategory:
    if value in STATUS_CATEGORY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {STATUS_CATEGORY_VALUES!r}")
