from typing import Literal

ListTicketsStatusCategoryItem = Literal["active", "closed", "open", "resolved", "unresolved", "waiting"]

LIST_TICKETS_STATUS_CATEGORY_ITEM_VALUES: set[ListTicketsStatusCategoryItem] = {
    "active",
    "closed",
    "open",
    "resolved",
    "unresolved",
    "waiting",
}


def check_list_tickets_status_category_item(value: str) -> ListTicketsStatusCategoryItem:
    if value in LIST_TICKETS_STATUS_CATEGORY_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_TICKETS_STATUS_CATEGORY_ITEM_VALUES!r}")
