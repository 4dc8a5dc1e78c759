"""Serves the mailbox page on 127.0.0.1 from within `make run`."""

import contextlib
import http.client
import json
import threading
from collections.abc import Iterator
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from scripts.laptop.mailbox import page
from scripts.laptop.place import LOOPBACK, Place

_AWAY = "The stack does not answer; it may be starting or stopping. This page works again when it does."


@contextlib.contextmanager
def mailbox_page(place: Place) -> Iterator[str]:
    """Serve the page while the block runs; gives its address."""
    handler = type("Handler", (_Handler,), {"place": place})
    server = _listen(place.port + 4000, handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://{LOOPBACK}:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def _listen(preferred: int, handler: type[BaseHTTPRequestHandler]) -> ThreadingHTTPServer:
    """On the same port each time, so that an open tab goes on working; on any free one if that is taken."""
    try:
        return ThreadingHTTPServer((LOOPBACK, preferred), handler)
    except (OSError, OverflowError):
        return ThreadingHTTPServer((LOOPBACK, 0), handler)


class _Handler(BaseHTTPRequestHandler):
    place: Place

    def do_GET(self) -> None:
        if self.headers.get("Host", "").rsplit(":", 1)[0] not in {LOOPBACK, "localhost"}:
            # A page elsewhere that had its own name resolve to this computer could read the mails.
            self._answer(HTTPStatus.FORBIDDEN, page.notice_page("Not here", f"Open it as {LOOPBACK}."))
            return
        try:
            mails = page.mails_of(_messages(self.place))
        except (OSError, http.client.HTTPException, ValueError):
            self._answer(HTTPStatus.SERVICE_UNAVAILABLE, page.notice_page("No answer", _AWAY))
            return
        self._show(mails)

    def _show(self, mails: list[page.Mail]) -> None:
        path = self.path.partition("?")[0]
        if path == "/":
            self._answer(HTTPStatus.OK, page.list_page(mails))
            return
        for mail in mails:
            if path == f"/mail/{mail.id}":
                self._answer(HTTPStatus.OK, page.mail_page(mail))
                return
        self._answer(
            HTTPStatus.NOT_FOUND, page.notice_page("No such mail", "Mails are forgotten when the stack stops.")
        )

    def _answer(self, status: HTTPStatus, text: str) -> None:
        body = text.encode()
        with contextlib.suppress(OSError):  # the browser has gone
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", page.CONTENT_SECURITY_POLICY)
            self.send_header("Referrer-Policy", "no-referrer")
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the base class's name)
        """Silent: the terminal shows the functions' logs."""


def _messages(place: Place) -> Any:
    connection = http.client.HTTPConnection(LOOPBACK, place.port, timeout=5)
    try:
        connection.request("GET", "/_ministack/ses/messages")
        return json.loads(connection.getresponse().read())
    finally:
        connection.close()
