"""Which pages of other hosts may call the API from a browser (Fetch standard, "CORS protocol").

None, unless the deployment names their origins. A key travels in a header that the page itself sets, never in a
cookie, so credentials are not allowed, and only the origins that are named get an answer that their page may read.
"""

from collections.abc import Collection
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from tickets_api import methods

type Headers = list[tuple[bytes, bytes]]

SENT: Final = (
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "Lodgestory-Seen",
    "X-Request-Id",
)
"""The request headers that a page may set."""

READ: Final = (
    "ETag",
    "Location",
    "Lodgestory-Seen",
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "Retry-After",
    "X-Request-Id",
)
"""The answer's headers that a page may read, beside those that the standard lets it read anyway."""

_MAX_AGE_S: Final = 7200
"""How long a browser keeps a preflight's answer; Chromium keeps none longer."""


def headers(origins: Collection[str], request: Request) -> Headers:
    """What an answer tells the browser of the page that asked."""
    if not origins:
        return []
    told: Headers = [(b"vary", b"Origin")]  # said to everyone, so that no cache hands one page's answer to another
    origin = request.headers.get("origin")
    if origin is not None and origin in origins:
        told.append((b"access-control-allow-origin", origin.encode("ascii")))
        told.append((b"access-control-expose-headers", ", ".join(READ).encode("ascii")))
    return told


def options(origins: Collection[str], request: Request) -> Response:
    """The answer to OPTIONS on any path. It needs no key: a browser sends none, and the document names the routes."""
    allowed = methods.allowed(request)
    told = {"Allow": ", ".join(allowed)}
    if request.headers.get("origin") in origins and "access-control-request-method" in request.headers:
        told["Access-Control-Allow-Methods"] = told["Allow"]
        told["Access-Control-Allow-Headers"] = ", ".join(SENT)
        told["Access-Control-Max-Age"] = str(_MAX_AGE_S)
    return Response(status_code=204, headers=told)
