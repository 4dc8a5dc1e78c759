"""What goes wrong, as one exception. Decide by `code`: docs/errors.md has each of the API's with what to do."""

from collections.abc import Sequence
from typing import Any, Final

import httpx

from .generated.models import FieldProblem, Problem

NO_ANSWER: Final = "no_answer"
"""The API was not reached, or its answer was lost, however often it was asked. Whether it took effect is not known."""

NOT_MODIFIED: Final = "not_modified"
"""What `if_none_match` named is still the present version."""

UNEXPECTED_ANSWER: Final = "unexpected_answer"
"""The answer is not one of the API's own: a proxy's page, for example."""


class LodgestoryError(Exception):
    """The API refused, or did not answer."""

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        status: int | None = None,
        title: str | None = None,
        errors: Sequence[FieldProblem] = (),
        request_id: str | None = None,
        allowed: Sequence[str] = (),
        current_version: int | None = None,
        configure_url: str | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        self.code = code
        """Stable. One of docs/errors.md, or `no_answer`, `not_modified`, `unexpected_answer`."""
        self.detail = detail
        """For people; it may change."""
        self.title = title
        self.status = status
        """The HTTP status; None if there was no answer."""
        self.errors = tuple(errors)
        """What is wrong with which field of what was sent."""
        self.request_id = request_id
        """Keep it when you ask us."""
        self.allowed = tuple(allowed)
        """The statuses that the ticket may move to, with `invalid_status_transition`."""
        self.current_version = current_version
        """With `version_conflict`."""
        self.configure_url = configure_url
        """Where people repair it, with `workflow_missing`."""
        self.retry_after_s = retry_after_s
        """Seconds to wait, where the API said so and it was longer than this client waits."""
        super().__init__(code, detail)

    @property
    def field(self) -> str | None:
        """The first field that is wrong: its path in the body, or the name of a parameter or header."""
        return self.errors[0].field if self.errors else None

    def __str__(self) -> str:
        fields = "; ".join(f"{error.field}: {error.detail}" for error in self.errors)
        said = f"{self.code}: {self.detail}" + (f" ({fields})" if fields else "")
        return f"{said} [request {self.request_id}]" if self.request_id else said


def error_of(response: httpx.Response, retry_after_s: float | None = None) -> LodgestoryError:
    """The exception that an answer other than a success stands for."""
    request_id = response.headers.get("X-Request-Id")
    if response.status_code == httpx.codes.NOT_MODIFIED:
        return LodgestoryError(NOT_MODIFIED, "Nothing has changed", status=304, request_id=request_id)
    problem = _problem(response)
    if problem is None:
        return unexpected(response)
    return LodgestoryError(
        problem.code,
        problem.detail,
        title=problem.title,
        status=response.status_code,
        errors=problem.errors,
        request_id=problem.request_id,
        allowed=problem.allowed or (),
        current_version=problem.current_version or None,
        configure_url=problem.configure_url or None,
        retry_after_s=retry_after_s,
    )


def unexpected(response: httpx.Response, fault: Exception | None = None) -> LodgestoryError:
    """For an answer that cannot be read as what it should be."""
    said = f"HTTP {response.status_code} with {response.headers.get('Content-Type', 'no content type')}"
    return LodgestoryError(
        UNEXPECTED_ANSWER,
        f"{said} is no answer of this API" + (f": {fault!r}" if fault else ""),
        status=response.status_code,
        request_id=response.headers.get("X-Request-Id"),
    )


def _problem(response: httpx.Response) -> Problem | None:
    try:
        body: Any = response.json()
        return Problem.from_dict(body)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
