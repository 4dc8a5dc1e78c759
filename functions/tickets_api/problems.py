"""Errors as answers: the one place where `application/problem+json` (RFC 9457) is made."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ticketing.errors import (
    FieldError,
    InternalError,
    IssueRequired,
    MethodNotAllowed,
    NotFound,
    TicketingError,
    Unauthenticated,
    ValidationFailed,
    WorkflowMissing,
)
from tickets_api import methods

MEDIA_TYPE = "application/problem+json"

_TITLES = (
    ("POST", re.compile(r"/v1/tickets/?$"), "Failed to create ticket"),
    ("PATCH", re.compile(r"/v1/tickets/[^/]+/?$"), "Failed to update ticket"),
)
"""The product page's words for a create or an update that failed, whatever the reason."""

_FIELD_CODES = {
    "missing": "required",
    "extra_forbidden": "unknown_field",
}
_MOST_ERRORS = 100
_LONGEST_PART = 100
"""An answer ends at 6 MB (Lambda quotas), and nobody reads a thousand mistakes."""

_ISSUE_IS_MISSING = frozenset({"missing", "string_type", "string_too_short"})


def answer(request: Request, error: TicketingError) -> Response:
    """The response for an error, with the request's id."""
    said = body(
        error,
        title=title(request.method, request.scope["path"], error),
        request_id=request.state.request_id,
        console_url=request.app.state.services.settings.console_url,
    )
    request.state.error_code = error.code
    return Response(orjson.dumps(said), error.status, _headers(error), MEDIA_TYPE)


def body(error: TicketingError, *, title: str, request_id: str, console_url: str) -> dict[str, Any]:
    """What is said of an error. The document's examples are made here too, so they cannot part from the answers."""
    said: dict[str, Any] = {
        "type": f"urn:lodgestory:error:{error.code}",
        "title": title,
        "status": error.status,
        "detail": error.detail,
        "code": error.code,
        "errors": [field.as_json() for field in _bounded(error.errors)],
        "request_id": request_id,
        **error.extra,
    }
    if isinstance(error, WorkflowMissing):
        said["configure_url"] = f"{console_url}/settings/ticket-workflows?channel={error.channel_id}"
    return said


def title(method: str, path: str, error: TicketingError) -> str:
    """The title of an error that answers a request: the product's words where it has some."""
    return next((words for verb, form, words in _TITLES if verb == method and form.search(path)), error.title)


async def on_ticketing_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, TicketingError):
        raise error
    return answer(request, error)


async def on_invalid_request(request: Request, error: Exception) -> Response:
    """What FastAPI found wrong with path, query or body, in our words and without the values."""
    if not isinstance(error, RequestValidationError):
        raise error
    found = error.errors()[: _MOST_ERRORS + 1]
    no_issue = [one for one in found if one["loc"] == ("body", "issue") and one["type"] in _ISSUE_IS_MISSING]
    fields = _once_each(_field_error(one) for one in found if one not in no_issue)
    return answer(request, IssueRequired(fields) if no_issue else ValidationFailed(errors=fields))


async def on_http_exception(request: Request, error: Exception) -> Response:
    """What the framework itself refuses: no such route, no such method, a body that is not text."""
    if not isinstance(error, HTTPException):
        raise error
    known: dict[int, TicketingError] = {404: NotFound(), 405: MethodNotAllowed()}
    fallback = ValidationFailed.of("body", "The body is not valid JSON in UTF-8", "invalid_json")
    response = answer(request, known.get(error.status_code, fallback))
    if error.status_code == MethodNotAllowed.status:
        response.headers["Allow"] = ", ".join(methods.allowed(request))
    return response


async def on_unexpected(request: Request, _: Exception) -> Response:
    """What nobody foresaw; the edge writes it to the log."""
    return answer(request, InternalError())


def _once_each(errors: Iterable[FieldError]) -> list[FieldError]:
    """The first error of each field."""
    by_field: dict[str, FieldError] = {}
    for error in errors:
        by_field.setdefault(error.field, error)
    return list(by_field.values())


def _bounded(errors: Sequence[FieldError]) -> Sequence[FieldError]:
    if len(errors) <= _MOST_ERRORS:
        return errors
    more = FieldError("", "more", f"Only the first {_MOST_ERRORS} mistakes are listed")
    return [*errors[:_MOST_ERRORS], more]


def _headers(error: TicketingError) -> dict[str, str]:
    headers: dict[str, str] = {}
    if isinstance(error, Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    if error.retry_after_s is not None:
        headers["Retry-After"] = str(error.retry_after_s)
    return headers


def _field_error(found: Mapping[str, Any]) -> FieldError:
    kind = str(found["type"])
    location: Sequence[int | str] = found["loc"]
    parts = location[1:]  # the first one says where: body, query, path
    # What Pydantic puts between brackets says which part of a key or of a choice is meant, not where it stands.
    parts = [part for part in parts if isinstance(part, int) or not part.startswith("[")]
    if location[0] == "query":  # of a repeated parameter, the name alone
        parts = parts[:1]
    field = "".join(f"[{part}]" if isinstance(part, int) else f".{part[:_LONGEST_PART]}" for part in parts).lstrip(".")
    return FieldError(field or str(location[0]), _FIELD_CODES.get(kind, "invalid"), str(found["msg"]))
