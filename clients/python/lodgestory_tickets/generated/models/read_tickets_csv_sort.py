from typing import Literal

ReadTicketsCsvSort = Literal["-created_at", "-priority", "-updated_at", "created_at", "priority", "updated_at"]

READ_TICKETS_CSV_SORT_VALUES: set[ReadTicketsCsvSort] = {
    "-created_at",
    "-priority",
    "-updated_at",
    "created_at",
    "priority",
    "updated_at",
}


def check_read_tickets_csv_sort(value: str) -> ReadTicketsCsvSort:
    if value in READ_TICKETS_CSV_SORT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {READ_TICKETS_CSV_SORT_VALUES!r}")
