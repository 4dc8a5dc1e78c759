"""The outermost layer of a request: its id, its size, its caller, its one log line, and no stack trace to anyone."""

import re
import time
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ticketing import faults
from ticketing.domain import ids
from ticketing.errors import PayloadTooLarge, TicketingError, UnsupportedMediaType
from tickets_api import cors, guarding, json_body, problems
from tickets_api.authentication import authenticate
from tickets_api.services import Services

MAX_BODY_BYTES = 4 * 1024 * 1024

_GIVEN_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_JSON = re.compile(r"application/([a-z0-9.-]+\+)?json\s*(;.*)?", re.IGNORECASE)
_PREFIX = "/v1"
_OPEN = "/v1/health"
_FROM_MAILS = "/v1/unsubscribe/"
"""Opened by a link that is a key to one thing; a mail program posts a form there (RFC 8058)."""


class Log(Protocol):
    """The part of a logger that a request needs."""

    def info(self, msg: str, *args: Any, extra: dict[str, Any]) -> None: ...
    def warning(self, msg: str, *args: Any, extra: dict[str, Any]) -> None: ...
    def error(self, msg: str, *args: Any, extra: dict[str, Any]) -> None: ...


class Edge:
    """ASGI middleware. A caller without a valid key learns nothing but what the open document says of every route."""

    def __init__(self, app: ASGIApp, services: Services, log: Log) -> None:
        self._app = app
        self._services = services
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        request = Request(scope)
        request.state.request_id = request_id(self._services, request.headers.get("x-request-id", ""))
        told = cors.headers(self._services.settings.cors_origins, request)
        answered = _Answered(send, request, told)
        try:
            await self._admit(request, receive, answered)
            self._note_use(request)
        except Exception as error:  # noqa: BLE001 (nothing that goes wrong may reach a caller as a stack trace)
            facts = {"request_id": request.state.request_id, **faults.describe(error)}
            self._log.error("request failed", extra=facts)
            if answered.status is None:
                await (await problems.on_unexpected(request, error))(scope, receive, answered)
        self._log.info("request", extra=_facts(request, answered, started))

    async def _admit(self, request: Request, receive: Receive, send: "_Answered") -> None:
        request.scope["app"] = self._app
        if request.method == "OPTIONS":
            await cors.options(self._services.settings.cors_origins, request)(request.scope, receive, send)
            return
        if request.method == "HEAD":
            request.scope["method"] = "GET"
        try:
            if _needs_key(request.scope["path"]):
                self._admit_caller(request, send)
            body = await _read_body(receive)
            if request.method in _WITH_BODY and body and not request.scope["path"].startswith(_FROM_MAILS):
                _check_json(request, body)
        except TicketingError as error:
            await problems.answer(request, error)(request.scope, receive, send)
            return
        await self._app(request.scope, _replay(body), send)

    def _admit_caller(self, request: Request, send: "_Answered") -> None:
        """Raises Unauthenticated, RateLimited."""
        services, source = self._services, request.client.host if request.client else ""
        principal = authenticate(services, request.headers.get("authorization"), source)
        request.state.principal = principal
        services.rate_limits.admit(
            services.table, principal.organisation_id, services.limits(), services.now(), send.add_headers
        )

    def _note_use(self, request: Request) -> None:
        """Note that a key was used, when the answer is made and nothing that goes wrong here can spoil it."""
        principal = getattr(request.state, "principal", None)
        if principal is not None:
            self._services.key_uses.note(self._services.table, principal.key_id, self._services.now())


def request_id(services: Services, given: str = "") -> str:
    """The id that a caller gave a request, a new one if that is none."""
    if _GIVEN_REQUEST_ID.fullmatch(given):
        return given
    return ids.request_id(services.random_bytes(ids.RANDOM_BYTES))


class _Answered:
    """Passes messages on, without a body to HEAD, adds the headers that every answer has, and remembers the status."""

    def __init__(self, send: Send, request: Request, told: cors.Headers) -> None:
        self._send = send
        self._headers = [(b"x-request-id", request.state.request_id.encode("ascii")), *told]
        self.method = request.method
        self.status: int | None = None

    def add_headers(self, headers: list[tuple[bytes, bytes]]) -> None:
        """Headers that the answer has, whatever it will be."""
        self._headers += headers

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            brought = message["headers"]
            message = {**message, "headers": [*brought, *self._headers, *guarding.added_to(brought)]}
        elif self.method == "HEAD":
            message = {**message, "body": b""}
        await self._send(message)


def _needs_key(path: str) -> bool:
    """Whether a path is closed. It is the path of the scope: a URL would be put together with the Host header."""
    is_closed = path == _PREFIX or path.startswith(f"{_PREFIX}/")
    return is_closed and path != _OPEN and not path.startswith(_FROM_MAILS)


def _check_json(request: Request, body: bytes) -> None:
    """Raises UnsupportedMediaType, ValidationFailed."""
    is_plain = request.headers.get("content-encoding", "identity").lower() == "identity"
    if not (is_plain and _JSON.fullmatch(request.headers.get("content-type", ""))):
        raise UnsupportedMediaType
    json_body.check(body)


async def _read_body(receive: Receive) -> bytes:
    """The whole body, which the gateway has in hand anyway. Raises PayloadTooLarge."""
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size > MAX_BODY_BYTES:
            raise PayloadTooLarge
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)


def _replay(body: bytes) -> Callable[[], Awaitable[Message]]:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def _facts(request: Request, answered: _Answered, started: float) -> dict[str, Any]:
    """What one log line says: ids and figures, never what was sent. The path stands as the route spells it."""
    route = request.scope.get("route")
    principal = getattr(request.state, "principal", None)
    return {
        "request_id": request.state.request_id,
        "method": answered.method,
        "route": getattr(route, "path", None),
        "status": answered.status,
        "duration_ms": round((time.perf_counter() - started) * 1000, 1),
        "code": getattr(request.state, "error_code", None),
        "organisation": principal.organisation_id if principal else None,
        "key": principal.key_id if principal else None,
    }
