from typing import Literal

Scope = Literal["admin", "tickets:bulk", "tickets:read", "tickets:write"]

SCOPE_VALUES: set[Scope] = {
    "admin",
    "tickets:bulk",
    "tickets:read",
    "tickets:write",
}


def check_scope(value: str) -> Scope:
    if value in SCOPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SCOPE_VALUES!r}")
