"""A stand-in for SES over HTTP that keeps whole messages: the emulator keeps their words and drops their headers."""

import base64
import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_SEND = "/v2/email/outbound-emails"


@dataclass
class Inbox:
    """`asked` are the bodies of all requests to send, as they came."""

    url: str
    asked: list[dict[str, Any]] = field(default_factory=list)

    def messages(self) -> list[EmailMessage]:
        """Everything that was sent raw, as a mail program reads it."""
        return [
            message_from_bytes(base64.b64decode(one["Content"]["Raw"]["Data"]), policy=policy.default)
            for one in self.asked
        ]


@contextlib.contextmanager
def listening() -> Iterator[Inbox]:
    """Take every mail while the block runs, on a free port of this computer."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    inbox = Inbox(f"http://127.0.0.1:{server.server_address[1]}")
    server.inbox = inbox  # type: ignore[attr-defined]  # what the handler is given
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield inbox
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        inbox: Inbox = self.server.inbox  # type: ignore[attr-defined]  # see `listening`
        is_known = self.path == _SEND
        if is_known:
            inbox.asked.append(body)
        answer = json.dumps({"MessageId": f"stand-in-{len(inbox.asked)}"}).encode()
        self.send_response(200 if is_known else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the base class's name)
        """Silent: the tests look at the inbox."""
