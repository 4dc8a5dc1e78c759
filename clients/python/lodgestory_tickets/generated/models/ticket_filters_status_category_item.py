from typing import Literal

TicketFiltersStatusCategoryItem = Literal["active", "closed", "open", "resolved", "unresolved", "waiting"]

TICKET_FILTERS_STATUS_CATEGORY_ITEM_VALUES: set[TicketFiltersStatusCategoryItem] = {
    "active",
    "closed",
    "open",
    "resolved",
    "unresolved",
    "waiting",
}


def check_ticket_filters_status_category_item(value: str) -> TicketFiltersStatusCategoryItem:
    if value in TICKET_FILTERS_STATUS_CATEGORY_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {TICKET_FILTERS_STATUS_CATEGORY_ITEM_VALUES!r}")
