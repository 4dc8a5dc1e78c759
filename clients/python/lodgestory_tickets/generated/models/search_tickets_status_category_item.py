from typing import Literal

SearchTicketsStatusCategoryItem = Literal["active", "closed", "open", "resolved", "unresolved", "waiting"]

SEARCH_TICKETS_STATUS_CATEGORY_ITEM_VALUES: set[SearchTicketsStatusCategoryItem] = {
    "active",
    "closed",
    "open",
    "resolved",
    "unresolved",
    "waiting",
}


def check_search_tickets_status_category_item(value: str) -> SearchTicketsStatusCategoryItem:
    if value in SEARCH_TICKETS_STATUS_CATEGORY_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SEARCH_TICKETS_STATUS_CATEGORY_ITEM_VALUES!r}")
