from typing import Literal

ReadTicketsCsvPriorityItem = Literal["high", "low", "medium"]

READ_TICKETS_CSV_PRIORITY_ITEM_VALUES: set[ReadTicketsCsvPriorityItem] = {
    "high",
    "low",
    "medium",
}


def check_read_tickets_csv_priority_item(value: str) -> ReadTicketsCsvPriorityItem:
    if value in READ_TICKETS_CSV_PRIORITY_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {READ_TICKETS_CSV_PRIORITY_ITEM_VALUES!r}")
