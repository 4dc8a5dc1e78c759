from typing import Literal

TicketFiltersSort = Literal["-created_at", "-priority", "-updated_at", "created_at", "priority", "updated_at"]

TICKET_FILTERS_SORT_VALUES: set[TicketFiltersSort] = {
    "-created_at",
    "-priority",
    "-updated_at",
    "created_at",
    "priority",
    "updated_at",
}


def check_ticket_filters_sort(value: str) -> TicketFiltersSort:
    if value in TICKET_FILTERS_SORT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {TICKET_FILTERS_SORT_VALUES!r}")
