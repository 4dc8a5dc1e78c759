"""The OpenAPI document, made from the routes and the error classes."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from tickets_api.schemas.tickets import Problem

VERSION = "1.0.0"
_OPEN_ROUTES = frozenset({"/v1/health"})

_DESCRIPTION = """
Tickets bound to guest chats. Send `Authorization: Bearer lsk_…` with every request; press **Authorize** to paste a
key. Errors are `application/problem+json` with a stable `code`; every answer carries `X-Request-Id`.
"""


def document(app: FastAPI) -> dict[str, Any]:
    """The document of an app; kept by the app once it was made."""
    if app.openapi_schema is None:
        made = get_openapi(
            title="Lodgestory Tickets",
            version=VERSION,
            description=_DESCRIPTION.strip(),
            routes=app.routes,
            # Relative to the document itself: it is right under any stage or custom domain.
            servers=[{"url": "."}],
        )
        app.openapi_schema = _with_errors(_with_security(made))
    return app.openapi_schema


def _with_security(made: dict[str, Any]) -> dict[str, Any]:
    made["components"]["securitySchemes"] = {
        "ApiKey": {"type": "http", "scheme": "bearer", "description": "An API key: `lsk_…`"}
    }
    made["security"] = [{"ApiKey": []}]
    for path, methods in made["paths"].items():
        if path in _OPEN_ROUTES:
            for operation in methods.values():
                operation["security"] = []
    return made


def _with_errors(made: dict[str, Any]) -> dict[str, Any]:
    """Errors in our own shape: FastAPI would describe its own, which nobody ever sees."""
    schemas = made["components"]["schemas"]
    schemas["Problem"] = Problem.model_json_schema()
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for path, methods in made["paths"].items():
        for operation in methods.values():
            if "HTTPValidationError" in str(operation["responses"].get("422")):
                del operation["responses"]["422"]
            if path not in _OPEN_ROUTES:
                operation["responses"].setdefault("401", _unauthenticated())
    return made


def _unauthenticated() -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": "`unauthenticated`", "content": {"application/problem+json": {"schema": schema}}}
