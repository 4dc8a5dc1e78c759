from typing import Literal

ListApiKeysActive = Literal["any", "false", "true"]

LIST_API_KEYS_ACTIVE_VALUES: set[ListApiKeysActive] = {
    "any",
    "false",
    "true",
}


def check_list_api_keys_active(value: str) -> ListApiKeysActive:
    if value in LIST_API_KEYS_ACTIVE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_API_KEYS_ACTIVE_VALUES!r}")
