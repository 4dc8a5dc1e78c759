from typing import Literal

SearchTicketsSort = Literal[
    "-created_at", "-priority", "-updated_at", "created_at", "priority", "relevance", "updated_at"
]

SEARCH_TICKETS_SORT_VALUES: set[SearchTicketsSort] = {
    "-created_at",
    "-priority",
    "-updated_at",
    "created_at",
    "priority",
    "relevance",
    "updated_at",
}


def check_search_tickets_sort(value: str) -> SearchTicketsSort:
    if value in SEARCH_TICKETS_SORT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SEARCH_TICKETS_SORT_VALUES!r}")
