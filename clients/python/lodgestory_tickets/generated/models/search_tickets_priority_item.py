from typing import Literal

SearchTicketsPriorityItem = Literal["high", "low", "medium"]

SEARCH_TICKETS_PRIORITY_ITEM_VALUES: set[SearchTicketsPriorityItem] = {
    "high",
    "low",
    "medium",
}


def check_search_tickets_priority_item(value: str) -> SearchTicketsPriorityItem:
    if value in SEARCH_TICKETS_PRIORITY_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SEARCH_TICKETS_PRIORITY_ITEM_VALUES!r}")
