from typing import Literal

ListTicketsSort = Literal[
    "-created_at", "-priority", "-updated_at", "created_at", "priority", "relevance", "updated_at"
]

LIST_TICKETS_SORT_VALUES: set[ListTicketsSort] = {
    "-created_at",
    "-priority",
    "-updated_at",
    "created_at",
    "priority",
    "relevance",
    "updated_at",
}


def check_list_tickets_sort(value: str) -> ListTicketsSort:
    if value in LIST_TICKETS_SORT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_TICKETS_SORT_VALUES!r}")
