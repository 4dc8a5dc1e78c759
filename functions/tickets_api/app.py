"""The entry of the API function: API Gateway's event in, an answer out."""

from typing import Any

from aws_lambda_powertools import Logger
from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from mangum import Mangum
from mangum.handlers import APIGateway
from starlette.exceptions import HTTPException

from ticketing.errors import TicketingError
from tickets_api import openapi, problems
from tickets_api.dependencies import action_of
from tickets_api.edge import Edge, Log
from tickets_api.routers import about, changes, channels, chats, people, tickets
from tickets_api.services import Services

PUBLIC = frozenset({"/v1/health", "/openapi.json", "/docs", "/docs/{name}"})
"""The routes that need no key. Any other one asks leave by an action of the policy table, or nothing starts."""

_TEXT = ["application/json", "application/problem+json", "text/"]
"""What is answered as text; the gateway gets anything else in base64."""


class RouteWithoutPolicy(RuntimeError):
    """A route neither asks the policy for leave nor is declared public."""


def build(services: Services) -> FastAPI:
    """The application with all its routes. Raises RouteWithoutPolicy."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.state.services = services
    app.openapi = lambda: openapi.document(app)  # type: ignore[method-assign]  # FastAPI's own way to change it
    app.add_exception_handler(TicketingError, problems.on_ticketing_error)
    app.add_exception_handler(RequestValidationError, problems.on_invalid_request)
    app.add_exception_handler(HTTPException, problems.on_http_exception)
    for module in (tickets, changes, chats, channels, people, about):
        check_policy(module.router)
        app.include_router(module.router)
    return app


def check_policy(router: APIRouter) -> None:
    """Refuse routes that neither ask leave nor are public. Raises RouteWithoutPolicy."""
    for route in router.routes:
        if isinstance(route, APIRoute) and route.path not in PUBLIC and action_of(route) is None:
            raise RouteWithoutPolicy(route.path)


def make_handler(services: Services, log: Log) -> Mangum:
    """A Lambda handler over the application.

    Only REST API events are read: an emulator adds a `version` that would make Mangum take them for HTTP API events.
    """
    edge = Edge(build(services), services, log)
    return Mangum(edge, lifespan="off", custom_handlers=[APIGateway], text_mime_types=_TEXT)


_handler = make_handler(Services.from_environment(), Logger())


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """What Lambda calls."""
    return _handler(event, context)
