"""The entry of the API function: API Gateway's event in, an answer out."""

import gc

# What is imported stays for good: looking through it for garbage again and again costs a fifteenth of a cold start.
gc.disable()

from pydantic import BaseModel

# A model is built when it is first used. FastAPI's own, of the parts of an OpenAPI document, and our shapes of answers
# are not used before somebody asks for the document: a tenth of a cold start.
BaseModel.model_config["defer_build"] = True

import logging
from base64 import b64encode
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools import Logger
from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from mangum import Mangum
from mangum.handlers import APIGateway
from starlette.exceptions import HTTPException

from ticketing import faults
from ticketing.errors import TicketingError
from tickets_api import guarding, problems
from tickets_api.dependencies import action_of
from tickets_api.edge import Edge, Log, request_id
from tickets_api.routers import (
    about,
    api_keys,
    bulk,
    changes,
    channels,
    chats,
    csv_report,
    exports,
    history,
    me,
    members,
    notifications,
    organisation,
    remarks,
    reports,
    teams,
    ticket_lists,
    tickets,
    unsubscribe,
    watchers,
    workflows,
)
from tickets_api.services import Services

PUBLIC = frozenset({"/v1/health", "/openapi.json", "/docs", "/docs/{name}", "/v1/unsubscribe/{token}"})
"""The routes that need no key. Any other one asks leave by an action of the policy table, or nothing starts."""

_TEXT = ["application/json", "application/problem+json", "text/"]
"""What is answered as text; the gateway gets anything else in base64."""


_ROUTED = (
    ticket_lists,
    bulk,
    tickets,
    watchers,
    remarks,
    history,
    notifications,
    changes,
    reports,
    csv_report,
    exports,
    chats,
    channels,
    workflows,
    members,
    teams,
    organisation,
    api_keys,
    me,
    unsubscribe,
    about,
)
"""In the order in which the document shows them."""


class RouteWithoutPolicy(RuntimeError):
    """A route neither asks the policy for leave nor is declared public."""


def build(services: Services) -> FastAPI:
    """The application with all its routes. Raises RouteWithoutPolicy."""
    # A redirect would name our own idea of host and path, which knows neither stage nor custom domain.
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.state.services = services
    app.openapi = lambda: _document(app)  # type: ignore[method-assign]  # FastAPI's own way to change it
    app.add_exception_handler(TicketingError, problems.on_ticketing_error)
    app.add_exception_handler(RequestValidationError, problems.on_invalid_request)
    app.add_exception_handler(HTTPException, problems.on_http_exception)
    app.add_exception_handler(Exception, problems.on_unexpected)
    app.state.routes = []
    for module in _ROUTED:
        check_policy(module.router)
        app.state.routes += _routes(module.router)
    # As they are: `include_router` would make each route once more, at the first request.
    app.router.routes += app.state.routes
    return app


def _document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document; what makes it is imported when it is asked for, so that a cold start does not pay."""
    from tickets_api import openapi  # noqa: PLC0415

    return openapi.document(app)


def check_policy(router: APIRouter) -> None:
    """Refuse routes that neither ask leave nor are public. Raises RouteWithoutPolicy."""
    for route in _routes(router):
        if route.path not in PUBLIC and action_of(route) is None:
            raise RouteWithoutPolicy(route.path)


def _routes(router: APIRouter) -> list[APIRoute]:
    return [route for route in router.routes if isinstance(route, APIRoute)]


type Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


def make_handler(services: Services, log: Log) -> Handler:
    """A Lambda handler over the application.

    Only REST API events are read: an emulator adds a `version` that would make Mangum take them for HTTP API events.
    """
    edge = Edge(build(services), services, log)
    adapter = Mangum(edge, lifespan="off", custom_handlers=[APIGateway], text_mime_types=_TEXT)

    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        try:
            return adapter(_with_bytes(event), context)
        except Exception as error:  # noqa: BLE001 (an event that is no request must not answer with a stack trace)
            log.warning("unreadable event", extra=faults.describe(error))
            return _unreadable(request_id(services))

    return handle


def _unreadable(request_id: str) -> dict[str, Any]:
    body = (
        '{"type":"urn:lodgestory:error:bad_request","title":"The request cannot be read","status":400,'
        '"detail":"Its headers or its encoding are not valid","code":"bad_request","errors":[],'
        f'"request_id":"{request_id}"}}'
    )
    return {
        "statusCode": 400,
        "headers": {**guarding.HEADERS, "Content-Type": problems.MEDIA_TYPE, "X-Request-Id": request_id},
        "body": body,
        "isBase64Encoded": False,
    }


def _with_bytes(event: dict[str, Any]) -> dict[str, Any]:
    """The event, its body in base64 if it holds half a character, which JSON can say and UTF-8 cannot.

    Then it is refused like any other body that is not UTF-8.
    """
    body = event.get("body")
    if not isinstance(body, str) or event.get("isBase64Encoded"):
        return event
    try:
        body.encode("utf-8")
    except UnicodeEncodeError:
        raw = body.encode("utf-8", "surrogatepass")
        return {**event, "body": b64encode(raw).decode("ascii"), "isBase64Encoded": True}
    return event


# A request runs in a task of its own, whose name says nothing.
logging.logAsyncioTasks = False  # type: ignore[attr-defined]  # typeshed does not know it

handler = make_handler(Services.from_environment(), Logger())
"""What Lambda calls."""

gc.freeze()
gc.enable()
