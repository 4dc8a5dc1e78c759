from typing import Literal

DoBulkAction = Literal["assign", "delete", "priority", "restore", "status"]

DO_BULK_ACTION_VALUES: set[DoBulkAction] = {
    "assign",
    "delete",
    "priority",
    "restore",
    "status",
}


def check_do_bulk_action(value: str) -> DoBulkAction:
    if value in DO_BULK_ACTION_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {DO_BULK_ACTION_VALUES!r}")
