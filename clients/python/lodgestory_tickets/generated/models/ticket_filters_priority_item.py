from typing import Literal

TicketFiltersPriorityItem = Literal["high", "low", "medium"]

TICKET_FILTERS_PRIORITY_ITEM_VALUES: set[TicketFiltersPriorityItem] = {
    "high",
    "low",
    "medium",
}


def check_ticket_filters_priority_item(value: str) -> TicketFiltersPriorityItem:
    if value in TICKET_FILTERS_PRIORITY_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {TICKET_FILTERS_PRIORITY_ITEM_VALUES!r}")
