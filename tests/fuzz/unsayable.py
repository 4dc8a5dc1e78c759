"""Requests that are well formed and refused all the same, for a reason that no schema can say.

The check `positive_data_acceptance` wants every request that fits the document to be taken (or refused by 401, 403,
404, 409). It stays on for every route; what it finds is dropped only if the answer names one of these reasons.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import orjson
from openapi_schema_validator import OAS31Validator
from schemathesis import HookContext
from schemathesis.core.failures import Failure
from schemathesis.core.transport import Response
from schemathesis.generation.case import Case
from schemathesis.openapi.checks import RejectedPositiveData, UseAfterFree

from tests.fuzz.stage import Stage

CODES: Final[Mapping[str, str]] = {
    "chat_not_found": "which chats there are",
    "empty_selection": "which tickets a filter finds",
    "invalid_issue": "which issues the workflow of the chat's channel has",
    "assignee_not_member": "who is a member",
    "invalid_cursor": "what was signed by us, for this list and this organisation",
    "cursor_expired": "how long ago it was signed",
    "version_conflict": "which version is the present one",
    "idempotency_mismatch": "for which request a key was used",
}
"""Codes of errors, and what a schema would have to know."""

FIELDS: Final[Mapping[tuple[str, str], str]] = {
    ("", "not_member"): "who is a member",
    ("", "unknown_channel"): "which channels there are",
    ("channel_id", "channel_fixed"): "on which channel a chat is",
    ("", "unknown_status"): "which statuses the same workflow names elsewhere",
    ("", "repeated_id"): "which ids the same workflow names elsewhere",
    ("issues", "too_many"): "how many sub-issues all issues have together",
    ("ids", "invalid"): "that a bulk action has either ids or a filter, which the document says in words",
    ("filter", "invalid"): "that what is restored is named by ids, which the document says in words",
    ("ids", "too_many"): "that fewer are deleted and restored at once",
    ("filter", "too_many"): "how many tickets a filter finds",
    ("filter", "too_long"): "how many bytes all values of a filter have together",
    ("q", "invalid"): "which characters are letters and digits",
    ("q", "too_long"): "how long it is without the spaces around it",
    ("q", "too_many"): "how many words it has",
    ("value", "invalid"): "which value belongs to which action, which the document says in words",
    ("value", "required"): "which value belongs to which action, which the document says in words",
    ("expected_versions.", "invalid"): "which tickets are named beside it",
    ("weekly_list.", "required"): "which parts of the list there are already",
    ("", "no_member"): "for whom the key stands",
    ("role", "above_member"): "which role the member has",
    ("expires_at", "out_of_range"): "what time it is",
    ("created_", "out_of_range"): "where the years of a format end, which the document says in words",
    ("created_", "out_of_order"): "which of two instants is the later one",
    ("filter.created_", "out_of_range"): "the same, of a filter",
    ("filter.created_", "out_of_order"): "the same, of a filter",
}
"""The same of the fields that `validation_failed` names, by the beginning of the field and its code."""


def filter_failure(stage: Stage) -> Callable[[HookContext, Failure, Case[Any], Response], bool]:
    """The hook of this name: whether a failure counts."""

    def counts(context: HookContext, failure: Failure, case: Case[Any], response: Response) -> bool:
        if isinstance(failure, UseAfterFree):
            # Schemathesis knows that a POST makes a thing again, but not that this one brings it back.
            return not stage.was_restored(urlsplit(str(response.request.url)).path)
        if isinstance(failure, RejectedPositiveData):
            return is_in_form(case) and not is_unsayable(orjson.loads(response.content))
        return True

    return counts


def is_in_form(case: Case[Any]) -> bool:
    """Whether the path of a request fits the document: a link writes the null that an answer has as `None`."""
    path = {name: unquote(str(value)) for name, value in (case.path_parameters or {}).items()}
    schemas = {one.name: one.validation_schema for one in case.operation.path_parameters}
    return all(OAS31Validator(schemas[name]).is_valid(value) for name, value in path.items())


def is_unsayable(problem: Mapping[str, Any]) -> bool:
    if problem["code"] != "validation_failed":
        return problem["code"] in CODES
    errors = problem["errors"]
    return bool(errors) and all(_is_known(error["field"], error["code"]) for error in errors)


def _is_known(field: str, code: str) -> bool:
    return any(code == known and field.startswith(beginning) for beginning, known in FIELDS)
