"""What a route says of its answers in the OpenAPI document.

A name stands for each shape. What it holds is looked up when somebody asks for the document (`openapi.py`), so that no
cold start builds a model of an answer.
"""

from typing import TYPE_CHECKING, Any

from ticketing.errors import TicketingError

if TYPE_CHECKING:
    from tickets_api.schemas.fields import Shape

type Responses = dict[int | str, dict[str, Any]]

PROBLEM = "application/problem+json"
REFERENCE = "#/components/schemas/"


def shape(*models: "type[Shape]") -> dict[str, Any]:
    """An answer that looks like one of these models, among the `responses` of a route."""
    references = [{"$ref": f"{REFERENCE}{model.__name__}"} for model in models]
    return {"content": {"application/json": {"schema": references[0] if len(models) == 1 else {"anyOf": references}}}}


def documented(*errors: type[TicketingError]) -> Responses:
    """OpenAPI's `responses` for the errors that a route can answer with, made from their classes."""
    by_status: dict[int, list[type[TicketingError]]] = {}
    for error in errors:
        by_status.setdefault(error.status, []).append(error)
    return {
        status: {
            "description": "; ".join(f"`{error.code}`: {error.title}" for error in same),
            "content": {
                PROBLEM: {
                    "schema": {"$ref": f"{REFERENCE}Problem"},
                    # What each looks like is filled in when somebody asks for the document (`openapi_examples.py`).
                    "examples": {error.code: {} for error in same},
                }
            },
        }
        for status, same in by_status.items()
    }
