from typing import Literal

CreateTicketSource = Literal["api", "bot", "console"]

CREATE_TICKET_SOURCE_VALUES: set[CreateTicketSource] = {
    "api",
    "bot",
    "console",
}


def check_create_ticket_source(value: str) -> CreateTicketSource:
    if value in CREATE_TICKET_SOURCE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CREATE_TICKET_SOURCE_VALUES!r}")
