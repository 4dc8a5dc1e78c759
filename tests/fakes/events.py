"""Events as Lambda brings them: from the files of `events/`, or made alike."""

import base64
import json
import string
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "events"


def from_file(name: str, **values: str) -> dict[str, Any]:
    """A file of `events/` with its placeholders (`${LODGESTORY_KEY}`, `${LODGESTORY_NOW}`) filled."""
    text = (FOLDER / f"{name}.json").read_text("utf-8")
    event: dict[str, Any] = json.loads(string.Template(text).safe_substitute(values))
    return event


def api_event(
    method: str,
    path: str,
    body: Any = None,
    *,
    key: str | None = None,
    headers: dict[str, str] | None = None,
    query: dict[str, list[str]] | None = None,
    source: str | None = None,
) -> dict[str, Any]:
    """A REST API proxy event; `body` is sent as JSON unless it is text already, and bytes as the gateway sends them.
    `source` is the address of the caller."""
    event = from_file("api_health")
    sent = {"Host": "tickets.example"}
    if key is not None:
        sent["Authorization"] = f"Bearer {key}"
    if body is not None:
        sent["Content-Type"] = "application/json"
    sent |= headers or {}
    event |= {
        "httpMethod": method,
        "path": path,
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": {name: values[-1] for name, values in query.items()} if query else None,
        "multiValueQueryStringParameters": query,
        "pathParameters": {"proxy": path.lstrip("/")},
        "body": _text(body),
        "isBase64Encoded": isinstance(body, bytes),
    }
    event["requestContext"] |= {"httpMethod": method, "path": f"/live{path}"}
    if source is not None:
        event["requestContext"]["identity"]["sourceIp"] = source
    return event


def _text(body: Any) -> str | None:
    if isinstance(body, bytes):
        return base64.b64encode(body).decode("ascii")
    return body if body is None or isinstance(body, str) else json.dumps(body)
