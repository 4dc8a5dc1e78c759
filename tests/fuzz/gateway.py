"""Requests that schemathesis sends, as the gateway brings them to Lambda: no server, no socket.

Each becomes an event of a REST API, which the real handler answers through Mangum. Whatever schemathesis sends with
`requests` ends here; nothing of it can reach a network.
"""

import asyncio
import base64
import itertools
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from io import BytesIO
from ipaddress import IPv4Address
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, unquote, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse

from tests.fakes.events import api_event

type Handler = Callable[[dict[str, Any], Any], dict[str, Any]]

ADDRESS = "http://tickets.example"


class Gateway(HTTPAdapter):
    """`before` is called ahead of each request; `heard` gets the method, the path and the status of each answer."""

    def __init__(self, handler: Handler, before: Callable[[], None], heard: Callable[[str, str, int], None]) -> None:
        super().__init__()
        self._handler = handler
        self._before = before
        self._heard = heard
        self._loops = _Loops()
        self._callers = itertools.count()

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        self._loops.have_one()
        self._before()
        event = _event(request, str(IPv4Address(next(self._callers))))
        answer = self._handler(event, None)
        self._heard(event["httpMethod"], event["path"], answer["statusCode"])
        return self.build_response(request, _response(answer, event["httpMethod"]))

    def end(self) -> None:
        """When no more requests come."""
        self._loops.close()


@contextmanager
def all_requests_to(gateway: Gateway) -> Iterator[None]:
    try:
        with patch.object(requests.Session, "get_adapter", lambda *_, **__: gateway):
            yield
    finally:
        gateway.end()


class _Loops:
    """Mangum asks for the thread's event loop. The main thread gets one; those of schemathesis have none."""

    def __init__(self) -> None:
        self._thread = threading.local()
        self._made: list[asyncio.AbstractEventLoop] = []

    def have_one(self) -> None:
        if threading.current_thread() is not threading.main_thread() and not hasattr(self._thread, "loop"):
            self._thread.loop = asyncio.new_event_loop()
            self._made.append(self._thread.loop)
            asyncio.set_event_loop(self._thread.loop)

    def close(self) -> None:
        for loop in self._made:
            loop.close()


def _event(request: requests.PreparedRequest, source: str) -> dict[str, Any]:
    """From an address of its own: too many wrong keys of one are refused without being looked at."""
    parts = urlsplit(str(request.url))
    query = parse_qs(parts.query, keep_blank_values=True)
    headers = {name: _text(value) for name, value in request.headers.items()}
    body = request.body.encode("utf-8") if isinstance(request.body, str) else request.body
    path, sent = unquote(parts.path), _body(body)
    return api_event(str(request.method), path, sent, headers=headers, query=query or None, source=source)


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")


def _body(body: Any) -> str | bytes | None:
    """The gateway knows no binary types: what is text comes as text, and only what is none would come in base64."""
    try:
        return body.decode("utf-8") if body else None
    except UnicodeDecodeError:
        return bytes(body)


def _response(answer: Mapping[str, Any], method: str) -> HTTPResponse:
    headers = HTTPHeaderDict(answer.get("headers") or {})
    for name, values in (answer.get("multiValueHeaders") or {}).items():
        for value in values:
            headers.add(name, value)
    text = answer["body"] or ""
    body = base64.b64decode(text) if answer.get("isBase64Encoded") else text.encode("utf-8")
    status = answer["statusCode"]
    return HTTPResponse(
        BytesIO(body), headers, status, reason=HTTPStatus(status).phrase, preload_content=False, request_method=method
    )
