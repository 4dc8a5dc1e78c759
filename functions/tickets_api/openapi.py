"""The OpenAPI document, made from the routes and the error classes."""

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.encoders import jsonable_encoder
from fastapi.openapi.models import Schema
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from ticketing.errors import RateLimited, Unauthenticated
from tickets_api import openapi_examples, openapi_headers
from tickets_api.documenting import REFERENCE, documented
from tickets_api.schemas.fields import Shape

VERSION = "1.0.0"
_OPEN_ROUTES = frozenset({"/v1/health"})

_DESCRIPTION = """
Tickets bound to guest chats. Send `Authorization: Bearer lsk_…` with every request; press **Authorize** to paste a
key. Errors are `application/problem+json` with a stable `code`; every answer carries `X-Request-Id`.
"""


def document(app: FastAPI) -> dict[str, Any]:
    """The document of an app; kept by the app once it was made."""
    if app.openapi_schema is None:
        for route in app.state.routes:
            # The name of a method in clients that are generated; the framework's own says path and method again.
            route.operation_id = route.name
        made = get_openapi(
            title="Lodgestory Tickets",
            version=VERSION,
            description=_DESCRIPTION.strip(),
            routes=app.routes,
            # Relative to the document itself: it is right under any stage or custom domain.
            servers=[{"url": "."}],
        )
        shapes = {one.__name__: one for one in _below(Shape)}
        _with_shapes(_with_errors(_with_security(made)), shapes)
        openapi_examples.add(made)
        openapi_headers.add(made, app.state.routes, shapes)
        _with_whole_limits(made)
        app.openapi_schema = made
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


def _with_shapes(made: dict[str, Any], shapes: Mapping[str, type[Shape]]) -> dict[str, Any]:
    """What routes and errors named by `documenting.shape`, and what those shapes are made of."""
    schemas = made["components"]["schemas"]
    named = {name for name in _references(made) if name not in schemas}
    _, defined = models_json_schema(
        [(shapes[name], "serialization") for name in sorted(named)], ref_template=f"{REFERENCE}{{model}}"
    )
    schemas |= {name: _written(schema) for name, schema in defined["$defs"].items()}
    made["components"]["schemas"] = dict(sorted(schemas.items()))
    return made


def _written(schema: dict[str, Any]) -> Any:
    """A schema as FastAPI writes all others."""
    return jsonable_encoder(Schema(**schema), by_alias=True, exclude_none=True)


def _with_whole_limits(node: Any) -> None:
    """Limits of whole numbers without a fraction, which FastAPI gives them."""
    if isinstance(node, dict):
        if node.get("type") == "integer":
            node |= {name: int(node[name]) for name in ("minimum", "maximum") if name in node}
        node = list(node.values())
    if isinstance(node, list):
        for one in node:
            _with_whole_limits(one)


def _below(model: type[Shape]) -> Iterator[type[Shape]]:
    for one in model.__subclasses__():
        yield one
        yield from _below(one)


def _references(node: Any) -> Iterator[str]:
    """The names of all schemas that are referred to below here."""
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"].removeprefix(REFERENCE)
        node = list(node.values())
    if isinstance(node, list):
        for one in node:
            yield from _references(one)


def _with_errors(made: dict[str, Any]) -> dict[str, Any]:
    """Errors in our own shape: FastAPI would describe its own, which nobody ever sees."""
    for name in ("HTTPValidationError", "ValidationError"):
        made["components"]["schemas"].pop(name, None)
    for path, methods in made["paths"].items():
        for operation in methods.values():
            if "HTTPValidationError" in str(operation["responses"].get("422")):
                del operation["responses"]["422"]
            if path not in _OPEN_ROUTES:
                for error in (Unauthenticated, RateLimited):
                    operation["responses"].setdefault(str(error.status), documented(error)[error.status])
    return made
