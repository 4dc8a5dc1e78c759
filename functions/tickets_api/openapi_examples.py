"""The examples in the OpenAPI document: of every body that is sent, and of every error, as it is really answered."""

from collections.abc import Iterator
from typing import Any, Final

from ticketing.errors import (
    FieldError,
    InvalidIssue,
    InvalidStatusTransition,
    RateLimited,
    TicketingError,
    ValidationFailed,
    VersionConflict,
    WorkflowMissing,
)
from tickets_api import problems
from tickets_api.documenting import PROBLEM
from tickets_api.request_examples import REQUESTS

type Json = dict[str, Any]

REQUEST_ID: Final = "req_4jxn3mzkq2a7vbte"
_CONSOLE: Final = "https://lodgestory.com/crm"

_TELLING: Final[tuple[TicketingError, ...]] = (
    ValidationFailed(errors=[FieldError("dry_run", "unknown_field", "Extra inputs are not permitted")]),
    InvalidIssue("issue"),
    InvalidStatusTransition(["open", "resolved"]),
    WorkflowMissing("lakeside_frontdesk"),
    VersionConflict(3),
    RateLimited(1),
)
"""Errors that say more than their class knows. All others are raised without a word."""


def add(made: Json) -> None:
    """Write the examples into a document whose errors are there by their codes. Raises KeyError for an unknown one."""
    telling = {one.code: one for one in _TELLING}
    # A class without a code of its own is told as the one that it belongs to.
    errors = {one.code: telling.get(one.code) or one() for one in _below(TicketingError) if "code" in vars(one)}
    for path, methods in made["paths"].items():
        for method, operation in methods.items():
            _write(operation, method.upper(), path, errors)


def _write(operation: Json, method: str, path: str, errors: dict[str, TicketingError]) -> None:
    if "requestBody" in operation:
        sent = operation["requestBody"]["content"]["application/json"]
        sent["examples"] = {"every_field": {"summary": "Every field", "value": REQUESTS[f"{method} {path}"]}}
    for response in operation["responses"].values():
        answered = response.get("content", {}).get(PROBLEM, {}).get("examples", {})
        for code in answered:
            answered[code] = {"value": of(errors[code], method, path)}


def of(error: TicketingError, method: str, path: str) -> Json:
    """The body of an error that answers this operation."""
    title = problems.title(method, path, error)
    return problems.body(error, title=title, request_id=REQUEST_ID, console_url=_CONSOLE)


def _below(error: type[TicketingError]) -> Iterator[type[TicketingError]]:
    for one in error.__subclasses__():
        yield one
        yield from _below(one)
