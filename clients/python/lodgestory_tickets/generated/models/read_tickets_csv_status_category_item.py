from typing import Literal

ReadTicketsCsvStatusCategoryItem = Literal["active", "closed", "open", "resolved", "unresolved", "waiting"]

READ_TICKETS_CSV_STATUS_CATEGORY_ITEM_VALUES: set[ReadTicketsCsvStatusCategoryItem] = {
    "active",
    "closed",
    "open",
    "resolved",
    "unresolved",
    "waiting",
}


def check_read_tickets_csv_status_category_item(value: str) -> ReadTicketsCsvStatusCategoryItem:
    if value in READ_TICKETS_CSV_STATUS_CATEGORY_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {READ_TICKETS_CSV_STATUS_CATEGORY_ITEM_VALUES!r}")
